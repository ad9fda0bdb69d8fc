"""What storage speaks of: a blob's address, a stored blob's facts, a link's contents."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from evigate.base.ids import TenantId

DIGEST_PATTERN = re.compile(r"[0-9a-f]{64}")

# What a browser may show in place: it cannot carry script, so it cannot act as our origin.
INLINE_MEDIA_TYPES = frozenset({"application/pdf", "image/png", "image/jpeg", "image/webp"})


@dataclass(frozen=True, slots=True)
class BlobRef:
    """The address of a blob within its tenant: SHA-256 in lower-case hex, and its length."""

    digest: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """A blob as found in storage; `modified_at` is when it was last put, aware, in UTC."""

    digest: str
    size_bytes: int
    modified_at: datetime


@dataclass(frozen=True, slots=True)
class SignedBlob:
    """What a verified link entitles its holder to: one blob, under one name, until a moment."""

    tenant_id: TenantId
    digest: str
    filename: str
    media_type: str
    expires_at: datetime

    def headers(self) -> Mapping[str, str]:
        """Return the response headers that serve the blob safely.

        Only media types that cannot run script are shown in place; all else is downloaded. The
        name goes out in both forms of RFC 6266, the plain one reduced to harmless ASCII.
        """
        disposition = "inline" if self.media_type in INLINE_MEDIA_TYPES else "attachment"
        plain = re.sub(r"[^A-Za-z0-9._ -]", "_", self.filename)
        encoded = quote(self.filename, safe="")
        names = f"filename=\"{plain}\"; filename*=UTF-8''{encoded}"
        return {
            "content-type": self.media_type,
            "content-disposition": f"{disposition}; {names}",
            "x-content-type-options": "nosniff",
            "cache-control": "private, no-store",
        }
