"""The codes of reviews."""

from evigate.base.errors import Code, Kind

E_SPEC_REVIEW_NOT_FOUND = Code(
    "E_SPEC_REVIEW_NOT_FOUND", Kind.NOT_FOUND, 404, "List the project's reviews."
)
E_SPEC_REVIEW_FINDING_NOT_FOUND = Code(
    "E_SPEC_REVIEW_FINDING_NOT_FOUND",
    Kind.NOT_FOUND,
    404,
    "Show the review; it names what it found.",
)
CODES = (E_SPEC_REVIEW_NOT_FOUND, E_SPEC_REVIEW_FINDING_NOT_FOUND)
