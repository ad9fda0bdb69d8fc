"""What the room's routes share: signed links and headers."""

from collections.abc import Callable
from datetime import datetime

from evigate.base.subject import Subject
from evigate.evidence.errors import (
    E_FILE_TOO_LARGE,
    E_PDF_DAMAGED,
    E_PDF_ENCRYPTED,
    E_PDF_NO_TEXT,
    E_UNSUPPORTED_MEDIA_TYPE,
)
from evigate.kernel.storage import SignedUrls
from evigate.papers.models import Asset

ASSETS_TTL_S = 120
REPORT_TTL_S = 3600
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "notebook": "application/x-ipynb+json",
    "requirements": "text/plain",
    "metrics": "application/json",
    "logs": "text/plain",
    "events": "application/jsonl",
    "storyboard": "application/json",
    "plots": "application/zip",
    "environment": "application/json",
}
BAD_PDF = (
    E_UNSUPPORTED_MEDIA_TYPE,
    E_FILE_TOO_LARGE,
    E_PDF_DAMAGED,
    E_PDF_ENCRYPTED,
    E_PDF_NO_TEXT,
)


def linker(
    signed_urls: SignedUrls, subject: Subject, now: datetime, ttl_s: int
) -> Callable[[Asset], str]:
    """Return a function that makes a signed link to an asset, good for `ttl_s` seconds."""
    tenant_id = subject.tenant_id
    assert tenant_id is not None

    def link(asset: Asset) -> str:
        return signed_urls.sign(
            tenant_id,
            asset.checksum,
            filename=asset.storage_path.rsplit("/", 1)[-1],
            media_type=MEDIA_TYPES.get(asset.kind, "text/html"),
            now=now,
            ttl_s=ttl_s,
        )

    return link


def keep(seconds: int) -> dict[str, str]:
    """Return the header that lets the caller's own browser keep an answer."""
    return {"Cache-Control": f"private, max-age={seconds}"}


def attach(name: str) -> dict[str, str]:
    """Return the header that makes an answer a file to save."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}
