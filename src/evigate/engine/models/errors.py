"""The ways in which naming, loading or asking a model can fail."""

from evigate.base.errors import Code, Kind

E_MODEL_UNKNOWN = Code(
    "E_MODEL_UNKNOWN", Kind.NOT_FOUND, 404, "Name a built-in model, or register this one first."
)
E_MODEL_NAME = Code(
    "E_MODEL_NAME",
    Kind.INVALID,
    422,
    "Use letters, digits, '_', '-', '.', ':' and '/', a letter or digit first, at most 200.",
)
E_MODEL_LOCATION = Code(
    "E_MODEL_LOCATION",
    Kind.INVALID,
    422,
    "Give a built-in name, onnx:/folder, st:/folder, https://host/v1#model or callable:name.",
)
E_MODEL_OPTION = Code(
    "E_MODEL_OPTION", Kind.INVALID, 422, "Correct the option; the message lists those there are."
)
E_MODEL_LOAD = Code(
    "E_MODEL_LOAD", Kind.INVALID, 422, "Correct the model's files, then register it again."
)
E_MODEL_CORRUPT = Code(
    "E_MODEL_CORRUPT",
    Kind.INVALID,
    422,
    "Restore the files that were registered (for a built-in model: reinstall its package).",
)
E_MODEL_EXTRA = Code(
    "E_MODEL_EXTRA", Kind.UNAVAILABLE, 503, "Install the extra: pip install evigate[torch]"
)
E_MODEL_TASK = Code(
    "E_MODEL_TASK", Kind.INVALID, 422, "Choose a model whose task is the one asked for."
)
E_MODEL_INPUT = Code("E_MODEL_INPUT", Kind.INVALID, 422, "Correct the input and ask again.")
E_MODEL_FORWARD = Code(
    "E_MODEL_FORWARD", Kind.UPSTREAM, 502, "Look at the cause: the model itself failed."
)
E_MODEL_OUTPUT = Code(
    "E_MODEL_OUTPUT",
    Kind.UPSTREAM,
    502,
    "The model gave what no model of its registration gives: correct it or register it again.",
)
E_MODEL_MEMORY = Code(
    "E_MODEL_MEMORY",
    Kind.LIMIT,
    507,
    "Free memory, send shorter rows, or choose a smaller model.",
)
E_MODEL_BUDGET = Code(
    "E_MODEL_BUDGET",
    Kind.LIMIT,
    507,
    "Raise the memory for models, unload one, or wait until those in use are done.",
    True,
)
E_MODEL_UPSTREAM = Code(
    "E_MODEL_UPSTREAM",
    Kind.UPSTREAM,
    502,
    "Check that the endpoint is up and knows the model, then try again.",
    True,
)
E_MODEL_CREDENTIALS = Code(
    "E_MODEL_CREDENTIALS", Kind.UPSTREAM, 502, "Give the endpoint's valid API key."
)
E_MODEL_CANCELLED = Code(
    "E_MODEL_CANCELLED", Kind.CONFLICT, 409, "Ask again when you want the result."
)

CODES: tuple[Code, ...] = (
    E_MODEL_UNKNOWN,
    E_MODEL_NAME,
    E_MODEL_LOCATION,
    E_MODEL_OPTION,
    E_MODEL_LOAD,
    E_MODEL_CORRUPT,
    E_MODEL_EXTRA,
    E_MODEL_TASK,
    E_MODEL_INPUT,
    E_MODEL_FORWARD,
    E_MODEL_OUTPUT,
    E_MODEL_MEMORY,
    E_MODEL_BUDGET,
    E_MODEL_UPSTREAM,
    E_MODEL_CREDENTIALS,
    E_MODEL_CANCELLED,
)
