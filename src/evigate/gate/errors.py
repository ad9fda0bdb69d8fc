"""The gate's error codes."""

from evigate.base.errors import Code, Kind

E_ARTIFACT_NOT_FOUND = Code("E_ARTIFACT_NOT_FOUND", Kind.NOT_FOUND, 404, "List the artifacts.")
E_ARTIFACT_STATE = Code(
    "E_ARTIFACT_STATE", Kind.CONFLICT, 409, "Look at the artifact's status; make a new version."
)

CODES: tuple[Code, ...] = (E_ARTIFACT_NOT_FOUND, E_ARTIFACT_STATE)
