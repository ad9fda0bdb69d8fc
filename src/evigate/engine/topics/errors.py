"""The ways in which a topic can fail."""

from evigate.base.errors import Code, Kind

E_TOPIC_MISSING = Code("E_TOPIC_MISSING", Kind.NOT_FOUND, 404, "List the topics, or register it.")
E_TOPIC_EXISTS = Code(
    "E_TOPIC_EXISTS", Kind.CONFLICT, 409, "Use the topic that is there, or choose another name."
)
E_TOPIC_NAME = Code(
    "E_TOPIC_NAME",
    Kind.INVALID,
    422,
    "Use letters, digits and underscores, 63 at most, no digit first.",
)
E_TOPIC_SCHEMA = Code(
    "E_TOPIC_SCHEMA", Kind.INVALID, 422, "Publish exactly the topic's columns, in their types."
)
E_TOPIC_PREDICATE = Code(
    "E_TOPIC_PREDICATE",
    Kind.INVALID,
    422,
    "Use columns, literals, comparisons, AND, OR, NOT, IN, LIKE, BETWEEN, IS NULL, CAST, lower,"
    " upper, length, starts_with and ends_with.",
)
E_TOPIC_OFFSET = Code(
    "E_TOPIC_OFFSET", Kind.INVALID, 422, "Begin at an offset that the topic still holds."
)
E_TOPIC_BATCH_TOO_LARGE = Code(
    "E_TOPIC_BATCH_TOO_LARGE", Kind.LIMIT, 413, "Publish fewer or smaller rows at a time."
)
E_GROUP_ACK = Code(
    "E_GROUP_ACK",
    Kind.CONFLICT,
    409,
    "The message was given to another consumer after its time ran out: do not act on it again.",
)
E_GROUP_NAME = Code(
    "E_GROUP_NAME", Kind.INVALID, 422, "Use a name of 1 to 100 characters for group and consumer."
)
E_BROKER_UNAVAILABLE = Code(
    "E_BROKER_UNAVAILABLE", Kind.UNAVAILABLE, 503, "Start the broker, or correct its address.", True
)
E_BROKER_EXTRA = Code(
    "E_BROKER_EXTRA", Kind.INVALID, 422, "Install the extra: pip install 'evigate[nats]'."
)

CODES: tuple[Code, ...] = (
    E_TOPIC_MISSING,
    E_TOPIC_EXISTS,
    E_TOPIC_NAME,
    E_TOPIC_SCHEMA,
    E_TOPIC_PREDICATE,
    E_TOPIC_OFFSET,
    E_TOPIC_BATCH_TOO_LARGE,
    E_GROUP_ACK,
    E_GROUP_NAME,
    E_BROKER_UNAVAILABLE,
    E_BROKER_EXTRA,
)
