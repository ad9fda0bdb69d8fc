"""The codes of feedback."""

from evigate.base.errors import Code, Kind

E_FEEDBACK_INVALID = Code(
    "E_FEEDBACK_INVALID",
    Kind.INVALID,
    422,
    "Give a rating of 1 to 5, or a comment of up to 4,000 characters.",
)
CODES = (E_FEEDBACK_INVALID,)
