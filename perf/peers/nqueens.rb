SIZE = 10

def place(n, row, columns, rising, falling)
  return 1 if row == n
  found = 0
  c = 0
  while c < n
    if !columns[c] && !rising[row + c] && !falling[row - c + n]
      columns[c] = true
      rising[row + c] = true
      falling[row - c + n] = true
      found += place(n, row + 1, columns, rising, falling)
      columns[c] = false
      rising[row + c] = false
      falling[row - c + n] = false
    end
    c += 1
  end
  found
end

def flags(n)
  [false] * n
end

def queens(n)
  place(n, 0, flags(n), flags(2 * n), flags(2 * n + 1))
end

(4..SIZE).each do |n|
  rounds = 0
  12.times { rounds += queens(n) }
  puts "#{n} #{queens(n)} #{rounds}"
end
