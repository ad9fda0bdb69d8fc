"""Uploads: read in pieces, and given up as soon as they are too large."""

from fastapi import UploadFile

from evigate.base.errors import EvigateError
from evigate.evidence.errors import E_FILE_TOO_LARGE

UPLOAD_CHUNK_BYTES = 64 * 1024


async def read_upload(file: UploadFile, limit_bytes: int) -> bytes:
    """Read an upload, giving up as soon as it is over the limit.

    Raises:
        EvigateError[E_FILE_TOO_LARGE]: the message says how much is allowed.
    """
    parts: list[bytes] = []
    size = 0
    while part := await file.read(UPLOAD_CHUNK_BYTES):
        size += len(part)
        if size > limit_bytes:
            message = f"The file is larger than {limit_bytes / 2**20:.0f} MiB."
            raise EvigateError(E_FILE_TOO_LARGE, message)
        parts.append(part)
    return b"".join(parts)
