const SIZE = 200;

function distance(a, b) {
  let previous = [];
  for (let j = 0; j <= b.length; j++) previous.push(j);
  for (let i = 0; i < a.length; i++) {
    const current = [i + 1];
    for (let j = 0; j < b.length; j++) {
      let cost = 1;
      if (a[i] === b[j]) cost = 0;
      let best = previous[j] + cost;
      if (previous[j + 1] + 1 < best) best = previous[j + 1] + 1;
      if (current[j] + 1 < best) best = current[j] + 1;
      current.push(best);
    }
    previous = current;
  }
  return previous[b.length];
}

function word(seed, length) {
  let s = "";
  for (let i = 0; i < length; i++) {
    seed = (seed * 131 + 7) % 10007;
    s = s + String.fromCharCode(97 + seed % 6);
  }
  return s;
}

const words = [];
for (let i = 0; i < SIZE; i++) words.push(word(i + 1, 8 + i % 9));
let total = 0, nearest = 1000;
for (let i = 0; i < words.length; i++) {
  for (let j = i + 1; j < words.length; j++) {
    const d = distance(words[i], words[j]);
    total += d;
    nearest = Math.min(nearest, d);
  }
}
console.log(total, nearest, distance("kitten", "sitting"));
