"""The ways in which an eval can fail."""

from evigate.base.errors import Code, Kind

E_EVAL_MISSING = Code(
    "E_EVAL_MISSING", Kind.NOT_FOUND, 404, "List the runs; ids are of one tenant."
)
E_EVAL_COLUMNS = Code(
    "E_EVAL_COLUMNS", Kind.INVALID, 422, "Give the columns that the message names, of that type."
)
E_EVAL_ROWS = Code(
    "E_EVAL_ROWS", Kind.INVALID, 422, "Correct the row that the message names, or leave it out."
)
E_EVAL_NOTHING = Code("E_EVAL_NOTHING", Kind.INVALID, 422, "Give one row or more to score.")
E_EVAL_TASK = Code(
    "E_EVAL_TASK", Kind.INVALID, 422, "Evaluate a classification, ner or regression model."
)
E_EVAL_OPTION = Code("E_EVAL_OPTION", Kind.INVALID, 422, "Use one of the values that are named.")
E_EVAL_COMPARE = Code(
    "E_EVAL_COMPARE", Kind.INVALID, 422, "Compare two or more completed runs of one type."
)
E_EVAL_ABANDONED = Code(
    "E_EVAL_ABANDONED", Kind.UNAVAILABLE, 503, "Run it again; its process ended before it did."
)
E_CONFORMAL_INPUT = Code(
    "E_CONFORMAL_INPUT",
    Kind.INVALID,
    422,
    "Give finite numbers, as many of each as there are rows, and 0 < alpha < 1.",
)

CODES: tuple[Code, ...] = (
    E_EVAL_MISSING,
    E_EVAL_COLUMNS,
    E_EVAL_ROWS,
    E_EVAL_NOTHING,
    E_EVAL_TASK,
    E_EVAL_OPTION,
    E_EVAL_COMPARE,
    E_EVAL_ABANDONED,
    E_CONFORMAL_INPUT,
)
