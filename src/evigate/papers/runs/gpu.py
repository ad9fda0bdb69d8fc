"""Find out whether a notebook asks for a GPU, before it is started.

Runs are on the CPU; a notebook that wants CUDA would fall back in silence and give other numbers
than its author meant, so it is refused by name.
"""

import ast

_VISIBLE = "CUDA_VISIBLE_DEVICES"


def _is_cuda_name(node: ast.AST) -> bool:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return False
    name = node.value.strip().lower()
    return name in ("cuda", "gpu") or (name.startswith("cuda:") and name[5:].isdigit())


def _is_device_call(node: ast.Call) -> bool:
    """`x.to("cuda")`, `torch.device("cuda:0")`, `f(device="cuda")`, `x.cuda()`."""
    if isinstance(node.func, ast.Attribute) and node.func.attr == "cuda" and len(node.args) <= 1:
        return True
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in ("to", "device") and any(_is_cuda_name(argument) for argument in node.args):
        return True
    keywords = {keyword.arg: keyword.value for keyword in node.keywords}
    return "device" in keywords and _is_cuda_name(keywords["device"])


def _is_visible_assignment(node: ast.Assign) -> bool:
    targets = [t for t in node.targets if isinstance(t, ast.Subscript)]
    names_it = any(
        isinstance(target.slice, ast.Constant) and target.slice.value == _VISIBLE
        for target in targets
    )
    value = node.value.value if isinstance(node.value, ast.Constant) else None
    return names_it and value not in ("", "-1")


def requests_gpu(source: str) -> bool:
    """Return whether a cell's code asks for CUDA; code that does not parse does not ask."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return False
    return any(
        (isinstance(node, ast.Call) and _is_device_call(node))
        or (isinstance(node, ast.Assign) and _is_visible_assignment(node))
        for node in ast.walk(tree)
    )
