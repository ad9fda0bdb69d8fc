"""Events: the one append-only log; outbox, audit trail and what screens follow.

What enters are typed facts about a stream, in the transaction of what caused them; what leaves is
the same facts by offset. Always true: within a stream `seq` rises by one without gaps, a closed
stream takes no more, and a NOTIFY carries ids only.
"""

from evigate.kernel.events.log import (
    AUDIT,
    CHANNEL,
    Event,
    NewEvent,
    StreamKey,
    append_events,
    audit,
    read_events,
    reopen_stream,
)

__all__ = [
    "AUDIT",
    "CHANNEL",
    "Event",
    "NewEvent",
    "StreamKey",
    "append_events",
    "audit",
    "read_events",
    "reopen_stream",
]
