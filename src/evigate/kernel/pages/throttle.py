"""A limit on how often an address may try: enough for a person, too few for guessing.

Counted in this process's memory, so a restart forgets and each server of several counts alone;
that is enough in front of argon2, which already makes a try cost tens of milliseconds.
"""

from collections import deque

from evigate.base.errors import Code, EvigateError, Kind

ATTEMPTS_MAX = 10
WINDOW_S = 300.0
ADDRESSES_MAX = 10_000

E_TOO_MANY_ATTEMPTS = Code(
    "E_TOO_MANY_ATTEMPTS",
    Kind.LIMIT,
    429,
    "Wait five minutes, or print a link with `evigate link` on the server.",
    True,
)
CODES: tuple[Code, ...] = (E_TOO_MANY_ATTEMPTS,)


class Throttle:
    """Counts failed attempts by address over the last `WINDOW_S` seconds.

    At most `ADDRESSES_MAX` addresses are remembered, the one heard of longest ago is forgotten.
    Behind a proxy the address is what the server takes from `X-Forwarded-For`, which it believes
    of a proxy on the same machine only; any other proxy's clients share one count.
    """

    def __init__(self) -> None:
        self._failures: dict[str, deque[float]] = {}

    def check(self, address: str, now: float) -> None:
        """Refuse an address that failed too often.

        Raises:
            EvigateError[E_TOO_MANY_ATTEMPTS]
        """
        times = self._failures.get(address, deque())
        while times and times[0] <= now - WINDOW_S:
            times.popleft()
        if len(times) >= ATTEMPTS_MAX:
            message = f"There were {ATTEMPTS_MAX} failed attempts from your address."
            raise EvigateError(E_TOO_MANY_ATTEMPTS, message)

    def note_failure(self, address: str, now: float) -> None:
        """Count a failed attempt."""
        times = self._failures.pop(address, deque(maxlen=ATTEMPTS_MAX))
        times.append(now)
        self._failures[address] = times
        if len(self._failures) > ADDRESSES_MAX:
            del self._failures[next(iter(self._failures))]
