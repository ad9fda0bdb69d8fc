"""The codes of the engine's doors."""

from evigate.base.errors import Code, Kind

E_VERB_MISSING = Code(
    "E_VERB_MISSING", Kind.NOT_FOUND, 404, "Use a verb that this server's version knows."
)
E_VERB_LOCAL = Code(
    "E_VERB_LOCAL",
    Kind.INVALID,
    422,
    "Call it in process, with evigate.connect on a folder.",
)
E_WIRE_MALFORMED = Code(
    "E_WIRE_MALFORMED", Kind.INVALID, 400, "Use a client of the server's own version."
)
E_WIRE_UNSUPPORTED = Code(
    "E_WIRE_UNSUPPORTED", Kind.INVALID, 400, "Use SELECT statements, prepared or not; or a verb."
)
E_SERVER_BUSY = Code(
    "E_SERVER_BUSY", Kind.LIMIT, 503, "Try again in a moment; the server is at its limit.", True
)
E_SERVER_SHARE = Code(
    "E_SERVER_SHARE", Kind.LIMIT, 429, "Wait for calls of yours to end, then try again.", True
)
E_SERVER_STREAMS = Code(
    "E_SERVER_STREAMS", Kind.LIMIT, 503, "Close other streams, or try again in a minute.", True
)
E_SERVER_TIMEOUT = Code(
    "E_SERVER_TIMEOUT", Kind.LIMIT, 504, "Ask for less at once, or have the limit raised.", True
)
E_CALL_CANCELLED = Code("E_CALL_CANCELLED", Kind.CONFLICT, 409, "Start it anew if it is wanted.")
E_MESSAGE_TOO_LARGE = Code(
    "E_MESSAGE_TOO_LARGE", Kind.LIMIT, 413, "Send less at once, or have the limit raised."
)
E_FLIGHT_LISTEN = Code(
    "E_FLIGHT_LISTEN",
    Kind.CONFLICT,
    409,
    "Choose another EVIGATE_FLIGHT_PORT, and readable files of certificate and key.",
)
E_SERVER_UNREACHABLE = Code(
    "E_SERVER_UNREACHABLE",
    Kind.UNAVAILABLE,
    503,
    "Check the address, that the server runs, and whether it wants grpc+tls://.",
    True,
)

CODES: tuple[Code, ...] = (
    E_VERB_MISSING,
    E_VERB_LOCAL,
    E_WIRE_MALFORMED,
    E_WIRE_UNSUPPORTED,
    E_SERVER_BUSY,
    E_SERVER_SHARE,
    E_SERVER_STREAMS,
    E_SERVER_TIMEOUT,
    E_CALL_CANCELLED,
    E_MESSAGE_TOO_LARGE,
    E_FLIGHT_LISTEN,
    E_SERVER_UNREACHABLE,
)
