local SIZE = 3500000

local function sieve(limit)
  local composite = {}
  for i = 0, limit do composite[i] = false end
  local count = 0
  for i = 2, limit do
    if not composite[i] then
      count = count + 1
      for j = i * i, limit, i do composite[j] = true end
    end
  end
  return count
end

print(sieve(SIZE))
