const SIZE = 9;

function fannkuch(n) {
  const perm = [], base = [], count = [];
  for (let i = 0; i < n; i++) {
    base.push(i);
    perm.push(i);
    count.push(0);
  }
  let most = 0, checksum = 0, even = true, r = n;
  while (true) {
    while (r !== 1) {
      count[r - 1] = r;
      r--;
    }
    for (let i = 0; i < n; i++) perm[i] = base[i];
    let flips = 0;
    let k = perm[0];
    while (k !== 0) {
      let low = 0, high = k;
      while (low < high) {
        const t = perm[low];
        perm[low] = perm[high];
        perm[high] = t;
        low++;
        high--;
      }
      flips++;
      k = perm[0];
    }
    if (flips > most) most = flips;
    checksum = even ? checksum + flips : checksum - flips;
    even = !even;
    while (true) {
      if (r === n) return [checksum, most];
      const first = base[0];
      for (let i = 0; i < r; i++) base[i] = base[i + 1];
      base[r] = first;
      count[r]--;
      if (count[r] > 0) break;
      r++;
    }
  }
}

const [checksum, most] = fannkuch(SIZE);
console.log(`${checksum}\nPfannkuchen(${SIZE}) = ${most}`);
