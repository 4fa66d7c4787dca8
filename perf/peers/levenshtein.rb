SIZE = 200

def distance(a, b)
  previous = (0..b.length).to_a
  i = 0
  while i < a.length
    current = [i + 1]
    j = 0
    while j < b.length
      cost = a[i] == b[j] ? 0 : 1
      best = previous[j] + cost
      best = previous[j + 1] + 1 if previous[j + 1] + 1 < best
      best = current[j] + 1 if current[j] + 1 < best
      current << best
      j += 1
    end
    previous = current
    i += 1
  end
  previous[-1]
end

def word(seed, length)
  s = +""
  length.times do
    seed = (seed * 131 + 7) % 10007
    s << (97 + seed % 6).chr
  end
  s
end

words = (0...SIZE).map { |i| word(i + 1, 8 + i % 9) }
total = 0
nearest = 1000
(0...SIZE).each do |i|
  (i + 1...SIZE).each do |j|
    d = distance(words[i], words[j])
    total += d
    nearest = [nearest, d].min
  end
end
puts "#{total} #{nearest} #{distance("kitten", "sitting")}"
