"""The language room's error codes."""

from evigate.base.errors import Code, Kind

E_TEXT_TOO_LONG = Code(
    "E_TEXT_TOO_LONG", Kind.LIMIT, 413, "Split the text into chapters and parse each one."
)

CODES: tuple[Code, ...] = (E_TEXT_TOO_LONG,)
