"""Functions that are written in every program, and nearly those, for `generator`.

The compiler recognises many of them: two elements that change places, a count in a map, the digits
of a number. Each is called with what it is meant for and with other values, alone, so that its
types are known, or in turn, so that they are not.
"""

from __future__ import annotations

import re

from generated_types import TypeGenerator

# Parameters with the kinds of what they get, and the body; <<a|b>> stands for one of them.
IDIOMS = {
    "swap": ("a:arr i:int j:int",
             "let t = a[i]; a[i] = a[<<j|j|j|i>>]; a[j] = <<t|t|t|a[i]>>; return a"),
    "sorting": ("a:arr n:int", """
        for i in range(len(a)<<| - 1| - n>>) { for j in range(<<0|i|i + 1>>, len(a) - 1) {
        if a[j] << < | > |>= >> a[j + 1] { let t = a[j]; a[j] = a[j + 1]; a[j + 1] = t } } }
        return a"""),
    "best": ("a:arr x:int", """
        let best = <<a[0]|a[-1]|x|first(a)>>; let at = 0
        for i in range(<<0|1>>, len(a)) { if a[i] << < | > |<=>> best { best = a[i]<<|; at = i>> } }
        return [best, at]"""),
    "form": ("v:float w:str", """
        return format("<<{}|{} and {}|{:.2f}|{:>5}<|{:05d}|{1}{0}|{{}}{}|none|{:.1f}%{:>3}>>",
        <<v, w|w, v|v|w, w>>)"""),
    "counts": ("a:arr k:str", """
        let m = ({}); for x in <<a|a|split(k, "")>> { <<m[x] = (m[x] \\|\\| 0) + 1|if has(m, x) {
        m[x] = m[x] + 1 } else { m[x] = 1 }|m[x] = get(m, x, 0) + 1|m[x] += 1|if m[x] == nil {
        m[x] = 0 } m[x]++>> } return <<m|entries(m)|[m[k], len(m)]>>"""),
    "groups": ("a:arr k:str", """
        let m = ({}); for x in a { let g = <<type(x)|k|x|len(m) % 2>>
        <<if !has(m, g) { m[g] = [] } push(m[g], x)|m[g] = (m[g] \\|\\| []) + [x]|if g in m {
        m[g].push(x) } else { m[g] = [x] }>> } return m"""),
    "digits": ("v:int b:int", """
        let n = v; let s = 0; let t = 0; while n > 0 && t < 20 { s = s + n % <<10|10|b>>
        n = <<floor(n / 10)|div(n, 10)|floor(n / b)|int(n / 10)|trunc(n / 10)>>; t++ }
        return [s, n<<|, v % 7|, -v % 3>>]"""),
    "divisor": ("a:int b:int", """
        let t = 0; while b <<!= 0|> 0>> && t < 30 { let r = a % b; a = b; b = r; t += 1 }
        return a"""),
    "bisect": ("a:arr x:int", """
        let lo = 0; let hi = len(a)<<| - 1>>; let t = 0
        while lo << < |<=>> hi && t < 9 { let mid = <<floor((lo + hi) / 2)|lo + floor((hi - lo) / 2)
        |shr(lo + hi, 1)|int((lo + hi) / 2)|(lo + hi) / 2>>; t++
        if a[mid] == x { return mid } if a[mid] < x { lo = mid + 1 } else { hi = mid<<| - 1>> } }
        return [lo, hi]"""),
    "grid": ("w:small h:small k:int", """
        let g = []; for y in range(h) { let row = []; for x in range(w) { <<push(row, (x * y + k) %
        3)|row.push(x == y)|row.push(k)>> } push(g, row) } let s = 0
        for y in range(h) { for x in range(w) { for d in [-1, 0, 1] {
        let v = g[<<(y + d + h) % h|y + d|y>>][<<(x + d + w) % w|x - d|x>>]
        <<s = s + v|if v == 1 { s++ }|s += v \\|\\| 0>> } } } return <<s|[s, g[0]]|g>>"""),
    "stack": ("a:arr n:int", """
        let st = [a]; let out = []; let t = 0; while len(st) > 0 && t < 15 { t++
        let x = <<pop(st)|st.pop()|shift(st)|last(st)>>; <<if type(x) == "array"|if len(x) > 0>> {
        for y in x { <<push(st, y)|st.push(y)|unshift(st, y)>> } } else { push(out, x) } }
        return <<out|[out, st]|len(out) + n>>"""),
    "memo": ("n:small k:int", """
        let memo = ({}); fn f(n) { if n < 2 { return <<n|1|k>> } if <<has(memo, n)|n in memo|
        memo[n] != nil>> { return memo[n] } let r = f(n - 1) + f(n - 2); memo[n] = r; return r }
        return [f(n), <<len(memo)|memo|k>>]"""),
    "scan": ("s:str n:int", """
        let out = []; let i = 0; let t = 0; while i < len(s) && t < 20 { t++; let c = s[i]
        if is_digit(c) { let start = i; while i < len(s) && <<is_digit(s[i])|s[i] >= "0">> { i++ }
        push(out, <<int(s[start:i])|int(substring(s, start, i))|slice(s, start, i)>>)
        } else if c == "<<,|a|->>" <<|\\|\\| c == "b">> { i = i + 1
        } else { push(out, <<c|upper(c)|c + s[i + 1]|ord(c)>>); i += <<1|1|n>> } } return out"""),
    "holds": ("v:int w:int", """
        assert(v << < |==|!=>> w<<|, "not so"|, w|, str(w)>>); return v"""),
    "told": ("a:arr i:int", """
        fn tell(e) { return <<e.message|e.kind|str(e)|e|[e.message, e.line]>> }
        try { let x = a[i] <<+ 1|% 0|(1)|.k.k>>; <<return x|throw x|throw error("no")>>
        } catch e { <<return tell(e)|let s = tell(e); throw s|throw e|if tell(e) == 1 { throw e }>>
        } <<|finally { push(a, 1) }>> return [a]"""),
    "steps": ("a:int b:int c:int", """
        let out = []; for i in range(<<a, b|a, b, c|b|0, a, c|a, len(out) + 3>>) {
        if len(out) > 5 { break } push(out, <<i|i * c|[i]>>) } return out"""),
    "upto": ("a:int b:int c:int", """
        let n = 0; let s = 0; let i = a; while i << < |<=|!=>> b && n < 7 { n++
        s = s + <<i|i * 2|i % 3>>; i = i + <<1|c|2>> } <<|b = 1; >>return [s, i]"""),
    "objects": ("v:int w:float", """
        let o = {x: v, f: fn(y) => y + w, n: 0<<|, push: fn(y) => [y]|, len: 3>>}
        <<o.x = o.x + 1|o.x += w|o.n++|o["x"] = w>>; let s = 0
        for p in [o, {x: <<w|v|"t">>, f: fn(y) => y, n: 1}] { s = s + <<p.x|p.f(v)|p.n|len(p)>> }
        return [s, o.x, <<len(o)|o.n|o.push(v)|keys(o)>>]"""),
    "build": ("s:str n:int", """
        let out = ""; for c in <<s|chars(s)|split(s, "")|s + str(n)>> {
        out = <<out + c|out + upper(c) + "-"|c + out|out + str(ord(c))|`${out}${c}${n}`>> }
        <<|out += n; >>return <<out|[out, len(out)]|out[1:]|out.trim()>>"""),
    "product": ("a:arr b:arr n:small", """
        let m = []; for i in range(n) { let row = []; for j in range(n) { let s = 0
        for k in range(len(a)) { s = s + a[<<k|i|(i + k) % len(a)>>] * b[<<k|j>>] }
        push(row, s) } push(m, row) } return m"""),
    "sieve": ("n:small k:int", """
        let p = <<[true] * n|fill(range(n), true)|range(n).map(fn(x) => true)>>; let c = 0
        for (let i = 2; i * i < n; i++) { if p[i] { for j in range(i * i, n, <<i|i|k>>) {
        <<p[j] = false|if p[j] { c++ } p[j] = nil>> } } }
        for i in range(2, n) { if p[i] { c = c + 1 } } return <<c|[c, p]>>"""),
    "bits": ("x:int n:small", """
        let s = x; for i in range(n) { s = <<bxor(s, shl(s, 3))|band(s * 5 + 1, 255)|shr(s, n)|
        bor(s, shl(1, i))|shl(s, i)|(s * 1103 + 12345) % 65536|floor(s / 2)>> } return s"""),
    "ends": ("s:str n:int", """
        let i = 0; let j = len(s) - 1; while i < j { if s[i] <<!=|==>> s[j] { return <<false|i|[i,
        j]>> } i++; <<j--|j -= 1|j = j - 1>> } return <<true|[i, j]|s[i]>>"""),
    "search": ("m:map k:str", """
        let g = {a: ["b", k], b: ["c"], c: [], k: ["a"]}; let seen = ({}); let queue = [k, "a"]
        let order = []; while len(queue) > 0 && len(order) < 9 { let at = <<shift(queue)|pop(queue)|
        queue.shift()|remove_at(queue, 0)>>; if <<has(seen, at)|seen[at]|at in seen>> { continue }
        seen[at] = true; push(order, at); for to in <<g[at] \\|\\| []|get(g, at, [])|m[at] \\|\\|
        []>> { <<push(queue, to)|if !seen[to] { queue.push(to) }>> } } return order"""),
    "pairs": ("s:str k:str", """
        let m = ({}); for part in split(s + ",k=1, x = " + k + ",,", ",") {
        let kv = <<split(part, "=")|part.split("=")>>; if len(kv) == 2 {
        m[trim(kv[0])] = <<trim(kv[1])|int(kv[1])|kv[1].trim()|float(trim(kv[1]))>> } }
        return <<m|m.k|[m[k], m]>>"""),
    "retry": ("n:small v:int", """
        let tries = 0; let log_ = []; while true { try { tries = tries + 1
        if tries < n && tries < 6 { throw <<"again"|error("again", "own")|tries>> }
        push(log_, v / (tries - 2)); break } catch e { push(log_, <<str(e)|e|tries>>)
        <<|if tries > 3 { return log_ }|continue>> } <<|finally { push(log_, -1) }>> } return log_
        """),
    "source": ("v:int w:int", """
        fn make(<<s|s, d = 2|...r>>) { let i = <<v|w>>; return fn() { i = i <<+ w|* 2|- 1|% 7>>
        return i } } let f = make(v); let g = make(w); <<|f = g; >>return [f(), f(), g(),
        f() <<+|<>> g()]"""),
    "folded": ("a:arr n:int", """
        return <<a.map(fn(x) => x * n).filter(fn(x) => x > 2)|reduce(a, fn(s, x) => s + x, n)|
        sort_by(a, fn(x) => -x)|a.map(fn(x, i) => x + i)|sorted(a, fn(p, q) => q - p)|
        sum(a.map(fn(x) => x % n))|join(a.map(fn(x) => `${x}:${n}`), ",")|
        a.some(fn(x) => x == n) \\|\\| a.every(fn(x) => x > n)|group_by(a, fn(x) => x % 2 == 0)|
        [max(a), min(a), n]|zip(a, range(n))|a.find(fn(x) => x > n)>>"""),
    "clamped": ("v:int lo:int hi:float", """
        <<return max(lo, min(v, hi))|if v < lo { return lo } return v > hi ? hi : v|
        let r = v; if r < lo { r = lo } else if r > hi { r = hi } return r>>"""),
    "chosen": ("v:int w:str", """
        return match v { <<1|0|"a">> => w, x if x << < 3|== w|> 0>> => [x],
        <<[x, y] => x|"k" => 1|nil => "nil"|true => 5>>, _ => <<w + v|v|nil>> }"""),
    "money": ("a:arr r:float", """
        let total = 0<<|.0>>; for x in a { total = total + x <<* r|/ 3|+ r|>>
        if total > 50 { <<break|continue|total -= 50>> } } return <<round(total)|total|
        floor(total * 100) / 100|[total, total / len(a)]|format("{:.2f}", total)>>"""),
    "rows": ("n:small v:float", """
        let rows = []; for i in range(n) { push(rows, {id: i, v: <<i * v|v|i % 3>>, t: "r" + i}) }
        let s = 0; for r in rows { <<if r.v > 1 { s = s + r.v }|s += r.id|r.v = r.v + s; s = r.v|
        if r.t == "r1" { r.id = v } s += r.id>> }
        rows.sort(fn(p, q) => <<p.v - q.v|q.id - p.id|p.v < q.v>>)
        return [s, <<rows|rows.map(fn(r) => r.id)|rows[0]|len(rows)>>]"""),
}
VALUES = {"small": ["0", "1", "2", "3", "5", "4", "2.0", "3.5", "-1", "true"]}
ALTERNATIVES = re.compile(r"<<((?:[^<>]|<(?!<)|>(?!>))*)>>")


class IdiomGenerator(TypeGenerator):
    """Writes such functions."""

    def idiom(self) -> None:
        """One of them, called several times."""
        if self.functions > 1 or self.times > 4:
            self.log()
            return
        stem = self.random.choice(list(IDIOMS))
        parameters, body = IDIOMS[stem]
        body = ALTERNATIVES.sub(lambda found: self.pick(
            re.split(r"(?<!\\)\|", found[1])).replace("\\|", "|").strip(), body)
        names, kinds = zip(*[each.split(":") for each in parameters.split()], strict=True)
        name = self.hidden_name(stem)
        self.line(f"fn {name}({', '.join(names)}) {{")
        for line in body.strip().splitlines():
            self.line("  " + line.strip())
        self.line("}")
        sure = self.pick(["all", "most", "most"])
        for _ in range(2 + self.below(3)):
            self.attempted(f"log({name}({', '.join([self.given(kind, sure) for kind in kinds])}))")
        if self.chance(0.3):
            rows = ", ".join([f"[{', '.join([self.given(kind, 'most') for kind in kinds])}]"
                              for _ in range(3)])
            given = ", ".join([f"r[{at}]" for at in range(len(kinds))])
            self.line(f"for r in [{rows}] {{")
            self.attempted(f"log({name}({given}))")
            self.line("}")

    def given(self, kind: str, sure: str) -> str:
        """An argument for a parameter of a kind, or another."""
        if sure != "all" and self.chance(0.12):
            return self.any_value(1) if self.chance(0.5) else self.sample()
        if kind in VALUES:
            return self.pick(VALUES[kind])
        return self.sample(kind)
