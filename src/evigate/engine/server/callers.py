"""Who calls: a token in a header becomes a subject, once a call and for that call alone."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from pyarrow import flight

from evigate.base.errors import E_UNAUTHENTICATED, EvigateError
from evigate.base.subject import Subject
from evigate.engine.server.wire import TENANT_HEADER, typed
from evigate.kernel.tenancy import find_token

if TYPE_CHECKING:
    from evigate.engine.core import Core

MIDDLEWARE = "caller"
Headers = Mapping[str, Sequence[str | bytes]]


def token_of(headers: Headers) -> str:
    """Return the token of a bearer, or of whoever gives it as a password; "" for neither."""
    scheme, _, rest = _header(headers, "authorization").partition(" ")
    if scheme.lower() == "bearer":
        return rest.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(rest, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""


def _header(headers: Headers, name: str) -> str:
    found = headers.get(name) or [""]
    return found[0].decode() if isinstance(found[0], bytes) else found[0]


def subject_of(core: "Core", headers: Headers) -> Subject:
    """Return for whom a call acts: the token's tenant, or another of its user's that it names.

    Raises:
        EvigateError[E_UNAUTHENTICATED]: no token, or one that proves nothing.
        EvigateError[E_TENANT_MISSING]: the named tenant is none of the user's.
    """
    token = token_of(headers)
    subject = find_token(core.database, token) if token else None
    if subject is None:
        raise EvigateError(E_UNAUTHENTICATED, "The call has no valid API token.")
    tenant = _header(headers, TENANT_HEADER)
    return core.tenant_of(subject, tenant) if tenant else subject


class Caller(flight.ServerMiddleware):  # type: ignore[misc]
    """The subject of one call; after a handshake the client is told its bearer token."""

    def __init__(self, subject: Subject, token: str) -> None:
        self.subject = subject
        self._token = token

    def sending_headers(self) -> dict[str, str]:
        """Return what the answer's headers add."""
        return {"authorization": f"Bearer {self._token}"} if self._token else {}


class CallerFactory(flight.ServerMiddlewareFactory):  # type: ignore[misc]
    """Looks the token of every call up: one that was revoked is worthless at once."""

    def __init__(self, core: "Core") -> None:
        self._core = core

    @typed
    def start_call(self, info: flight.CallInfo, headers: Headers) -> Caller:
        """Refuse strangers before anything else is read."""
        is_handshake = info.method == flight.FlightMethod.HANDSHAKE
        return Caller(subject_of(self._core, headers), token_of(headers) if is_handshake else "")


class OpenHandshake(flight.ServerAuthHandler):  # type: ignore[misc]
    """Lets the handshake through: the middleware has seen to it."""

    def authenticate(self, outgoing: object, incoming: object) -> None:
        """Ask nothing more."""

    def is_valid(self, token: bytes) -> bytes:
        """Accept; the middleware refuses."""
        return b""
