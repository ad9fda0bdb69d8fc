"""The ways in which training, and the queue of its jobs, can fail."""

from evigate.base.errors import Code, Kind

E_JOB_MISSING = Code("E_JOB_MISSING", Kind.NOT_FOUND, 404, "List the jobs there are.")
E_JOB_OPTION = Code(
    "E_JOB_OPTION", Kind.INVALID, 422, "Correct the option; the message says what it may be."
)
E_JOB_IDEMPOTENCY = Code(
    "E_JOB_IDEMPOTENCY",
    Kind.CONFLICT,
    409,
    "Use another idempotency_key, or submit exactly what was submitted under it.",
)
E_JOB_STATE = Code("E_JOB_STATE", Kind.CONFLICT, 409, "Look at the job's status with jobs.get.")
E_JOB_TIMEOUT = Code(
    "E_JOB_TIMEOUT", Kind.UNAVAILABLE, 503, "Wait for longer; the job goes on.", True
)
E_JOB_LEASE = Code(
    "E_JOB_LEASE", Kind.CONFLICT, 409, "Nothing: another worker has taken the job up.", True
)
E_JOB_CANCELLED = Code(
    "E_JOB_CANCELLED", Kind.CONFLICT, 409, "Retry the job if it was cancelled by mistake."
)
E_JOB_ATTEMPTS = Code(
    "E_JOB_ATTEMPTS",
    Kind.UNAVAILABLE,
    503,
    "Find out why its workers die (memory is the usual reason), then retry the job.",
)
E_TRAIN_OPTION = Code(
    "E_TRAIN_OPTION", Kind.INVALID, 422, "Correct the option; the message says what it may be."
)
E_TRAIN_COLUMNS = Code(
    "E_TRAIN_COLUMNS", Kind.INVALID, 422, "Name columns of the relation that hold such values."
)
E_TRAIN_DATA = Code(
    "E_TRAIN_DATA", Kind.INVALID, 422, "Give more rows, or rows that differ in what is learnt."
)
E_TRAIN_NAME = Code("E_TRAIN_NAME", Kind.INVALID, 422, "Choose another name for the model.")
E_TRAIN_DIVERGED = Code(
    "E_TRAIN_DIVERGED", Kind.INVALID, 422, "Lower the learning rate, or look for odd rows."
)
E_TRAIN_EXTRA = Code(
    "E_TRAIN_EXTRA", Kind.UNAVAILABLE, 503, "Install the extra: pip install evigate[torch]"
)
E_TRAIN_EVAL = Code(
    "E_TRAIN_EVAL",
    Kind.CONFLICT,
    409,
    "Evaluate the model beside its base first: db.train.evaluate(model, source, judgments).",
)
E_TRAIN_WORSE = Code(
    "E_TRAIN_WORSE",
    Kind.CONFLICT,
    409,
    "Train it otherwise; or say force=True with a reason, which is recorded.",
)
E_TRAIN_MODEL = Code(
    "E_TRAIN_MODEL", Kind.INVALID, 422, "Name a model that was trained here for this purpose."
)

CODES: tuple[Code, ...] = (
    E_JOB_MISSING,
    E_JOB_OPTION,
    E_JOB_IDEMPOTENCY,
    E_JOB_STATE,
    E_JOB_TIMEOUT,
    E_JOB_LEASE,
    E_JOB_CANCELLED,
    E_JOB_ATTEMPTS,
    E_TRAIN_OPTION,
    E_TRAIN_COLUMNS,
    E_TRAIN_DATA,
    E_TRAIN_NAME,
    E_TRAIN_DIVERGED,
    E_TRAIN_EXTRA,
    E_TRAIN_EVAL,
    E_TRAIN_WORSE,
    E_TRAIN_MODEL,
)
