const SIZE = 200000;

function partition(a, low, high) {
  const middle = Math.floor((low + high) / 2);
  const pivot = a[middle];
  a[middle] = a[high];
  a[high] = pivot;
  let store = low;
  for (let i = low; i < high; i++) {
    if (a[i] < pivot) {
      const t = a[i];
      a[i] = a[store];
      a[store] = t;
      store++;
    }
  }
  a[high] = a[store];
  a[store] = pivot;
  return store;
}

function quicksort(a, low, high) {
  if (low >= high) return;
  const p = partition(a, low, high);
  quicksort(a, low, p - 1);
  quicksort(a, p + 1, high);
}

const numbers = [];
let seed = 12345;
for (let i = 0; i < SIZE; i++) {
  seed = (seed * 16807) % 2147483647;
  numbers.push(seed % 1000000);
}
quicksort(numbers, 0, numbers.length - 1);
let checksum = 0;
for (let i = 1; i < SIZE; i++) {
  if (numbers[i - 1] > numbers[i]) throw new Error("not sorted");
  checksum = (checksum + numbers[i] * i) % 1000007;
}
console.log(numbers[0], numbers[Math.floor(SIZE / 2)], numbers[SIZE - 1], checksum);
