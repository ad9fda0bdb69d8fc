"""Which things an output is made for: a dotted path or a JSONPath over the kit's values.

The one file that knows the JSONPath library; its strict mode holds to RFC 9535.
"""

from collections.abc import Mapping
from typing import Any

from evigate.base.errors import EvigateError
from evigate.studio.kits.errors import E_KIT_INVALID

THINGS_MAX = 2_000


def query(path: str, document: Any) -> list[Any]:
    """
    Return the values that a JSONPath selects, in its order.

    Raises:
        EvigateError[E_KIT_INVALID]: it is no JSONPath.
    """
    # Loaded on use: each command would wait for it otherwise.
    from jsonpath import JSONPathEnvironment
    from jsonpath.exceptions import JSONPathError

    try:
        return list(JSONPathEnvironment(strict=True).findall(path, document))
    except (JSONPathError, RecursionError) as error:
        told = " ".join(str(error).split())
        raise EvigateError(E_KIT_INVALID, f"{path!r} is no JSONPath: {told}.") from error


def things(path: str, values: Mapping[str, Any]) -> list[Any]:
    """
    Return what `for_each` goes over, in order.

    A path that begins with $ is a JSONPath, and each value that it selects is a thing. Any other is
    dotted, such as spec.entities: the members of a list are the things, or of a mapping its pairs
    as {key, value}; nothing there is no things.

    Raises:
        EvigateError[E_KIT_INVALID]: the path is none, leads to a plain value, or to too many.
    """
    if path.startswith("$"):
        found = query(path, values)
    else:
        at: Any = values
        for step in path.split("."):
            at = at.get(step) if isinstance(at, Mapping) else None
        if isinstance(at, Mapping):
            found = [{"key": key, "value": value} for key, value in at.items()]
        elif at is None or isinstance(at, list | tuple):
            found = list(at or ())
        else:
            raise EvigateError(E_KIT_INVALID, f"for_each {path!r} leads to no list.")
    if len(found) > THINGS_MAX:
        message = f"for_each {path!r} finds {len(found)} things; at most {THINGS_MAX}."
        raise EvigateError(E_KIT_INVALID, message)
    return found


def name_of_one(path: str) -> str:
    """Return the name of one thing of a path: its last word in the singular, else `item`."""
    last = path.split(".")[-1]
    if not last.isidentifier():
        return "item"
    if last.endswith("ies"):
        return f"{last[:-3]}y"
    if last.endswith(("ses", "xes", "ches", "shes")):
        return last[:-2]
    return last[:-1] if last.endswith("s") and not last.endswith("ss") else "item"
