"""The codes of the specification."""

from evigate.base.errors import Code, Kind

E_SPECIFICATION_NOT_FOUND = Code(
    "E_SPECIFICATION_NOT_FOUND", Kind.NOT_FOUND, 404, "Compile it first, or list its versions."
)
E_SPECIFICATION_BLOCKED = Code(
    "E_SPECIFICATION_BLOCKED",
    Kind.CONFLICT,
    409,
    "Settle each blocking finding, then compile again.",
)
E_SPECIFICATION_INVALID = Code(
    "E_SPECIFICATION_INVALID", Kind.INVALID, 422, "Give what the message asks for."
)
E_STATEMENTS_INVALID = Code(
    "E_STATEMENTS_INVALID",
    Kind.INVALID,
    422,
    "Send a zip of an OpenSpec folder or of a spec-kit folder, within the bounds named.",
)
E_STATEMENT_NOT_FOUND = Code(
    "E_STATEMENT_NOT_FOUND", Kind.NOT_FOUND, 404, "List the statements that wait."
)
CODES = (
    E_SPECIFICATION_NOT_FOUND,
    E_SPECIFICATION_BLOCKED,
    E_SPECIFICATION_INVALID,
    E_STATEMENTS_INVALID,
    E_STATEMENT_NOT_FOUND,
)
