"""The codes of builds in the background."""

from evigate.base.errors import Code, Kind

E_BUILD_RUN_NOT_FOUND = Code(
    "E_BUILD_RUN_NOT_FOUND", Kind.NOT_FOUND, 404, "List the project's builds."
)
E_BUILD_ENDED = Code("E_BUILD_ENDED", Kind.CONFLICT, 409, "Start another; it goes on from here.")
CODES = (E_BUILD_RUN_NOT_FOUND, E_BUILD_ENDED)
