local SIZE = 16

local function tree(depth)
  if depth == 0 then return {} end
  return {left = tree(depth - 1), right = tree(depth - 1)}
end

local function count(node)
  if node.left == nil then return 1 end
  return 1 + count(node.left) + count(node.right)
end

print("stretch " .. count(tree(SIZE + 1)))
local long_lived = tree(SIZE)
for depth = 4, SIZE, 2 do
  local rounds = 1
  for _ = depth, SIZE - 1 do rounds = rounds * 2 end
  local total = 0
  for _ = 1, rounds do total = total + count(tree(depth)) end
  print(rounds .. " trees of depth " .. depth .. ": " .. total)
end
print("long lived " .. count(long_lived))
