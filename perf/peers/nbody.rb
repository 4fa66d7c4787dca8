SIZE = 60000

SOLAR_MASS = 39.47841760435743
DAYS = 365.24

def body(x, y, z, vx, vy, vz, mass)
  {x: x, y: y, z: z, vx: vx * DAYS, vy: vy * DAYS, vz: vz * DAYS, mass: mass * SOLAR_MASS}
end

PLANETS = [
  body(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
  body(4.84143144246472090, -1.16032004402742839, -0.103622044471123109, 0.00166007664274403694, 0.00769901118419740425, -0.0000690460016972063023, 0.000954791938424326609),
  body(8.34336671824457987, 4.12479856412430479, -0.403523417114321381, -0.00276742510726411330, 0.00499852801234917238, 0.0000230417297573763929, 0.000285885980666130812),
  body(12.8943695621391310, -15.1111514016986312, -0.223307578892655734, 0.00296460137564761618, 0.00237847173959480950, -0.0000296589568540237556, 0.0000436624404335156298),
  body(15.3796971148509165, -25.9193146099879641, 0.179258772950371181, 0.00268067772490389322, 0.00162824170038242295, -0.0000951592254519715870, 0.0000515138902046611451)
]

def settle
  px = py = pz = 0.0
  PLANETS.each do |b|
    px += b[:vx] * b[:mass]
    py += b[:vy] * b[:mass]
    pz += b[:vz] * b[:mass]
  end
  sun = PLANETS[0]
  sun[:vx] = -px / SOLAR_MASS
  sun[:vy] = -py / SOLAR_MASS
  sun[:vz] = -pz / SOLAR_MASS
end

def advance(dt)
  count = PLANETS.length
  i = 0
  while i < count
    a = PLANETS[i]
    j = i + 1
    while j < count
      b = PLANETS[j]
      dx = a[:x] - b[:x]
      dy = a[:y] - b[:y]
      dz = a[:z] - b[:z]
      d2 = dx * dx + dy * dy + dz * dz
      mag = dt / (d2 * Math.sqrt(d2))
      am = a[:mass] * mag
      bm = b[:mass] * mag
      a[:vx] -= dx * bm
      a[:vy] -= dy * bm
      a[:vz] -= dz * bm
      b[:vx] += dx * am
      b[:vy] += dy * am
      b[:vz] += dz * am
      j += 1
    end
    i += 1
  end
  PLANETS.each do |b|
    b[:x] += dt * b[:vx]
    b[:y] += dt * b[:vy]
    b[:z] += dt * b[:vz]
  end
end

def energy
  e = 0.0
  PLANETS.each_with_index do |a, i|
    e += 0.5 * a[:mass] * (a[:vx] * a[:vx] + a[:vy] * a[:vy] + a[:vz] * a[:vz])
    (i + 1...PLANETS.length).each do |j|
      b = PLANETS[j]
      dx = a[:x] - b[:x]
      dy = a[:y] - b[:y]
      dz = a[:z] - b[:z]
      e -= a[:mass] * b[:mass] / Math.sqrt(dx * dx + dy * dy + dz * dz)
    end
  end
  e
end

settle
puts format("%.9f", energy)
SIZE.times { advance(0.01) }
puts format("%.9f", energy)
