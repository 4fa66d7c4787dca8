SIZE = 3500000

def sieve(limit)
  composite = []
  (0..limit).each { composite << false }
  count = 0
  i = 2
  while i <= limit
    unless composite[i]
      count += 1
      j = i * i
      while j <= limit
        composite[j] = true
        j += i
      end
    end
    i += 1
  end
  count
end

puts sieve(SIZE)
