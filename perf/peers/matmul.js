const SIZE = 200;

function matrix(n, seed) {
  const rows = [];
  for (let i = 0; i < n; i++) {
    const row = [];
    for (let j = 0; j < n; j++) row.push((i * seed + j) % 17 / 4);
    rows.push(row);
  }
  return rows;
}

function multiply(a, b, n) {
  const c = [];
  for (let i = 0; i < n; i++) {
    const row = [];
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum = sum + a[i][k] * b[k][j];
      row.push(sum);
    }
    c.push(row);
  }
  return c;
}

const a = matrix(SIZE, 3);
const b = matrix(SIZE, 7);
const c = multiply(a, b, SIZE);
let trace = 0;
for (let i = 0; i < SIZE; i++) trace += c[i][i];
console.log(trace.toFixed(4), c[0][SIZE - 1].toFixed(4), c[SIZE - 1][0].toFixed(4));
