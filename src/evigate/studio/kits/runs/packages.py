"""A kit's package and a bundle's zip: texts by path in, bytes out, and back, bounded."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import PurePosixPath

from evigate.base.canonical import sha256_hex
from evigate.base.errors import EvigateError
from evigate.base.zips import zip_bytes
from evigate.studio.kits.errors import E_KIT_INVALID, E_KIT_OUTSIDE
from evigate.studio.kits.folder import BYTES_MAX, FILES_MAX, MANIFEST, SKIPPED, inside

BUNDLE_BYTES_MAX = 200_000_000


def packed(files: Mapping[str, str]) -> bytes:
    """Return a kit's texts as a zip, of the same bytes always."""
    return zip_bytes({path: text.encode() for path, text in files.items()})


def unpacked(data: bytes) -> dict[str, str]:
    """
    Return the texts of a kit's zip by their paths; one folder around all of them is left out.

    Raises:
        EvigateError[E_KIT_INVALID]: it is no zip, too large, or holds what is no text.
        EvigateError[E_KIT_OUTSIDE]: a path in it leads out, or is a link.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [each for each in archive.infolist() if not each.is_dir()]
            if len(entries) > FILES_MAX or sum(each.file_size for each in entries) > BYTES_MAX:
                message = f"The kit has more than {FILES_MAX} files or {BYTES_MAX} bytes."
                raise EvigateError(E_KIT_INVALID, message)
            found = {_named(each): archive.read(each) for each in entries}
    except (zipfile.BadZipFile, RuntimeError, ValueError) as error:
        raise EvigateError(E_KIT_INVALID, f"It is no zip that can be read: {error}.") from error
    kept = {path: text for path, text in found.items() if not SKIPPED & set(path.split("/"))}
    try:
        texts = {path: content.decode() for path, content in kept.items()}
    except UnicodeDecodeError as error:
        raise EvigateError(E_KIT_INVALID, "A file of the kit is no UTF-8 text.") from error
    tops = {PurePosixPath(path).parts[0] for path in texts}
    if MANIFEST not in texts and len(tops) == 1:
        top = next(iter(tops))
        texts = {path.removeprefix(f"{top}/"): text for path, text in texts.items()}
    return texts


def files_of(data: bytes) -> dict[str, bytes]:
    """Return the files of a bundle that we made, by path."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {each.filename: archive.read(each) for each in archive.infolist()}


def hashes_of(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return the hash of each file by path."""
    return {path: sha256_hex(content) for path, content in files.items()}


def _named(entry: zipfile.ZipInfo) -> str:
    if (entry.external_attr >> 16) & 0o170000 == 0o120000:
        raise EvigateError(E_KIT_OUTSIDE, f"{entry.filename} is a link; a kit holds plain files.")
    return inside(entry.filename, where="the kit's zip")
