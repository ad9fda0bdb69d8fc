"""The codes of planning."""

from evigate.base.errors import Code, Kind

E_QUESTION_PLAN_NOT_FOUND = Code(
    "E_QUESTION_PLAN_NOT_FOUND", Kind.NOT_FOUND, 404, "Generate the plan first."
)
E_BOARD_UNFINISHED = Code(
    "E_BOARD_UNFINISHED",
    Kind.CONFLICT,
    409,
    "Finish the feature board; the message names what lacks.",
)
E_QUESTION_NOT_FOUND = Code(
    "E_QUESTION_NOT_FOUND", Kind.NOT_FOUND, 404, "Show the plan; it lists its questions' keys."
)
E_QUESTION_STATE = Code(
    "E_QUESTION_STATE", Kind.CONFLICT, 409, "Look at how the question stands, then decide again."
)
E_QUESTION_STALE = Code(
    "E_QUESTION_STALE",
    Kind.CONFLICT,
    409,
    "Compare your answer with the present one, and send it again with the present version.",
)
E_QUESTION_ANSWER_INVALID = Code(
    "E_QUESTION_ANSWER_INVALID", Kind.INVALID, 422, "Answer in the way that the question asks for."
)
E_QUESTION_ANSWER_REUSED = Code(
    "E_QUESTION_ANSWER_REUSED",
    Kind.INVALID,
    422,
    "Send another answer under another idempotency key.",
)
E_PATTERN_NOT_FOUND = Code(
    "E_PATTERN_NOT_FOUND", Kind.NOT_FOUND, 404, "Show the plan; it lists the patterns it found."
)
E_PATTERN_STATE = Code(
    "E_PATTERN_STATE", Kind.CONFLICT, 409, "Look at how the pattern stands, then decide again."
)
E_PLANNING_ARTIFACT_NOT_FOUND = Code(
    "E_PLANNING_ARTIFACT_NOT_FOUND", Kind.NOT_FOUND, 404, "Draft it first."
)
E_PLANNING_BLOCKED = Code(
    "E_PLANNING_BLOCKED", Kind.CONFLICT, 409, "Settle each blocking finding, then draft it again."
)
CODES = (
    E_QUESTION_PLAN_NOT_FOUND,
    E_BOARD_UNFINISHED,
    E_QUESTION_NOT_FOUND,
    E_QUESTION_STATE,
    E_QUESTION_STALE,
    E_QUESTION_ANSWER_INVALID,
    E_QUESTION_ANSWER_REUSED,
    E_PATTERN_NOT_FOUND,
    E_PATTERN_STATE,
    E_PLANNING_ARTIFACT_NOT_FOUND,
    E_PLANNING_BLOCKED,
)
