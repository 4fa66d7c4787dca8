local SIZE = 80000

local function steps(n)
  local count = 0
  while n ~= 1 do
    if n % 2 == 0 then
      n = math.floor(n / 2)
    else
      n = 3 * n + 1
    end
    count = count + 1
  end
  return count
end

local best, start = 0, 0
for n = 1, SIZE - 1 do
  local c = steps(n)
  if c > best then
    best = c
    start = n
  end
end
print(start .. " " .. best)
