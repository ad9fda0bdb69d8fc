"""A closed set of words that a caller may choose from; another word is refused by name.

A plain enum answers a wrong word with a ValueError that no door knows how to tell a caller of.
"""

from enum import StrEnum

from evigate.base.errors import E_INVALID, EvigateError


class Choice(StrEnum):
    """An enum whose words come from callers; `Choice(word)` is how one is read.

    Raises:
        EvigateError[E_INVALID]: it is none of them; the message lists those there are.
    """

    @classmethod
    def _missing_(cls, value: object) -> "Choice":
        words = ", ".join(repr(each.value) for each in cls)
        message = f"{value!r} is no {cls._what()}: it may be {words}."
        raise EvigateError(E_INVALID, message)

    @classmethod
    def _what(cls) -> str:
        """Return the class's name as words: ModelTask is "model task"."""
        return "".join(f" {c.lower()}" if c.isupper() else c for c in cls.__name__).strip()
