local SIZE = 480

local function iterations(cr, ci, limit)
  local zr, zi = 0.0, 0.0
  for i = 0, limit - 1 do
    local r2 = zr * zr
    local i2 = zi * zi
    if r2 + i2 > 4.0 then return i end
    zi = 2.0 * zr * zi + ci
    zr = r2 - i2 + cr
  end
  return limit
end

local inside, total = 0, 0
for y = 0, SIZE - 1 do
  local ci = 2.4 * y / SIZE - 1.2
  for x = 0, SIZE - 1 do
    local cr = 3.0 * x / SIZE - 2.0
    local n = iterations(cr, ci, 60)
    if n == 60 then inside = inside + 1 end
    total = total + n
  end
end
print(inside .. " " .. total)
