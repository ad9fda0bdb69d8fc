"""Recipes that a model wrote for a method none of ours fits: what is let in, and how it is held.

The code is one function on arrays. It may import a few libraries of numbers and name nothing of the
notebook, so that it cannot reach the test's targets, the measuring or what was measured; whatever
it prints counts for nothing, because every number is taken by the notebook from its predictions.
What it does inside the sandbox it does without a network. A reader is told that it is not ours.
"""

import ast
import builtins
import re
from collections.abc import Iterator

from evigate.base.errors import EvigateError
from evigate.papers.datasets import DataKind, Task
from evigate.papers.errors import E_RECIPE_REFUSED
from evigate.papers.recipes.models import Recipe

CODE_MAX = 20_000
FUNCTION = "method"
PREFIX = "written_"
_MODULES = ("numpy", "scipy", "sklearn", "math", "itertools", "collections", "functools")
_NOTEBOOK_NAMES = frozenset({"Fitted", "CLASS_COUNT"})
_SAFE_BUILTINS = frozenset(
    {
        "abs",
        "all",
        "any",
        "bool",
        "dict",
        "divmod",
        "enumerate",
        "filter",
        "float",
        "frozenset",
        "int",
        "isinstance",
        "len",
        "list",
        "map",
        "max",
        "min",
        "pow",
        "print",
        "range",
        "reversed",
        "round",
        "set",
        "slice",
        "sorted",
        "str",
        "sum",
        "tuple",
        "zip",
        "ValueError",
        "TypeError",
        "RuntimeError",
        "ArithmeticError",
        "ZeroDivisionError",
        "None",
        "True",
        "False",
    }
)
# Attributes of the libraries let in that read files, run programs or load code.
_UNSAFE = frozenset(
    {
        "load",
        "loads",
        "loadtxt",
        "genfromtxt",
        "fromfile",
        "tofile",
        "save",
        "savez",
        "savez_compressed",
        "savetxt",
        "memmap",
        "open",
        "DataSource",
        "ctypeslib",
        "ctypes",
        "f2py",
        "os",
        "sys",
        "system",
        "popen",
        "import_module",
        "datasets",
        "distutils",
        "testing",
        "utils",
        "externals",
        "io",
        "show_config",
        "builtins",
        "format_map",
        "mro",
        "modules",
    }
)
_ARGUMENTS = ("X_train", "y_train")
_KEYWORDS = frozenset({"seed", "report"})


def _refuse(reason: str) -> EvigateError:
    return EvigateError(E_RECIPE_REFUSED, f"The written recipe was refused: {reason}.")


def check_code(code: str) -> None:
    """
    Let a written recipe's code pass, or say what holds it back.

    It is imports, and one function `method(X_train, y_train, *, seed, report)`; names are its own,
    the imports', a few builtins', `Fitted` and `CLASS_COUNT`.

    Raises:
        EvigateError[E_RECIPE_REFUSED]: it is anything else.
    """
    if len(code) > CODE_MAX:
        raise _refuse(f"it is longer than {CODE_MAX} characters")
    try:
        tree = ast.parse(code)
    except (SyntaxError, ValueError, RecursionError) as error:
        raise _refuse(f"it is not Python: {error}") from error
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
    others = [
        node
        for node in tree.body
        if not isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef)
    ]
    if others or [each.name for each in functions] != [FUNCTION]:
        raise _refuse(f"it must be imports and one function named {FUNCTION!r}")
    _check_signature(functions[0])
    faults = [*_import_faults(tree), *_name_faults(tree)]
    if faults:
        raise _refuse(faults[0])


def _check_signature(function: ast.FunctionDef) -> None:
    given = function.args
    names = tuple(argument.arg for argument in given.args)
    keywords = {argument.arg for argument in given.kwonlyargs}
    if names != _ARGUMENTS or keywords != _KEYWORDS or given.vararg or function.decorator_list:
        raise _refuse(f"its function must be {FUNCTION}(X_train, y_train, *, seed, report)")


def _import_faults(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = [f"{node.module or ''}.{alias.name}" for alias in node.names]
            if node.level or any(alias.name == "*" for alias in node.names):
                yield "it imports everything, or from beside itself"
        else:
            continue
        for module in modules:
            parts = module.split(".")
            if parts[0] not in _MODULES or _UNSAFE & set(parts) or any(p[:1] == "_" for p in parts):
                yield f"it imports {module}, and may only import of {', '.join(_MODULES)}"


def _bound_names(tree: ast.Module) -> set[str]:
    bound = {FUNCTION}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            bound.add(node.id)
        elif isinstance(node, ast.arg):
            bound.add(node.arg)
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            bound.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            bound |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ExceptHandler) and node.name:
            bound.add(node.name)
    return bound


def _name_faults(tree: ast.Module) -> Iterator[str]:
    bound = _bound_names(tree)
    allowed = bound | _NOTEBOOK_NAMES | _SAFE_BUILTINS
    for node in ast.walk(tree):
        if isinstance(node, ast.Global | ast.ClassDef | ast.AsyncFunctionDef | ast.Await):
            yield f"it has a {type(node).__name__} statement"
        elif isinstance(node, ast.Name):
            if node.id.startswith("__") or (hasattr(builtins, node.id) and node.id not in allowed):
                yield f"it uses {node.id!r}"
            elif node.id not in allowed:
                yield f"it names {node.id!r}, which is not its own"
        elif isinstance(node, ast.Attribute) and (node.attr[:1] == "_" or node.attr in _UNSAFE):
            yield f"it uses the attribute {node.attr!r}"
    if bound & (_NOTEBOOK_NAMES | (_SAFE_BUILTINS - {"None", "True", "False"})):
        yield "it gives a new meaning to a name of the notebook or of Python"


def written_recipe(slug: str, title: str, code: str, producer: str) -> Recipe:
    """
    Return checked code as a recipe, named after its method; its settings are in the code.

    Raises:
        EvigateError[E_RECIPE_REFUSED]: as `check_code`.
    """
    check_code(code)
    name = f"{PREFIX}{re.sub(r'[^a-z0-9_]', '_', slug.lower())[:60]}"
    named = re.sub(rf"^def {FUNCTION}\(", f"def {name}(", code.strip(), flags=re.MULTILINE)
    return Recipe(
        name=name,
        title=title,
        task=Task.CLASSIFICATION,
        code=named,
        imports=(),
        settings=(),
        fit_s=lambda size, settings: 1.0 + 2e-6 * size.rows * size.features,
        is_seeded=True,
        kinds=frozenset({DataKind.TABLE, DataKind.SERIES}),
        producer=producer,
        source=code.strip(),
    )
