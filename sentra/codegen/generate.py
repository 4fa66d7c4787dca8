"""The Python AST backend: a module's IR as one Python module.

Functions that only use module variables stand at its top level; functions inside functions stand
there in Python too, and captured variables are Python's own cells, but for those that `captures`
says. The body of the module is a function.
"""

from __future__ import annotations

import ast
from functools import partial

from sentra.codegen.captures import mark_explicit
from sentra.codegen.control import LOOPS, If, Simple, Tree, Try
from sentra.codegen.functions import FunctionEmitter, Shared
from sentra.codegen.inlining import inline_calls
from sentra.codegen.naming import BODY, assign_names, own_name
from sentra.codegen.nodes import Nodes
from sentra.codegen.structured import structured_functions
from sentra.ir.model import GLOBAL, Declined, FunctionIR, ModuleIR
from sentra.runtime.names import host_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from sentra.codegen.debugging import Marks

MAX_BLOCKS = 19  # CPython allows 20 nested loops and try statements in a function
DEBUG_BLOCKS = MAX_BLOCKS - 1  # the whole body of a function in debug code is a try statement


class Generated:
    """What a module became: the tree, the helper names that it needs, and what was declined."""

    __slots__ = ("clones", "declined", "marks", "names", "top_level", "tree", "trees")

    def __init__(
        self, tree: ast.Module, names: set[str], marks: Marks, trees: dict[int, list[Tree]],
    ) -> None:
        self.tree = tree
        self.trees = trees  # the structured statements of its functions
        self.names = names
        self.marks = marks  # of debug code
        self.top_level: dict[str, FunctionIR] = {}  # Python name → function
        self.clones: dict[str, str] = {}  # Python name of a clone → that of its original
        self.declined: list[FunctionIR] = []


def generate(module: ModuleIR, *, metered: bool = False, entries: bool = True) -> Generated:
    """The Python module for a typed module. Metered code counts steps and checks sizes. With
    `entries` they are part of it, if a host may call its functions.

    For the IR of a debug build the code is debug code.
    """
    names: set[str] = set()
    nodes = Nodes(module.bytecode.source, names)
    module.metered = metered
    trees = arrange(module, inlining=not metered)  # a metered call is a step
    emitter = ModuleEmitter(nodes, names, trees, metered=metered, debug=module.debug)
    emitter.with_entries = entries
    return emitter.module(module)


def arrange(module: ModuleIR, *, inlining: bool = True) -> dict[int, list[Tree]]:
    """Decide all that concerns a module as a whole: what is declined, where captured variables are
    kept, which calls are inlined, and the names.

    The structured statements of the functions that CPython compiles, by their identity.
    """
    trees = structured(module)
    mark_explicit(module)
    if inlining and not module.debug:
        inline_calls(module)
    assign_names(module)  # last: inlined code brings names along
    return trees


def structured(module: ModuleIR) -> dict[int, list[Tree]]:
    """The structured statements of the functions that CPython compiles, by their identity."""
    trees = structured_functions(module)
    most = DEBUG_BLOCKS if module.debug else MAX_BLOCKS
    for function in module.functions:
        if not function.declined:
            try:
                _check_depth(trees[id(function)], most)
            except Declined as reason:
                function.declined = str(reason)
    return trees


def _check_depth(body: list[Tree], room: int) -> None:
    if room < 0:
        raise Declined("more than 20 nested loops and try statements")
    for node in body:
        if isinstance(node, Simple):
            pass
        elif isinstance(node, If):
            _check_depth(node.then, room)
            _check_depth(node.otherwise, room)
        elif isinstance(node, LOOPS):
            _check_depth(node.body, room - 1)
        elif isinstance(node, Try):
            _check_depth(node.body, room - 1)
            _check_depth(node.handler, room - 1)


def _left_out(module: ModuleIR) -> set[str]:
    """Names of functions that need no definition: see `clones`."""
    if not any(function.clones for function in module.functions):
        return set()
    from sentra.codegen.clones import uncalled

    return {variable.python for variable in uncalled(module)}


class ModuleEmitter(Shared):
    """Emits a module as a whole."""

    with_entries = True

    def module(self, module: ModuleIR) -> Generated:
        """The Python module; functions that are declined are left out."""
        body = module.body
        assert body is not None
        result = Generated(ast.Module([], []), self.names, self.marks, self.trees)
        self.inner: set[str] = set()  # names of what entries call
        statements: list[ast.stmt] = []
        left_out = _left_out(module)
        hoisted = {name: function for name, function in top_level(module).items()
                   if name not in left_out}
        if module.open_functions:
            statements += self._name_inside(module, set(hoisted.values()))
        for name, function in hoisted.items():
            statements.append(FunctionEmitter(self, function).definition(name))
            if function.original is None:
                statements += self._entry(name, function)
            result.top_level[name] = function
            if function.original is not None:
                result.clones[name] = own_name(function)
        if not body.declined:
            emitter = FunctionEmitter(self, body)
            emitter.hoisted = left_out.union(hoisted)
            statements.append(emitter.definition(BODY))
        result.tree.body = [*self.templates, *statements]
        result.declined = [f for f in module.functions if f.declined]
        return result

    def _name_inside(self, module: ModuleIR, hoisted: set[FunctionIR]) -> list[ast.stmt]:
        """Name functions inside others that are to have entries; these."""
        from sentra.codegen.entry_choice import may_have_entry

        statements: list[ast.stmt] = []
        for number, function in enumerate(module.functions):
            if function.parent is None or function in hoisted or not function.escapes or (
                    not may_have_entry(function)):
                continue
            name = host_name(own_name(function), number)
            made = self._entry(name, function)
            statements += made
            if made or not self.with_entries:
                self.host_names[id(function)] = name
        return statements

    def _entry(self, name: str, function: FunctionIR) -> list[ast.FunctionDef]:
        """The entry of a function with this name, and what that calls, if it is to have one."""
        if not self.with_entries or function.module is None or not function.module.open_functions:
            return []
        from sentra.codegen.entries import entry

        made = entry(name, function, partial(FunctionEmitter, self), self.inner)
        self.inner.update([each.name for each in made])
        return made


def top_level(module: ModuleIR) -> dict[str, FunctionIR]:
    """The functions of module variables that are never reassigned, by their names in Python."""
    found: dict[str, FunctionIR] = {}
    for block in module.body.blocks[:1] if module.body is not None else ():
        for statement in block.body:
            variable = statement.variable
            if statement.op != "set" or statement.args[0].op != "closure":
                break
            if (variable is not None and variable.kind == GLOBAL
                    and variable.function is not None
                    and variable.function is statement.args[0].a
                    and not variable.function.bytecode.upvalues
                    and not variable.function.declined):
                found[variable.python] = variable.function
    return found
