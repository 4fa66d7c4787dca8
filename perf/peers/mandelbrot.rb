SIZE = 480

def iterations(cr, ci, limit)
  zr = 0.0
  zi = 0.0
  i = 0
  while i < limit
    r2 = zr * zr
    i2 = zi * zi
    return i if r2 + i2 > 4.0
    zi = 2.0 * zr * zi + ci
    zr = r2 - i2 + cr
    i += 1
  end
  limit
end

inside = 0
total = 0
SIZE.times do |y|
  ci = 2.4 * y / SIZE - 1.2
  SIZE.times do |x|
    cr = 3.0 * x / SIZE - 2.0
    n = iterations(cr, ci, 60)
    inside += 1 if n == 60
    total += n
  end
end
puts "#{inside} #{total}"
