local SIZE = 200000

local function partition(a, low, high)
  local middle = math.floor((low + high) / 2)
  local pivot = a[middle]
  a[middle] = a[high]
  a[high] = pivot
  local store = low
  for i = low, high - 1 do
    if a[i] < pivot then
      a[i], a[store] = a[store], a[i]
      store = store + 1
    end
  end
  a[high] = a[store]
  a[store] = pivot
  return store
end

local function quicksort(a, low, high)
  if low >= high then return end
  local p = partition(a, low, high)
  quicksort(a, low, p - 1)
  quicksort(a, p + 1, high)
end

local numbers = {}
local seed = 12345
for i = 0, SIZE - 1 do
  seed = (seed * 16807) % 2147483647
  numbers[i] = seed % 1000000
end
quicksort(numbers, 0, SIZE - 1)
local checksum = 0
for i = 1, SIZE - 1 do
  if numbers[i - 1] > numbers[i] then error("not sorted") end
  checksum = (checksum + numbers[i] * i) % 1000007
end
print(numbers[0] .. " " .. numbers[math.floor(SIZE / 2)] .. " " .. numbers[SIZE - 1] .. " " .. checksum)
