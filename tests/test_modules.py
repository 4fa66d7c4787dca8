"""Modules: what a path means, bodies that run once, cycles, what is refused."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from executors import EXECUTORS

from sentra.errors import Located, SentraError, Stop, Thrown
from sentra.pipeline import compile_source, load_data, load_file, read_source, run
from sentra.runtime.context import Context
from sentra.runtime.files import FileFinder, read_beneath
from sentra.runtime.loader import Found, Loader
from sentra.runtime.modules import ModuleValue
from sentra.runtime.text import to_text


@pytest.fixture(params=EXECUTORS)
def executor(request: pytest.FixtureRequest) -> Any:
    return EXECUTORS[request.param]()


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def outcome(
    executor: Any, folder: Path, files: dict[str, str], *, main: str = "main.sn",
    search_path: tuple[str, ...] = (),
) -> str:
    """What the program prints, and the error that ended it."""
    write(folder, files)
    return outcome_of_file(executor, str(folder / main), search_path)


def outcome_of_file(executor: Any, path: str, search_path: tuple[str, ...] = ()) -> str:
    printed: list[str] = []
    context = Context(write=printed.append)
    try:
        run(load_file(path, os.path.basename(path)), context=context, executor=executor,
            search_path=search_path, path=path)
    except Located as error:
        text = to_text(error.value) if isinstance(error, Thrown) else error.message
        printed.append(f"{[str(frame) for frame in error.frames]} {text}")
    return "".join(printed)


LOOKUPS = {
    # what main imports → what it prints
    'import "./util"': "util\n",
    'import "./util.sn"': "util\n",
    'import "util"': "util\n",
    'import "util.sn" as other': "util\n",
    'import "lib/deep"': "deep\n",
    'import "./lib/../util"': "util\n",
    'import "from_search"': "from search\n",
    'import "both"': "both, beside the importer\n",
    'import "lib/up"': "util\nup\n",
    'import "lib/sideways"': "deep\nsideways\n",
    'import "a.b" as x': "dotted\n",
}
FILES = {
    "main/util.sn": 'log("util")',
    "main/lib/deep.sn": 'log("deep")',
    "main/lib/up.sn": 'import "../util"\nlog("up")',
    "main/lib/sideways.sn": 'import "deep"\nlog("sideways")',
    "main/both.sn": 'log("both, beside the importer")',
    "main/a.b.sn": 'log("dotted")',
    "search/both.sn": 'log("both, from the search path")',
    "search/from_search.sn": 'log("from search")',
}


@pytest.mark.parametrize("statement", LOOKUPS)
def test_lookup(executor: Any, tmp_path: Path, statement: str) -> None:
    files = {**FILES, "main/main.sn": statement}
    assert outcome(executor, tmp_path, files, main="main/main.sn",
                   search_path=(str(tmp_path / "main"), str(tmp_path / "search"))
                   ) == LOOKUPS[statement]


REFUSED = [
    "../outside", "../../etc/passwd", "./../outside.sn", "lib/../../outside", "/etc/passwd",
    "~/x", "~root/x", "", ".", "..", "./", "lib", "lib/", "nul\\0byte", "link", "link.sn",
    "linked_folder/outside", "no_such", "fifo", "folder", "x" * 300, "a/" * 3000 + "b", "\\u{fffd}",
    "//etc/passwd", "./fifo", "util.sn/x", "data.txt",
]


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path[:20] or "empty")
def test_refused(executor: Any, tmp_path: Path, path: str) -> None:
    """SECURITY 28: outside the roots, through links, and what is no ordinary file."""
    folder = tmp_path / "main"
    write(tmp_path, {"outside.sn": 'log("out")', "main/util.sn": "", "main/folder.sn/x": "",
                     "main/lib/x.sn": "", "main/data.txt": 'log("data")'})
    (folder / "link.sn").symlink_to(tmp_path / "outside.sn")
    (folder / "linked_folder").symlink_to(tmp_path)
    os.mkfifo(folder / "fifo.sn")
    files = {"main/main.sn": f'try {{ import "{path}" as m }} catch e {{ log(e.kind, e) }}'}
    shown = path.replace("\\0", "\0").replace("\\u{fffd}", "\ufffd")
    assert outcome(executor, tmp_path, files, main="main/main.sn", search_path=(
        str(folder),)) == f'import module not found: "{shown}"\n'


def test_links_within_the_roots_are_one_module(executor: Any, tmp_path: Path) -> None:
    write(tmp_path, {"real/one.sn": 'log("body")'})
    (tmp_path / "two.sn").symlink_to(tmp_path / "real/one.sn")
    assert outcome(executor, tmp_path, {
        "main.sn": 'import "./two"\nimport "./real/one"\nlog(one == two)'}) == "body\ntrue\n"


def test_main_behind_a_link_imports_from_where_it_is(executor: Any, tmp_path: Path) -> None:
    write(tmp_path, {"app/main.sn": 'import "./util"', "app/util.sn": 'log("found")'})
    (tmp_path / "start.sn").symlink_to(tmp_path / "app/main.sn")
    assert outcome_of_file(executor, str(tmp_path / "start.sn")) == "found\n"


def test_permission(executor: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.open

    def refuse(path: str, *args: Any, **options: Any) -> int:
        if path == "secret.sn":
            raise PermissionError(13, "no")
        return real(path, *args, **options)

    monkeypatch.setattr(os, "open", refuse)
    assert outcome(executor, tmp_path, {
        "secret.sn": "", "main.sn": 'try { import "./secret" } catch e { log(e.kind, e) }'}) == (
        'import cannot read module "./secret": permission denied\n')


def test_file_swapped_for_a_link_after_the_check(tmp_path: Path) -> None:
    write(tmp_path, {"in/lib/a.sn": "inside", "out/a.sn": "outside"})
    inside = tmp_path / "in"
    assert read_beneath(str(inside), str(inside / "lib/a.sn")) == b"inside"
    (inside / "lib/a.sn").unlink()
    (inside / "lib/a.sn").symlink_to(tmp_path / "out/a.sn")
    with pytest.raises(OSError, match=r"a\.sn|lib"):
        read_beneath(str(inside), str(inside / "lib/a.sn"))
    (inside / "lib/a.sn").unlink()
    (inside / "lib").rmdir()
    (inside / "lib").symlink_to(tmp_path / "out")
    with pytest.raises(OSError, match=r"a\.sn|lib"):
        read_beneath(str(inside), str(inside / "lib/a.sn"))


def test_large_file(executor: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sentra.runtime.files.LARGEST", 10)
    assert outcome(executor, tmp_path, {
        "big.sn": "// 90123456", "small.sn": "// 9012345",
        "main.sn": 'import "./small"\ntry { import "./big" } catch e { log(e.kind, e) }'}) == (
        "import module too large\n")


def test_names_in_messages(executor: Any, tmp_path: Path) -> None:
    """Relative to the main file's folder, else to the folder where it was found; never absolute."""
    text = outcome(executor, tmp_path, {
        "app/main.sn": 'import "./lib/a"\nimport "elsewhere/b"\n'
                       "try { a.f() } catch e { log(e.file, e.line) }\n"
                       "try { b.f() } catch e { log(e.file, e.line) }\n",
        "app/lib/a.sn": "export fn f() {\n  throw error(1) }",
        "search/elsewhere/b.sn": "export fn f() {\n  throw error(1) }",
    }, main="app/main.sn", search_path=(str(tmp_path / "search"),))
    assert text == "lib/a.sn 2\nelsewhere/b.sn 2\n"


def test_two_files_with_one_name_import_their_own_neighbours(executor: Any, tmp_path: Path) -> None:
    text = outcome(executor, tmp_path, {
        "app/main.sn": 'import "lib/a"\nimport "./x/a" as b\nlog(a.who(), b.who(), a.name(), '
                       'b.name())\nimport "./lib2/a" as c\nlog(c.who())',
        "search/lib/a.sn": 'import "./n"\nexport fn who() => n.me\n'
                           "export fn name() { try { throw error(1) } catch e { return e.file } }",
        "search/lib/n.sn": 'export let me = "search"',
        "app/x/a.sn": 'import "./n"\nexport fn who() => n.me\n'
                      "export fn name() { try { throw error(1) } catch e { return e.file } }",
        "app/x/n.sn": 'export let me = "x"',
        "app/lib2/a.sn": 'import "n2"\nexport fn who() => n2.me',
        "search/n2.sn": 'export let me = "n2"',
    }, main="app/main.sn", search_path=(str(tmp_path / "search"),))
    assert text == "search x lib/a.sn x/a.sn\nn2\n"


def test_same_relative_name_in_two_roots(executor: Any, tmp_path: Path) -> None:
    text = outcome(executor, tmp_path, {
        "app/main.sn": 'import "./a"\nimport "sub/b"\nlog(a.file(), b.other())',
        "app/a.sn": "export fn file() { try { throw error(1) } catch e { return e.file } }",
        "search/sub/b.sn": 'import "../a"\nexport fn other() => a.file()',
        "search/a.sn": "export fn file() { try { throw error(1) } catch e { return e.file } }",
    }, main="app/main.sn", search_path=(str(tmp_path / "search"),))
    assert text == "a.sn a.sn (2)\n"


PROGRAMS: dict[str, tuple[dict[str, str], str]] = {
    "body runs once and state is shared": ({
        "main.sn": 'import "./m"\nfn again() { import "./m" as n; return n }\nm.inc()\n'
                   "log(again().n, again() == m)",
        "m.sn": 'log("body")\nexport let n = 0\nexport fn inc() { n = n + 1 }',
    }, "body\n1 true\n"),
    "names taken with braces are copies": ({
        "main.sn": 'import { n, inc } from "./m"\nimport "./m"\ninc()\n'
                   "log(n, m.n)\nn = 5\nlog(n, m.n)",
        "m.sn": "export let n = 0\nexport fn inc() { n = n + 1 }",
    }, "0 1\n5 1\n"),
    "not exported": ({
        "main.sn": 'import "./m"\ntry { log(m.secret) } catch e { log(e.kind, e) }\n'
                   'try { log(m["x"]) } catch e { log(e) }\ntry { m.f() } catch e { log(e) }\n'
                   'try { import { g } from "./m" } catch e { log(e) }\n'
                   "try { m.secret = 1 } catch e { log(e) }\ntry { m[0] } catch e { log(e) }",
        "m.sn": "let secret = 1\nexport let ok = 2",
    }, 'name module "m" does not export "secret"\nmodule "m" does not export "x"\n'
       'module "m" does not export "f"\nmodule "m" does not export "g"\n'
       "cannot assign to an index of module\ncannot index module\n"),
    "listing": ({
        "main.sn": 'import "./m"\nlog(keys(m), "a" in m, "f" in m, 3 in m)\n'
                   "for k in m { log(k) }\nfor k, v in m { log(k, v) }\nlog(m, [m], type(m))",
        "m.sn": "export let b = 1\nlet x = 2\nexport { x as a }\nexport const c = 3",
    }, "[b, a, c] true false false\nb\na\nc\nb 1\na 2\nc 3\n<module m> [<module m>] module\n"),
    "callable members": ({
        "main.sn": 'import "./m"\nlog(m.f(2), m.table.g(3), m.keys(), m["f"](1))\n'
                   "try { m.f() } catch e { log(e) }\ntry { m.five() } catch e { log(e) }",
        "m.sn": "export fn f(x) => x * 2\nexport let table = {g: fn(x) => x + 1}\n"
                'export fn keys() => "own"\nexport let five = 5',
    }, "4 4 own 2\nf expects 1 argument, got 0\ncannot call number\n"),
    "cycle": ({
        "main.sn": 'import "./a"\nlog(a.ask())',
        "a.sn": 'export let early = 1\nimport "./b"\nexport let late = 2\n'
                'export fn here() => "function of a"\nexport fn ask() => b.tell()',
        "b.sn": 'import "./a"\nlog(a.early, a.here())\n'
                "try { log(a.late) } catch e { log(e.kind, e) }\n"
                "export fn tell() => a.late",
    }, '1 function of a\nname undefined variable "late"\n2\n'),
    "import of oneself": ({
        "main.sn": 'import "./m"', "m.sn": 'import "./m" as me\nexport fn f() => 1\nlog(me.f())',
    }, "1\n"),
    "main can be imported": ({
        "main.sn": 'export fn f() => "main"\nexport let v = 1\nlog("body")\n'
                   'import "./m"\nlog(m.g())',
        "m.sn": 'import "./main"\nexport fn g() => main.f() + main.v + str(main)',
    }, "body\nmain1<module main>\n"),
    "body that throws": ({
        "main.sn": 'let seen = []\nfor i in [1, 2] { try { import "./m" } catch e { '
                   "push(seen, e) } }\nlog(seen[0] == seen[1], seen[0], seen[0].line)\n"
                   'for i in [1, 2] { try { import "./n" } catch e { log(e) } }',
        "m.sn": 'log("m runs")\nthrow error("broken")', "n.sn": 'log("n runs")\nthrow "text"',
    }, "m runs\ntrue broken 2\nn runs\ntext\ntext\n"),
    "body that throws through a module": ({
        "main.sn": 'try { import "./a" } catch e { log(e) }\n'
                   'try { import "./b" } catch e { log(e) }',
        "a.sn": 'import "./b"\nlog("never")', "b.sn": "let x = 1 / 0",
    }, "division by zero\ndivision by zero\n"),
    "syntax error": ({
        "main.sn": 'try { import "./m" } catch e { log(e.kind); log(e); log(e.line) }\n'
                   'try { import "./m" } catch e { log(e.kind) }',
        "m.sn": 'log("never")\nlet = 5',
    }, "import\nm.sn:2:5: syntax error: expected a name after let, found =\n1\nimport\n"),
    "binds in its block": ({
        "main.sn": 'let m = "outer"\nif true { import "./m"; log(type(m)) }\nlog(m)',
        "m.sn": "export let n = 0",
    }, "module\nouter\n"),
    "a module's variables are its own": ({
        "main.sn": 'let x = "main"\nimport "./m"\nimplicit = 1\nlog(x, m.read(), implicit)',
        "m.sn": 'let x = "m"\nimplicit = 2\nexport fn read() => x + implicit',
    }, "main m2 1\n"),
    "a module may redefine a builtin": ({
        "main.sn": 'import "./m"\nlog(len("abc"), m.f("abc"), m.g([3]))',
        "m.sn": "fn len(x) => 99\nexport fn f(x) => len(x)\nexport fn g(x) { sum = 7; return sum }",
    }, "3 99 7\n"),
    "return ends the module": ({
        "main.sn": 'import "./m"\nlog(m.a)\ntry { log(m.b) } catch e { log(e) }',
        "m.sn": "export let a = 1\nif a == 1 { return }\nexport let b = 2",
    }, '1\nundefined variable "b"\n'),
    "builtin modules": ({
        "main.sn": 'import math\nimport "math" as m\nimport json\n'
                   'log(math == m, math.sqrt(9), math, json.encode([1]))\n'
                   'log("PI" in math, math.floor == floor)\n'
                   'try { math.nothing } catch e { log(e) }\n'
                   "try { import nonsense } catch e { log(e) }",
    }, 'true 3 <module math> [1]\ntrue true\nmodule "math" does not export "nothing"\n'
       'module not found: "nonsense"\n'),
    "a quoted name is first a builtin module": ({
        "main.sn": 'import "math" as a\nimport "./math" as b\nimport "math.sn" as c\n'
                   "log(a == b, b == c, b.mine)", "math.sn": "export let mine = 1",
    }, "false true 1\n"),
    "modules are equal to themselves only": ({
        "main.sn": 'import "./m"\nimport "./n"\nlog(m == m, m == n, m != n, m == nil)\n'
                   "try { log({(m): 1}) } catch e { log(e) }",
        "m.sn": "", "n.sn": "",
    }, "true false true false\ncannot use module as a map key\n"),
    "tasks wait for a body that another task runs": ({
        "main.sn": 'fn load(i) { import "./slow"; return [i, slow.value] }\n'
                   "let ts = []\nfor i in [1, 2, 3] { push(ts, go load(i)) }\n"
                   "for t in ts { log(await_task(t)) }",
        "slow.sn": 'log("begin")\nsleep(1)\nexport let value = 7\nlog("end")',
    }, "begin\nend\n[1, 7]\n[2, 7]\n[3, 7]\n"),
    "a failure reaches all tasks that wait for it": ({
        "main.sn": 'fn load() { import "./slow" }\nlet ts = [go load(), go load()]\n'
                   "for t in ts { try { await_task(t) } catch e { log(e) } }",
        "slow.sn": 'sleep(1)\nthrow error("failed")',
    }, "failed\nfailed\n"),
    "a cycle of imports in two tasks": ({
        "main.sn": 'fn load_a() { import "./a"; return a.name() }\n'
                   'fn load_b() { import "./b"; return b.name() }\n'
                   "let ts = [go load_a(), go load_b()]\n"
                   "for t in ts { log(await_task(t)) }",
        "a.sn": 'sleep(1)\nimport "./b"\nexport fn name() => "a"',
        "b.sn": 'sleep(1)\nimport "./a"\nexport fn name() => "b"',
    }, "a\nb\n"),
    "main is importable from a task": ({
        "main.sn": 'export fn f() => "ready"\nfn load() { import "./main"; return main.f() }\n'
                   "log(await_task(go load()))",
    }, "ready\n"),
    "trace goes through the import": ({
        "main.sn": '// one\nimport "./m"', "m.sn": "fn f() {\n  return nil + 1\n}\nf()",
    }, "['f (m.sn:2)', '<module> (m.sn:4)', '<module> (main.sn:2)'] cannot add nil and number"),
}


@pytest.mark.parametrize("name", PROGRAMS)
def test_program(executor: Any, tmp_path: Path, name: str) -> None:
    files, expected = PROGRAMS[name]
    assert outcome(executor, tmp_path, files) == expected


def run_text(text: str, loader: Any = None, context: Context | None = None) -> str:
    printed: list[str] = []
    context = context or Context()
    context._write = printed.append
    executor = EXECUTORS["interp"]()
    module = compile_source(read_source(text, "main.sn"))
    if loader is None:
        run(module, context=context, executor=executor)
    else:
        context.make_loader = lambda: loader(context, executor)
        executor.body(module, {}, context)()
    return "".join(printed)


def test_program_without_a_file_imports_builtin_modules_only() -> None:
    assert run_text('import math\nlog(math.sqrt(4))\n'
                    'for p in ["a"] { try { import "./x" } catch e { log(e) } }\n'
                    'try { import "etc/passwd" } catch e { log(e) }') == (
        '2\nmodule not found: "./x"\nmodule not found: "etc/passwd"\n')


def test_search_path_serves_a_program_without_a_file(tmp_path: Path) -> None:
    write(tmp_path, {"m.sn": "export let n = 1"})
    printed: list[str] = []
    run(compile_source(read_source('import "m"\nimport "./m" as n\nlog(m.n, m == n)', "<text>")),
        context=Context(write=printed.append), executor=EXECUTORS["interp"](),
        search_path=[str(tmp_path)])
    assert printed == ["1 true\n"]


def test_bytecode_file(executor: Any, tmp_path: Path) -> None:
    from sentra.bytecode.file import dump

    write(tmp_path, {"main.sn": 'import "./m.snb" as m\nimport "./n"\nlog(m.f(), n.f())'})
    for name in "mn":
        source = read_source(f'export fn f() => "{name}"', "same.sn")
        data = dump(compile_source(source))
        (tmp_path / (name + ".snb")).write_bytes(data)
    (tmp_path / "n.sn").write_text('import "./n.snb" as inner\nexport fn f() => inner.f() + "!"')
    assert outcome_of_file(executor, str(tmp_path / "main.sn")) == "m n!\n"
    (tmp_path / "main.sn").write_text(
        'try { import "./broken.snb" as m } catch e { log(e.kind) }')
    (tmp_path / "broken.snb").write_bytes(data[:-3])
    assert outcome_of_file(executor, str(tmp_path / "main.sn")) == "import\n"


class Shelf:
    """A finder of a host: modules from a mapping."""

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = texts

    def find(self, path: str, folder: str) -> Found | None:
        if path not in self.texts:
            return None
        return Found("shelf:" + path, path, f"<{path}>", "", self.texts[path])


def test_finders_of_the_host_come_in_order(tmp_path: Path) -> None:
    write(tmp_path, {"file.sn": 'export let from = "file"', "both.sn": 'export let from = "file"'})
    shelf = Shelf({"both": 'export let from = "shelf"', "deep": 'import "both"\nlog(both.from)'})

    def loader(context: Context, executor: Any) -> Loader:
        return Loader(context, executor, load_data, [shelf, FileFinder([str(tmp_path)])])

    assert run_text('import "both"\nimport "file"\nimport "deep"\nlog(both.from, file.from)',
                    loader) == "shelf\nshelf file\n"


def test_context_without_a_loader() -> None:
    with pytest.raises(SentraError, match="cannot import modules"):
        _ = Context().loader


def test_stop_in_a_body_leaves_nothing_half_done() -> None:
    class Quit(Stop):
        pass

    calls: list[int] = []

    class Stopping:
        def body(self, module: Any, namespace: Any, context: Any) -> Any:
            def stop() -> None:
                calls.append(1)
                raise Quit
            return stop

    loader = Loader(Context(), Stopping(), load_data, [Shelf({"m": ""})])
    for _ in range(2):
        with pytest.raises(Quit):
            loader.load("m", "main.sn")
    assert len(calls) == 2


def test_value_of_a_module() -> None:
    module = ModuleValue("m", "m.sn", {"a": 1}, {"a": "a", "b": "b_"})
    assert module["a"] == 1
    assert "b" in module
    assert list(module) == ["a", "b"]
    with pytest.raises(SentraError, match="undefined variable"):
        module.read("b")
    with pytest.raises(TypeError):
        module[0]
    with pytest.raises(TypeError):
        hash(module)
