"""The kits' codes."""

from evigate.base.errors import Code, Kind

E_KIT_INVALID = Code(
    "E_KIT_INVALID",
    Kind.INVALID,
    422,
    "Correct what the message names, file and line; `evigate kits test FOLDER` checks it again.",
)
E_KIT_INPUT = Code(
    "E_KIT_INPUT", Kind.INVALID, 422, "Give the specification what the kit's inputs ask for."
)
E_KIT_TEMPLATE = Code(
    "E_KIT_TEMPLATE",
    Kind.INVALID,
    422,
    "Correct the template at the line named; what is not in the specification is not there.",
)
E_KIT_OUTSIDE = Code(
    "E_KIT_OUTSIDE", Kind.DENIED, 422, "A kit writes inside its bundle only; correct the path."
)
E_KIT_NOT_FOUND = Code(
    "E_KIT_NOT_FOUND", Kind.NOT_FOUND, 404, "Name a kit's folder, or one of `evigate kits list`."
)
E_KIT_TARGET = Code(
    "E_KIT_TARGET", Kind.INVALID, 422, "Name a folder that is there and may be written, or none."
)
CODES = (E_KIT_INVALID, E_KIT_INPUT, E_KIT_TEMPLATE, E_KIT_OUTSIDE, E_KIT_NOT_FOUND, E_KIT_TARGET)
