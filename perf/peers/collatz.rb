SIZE = 80000

def steps(n)
  count = 0
  while n != 1
    if n % 2 == 0
      n = n / 2
    else
      n = 3 * n + 1
    end
    count += 1
  end
  count
end

best = 0
start = 0
(1...SIZE).each do |n|
  c = steps(n)
  if c > best
    best = c
    start = n
  end
end
puts "#{start} #{best}"
