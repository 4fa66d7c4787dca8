"""Generated Python as text for people: the one module that knows astor.

The text is never run by Sentra. It compiles to the code that the tree compiles to (a test compares
them), and says with comments which source lines the statements come from. astor's own layout is
kept, except where it breaks lines, guesses at string quotes, or writes f-strings that no Python
before 3.12 reads.
"""

from __future__ import annotations

import ast
import warnings

from sentra.codegen.naming import BODY
from sentra.ir.model import UPVALUE, FunctionIR, ModuleIR, Variable, type_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from sentra.bytecode.code import Module
    from sentra.codegen.generate import Generated

WIDTH = 96  # of a source line in a comment


def render(
    generated: Generated, ir: ModuleIR, *, function: str | None = None, types: bool = False,
) -> str:
    """The text of a generated module; of the functions called `function` alone if it is given.

    Raises LookupError where there is no such function in it.
    """
    notes = _Notes(ir, types=types)
    if function is None:
        return _text(generated.tree, notes)
    found = [node for node in ast.walk(generated.tree) if isinstance(node, ast.FunctionDef)
             and notes.is_named(node, function)]
    if not found:
        raise LookupError(function)
    return "\n\n".join([_text(node, notes) for node in found])


def _text(node: ast.AST, notes: _Notes) -> str:
    """One tree as text."""
    with warnings.catch_warnings():
        # astor 0.8.1 names node classes that Python 3.12 deprecates. Restored at once.
        warnings.simplefilter("ignore", DeprecationWarning)
        generator: Any = _generator()("    ")
        generator.notes = notes
        generator.visit(node)
    return "".join(generator.result).strip("\n") + "\n"


class _Notes:
    """What the comments say."""

    def __init__(self, ir: ModuleIR, *, types: bool) -> None:
        module: Module = ir.bytecode
        self.lines = module.source.split("\n") if module.source else []
        self.types = types
        self.functions: dict[tuple[int, int], list[FunctionIR]] = {}
        for function in ir.functions:
            span = function.bytecode.span
            self.functions.setdefault((span[0], span[2]), []).append(function)
        self.clones = {variable.python: variable.function for variable in ir.globals.values()
                       if variable.function is not None and variable.function.original is not None}
        # The definitions that are being written, outermost first, and their functions.
        self.entered: list[tuple[ast.FunctionDef, FunctionIR | None]] = []

    def function_of(self, node: ast.FunctionDef) -> FunctionIR | None:
        """The function that a definition is; None for the factories around some."""
        for entered, function in self.entered:
            if entered is node:
                return function
        if node.name in self.clones:
            return self.clones[node.name]
        outer = self.entered[-1][1] if self.entered else None
        found = [f for f in self.functions.get((node.lineno, node.end_lineno or 0), ())
                 if f.original is None and _is_called(node.name, f.name)]
        return next((f for f in found if f.parent is outer), found[0] if found else None)

    def is_named(self, node: ast.FunctionDef, name: str) -> bool:
        function = self.function_of(node)
        return function is not None and function.name == name

    def line(self, number: int) -> str:
        """A source line as a comment."""
        if number > len(self.lines):
            return f"# {number}"
        text = self.lines[number - 1].strip()
        text = "".join([c if c.isprintable() else "·" for c in text])
        if len(text) > WIDTH:
            text = text[:WIDTH - 1] + "…"
        return f"# {number}: {text}"

    def heading(self, node: ast.FunctionDef) -> str:
        """What a definition is."""
        function = self.function_of(node)
        if function is None:
            return "# makes functions that capture variables of a loop's turn"
        return "# the module's body" if function.parent is None else self.line(node.lineno)

    def signature(self, node: ast.FunctionDef) -> list[str]:
        """The types of a function's parameters and result, and of its variables."""
        function = self.function_of(node)
        if function is None or not self.types:
            return []
        parameters = ", ".join([_typed(v) for v in function.parameters])
        lines = [f"# {function.name}({parameters}) -> {type_words(function.result)}"]
        others = [v for v in (*function.locals[len(function.parameters):], *function.upvalues)
                  if not v.name.startswith("$") and (v.reads or v.sets)]
        lines += [f"#   {'captured ' if v.kind == UPVALUE else ''}{_typed(v)}" for v in others]
        return lines


def _is_called(python: str, name: str) -> bool:
    from sentra.runtime.names import display_name

    return not python.startswith("_make_") and display_name(python) == name


def _typed(variable: Variable) -> str:
    real = variable.owner or variable
    known = "function" if real.function is not None else type_words(real.type)
    return f"{variable.python}: {known}"


_made: Any = None


def _generator() -> Any:
    """astor's generator with our habits; made when it is first needed, as it imports astor."""
    global _made
    if _made is None:
        from astor.code_gen import SourceGenerator

        _made = type("Renderer", (_Habits, SourceGenerator), {})
    return _made


class _Habits:
    """What astor's generator does otherwise here."""

    notes: _Notes
    result: list[str]
    new_lines: int
    indentation: int
    write: Any
    last = 0  # the source line of the last comment

    def newline(self, node: Any = None, extra: int = 0) -> None:
        """Start a line; before a statement from another source line, that line as a comment."""
        self.new_lines = max(self.new_lines, 1 + extra)
        if not isinstance(node, ast.stmt) or isinstance(node, ast.Global | ast.Nonlocal):
            return
        comments = []
        if isinstance(node, ast.FunctionDef):
            self.last = node.lineno if node.name != BODY else 0
            comments = [self.notes.heading(node), *self.notes.signature(node)]
        elif node.lineno != self.last:
            self.last = node.lineno
            comments = [self.notes.line(node.lineno)]
        for comment in comments:
            self.write(comment)
            self.new_lines = 1

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:  # noqa: N802
        """As astor, with a blank line after an inner function too."""
        entered = self.notes.entered
        entered.append((node, self.notes.function_of(node)))
        super().visit_FunctionDef(node)  # type: ignore[misc]
        entered.pop()
        if self.indentation:
            self.newline(extra=1)

    def visit_If(self, node: ast.If) -> None:  # noqa: N802
        """As astor, with the comments of the later branches."""
        self._branch("if ", node)
        while len(node.orelse) == 1 and isinstance(node.orelse[0], ast.If):
            node = node.orelse[0]
            self._branch("elif ", node)
        self.else_body(node.orelse)  # type: ignore[attr-defined]

    def _branch(self, word: str, node: ast.If) -> None:
        _set_precedence(node, node.test)
        self.newline(node)
        self.write(word, node.test, ":")
        self.body(node.body)  # type: ignore[attr-defined]

    def visit_Lambda(self, node: ast.Lambda) -> None:  # noqa: N802
        """Without astor's blank before the colon where there are no parameters."""
        with self.delimit(node) as delimiters:  # type: ignore[attr-defined]
            _set_precedence(delimiters.p, node.body)
            self.write("lambda")
            if node.args.args or node.args.vararg:
                self.write(" ")
            self.visit_arguments(node.args)  # type: ignore[attr-defined]
            self.write(": ", node.body)

    def visit_Constant(self, node: ast.Constant) -> None:  # noqa: N802
        """Literals as Python writes them; negative numbers in parentheses where they need them."""
        value = node.value
        if type(value) is int or type(value) is float:
            text = _number(value)
            tight = text.startswith("-") and _precedence(node) > _unary_minus()
            self.write(f"({text})" if tight else text)
        else:
            self.write(repr(value))

    def visit_Attribute(self, node: ast.Attribute) -> None:  # noqa: N802
        """``(5).x``: the point would belong to the number."""
        number = isinstance(node.value, ast.Constant) and type(node.value.value) is int
        self.write("(" if number else "", node.value, ")" if number else "", ".", node.attr)

    def visit_JoinedStr(self, node: ast.JoinedStr) -> None:  # noqa: N802
        """An f-string in double quotes; what it inserts only has strings in single quotes."""
        parts = []
        for value in node.values:
            if isinstance(value, ast.Constant):
                inner = [repr("'" + piece)[2:-1] for piece in str(value.value).split('"')]
                parts.append('\\"'.join(inner).replace("{", "{{").replace("}", "}}"))
            else:
                assert isinstance(value, ast.FormattedValue)
                parts.append("{" + self._inserted(value.value) + "}")
        self.write('f"' + "".join(parts) + '"')

    def _inserted(self, node: ast.expr) -> str:
        inner: Any = type(self)("    ")  # type: ignore[call-arg]
        _set_precedence(_comma(), node)
        inner.visit(node)
        text = "".join(inner.result)
        return f"({text})" if text.startswith("{") or "lambda" in text else text


def _number(value: int | float) -> str:
    if type(value) is int and value.bit_length() > 10_000:
        return hex(value)  # no limit on digits
    return repr(value)


def _precedence(node: ast.expr) -> int:
    from astor.op_util import Precedence

    found: int = getattr(node, "_pp", Precedence.highest)
    return found


def _unary_minus() -> int:
    from astor.op_util import get_op_precedence

    found: int = get_op_precedence(ast.USub())
    return found


def _comma() -> int:
    from astor.op_util import Precedence

    found: int = Precedence.Comma
    return found


def _set_precedence(value: Any, *nodes: ast.AST) -> None:
    from astor.code_gen import set_precedence

    set_precedence(value, *nodes)
