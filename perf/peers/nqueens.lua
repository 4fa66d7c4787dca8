local SIZE = 10

local function place(n, row, columns, rising, falling)
  if row == n then return 1 end
  local found = 0
  for c = 0, n - 1 do
    if not columns[c] and not rising[row + c] and not falling[row - c + n] then
      columns[c] = true
      rising[row + c] = true
      falling[row - c + n] = true
      found = found + place(n, row + 1, columns, rising, falling)
      columns[c] = false
      rising[row + c] = false
      falling[row - c + n] = false
    end
  end
  return found
end

local function flags(n)
  local a = {}
  for i = 0, n - 1 do a[i] = false end
  return a
end

local function queens(n) return place(n, 0, flags(n), flags(2 * n), flags(2 * n + 1)) end

for n = 4, SIZE do
  local rounds = 0
  for _ = 1, 12 do rounds = rounds + queens(n) end
  print(n .. " " .. queens(n) .. " " .. rounds)
end
