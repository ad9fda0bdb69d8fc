"""The codes of tasks; that a task is not there or done is the studio's own to say."""

from evigate.base.errors import Code, Kind

E_TASK_INVALID = Code(
    "E_TASK_INVALID", Kind.INVALID, 422, "Correct what the message names, and send it again."
)
E_TASK_BLOCKED = Code(
    "E_TASK_BLOCKED", Kind.CONFLICT, 409, "Finish the tasks that it waits for, or let it go on."
)
E_TASK_CIRCLE = Code(
    "E_TASK_CIRCLE", Kind.CONFLICT, 409, "Let one task of the circle wait for none of the others."
)
E_TASK_STALE = Code(
    "E_TASK_STALE", Kind.CONFLICT, 409, "Look at the task as it is now, and change that."
)
E_TASK_IS_SAID = Code(
    "E_TASK_IS_SAID", Kind.CONFLICT, 409, "Answer it, or waive its need in the conversation."
)
CODES = (E_TASK_INVALID, E_TASK_BLOCKED, E_TASK_CIRCLE, E_TASK_STALE, E_TASK_IS_SAID)
