local SIZE = 200

local function distance(a, b)
  local previous = {}
  for j = 0, #b do previous[j] = j end
  for i = 1, #a do
    local current = {[0] = i}
    for j = 1, #b do
      local cost = 1
      if a:byte(i) == b:byte(j) then cost = 0 end
      local best = previous[j - 1] + cost
      if previous[j] + 1 < best then best = previous[j] + 1 end
      if current[j - 1] + 1 < best then best = current[j - 1] + 1 end
      current[j] = best
    end
    previous = current
  end
  return previous[#b]
end

local function word(seed, length)
  local s = ""
  for _ = 1, length do
    seed = (seed * 131 + 7) % 10007
    s = s .. string.char(97 + seed % 6)
  end
  return s
end

local words = {}
for i = 0, SIZE - 1 do words[i] = word(i + 1, 8 + i % 9) end
local total, nearest = 0, 1000
for i = 0, SIZE - 1 do
  for j = i + 1, SIZE - 1 do
    local d = distance(words[i], words[j])
    total = total + d
    nearest = math.min(nearest, d)
  end
end
print(total .. " " .. nearest .. " " .. distance("kitten", "sitting"))
