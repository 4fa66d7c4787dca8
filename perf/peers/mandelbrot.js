const SIZE = 480;

function iterations(cr, ci, limit) {
  let zr = 0.0, zi = 0.0;
  for (let i = 0; i < limit; i++) {
    const r2 = zr * zr;
    const i2 = zi * zi;
    if (r2 + i2 > 4.0) return i;
    zi = 2.0 * zr * zi + ci;
    zr = r2 - i2 + cr;
  }
  return limit;
}

let inside = 0, total = 0;
for (let y = 0; y < SIZE; y++) {
  const ci = 2.4 * y / SIZE - 1.2;
  for (let x = 0; x < SIZE; x++) {
    const cr = 3.0 * x / SIZE - 2.0;
    const n = iterations(cr, ci, 60);
    if (n === 60) inside++;
    total += n;
  }
}
console.log(inside, total);
