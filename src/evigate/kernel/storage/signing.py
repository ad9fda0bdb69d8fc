"""Links that open one blob for a short while, to whoever holds them.

Our own signature rather than the object store's, so that local and S3 storage behave alike, the
store needs no public address, and a link can be refused in one place. The link is a path and a
query, to be served under any host.
"""

import hmac
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import parse_qs, urlencode
from uuid import UUID

from evigate.base.canonical import canonical_json
from evigate.base.errors import EvigateError
from evigate.base.ids import TenantId
from evigate.kernel.storage.errors import E_LINK_EXPIRED, E_LINK_INVALID, E_LINK_LIFETIME
from evigate.kernel.storage.models import DIGEST_PATTERN, SignedBlob

TTL_MIN_S = 30
TTL_MAX_S = 3600
TTL_DEFAULT_S = 120
KEY_MIN_BYTES = 32
_FIELDS = ("expires", "filename", "media_type", "signature")
# Distinguishes these signatures from any other use of the key, and allows another form later.
_PURPOSE = "evigate-blob-link-1"


class SignedUrls:
    """Makes and checks links; two instances with one key and prefix understand each other."""

    def __init__(self, key: bytes, *, prefix: str = "/blobs") -> None:
        if len(key) < KEY_MIN_BYTES:
            raise ValueError(f"A signing key has at least {KEY_MIN_BYTES} bytes, not {len(key)}.")
        self._key = key
        self._prefix = prefix

    def sign(
        self,
        tenant_id: TenantId,
        digest: str,
        *,
        filename: str,
        media_type: str,
        now: datetime,
        ttl_s: int = TTL_DEFAULT_S,
    ) -> str:
        """Return "path?query" that opens the blob until `now + ttl_s`.

        Raises:
            E_LINK_LIFETIME: `ttl_s` is not within 30 to 3600 seconds.
            ValueError: the digest is not one, or a name is empty or holds a control character.
        """
        if not TTL_MIN_S <= ttl_s <= TTL_MAX_S:
            raise EvigateError(E_LINK_LIFETIME, f"A link cannot live for {ttl_s} seconds.")
        if not DIGEST_PATTERN.fullmatch(digest):
            raise ValueError(f"{digest!r} is not a digest.")
        if not all(name and name.isprintable() for name in (filename, media_type)):
            raise ValueError("A file name and a media type are printable and not empty.")
        path = f"{self._prefix}/{tenant_id}/{digest}"
        expires = str(int(now.timestamp()) + ttl_s)
        fields = (expires, filename, media_type)
        values = (*fields, self._signature((path, *fields)))
        return f"{path}?{urlencode(list(zip(_FIELDS, values, strict=True)))}"

    def verify(self, path: str, query: str, now: datetime) -> SignedBlob:
        """Return what a link opens, having checked its signature, then its time.

        Args:
            path: the request's path, as signed.
            query: the request's raw query string; the signed fields once each and no others.
            now: the present moment.

        Raises:
            E_LINK_INVALID: the link was not made with this key, or was changed.
            E_LINK_EXPIRED: it was genuine and its time is over.
        """
        expires, filename, media_type, signature = _fields(query)
        expected = self._signature((path, expires, filename, media_type))
        if not hmac.compare_digest(expected.encode(), signature.encode()):
            raise _invalid()
        expires_at = datetime.fromtimestamp(int(expires), UTC)
        if now >= expires_at:
            raise EvigateError(E_LINK_EXPIRED, "This link's time is over.")
        tenant, digest = path.removeprefix(self._prefix).strip("/").split("/")
        return SignedBlob(TenantId(UUID(tenant)), digest, filename, media_type, expires_at)

    def _signature(self, fields: Sequence[str]) -> str:
        message = canonical_json([_PURPOSE, *fields])
        return hmac.new(self._key, message, sha256).hexdigest()


def _fields(query: str) -> list[str]:
    try:
        parsed = parse_qs(query, strict_parsing=True, max_num_fields=len(_FIELDS))
    except ValueError as error:
        raise _invalid() from error
    if set(parsed) != set(_FIELDS) or any(len(values) != 1 for values in parsed.values()):
        raise _invalid()
    return [parsed[name][0] for name in _FIELDS]


def _invalid() -> EvigateError:
    return EvigateError(E_LINK_INVALID, "This link is not one of ours, or was changed.")
