SIZE = 16

def tree(depth)
  return {left: nil, right: nil} if depth == 0
  {left: tree(depth - 1), right: tree(depth - 1)}
end

def count(node)
  return 1 if node[:left].nil?
  1 + count(node[:left]) + count(node[:right])
end

puts "stretch #{count(tree(SIZE + 1))}"
long_lived = tree(SIZE)
4.step(SIZE, 2) do |depth|
  rounds = 1
  (depth...SIZE).each { rounds *= 2 }
  total = 0
  rounds.times { total += count(tree(depth)) }
  puts "#{rounds} trees of depth #{depth}: #{total}"
end
puts "long lived #{count(long_lived)}"
