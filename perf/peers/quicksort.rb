SIZE = 200000

def partition(a, low, high)
  middle = (low + high) / 2
  pivot = a[middle]
  a[middle] = a[high]
  a[high] = pivot
  store = low
  i = low
  while i < high
    if a[i] < pivot
      a[i], a[store] = a[store], a[i]
      store += 1
    end
    i += 1
  end
  a[high] = a[store]
  a[store] = pivot
  store
end

def quicksort(a, low, high)
  return if low >= high
  p = partition(a, low, high)
  quicksort(a, low, p - 1)
  quicksort(a, p + 1, high)
end

numbers = []
seed = 12345
SIZE.times do
  seed = (seed * 16807) % 2147483647
  numbers << seed % 1000000
end
quicksort(numbers, 0, numbers.length - 1)
checksum = 0
(1...SIZE).each do |i|
  raise "not sorted" if numbers[i - 1] > numbers[i]
  checksum = (checksum + numbers[i] * i) % 1000007
end
puts "#{numbers[0]} #{numbers[SIZE / 2]} #{numbers[-1]} #{checksum}"
