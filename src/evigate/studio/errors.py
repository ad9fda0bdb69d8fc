"""The studio's error codes."""

from evigate.base.errors import Code, Kind

E_PROJECT_NOT_FOUND = Code("E_PROJECT_NOT_FOUND", Kind.NOT_FOUND, 404, "List the projects.")
E_DISCOVERY_NOT_FOUND = Code(
    "E_DISCOVERY_NOT_FOUND", Kind.NOT_FOUND, 404, "List the projects; each names its discovery."
)
E_DISCOVERY_CLOSED = Code(
    "E_DISCOVERY_CLOSED", Kind.CONFLICT, 409, "Reopen the discovery, then say it again."
)
E_SAID_NOT_FOUND = Code("E_SAID_NOT_FOUND", Kind.NOT_FOUND, 404, "Show what the project knows.")
E_NEED_NOT_FOUND = Code("E_NEED_NOT_FOUND", Kind.NOT_FOUND, 404, "Show what the project needs.")
E_TASK_NOT_FOUND = Code("E_TASK_NOT_FOUND", Kind.NOT_FOUND, 404, "List the project's tasks.")
E_TASK_DONE = Code("E_TASK_DONE", Kind.CONFLICT, 409, "Look at the task's result.")
E_EDIT_STALE = Code(
    "E_EDIT_STALE",
    Kind.CONFLICT,
    409,
    "Compare your value with the present one, and send it again with the present version.",
)
E_REPLY_REUSED = Code(
    "E_REPLY_REUSED", Kind.INVALID, 422, "Send other words under another idempotency key."
)
E_MESSAGE_INVALID = Code(
    "E_MESSAGE_INVALID", Kind.INVALID, 422, "Write one character or more, and at most 20,000."
)
E_OBJECTIVE_INVALID = Code(
    "E_OBJECTIVE_INVALID", Kind.INVALID, 422, "Correct the objective; the message says where."
)
E_NEED_REQUIRED = Code(
    "E_NEED_REQUIRED", Kind.CONFLICT, 409, "Give a reason to waive it, or answer or defer it."
)
E_INDUSTRY_NOT_FOUND = Code(
    "E_INDUSTRY_NOT_FOUND", Kind.NOT_FOUND, 404, "Search the industries for the code you mean."
)
E_DISCOVERY_INCOMPLETE = Code(
    "E_DISCOVERY_INCOMPLETE", Kind.CONFLICT, 409, "Answer or waive what is open, then approve."
)
E_RESEARCH_NOT_FOUND = Code(
    "E_RESEARCH_NOT_FOUND", Kind.NOT_FOUND, 404, "List the project's research."
)
E_RESEARCH_NOT_FAILED = Code(
    "E_RESEARCH_NOT_FAILED", Kind.CONFLICT, 409, "Wait for it, or look at what it came to."
)
E_DISCOVERY_OBJECTIVE_NOT_FOUND = Code(
    "E_DISCOVERY_OBJECTIVE_NOT_FOUND", Kind.NOT_FOUND, 404, "List the objectives."
)
E_DISCOVERY_OBJECTIVE_EXISTS = Code(
    "E_DISCOVERY_OBJECTIVE_EXISTS", Kind.CONFLICT, 409, "Give it a version that is not there yet."
)
CODES = (
    E_DISCOVERY_OBJECTIVE_NOT_FOUND,
    E_DISCOVERY_OBJECTIVE_EXISTS,
    E_RESEARCH_NOT_FOUND,
    E_RESEARCH_NOT_FAILED,
    E_INDUSTRY_NOT_FOUND,
    E_DISCOVERY_INCOMPLETE,
    E_PROJECT_NOT_FOUND,
    E_DISCOVERY_NOT_FOUND,
    E_DISCOVERY_CLOSED,
    E_SAID_NOT_FOUND,
    E_NEED_NOT_FOUND,
    E_TASK_NOT_FOUND,
    E_TASK_DONE,
    E_EDIT_STALE,
    E_REPLY_REUSED,
    E_MESSAGE_INVALID,
    E_OBJECTIVE_INVALID,
    E_NEED_REQUIRED,
)
