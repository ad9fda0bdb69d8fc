"""HTTP: what every route shares: who asks, one error shape, pages of a list, live streams.

What enters is a request; what leaves is a subject for a service verb, or a problem (RFC 9457) with
a stable code. Always true: a route learns who asks from `Doors` alone, and an unsafe request that
rests on a cookie carries that session's CSRF token.
"""

from evigate.kernel.http.doors import SESSION_COOKIE, Doors, Visitor
from evigate.kernel.http.fanout import Fanout, Subscription
from evigate.kernel.http.frames import WireEvent
from evigate.kernel.http.paging import PAGE_SIZE, PAGE_SIZE_MAX, PageOf
from evigate.kernel.http.problems import PROBLEM_MEDIA_TYPE, Problem, problem_of, responses_of
from evigate.kernel.http.routing import API, join
from evigate.kernel.http.sse import EventStream, parse_offset

__all__ = [
    "API",
    "PAGE_SIZE",
    "PAGE_SIZE_MAX",
    "PROBLEM_MEDIA_TYPE",
    "SESSION_COOKIE",
    "Doors",
    "EventStream",
    "Fanout",
    "PageOf",
    "Problem",
    "Subscription",
    "Visitor",
    "WireEvent",
    "join",
    "parse_offset",
    "problem_of",
    "responses_of",
]
