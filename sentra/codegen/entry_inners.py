"""The functions that entries (see `entries`) call: bodies without tests and errors of their own."""

from __future__ import annotations

from sentra.codegen.entry_bodies import Body
from sentra.codegen.entry_types import KINDS, MAP_READ
from sentra.ir.retyping import typed_as

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ast
    from collections.abc import Callable, Container

    from sentra.codegen.functions import FunctionEmitter
    from sentra.ir.model import FunctionIR


class Inners:
    """What an entry calls, with what that calls: ``def _entry_area2ii(w, h): return w * h``"""

    def __init__(
        self, make: Callable[[FunctionIR], FunctionEmitter], before: Container[str],
    ) -> None:
        self.make = make
        self.before = before  # names of those made for other entries
        self.made: dict[str, ast.FunctionDef] = {}

    def serve(self, body: Body) -> bool:
        """Make what a body calls; False if something there leaves all to the functions."""
        found: dict[str, ast.FunctionDef] = {}
        pending = list(body.calls.values())
        while pending:
            each = pending.pop()
            if each.name in found or each.name in self.made or each.name in self.before:
                continue
            function = each.function
            with typed_as(function, [KINDS[letter] for letter in each.kinds]):
                emitter = self.make(function)
                emitter.in_inner = True
                inner = Body(emitter.definition(each.name), function, emitter, inner=True,
                             counted=each.counted)
            maps = [v.python for v, letter in zip(function.parameters, each.kinds, strict=True)
                    if letter == MAP_READ]
            if (maps and not inner.reading(dict.fromkeys(maps, "dict"), {})) or inner.gives_up():
                return False
            found[each.name] = emitter.n.function(
                each.name, [v.python for v in function.parameters], None, 0, inner.statements,
                function.bytecode.span)
            pending += inner.calls.values()
        self.made.update(found)
        return True
