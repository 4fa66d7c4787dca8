"""The closures that a tree is made of: a function here makes a closure over its operands.

Parameters named `a`, `b`, `c` are registers (``int``), constants or closures, as their types say;
`t` is the register that is set. A closure takes the registers of its call.
"""
