SIZE = 270

def cell(i, j)
  1.0 / ((i + j) * (i + j + 1) / 2 + i + 1)
end

def times(v)
  n = v.length
  out = []
  n.times do |i|
    sum = 0.0
    n.times { |j| sum += cell(i, j) * v[j] }
    out << sum
  end
  out
end

def times_transposed(v)
  n = v.length
  out = []
  n.times do |i|
    sum = 0.0
    n.times { |j| sum += cell(j, i) * v[j] }
    out << sum
  end
  out
end

def both(v)
  times_transposed(times(v))
end

u = [1.0] * SIZE
v = []
10.times do
  v = both(u)
  u = both(v)
end
vbv = 0.0
vv = 0.0
SIZE.times do |i|
  vbv += u[i] * v[i]
  vv += v[i] * v[i]
end
puts format("%.9f", Math.sqrt(vbv / vv))
