local SIZE = 200

local function matrix(n, seed)
  local rows = {}
  for i = 0, n - 1 do
    local row = {}
    for j = 0, n - 1 do row[j] = (i * seed + j) % 17 / 4 end
    rows[i] = row
  end
  return rows
end

local function multiply(a, b, n)
  local c = {}
  for i = 0, n - 1 do
    local row = {}
    for j = 0, n - 1 do
      local sum = 0
      for k = 0, n - 1 do sum = sum + a[i][k] * b[k][j] end
      row[j] = sum
    end
    c[i] = row
  end
  return c
end

local a = matrix(SIZE, 3)
local b = matrix(SIZE, 7)
local c = multiply(a, b, SIZE)
local trace = 0
for i = 0, SIZE - 1 do trace = trace + c[i][i] end
print(string.format("%.4f %.4f %.4f", trace, c[0][SIZE - 1], c[SIZE - 1][0]))
