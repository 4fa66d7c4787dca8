local SIZE = 9

local function fannkuch(n)
  local perm, base, count = {}, {}, {}
  for i = 0, n - 1 do
    base[i] = i
    perm[i] = i
    count[i] = 0
  end
  local most, checksum, even, r = 0, 0, true, n
  while true do
    while r ~= 1 do
      count[r - 1] = r
      r = r - 1
    end
    for i = 0, n - 1 do perm[i] = base[i] end
    local flips = 0
    local k = perm[0]
    while k ~= 0 do
      local low, high = 0, k
      while low < high do
        perm[low], perm[high] = perm[high], perm[low]
        low = low + 1
        high = high - 1
      end
      flips = flips + 1
      k = perm[0]
    end
    if flips > most then most = flips end
    if even then checksum = checksum + flips else checksum = checksum - flips end
    even = not even
    while true do
      if r == n then return checksum, most end
      local first = base[0]
      for i = 0, r - 1 do base[i] = base[i + 1] end
      base[r] = first
      count[r] = count[r] - 1
      if count[r] > 0 then break end
      r = r + 1
    end
  end
end

local checksum, most = fannkuch(SIZE)
print(checksum .. "\nPfannkuchen(" .. SIZE .. ") = " .. most)
