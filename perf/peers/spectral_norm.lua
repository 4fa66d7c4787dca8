local SIZE = 270

local function cell(i, j)
  return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1)
end

local function times(v)
  local out = {}
  for i = 0, SIZE - 1 do
    local sum = 0.0
    for j = 0, SIZE - 1 do sum = sum + cell(i, j) * v[j] end
    out[i] = sum
  end
  return out
end

local function times_transposed(v)
  local out = {}
  for i = 0, SIZE - 1 do
    local sum = 0.0
    for j = 0, SIZE - 1 do sum = sum + cell(j, i) * v[j] end
    out[i] = sum
  end
  return out
end

local function both(v) return times_transposed(times(v)) end

local u, v = {}, {}
for i = 0, SIZE - 1 do u[i] = 1.0 end
for _ = 1, 10 do
  v = both(u)
  u = both(v)
end
local vbv, vv = 0.0, 0.0
for i = 0, SIZE - 1 do
  vbv = vbv + u[i] * v[i]
  vv = vv + v[i] * v[i]
end
print(string.format("%.9f", math.sqrt(vbv / vv)))
