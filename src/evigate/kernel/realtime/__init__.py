"""Realtime: who follows what, may still do so, and is here; over the one hub of live streams.

What enters is a request to follow a channel; what leaves are its stream's events, and who else is
there. Always true: whoever may no longer see a thing gets nothing more of it, asked anew before
each piece; a reader who is too far behind is told to draw its page anew; what is counted of
connections is written in batches and holds nothing up.
"""

from evigate.kernel.realtime.models import (
    CHANNEL_TYPES,
    ChannelKey,
    ChannelLine,
    ConnectionLine,
    Followed,
    Heartbeat,
    Person,
)
from evigate.kernel.realtime.service import MANAGE, PERMISSIONS, Realtime

__all__ = [
    "CHANNEL_TYPES",
    "MANAGE",
    "PERMISSIONS",
    "ChannelKey",
    "ChannelLine",
    "ConnectionLine",
    "Followed",
    "Heartbeat",
    "Person",
    "Realtime",
]
