"""`{name}` in a session's statement: the name of one of its tables."""

import re
from collections.abc import Collection

from evigate.base.errors import EvigateError
from evigate.engine.mutable.errors import E_MUTABLE_MISSING

# Outside of literals, which are skipped whole: '...', "..." and comments.
_PIECES = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|/\*.*?\*/|\{(\w+)\}", re.S)


def with_names(text: str, known: Collection[str]) -> str:
    """Return the text with each `{name}` as the quoted name of a table.

    Raises:
        EvigateError[E_MUTABLE_MISSING]: the session has no table of a name.
    """

    def named(found: re.Match[str]) -> str:
        name = found[1]
        if name is None:
            return found[0]
        if name not in known:
            raise EvigateError(E_MUTABLE_MISSING, f"The session has no table {name!r}.")
        return f'"{name}"'

    return _PIECES.sub(named, text)
