const SIZE = 10;

function place(n, row, columns, rising, falling) {
  if (row === n) return 1;
  let found = 0;
  for (let c = 0; c < n; c++) {
    if (!columns[c] && !rising[row + c] && !falling[row - c + n]) {
      columns[c] = true;
      rising[row + c] = true;
      falling[row - c + n] = true;
      found = found + place(n, row + 1, columns, rising, falling);
      columns[c] = false;
      rising[row + c] = false;
      falling[row - c + n] = false;
    }
  }
  return found;
}

function flags(n) {
  const a = [];
  for (let i = 0; i < n; i++) a.push(false);
  return a;
}

function queens(n) { return place(n, 0, flags(n), flags(2 * n), flags(2 * n + 1)); }

for (let n = 4; n <= SIZE; n++) {
  let rounds = 0;
  for (let i = 0; i < 12; i++) rounds += queens(n);
  console.log(n, queens(n), rounds);
}
