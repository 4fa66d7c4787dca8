const SIZE = 16;

function tree(depth) {
  if (depth === 0) return {left: null, right: null};
  return {left: tree(depth - 1), right: tree(depth - 1)};
}

function count(node) {
  if (node.left === null) return 1;
  return 1 + count(node.left) + count(node.right);
}

console.log("stretch", count(tree(SIZE + 1)));
const longLived = tree(SIZE);
for (let depth = 4; depth <= SIZE; depth += 2) {
  let rounds = 1;
  for (let i = depth; i < SIZE; i++) rounds *= 2;
  let total = 0;
  for (let i = 0; i < rounds; i++) total += count(tree(depth));
  console.log(`${rounds} trees of depth ${depth}: ${total}`);
}
console.log("long lived", count(longLived));
