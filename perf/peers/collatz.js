const SIZE = 80000;

function steps(n) {
  let count = 0;
  while (n !== 1) {
    if (n % 2 === 0) {
      n = Math.floor(n / 2);
    } else {
      n = 3 * n + 1;
    }
    count++;
  }
  return count;
}

let best = 0, start = 0;
for (let n = 1; n < SIZE; n++) {
  const c = steps(n);
  if (c > best) {
    best = c;
    start = n;
  }
}
console.log(start, best);
