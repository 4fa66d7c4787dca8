SIZE = 9

def fannkuch(n)
  perm = (0...n).to_a
  base = (0...n).to_a
  count = [0] * n
  most = 0
  checksum = 0
  even = true
  r = n
  loop do
    while r != 1
      count[r - 1] = r
      r -= 1
    end
    i = 0
    while i < n
      perm[i] = base[i]
      i += 1
    end
    flips = 0
    k = perm[0]
    while k != 0
      low = 0
      high = k
      while low < high
        perm[low], perm[high] = perm[high], perm[low]
        low += 1
        high -= 1
      end
      flips += 1
      k = perm[0]
    end
    most = flips if flips > most
    checksum = even ? checksum + flips : checksum - flips
    even = !even
    loop do
      return [checksum, most] if r == n
      first = base[0]
      i = 0
      while i < r
        base[i] = base[i + 1]
        i += 1
      end
      base[r] = first
      count[r] -= 1
      break if count[r] > 0
      r += 1
    end
  end
end

checksum, most = fannkuch(SIZE)
puts "#{checksum}\nPfannkuchen(#{SIZE}) = #{most}"
