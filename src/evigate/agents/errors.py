"""The ways in which a run of an agent can fail, wait or be refused."""

from evigate.base.errors import Code, Kind

E_AGENT_UNKNOWN = Code(
    "E_AGENT_UNKNOWN", Kind.NOT_FOUND, 404, "List the agents with `evigate agents list`."
)
E_AGENT_RUN_NOT_FOUND = Code(
    "E_AGENT_RUN_NOT_FOUND", Kind.NOT_FOUND, 404, "List the runs with `evigate agents runs`."
)
E_AGENT_INPUT = Code(
    "E_AGENT_INPUT", Kind.INVALID, 422, "Correct the named parts of the input, or send less of it."
)
E_AGENT_CHOICE = Code(
    "E_AGENT_CHOICE", Kind.INVALID, 422, "Correct the named part of the choice and send it again."
)
E_AGENT_PRICE = Code(
    "E_AGENT_PRICE",
    Kind.INVALID,
    422,
    "Give the model's prices per million tokens, or lift the limits on cost.",
)
E_AGENT_EXTRA = Code(
    "E_AGENT_EXTRA",
    Kind.UNAVAILABLE,
    503,
    "Install the named extra, as in `pip install 'evigate[llm]'`.",
)
E_AGENT_CREDENTIALS = Code(
    "E_AGENT_CREDENTIALS",
    Kind.UPSTREAM,
    502,
    "Seal the provider's key with `evigate secrets set`, or check the one there is.",
)
E_AGENT_UPSTREAM = Code(
    "E_AGENT_UPSTREAM", Kind.UPSTREAM, 502, "Try again later; the provider is busy or away.", True
)
E_AGENT_TIMEOUT = Code(
    "E_AGENT_TIMEOUT", Kind.UPSTREAM, 504, "Try again, or allow a call more time.", True
)
E_AGENT_REJECTED = Code(
    "E_AGENT_REJECTED", Kind.UPSTREAM, 502, "Check the model's name, its parameters and the input."
)
E_AGENT_PAUSED = Code(
    "E_AGENT_PAUSED",
    Kind.LIMIT,
    409,
    "Decide what it waits for, then resume it with `evigate agents resume`.",
)
E_AGENT_LIMIT = Code(
    "E_AGENT_LIMIT", Kind.LIMIT, 429, "Raise the limit or the budget and start the run again."
)
E_AGENT_RUN_TAKEN = Code(
    "E_AGENT_RUN_TAKEN", Kind.CONFLICT, 409, "Follow the run; somebody else carries it on."
)
E_AGENT_RUN_ENDED = Code(
    "E_AGENT_RUN_ENDED", Kind.CONFLICT, 409, "Look at its result, or start another run."
)
E_AGENT_TOOLS = Code(
    "E_AGENT_TOOLS", Kind.INVALID, 422, "Hand in the tools that the run was started with."
)
E_TOOL_REFUSED = Code(
    "E_TOOL_REFUSED", Kind.DENIED, 403, "Use only the tools that the run was given."
)
E_TOOL_ARGUMENTS = Code(
    "E_TOOL_ARGUMENTS", Kind.INVALID, 422, "Send arguments that fit the tool's schema."
)
E_RECORDING_MISSING = Code(
    "E_RECORDING_MISSING",
    Kind.NOT_FOUND,
    404,
    "Record the exchange first, or replay the run that was recorded.",
)
E_RECORDING_DAMAGED = Code(
    "E_RECORDING_DAMAGED", Kind.INVALID, 422, "Remove the file and record the exchange again."
)
E_CONCERT_NOT_FOUND = Code(
    "E_CONCERT_NOT_FOUND", Kind.NOT_FOUND, 404, "List the work of several agents."
)
E_CONCERT_STATUS = Code(
    "E_CONCERT_STATUS", Kind.CONFLICT, 409, "Look at how it stands, then decide again."
)
E_CONCERT_INVALID = Code(
    "E_CONCERT_INVALID", Kind.INVALID, 422, "Correct the strategy, who takes part, or the limits."
)

CODES: tuple[Code, ...] = (
    E_AGENT_UNKNOWN,
    E_AGENT_RUN_NOT_FOUND,
    E_AGENT_INPUT,
    E_AGENT_CHOICE,
    E_AGENT_PRICE,
    E_AGENT_EXTRA,
    E_AGENT_CREDENTIALS,
    E_AGENT_UPSTREAM,
    E_AGENT_TIMEOUT,
    E_AGENT_REJECTED,
    E_AGENT_PAUSED,
    E_AGENT_LIMIT,
    E_AGENT_RUN_TAKEN,
    E_AGENT_RUN_ENDED,
    E_AGENT_TOOLS,
    E_TOOL_REFUSED,
    E_TOOL_ARGUMENTS,
    E_RECORDING_MISSING,
    E_RECORDING_DAMAGED,
    E_CONCERT_NOT_FOUND,
    E_CONCERT_STATUS,
    E_CONCERT_INVALID,
)
