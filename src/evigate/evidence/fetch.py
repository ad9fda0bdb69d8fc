"""Fetching a document from an address that a stranger gave: the one file that knows httpcore.

The name is resolved here and the connection goes to the address that was checked, so a name that
answers differently the second time gains nothing; redirects are followed by hand, each checked
anew. Private, loopback, link-local and reserved addresses are refused, and the body is bounded
while it is read.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore

from evigate.base.errors import Code, EvigateError, Kind

REDIRECTS_MAX = 5
TIMEOUT_S = 20.0
TOTAL_TIMEOUT_S = 120.0
PORTS = frozenset({80, 443})

E_FETCH_FAILED = Code(
    "E_FETCH_FAILED", Kind.UPSTREAM, 400, "Open the address in a browser, or send the file itself."
)
E_FETCH_REFUSED = Code(
    "E_FETCH_REFUSED",
    Kind.DENIED,
    400,
    "Only public http and https addresses are fetched; download the file and send it.",
)
E_FETCH_TOO_LARGE = Code(
    "E_FETCH_TOO_LARGE", Kind.LIMIT, 413, "Send a smaller file, or raise the limit on upload size."
)
CODES: tuple[Code, ...] = (E_FETCH_FAILED, E_FETCH_REFUSED, E_FETCH_TOO_LARGE)

AddressRule = Callable[[str, int], bool]


def is_public(address: str, port: int) -> bool:
    """Tell whether an address is one that anybody on the internet could reach, at a web port."""
    parsed = ipaddress.ip_address(address)
    mapped = getattr(parsed, "ipv4_mapped", None) or getattr(parsed, "sixtofour", None)
    checked = (parsed, mapped) if mapped is not None else (parsed,)
    return port in PORTS and all(each.is_global and not each.is_multicast for each in checked)


class _GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects to an address that was checked, never to a name."""

    def __init__(self, rule: AddressRule) -> None:
        self._rule = rule
        self._inner = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 (the library's signature)
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        for address in addresses:
            # One private answer among public ones is a trick, so it spoils them all.
            if not self._rule(address, port):
                message = f"The host {host!r} is not a public address."
                raise EvigateError(E_FETCH_REFUSED, message)
        return await self._inner.connect_tcp(addresses[0], port, timeout, local_address)


async def fetch_url(
    url: str,
    *,
    max_bytes: int,
    rule: AddressRule = is_public,
    headers: Sequence[tuple[str, str]] = (),
) -> bytes:
    """Return what an address serves, following up to five redirects.

    Args:
        headers: sent beside our own, to the address's own host alone: no redirect carries them
            elsewhere.

    Raises:
        EvigateError[E_FETCH_REFUSED]: not http(s), or an address that is not public.
        EvigateError[E_FETCH_TOO_LARGE]: the body is longer than `max_bytes`.
        EvigateError[E_FETCH_FAILED]: no answer in time, or none with status 200.
    """
    try:
        async with (
            asyncio.timeout(TOTAL_TIMEOUT_S),
            httpcore.AsyncConnectionPool(network_backend=_GuardedBackend(rule)) as pool,
        ):
            return await _follow(pool, url, max_bytes, headers)
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError) as error:
        message = f"The address did not answer: {type(error).__name__}."
        raise EvigateError(E_FETCH_FAILED, message) from error
    except (TimeoutError, httpcore.TimeoutException) as error:
        raise EvigateError(E_FETCH_FAILED, "The address did not answer in time.") from error


async def _follow(
    pool: httpcore.AsyncConnectionPool,
    url: str,
    max_bytes: int,
    headers: Sequence[tuple[str, str]],
) -> bytes:
    _check_scheme(url)
    home = _origin(url)
    for _ in range(REDIRECTS_MAX + 1):
        _check_scheme(url)
        sent = [*_headers(url), *(headers if _origin(url) == home else ())]
        async with pool.stream("GET", url, headers=sent, extensions=_timeouts()) as answer:
            if answer.status in (301, 302, 303, 307, 308):
                found = {name.lower(): value for name, value in answer.headers}
                url = urljoin(url, found.get(b"location", b"").decode("latin-1"))
                continue
            if answer.status != 200:
                message = f"The address answered with status {answer.status}."
                raise EvigateError(E_FETCH_FAILED, message)
            return await _bounded_body(answer, max_bytes)
    raise EvigateError(E_FETCH_FAILED, f"The address redirects more than {REDIRECTS_MAX} times.")


async def _bounded_body(answer: httpcore.Response, max_bytes: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for part in answer.aiter_stream():
        size += len(part)
        if size > max_bytes:
            message = f"The file is larger than {max_bytes} bytes."
            raise EvigateError(E_FETCH_TOO_LARGE, message)
        parts.append(part)
    return b"".join(parts)


def _check_scheme(url: str) -> None:
    try:
        parts = urlsplit(url)
        is_usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        is_usable = is_usable and parts.username is None and (parts.port or 80) > 0
    except ValueError:
        is_usable = False
    if not is_usable:
        raise EvigateError(E_FETCH_REFUSED, "The address is not a plain http or https address.")


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port


def _headers(url: str) -> list[tuple[str, str]]:
    return [
        ("Host", urlsplit(url).netloc),
        ("User-Agent", "evigate"),
        ("Accept", "application/pdf,*/*;q=0.5"),
    ]


def _timeouts() -> dict[str, Any]:
    return {"timeout": {"connect": TIMEOUT_S, "read": TIMEOUT_S, "write": TIMEOUT_S}}
