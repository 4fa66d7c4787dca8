const SIZE = 270;

function cell(i, j) {
  return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1);
}

function times(v) {
  const n = v.length;
  const out = [];
  for (let i = 0; i < n; i++) {
    let sum = 0.0;
    for (let j = 0; j < n; j++) sum = sum + cell(i, j) * v[j];
    out.push(sum);
  }
  return out;
}

function timesTransposed(v) {
  const n = v.length;
  const out = [];
  for (let i = 0; i < n; i++) {
    let sum = 0.0;
    for (let j = 0; j < n; j++) sum = sum + cell(j, i) * v[j];
    out.push(sum);
  }
  return out;
}

function both(v) { return timesTransposed(times(v)); }

let u = [];
for (let i = 0; i < SIZE; i++) u.push(1.0);
let v = [];
for (let round = 0; round < 10; round++) {
  v = both(u);
  u = both(v);
}
let vbv = 0.0, vv = 0.0;
for (let i = 0; i < SIZE; i++) {
  vbv = vbv + u[i] * v[i];
  vv = vv + v[i] * v[i];
}
console.log(Math.sqrt(vbv / vv).toFixed(9));
