"""Tokens to tree: rows of source and tree, rows of source and message, hostile sources."""

from __future__ import annotations

import pathlib

import pytest
from sources import CASES, rows
from trees import messages, parsed, show, shown

from sentra.errors import SentraSyntaxError
from sentra.source import decode
from sentra.syntax import nodes
from sentra.syntax.parser import parse

TREES = """
a + b * c - d  =>  (Do (Binary - (Binary + a (Binary * b c)) d))
a == b != c  =>  (Do (Binary != (Binary == a b) c))
a < b in c  =>  (Do (Binary in (Binary < a b) c))
a || b && c or d and e  =>  (Do (Logical || (Logical || a (Logical && b c)) (Logical && d e)))
not a == b  =>  (Do (Unary ! (Binary == a b)))
not a && not b  =>  (Do (Logical && (Unary ! a) (Unary ! b)))
not x in c  =>  (Do (Unary ! (Binary in x c)))
!x in c  =>  (Do (Binary in (Unary ! x) c))
x not in c == d  =>  (Do (Binary == (Binary not in x c) d))
-a * !b.c  =>  (Do (Binary * (Unary - a) (Unary ! (Member b c))))
- -3 % 2  =>  (Do (Binary % (Unary - (Unary - 3)) 2))
-f(x)[1]  =>  (Do (Unary - (Index (Call f [x]) 1)))
(a + b) * c  =>  (Do (Binary * (Binary + a b) c))
a ? b : c ? d : e  =>  (Do (Conditional a b (Conditional c d e)))
a || b ? c : d  =>  (Do (Conditional (Logical || a b) c d))
m.in.nil.go._  =>  (Do (Member (Member (Member (Member m in) nil) go) _))
a[:] a[1:] a[:b]  =>  (Do (Slice a - -)) (Do (Slice a 1 -)) (Do (Slice a - b))
a[c ? x : y:4]  =>  (Do (Slice a (Conditional c x y) 4))
f()(a,)[b](c, d)  =>  (Do (Call (Index (Call (Call f []) [a]) b) [c d]))
true false nil null 1.5 'a'  =>  (Do True) (Do False) (Do None) (Do None) (Do 1.5) (Do 'a')
[];[a, [b,],]  =>  (Do (ArrayLiteral [])) (Do (ArrayLiteral [a (ArrayLiteral [b])]))
x = {}  =>  (Assignment x '' (MapLiteral []))
x = {a: 1, "b": 2, 3: c, (c): 5, true: 6, _: 7,}  =>  (Assignment x '' (MapLiteral [['a' 1] \
['b' 2] [3 c] [c 5] ['true' 6] ['_' 7]]))
({a: 1})  =>  (Do (MapLiteral [['a' 1]]))
`a${b}c${`d${e}`}`  =>  (Do (Template ['a' b 'c' (Template ['d' e])]))
`${ {a: 1}.a }`  =>  (Do (Template [(Member (MapLiteral [['a' 1]]) a)]))
`a`  =>  (Do 'a')
try(f)  =>  (Do (Call try [f]))
x = [try(f)]  =>  (Assignment x '' (ArrayLiteral [(Call try [f])]))

a;; b; c d  =>  (Do a) (Do b) (Do c) (Do d)
a = 1 b = 2  =>  (Assignment a '' 1) (Assignment b '' 2)
a¶- 3¶  .b  =>  (Do (Binary - a (Member 3 b)))
a¶  && b¶  ? c¶  : d  =>  (Do (Conditional (Logical && a b) c d))
a¶(b)¶[c]¶<-d  =>  (Do a) (Do b) (Do (ArrayLiteral [c])) (Do (Receive d))
a /* ¶ */ (b)  =>  (Do a) (Do b)
'x¶'(b)  =>  (Do (Call 'x\\n' [b]))
return¶1  =>  (Return -) (Do 1)
return a¶  + 1  =>  (Return (Binary + a 1))
return (¶1)  =>  (Return 1)
if a { return }  =>  (If a (Block [(Return -)]) -)
return {"a": 1}  =>  (Return (MapLiteral [['a' 1]]))
return break_ return let x  =>  (Return break_) (Return -) (Declaration let x -)
return try(f)  =>  (Return (Call try [f]))

a[i].b += 2  =>  (Assignment (Member (Index a i) b) + 2)
x++ y--  =>  (Assignment x + 1) (Assignment y - 1)
let x  =>  (Declaration let x -)
let _ = f()  =>  (Declaration let _ (Call f []))
const X: map<string, number>= 5  =>  (Declaration const X 5)
var x: number | nil? = 1  =>  (Declaration var x 1)
let x: array<map<a, (b | fn)[]>>[]? = 1  =>  (Declaration let x 1)
let x: string[]¶[1]  =>  (Declaration let x -) (Do (ArrayLiteral [1]))
let as = from  =>  (Declaration let as from)

fn f() { }  =>  (FunctionDeclaration (FunctionLiteral f [] (Block [])))
fn f(a: number, b = 2, ...r: string[]): string? { }  =>  (FunctionDeclaration (FunctionLiteral f \
[(Parameter a - False) (Parameter b 2 False) (Parameter r - True)] (Block [])))
fn f(_, _, a,) -> number => a  =>  (FunctionDeclaration (FunctionLiteral f \
[(Parameter _ - False) (Parameter _ - False) (Parameter a - False)] (Block [(Return a)])))
fn select(go, case) { }  =>  (FunctionDeclaration (FunctionLiteral select \
[(Parameter go - False) (Parameter case - False)] (Block [])))
x = fn(a) => {b: 1}  =>  (Assignment x '' (FunctionLiteral fn [(Parameter a - False)] \
(Block [(Return (MapLiteral [['b' 1]]))])))
x = fn() => {}  =>  (Assignment x '' (FunctionLiteral fn [] (Block [(Return (MapLiteral []))])))
x = fn() => {(a + (b)): 1}  =>  (Assignment x '' (FunctionLiteral fn [] (Block \
[(Return (MapLiteral [[(Binary + a b) 1]]))])))
x = fn() => { (a)(b) }  =>  (Assignment x '' (FunctionLiteral fn [] (Block [(Do (Call a [b]))])))
x = fn() => { f }  =>  (Assignment x '' (FunctionLiteral fn [] (Block [(Do f)])))
fn(x) => x + 1  =>  (Do (FunctionLiteral fn [(Parameter x - False)] (Block \
[(Return (Binary + x 1))])))
c ? fn(x) => a : b  =>  (Do (Conditional c (FunctionLiteral fn [(Parameter x - False)] (Block \
[(Return a)])) b))
(fn() { })()  =>  (Do (Call (FunctionLiteral fn [] (Block [])) []))

{ a } {}  =>  (Block [(Do a)]) (Block [])
if (a) { } else if b { } else { }  =>  (If a (Block []) (If b (Block []) (Block [])))
let x = if a { 1 } else { 2 } + 1  =>  (Declaration let x (Binary + (If a (Block [(Do 1)]) \
(Block [(Do 2)])) 1))
while {} { }  =>  (While (MapLiteral []) (Block []))
for (;;) { break }  =>  (For - - - (Block [(Break)]))
for (let i = 0; i < n; i++) { continue }  =>  (For (Declaration let i 0) (Binary < i n) \
(Assignment i + 1) (Block [(Continue)]))
for (i = 0; ; f()) { }  =>  (For (Assignment i '' 0) - (Do (Call f [])) (Block []))
for x in e { }  =>  (ForIn x - e (Block []))
for (let x in x) { }  =>  (ForIn x - x (Block []))
for (k, v in {a: 1}) { }  =>  (ForIn k v (MapLiteral [['a' 1]]) (Block []))
for let _, go in e { }  =>  (ForIn _ go e (Block []))
while a { let x = if b { break } else { continue } }  =>  (While a (Block [(Declaration let x \
(If b (Block [(Break)]) (Block [(Continue)])))]))
try { } catch { }  =>  (Try (Block []) - (Block []) -)
try { } catch (e) { } finally { }  =>  (Try (Block []) e (Block []) (Block []))
try { } catch _ { }  =>  (Try (Block []) - (Block []) -)
try { } finally { }  =>  (Try (Block []) - - (Block []))
throw {a: 1}  =>  (Throw (MapLiteral [['a' 1]]))

match v { 1, 2 | -3 => x, -0.5 => { }; n if n > 1 => a = 1 _ => return, }  =>  (Match v [(Arm \
[1 2 -3] - - (Do x)) (Arm [-0.5] - - (Block [])) (Arm [] n (Binary > n 1) (Assignment a '' 1)) \
(Arm [] - - (Return -))])
match v { "a" => if a { } nil => match a { } true => ({}) }  =>  (Match v [(Arm ['a'] - - \
(If a (Block []) -)) (Arm [None] - - (Match a [])) (Arm [True] - - (Do (MapLiteral [])))])
let x = match {a: 1} { m if m.a => m }  =>  (Declaration let x (Match (MapLiteral [['a' 1]]) \
[(Arm [] m (Member m a) (Do m))]))

<-ch  =>  (Do (Receive ch))
<-a.b + 1  =>  (Do (Binary + (Receive (Member a b)) 1))
- <-a  =>  (Do (Unary - (Receive a)))
a <-b  =>  (Send a b)
a.b[0] <- <-c  =>  (Send (Index (Member a b) 0) (Receive c))
a <- b <-c  =>  (Send a (Binary < b (Unary - c)))
let x = a <-b + c  =>  (Declaration let x (Binary < a (Binary + (Unary - b) c)))
f(a <-b.c)  =>  (Do (Call f [(Binary < a (Unary - (Member b c)))]))
x = fn() { a <- b }  =>  (Assignment x '' (FunctionLiteral fn [] (Block [(Send a b)])))
f(fn() { a <- b }) <- c  =>  (Send (Call f [(FunctionLiteral fn [] (Block [(Send a b)]))]) c)
go f(x)  =>  (Do (Go (Call f [x])))
let t = spawn a.b(c).d(e) + 1  =>  (Declaration let t (Binary + (Go (Call (Member (Call \
(Member a b) [c]) d) [e])) 1))
go fn() { }()  =>  (Do (Go (Call (FunctionLiteral fn [] (Block [])) [])))
go(1) go + go; [go]  =>  (Do (Call go [1])) (Do (Binary + go go)) (Do (ArrayLiteral [go]))
go¶f(x)  =>  (Do go) (Do (Call f [x]))
select { case v = <-a: x y case <-b.c: return case c <- d: default: z }  =>  (Select \
[(SelectCase receive v a - (Block [(Do x) (Do y)])) (SelectCase receive - (Member b c) - (Block \
[(Return -)])) (SelectCase send - c d (Block [])) (SelectCase default - - - (Block [(Do z)]))])
select { case _ = <-a: default = 1 { case } }  =>  (Select [(SelectCase receive - a - (Block \
[(Assignment default '' 1) (Block [(Do case)])]))])
select.x select = 1  =>  (Do (Member select x)) (Assignment select '' 1)

import math  =>  (Import math True math -)
import math as m  =>  (Import math True m -)
import "a/b.sn" import "http" as web  =>  (Import a/b.sn False b -) (Import http False web -)
import "./a-b" as c  =>  (Import ./a-b False c -)
import { a, b as c, match as d, } from "x"  =>  (Import x False '' [[a a] [b c] [match d]])
import math¶as = 1  =>  (Import math True math -) (Assignment as '' 1)
export fn f() { }  =>  (Export (FunctionDeclaration (FunctionLiteral f [] (Block []))) [])
export const a = 1  =>  (Export (Declaration const a 1) [])
export { a, b as in, }  =>  (Export - [[a a [1 10 1 11 1 10]] [b in [1 13 1 14 1 13]]])
"""


@pytest.mark.parametrize("source, expected", rows(TREES))
def test_trees(source: str, expected: str) -> None:
    assert shown(source) == expected


PROBLEMS = """
a == not b  =>  1:6: not binds weaker than the operator before it; put it in parentheses
- not b  =>  1:3: not binds weaker than the operator before it; put it in parentheses
[a¶(b)]  =>  2:1: expected ] to close the array, or a comma, found (
f(a¶[b])  =>  2:1: expected ) to close the argument list, or a comma, found [
f(1 2)  =>  1:5: expected ) to close the argument list, or a comma, found a number
f(,)  =>  1:3: expected an expression, found ,
(a  =>  1:3: expected ) to close the ( of line 1, found the end of the file
a ? b  =>  1:6: expected : and the other value of the conditional, found the end of the file
a[]  =>  1:3: expected an expression, found ]
a[1  =>  1:4: expected ] to close the index, found the end of the file
a.  =>  1:3: expected a name after ., found the end of the file
a."b"  =>  1:3: expected a name after ., found a string
1.  =>  1:3: a number needs a digit after its point
.5  =>  1:1: a number needs a digit before its point
x = -.5  =>  1:6: a number needs a digit before its point
x = {a}  =>  1:7: expected : after the key, found }
x = {-1: 2}  =>  1:6: expected a key: a name, a string, a number, or an expression in \
parentheses, found -
x = {a: 1 b: 2}  =>  1:11: expected } to close the map, or a comma, found the name b
{a: 1}  =>  1:3: expected a statement, found : (for a map at the start of a statement, write ({…}))
`${}`  =>  1:4: expected an expression, found }
`${a b}`  =>  1:6: expected } to close the ${, found the name b
log(_)  =>  1:5: _ binds nothing: it cannot be read, or assigned without let
_ = 1  =>  1:1: _ binds nothing: it cannot be read, or assigned without let
x = try  =>  1:5: expected an expression, found the keyword try
x = `a${b  =>  1:10: expected } to close the ${, found the end of the file

a }  =>  1:3: } closes nothing
)  =>  1:1: expected a statement, found )
a = b = c  =>  1:7: expected a statement, found =
a + 1 = 2  =>  1:1: cannot assign to this: only variables, indexes and members can be assigned
a[1:2] = 3  =>  1:1: cannot assign to this: only variables, indexes and members can be assigned
f()++  =>  1:1: cannot assign to this: only variables, indexes and members can be assigned
a--b  =>  1:2: -- is no binary operator
a¶++  =>  2:1: ++ must stand on the line of its variable
++a  =>  1:1: ++ is no prefix operator; it stands behind its variable, on its line
x = --a  =>  1:5: -- is no prefix operator; it stands behind its variable, on its line
let while = 2  =>  1:5: expected a name after let, found the keyword while
let = 2  =>  1:5: expected a name after let, found =
if x = 5 { }  =>  1:6: expected { to start a block, found = (to compare, write ==)
x === 1  =>  1:5: expected an expression, found = (to compare, write ==)
x !== 1  =>  1:5: expected an expression, found = (for unequal, write !=)
a <> b  =>  1:4: expected an expression, found > (for unequal, write !=)
a ** b  =>  1:4: expected an expression, found * (for a power, write pow(a, b))
f = (x) => x  =>  1:9: expected a statement, found => (for a function, write fn(x) => …)
f = |x| x  =>  1:5: expected an expression, found | (for a function, write fn(x) => …)
x := 5  =>  1:3: expected a statement, found : (for a variable, write let x = …)
let [a] = b  =>  1:5: expected a name after let, found [ (one variable at a time)
log(x++)  =>  1:6: expected ) to close the argument list, or a comma, found ++ (++ has no value)
let y = x++  =>  1:10: ++ makes a statement and has no value
import a.b  =>  1:9: expected a statement, found . (for a file, write import "a/b.sn")
let a, b  =>  1:6: expected a statement, found , (one variable at a time)
const x  =>  1:8: expected = and a value for the constant x, found the end of the file
let x: = 1  =>  1:8: expected a type, found = (for a variable, write let x = …)
let x: map<a = 1  =>  1:14: expected > to close the type, found =
throw¶"x"  =>  1:1: throw needs a value on its line
break  =>  1:1: break outside a loop
while a { fn() { continue } }  =>  1:18: continue outside a loop
while a { fn(x = if b { break }) { } }  =>  1:25: break outside a loop
else { }  =>  1:1: else does not follow the block of if
try { }  =>  1:8: expected catch or finally after the block of try, found the end of the file
catch { }  =>  1:1: catch does not follow the block of try
if a¶b  =>  2:1: expected { to start a block, found the name b
{  =>  1:2: expected } to close the block that starts on line 1, found the end of the file
for x of a { }  =>  1:7: expected in after the loop variable (for (…; …; …) needs its \
parentheses), found the name of
for const x in a { }  =>  1:5: expected a loop variable or ( after for, found the keyword const
for (x in a { }  =>  1:13: expected ) to close the head of the loop, found {
for (;) { }  =>  1:7: expected an expression, found )

fn f(a = 1, b) {}  =>  1:13: b needs a default value, as the parameter before it has one
fn f(a, b, a) {}  =>  1:12: two parameters are named a
fn f(...a, b) {}  =>  1:12: ...a must be the last parameter
fn f(...a = 1) {}  =>  1:11: ...a cannot have a default value
fn f(a b) {}  =>  1:8: expected ) to close the parameter list, or a comma, found the name b
fn f(in) {}  =>  1:6: expected a name for a parameter, found the keyword in
fn f()  =>  1:7: expected { or => to start the function's body, found the end of the file
x = fn foo() {}  =>  1:8: a function in an expression has no name: write fn(…)
fn {}  =>  1:4: expected a name or ( after fn, found {
fn _() {}  =>  1:4: expected a name or ( after fn, found _

match v { 1 => a¶ -2 => b }  =>  2:5: => without a pattern (one that starts with - needs a \
comma before it)
match v { n | 1 => a }  =>  1:13: a name or _ matches everything, and cannot have alternatives
match v { 1 | n => a }  =>  1:15: a name or _ cannot stand among alternatives
match v { -a => a }  =>  1:12: expected a number after - in a pattern, found the name a
match v { [] => a }  =>  1:11: expected a pattern (a literal, a name or _) or }, found [
match v { 1 => }  =>  1:16: expected a statement or an expression after =>, found }
match v { 1 => a  =>  1:17: expected } to close match, found the end of the file
match v  =>  1:8: expected { before the arms of match, found the end of the file
go f  =>  1:4: expected a call after go, such as go f(x), found the name f
select { case a: }  =>  1:15: a case must receive (<-channel) or send (channel <- value)
select { case v = a: }  =>  1:19: expected <- and a channel after = in a case, found the name a
select { default: default: }  =>  1:19: select has a default already
select { a }  =>  1:10: expected case, default or } in select, found the name a
import 5  =>  1:8: expected a module's name or a path in quotes after import, found a number
import "./a-b"  =>  1:8: this module's name is no identifier; give it one with as
import "match"  =>  1:8: this module's name is no identifier; give it one with as
import ""  =>  1:8: this module's name is no identifier; give it one with as
import { a } of "x"  =>  1:14: expected from and a path after the names to import, found the \
name of
import { match } from "x"  =>  1:10: expected a name or }, found the keyword match
{ export { a } }  =>  1:3: export stands inside a block; only a file's own variables can be \
exported
export if  =>  1:8: expected fn, let, const or { after export, found the keyword if
export let _ = 1  =>  1:12: _ cannot be exported
"""


@pytest.mark.parametrize("source, expected", rows(PROBLEMS))
def test_problems(source: str, expected: str) -> None:
    assert messages(source) == [expected]


@pytest.mark.parametrize("source, expected", [
    ("let = 1\nlet x = 2\nif x {\n  let y = )\n}\nf(1\nlet z", [
        "1:5: expected a name after let, found =",
        "4:11: expected an expression, found )",
        "7:1: expected ) to close the argument list, or a comma, found the keyword let"]),
    ("fn f() {\n  let m = {a: 1, b 2}\n  let n = 1\n}\nf(]\n", [
        "2:20: expected : after the key, found a number",
        "5:3: expected an expression, found ]"]),
    ("for x of y {\n  a = = b\n}\nlet a = 1\na b c )", [
        "1:7: expected in after the loop variable (for (…; …; …) needs its parentheses), found "
        "the name of", "5:7: expected a statement, found )"]),
    ("fn f() {\n  if a {\n    b(\n}\nlet = 2\n", [
        "4:1: expected an expression, found }", "5:5: expected a name after let, found ="]),
    ("}\n}\nlet = 1", ["1:1: } closes nothing", "2:1: } closes nothing",
                        "3:5: expected a name after let, found ="]),
    ("let a = 1 @ )\nlet b = ~\nlet = 1", [
        '1:11: unknown character "@"', '2:9: unknown character "~"',
        "3:5: expected a name after let, found ="]),
    ("let a = (\n/* never closed\nlet = 1", ["2:1: comment is not closed"]),
    ("break\ncontinue", ["1:1: break outside a loop", "2:1: continue outside a loop"]),
    ("fn f(a, a) { break }", ["1:9: two parameters are named a"]),
])
def test_recovery(source: str, expected: list[str]) -> None:
    assert messages(source) == expected


def test_ten_problems_at_most() -> None:
    found = messages("let = 1\n" * 30)
    assert [message.split(":")[0] for message in found] == [str(line) for line in range(1, 11)]


@pytest.mark.parametrize("source, incomplete", [
    ("fn f() {", True), ("f(1,", True), ("let x =", True), ("`a ${b", True), ("`a", True),
    ("/* a", True), ("x = {a: 1", True), ("match a {", True),
    ("let = 1", False), ("let = 1\nfn f() {", False), (")", False), ("@ (", False),
])
def test_incomplete(source: str, incomplete: bool) -> None:
    with pytest.raises(SentraSyntaxError) as caught:
        parsed(source)
    assert caught.value.incomplete is incomplete


@pytest.mark.parametrize("source, path, span", [
    ("a + b", "expression", (1, 1, 1, 6, 1, 3)),
    ("a\n  && (b)", "expression", (1, 1, 2, 8, 2, 3)),
    ("a not in b", "expression", (1, 1, 1, 11, 1, 3)),
    ("(a + b) * c", "expression.left", (1, 2, 1, 7, 1, 4)),
    ("x = (f)(a,\n b)", "value", (1, 6, 2, 4, 1, 6)),
    ("a.b[1].c(2)", "expression.callee", (1, 1, 1, 9, 1, 1)),
    ("a[1:2]", "expression", (1, 1, 1, 7, 1, 1)),
    ("- a.b", "expression", (1, 1, 1, 6, 1, 1)),
    ("not a", "expression", (1, 1, 1, 6, 1, 1)),
    ("x = a <-b", "value", (1, 5, 1, 10, 1, 7)),
    ("x = a <-b", "value.right", (1, 8, 1, 10, 1, 8)),
    ("a ? b : cc", "expression", (1, 1, 1, 11, 1, 1)),
    ("a[0] = 5", "", (1, 1, 1, 9, 1, 1)),
    ("abc += 5", "", (1, 1, 1, 9, 1, 5)),
    ("abc++", "", (1, 1, 1, 6, 1, 4)),
    ("x = 'a\nb'", "value", (1, 5, 2, 3, 1, 5)),
    ("x = `a\n${b}`", "value", (1, 5, 2, 6, 1, 5)),
    ("x = {a: 1}", "value", (1, 5, 1, 11, 1, 5)),
    ("x = fn(a) => a", "value", (1, 5, 1, 15, 1, 5)),
    ("fn f() {\n}", "function", (1, 1, 2, 2, 1, 1)),
    ("throw  a", "", (1, 1, 1, 9, 1, 1)),
    ("if a {\n} else if b {\n}", "otherwise", (2, 8, 3, 2, 2, 8)),
    ("let x = 1", "", (1, 1, 1, 10, 1, 1)),
    ("ch <- 1", "", (1, 1, 1, 8, 1, 1)),
    ("import { a } from 'x'", "name_span", (1, 19, 1, 22, 1, 19)),
    ("while a {\n}\n", "body", (1, 9, 2, 2, 1, 9)),
])
def test_spans(source: str, path: str, span: tuple[int, ...]) -> None:
    found: object = parsed(source).statements[0]
    for step in path.split(".") if path else []:
        found = getattr(found, step)
    assert (found.span if isinstance(found, nodes.Node) else found) == span


def test_minus_before_a_number_is_folded_in_patterns_only() -> None:
    tree = parsed("match v { -5 => -5 }")
    assert show(tree.statements[0]) == (
        "(Match v [(Arm [-5] - - (ExpressionStatement (Unary - 5)))])")


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_conformance_cases(path: pathlib.Path) -> None:
    source = path.read_bytes()
    if path.parent.name != "syntax_errors" or path.stem == "const_assign":  # lowering's to find
        parse(decode(source, path.name))
    else:
        expected = path.with_suffix(".err").read_text().split("\n")[0]
        with pytest.raises(SentraSyntaxError) as caught:
            parse(decode(source, path.name))
        assert expected in str(caught.value)
