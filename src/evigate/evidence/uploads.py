"""Uploads: read in pieces, and given up as soon as they are too large; what their names may be."""

import re

from fastapi import UploadFile

from evigate.base.errors import EvigateError
from evigate.evidence.errors import E_FILE_TOO_LARGE

UPLOAD_CHUNK_BYTES = 64 * 1024
FILE_NAME_CHARACTERS_MAX = 255


def plain_name(name: str | None) -> str:
    """Return a file's name as it is kept and shown; "file" where nothing of it is left.

    Names come from strangers: what is not seen (controls, escapes of a terminal, marks that turn
    the direction of writing) is left out, blanks are one space, and the end of a long name stays.
    Folders in a name stay too: a name is a label here, and never a path.
    """
    spaced = re.sub(r"\s+", " ", name or "")
    seen = "".join(character for character in spaced if character.isprintable())
    return seen.strip()[-FILE_NAME_CHARACTERS_MAX:] or "file"


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
