SIZE = 200

def matrix(n, seed)
  rows = []
  n.times do |i|
    row = []
    n.times { |j| row << (i * seed + j) % 17 / 4.0 }
    rows << row
  end
  rows
end

def multiply(a, b, n)
  c = []
  n.times do |i|
    row = []
    n.times do |j|
      sum = 0
      n.times { |k| sum += a[i][k] * b[k][j] }
      row << sum
    end
    c << row
  end
  c
end

a = matrix(SIZE, 3)
b = matrix(SIZE, 7)
c = multiply(a, b, SIZE)
trace = 0
SIZE.times { |i| trace += c[i][i] }
puts format("%.4f %.4f %.4f", trace, c[0][SIZE - 1], c[SIZE - 1][0])
