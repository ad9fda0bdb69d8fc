"""The codes of the looks."""

from evigate.base.errors import Code, Kind

E_DESIGN_BOARD_NOT_FOUND = Code(
    "E_DESIGN_BOARD_NOT_FOUND", Kind.NOT_FOUND, 404, "List the boards; they have keys."
)
E_DESIGN_CONTRAST = Code(
    "E_DESIGN_CONTRAST", Kind.INVALID, 422, "Take the colour that the message proposes."
)
CODES = (E_DESIGN_BOARD_NOT_FOUND, E_DESIGN_CONTRAST)
