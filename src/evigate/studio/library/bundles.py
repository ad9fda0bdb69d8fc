"""The library as a file: a zip of YAML, one file an entry, that reads back to the same entries.

The bytes are the same for the same entries. What comes in is untrusted: names outside the five
folders, too many files and files that grow too large are refused before anything is read.
"""

import io
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from evigate.base.errors import EvigateError
from evigate.base.zips import zip_bytes
from evigate.studio.library.errors import E_LIBRARY_INVALID
from evigate.studio.library.loader import (
    KINDS,
    ONE_A_FILE,
    dump_yaml,
    read_entries,
)
from evigate.studio.yamlfiles import FILE_MAX_BYTES

BUNDLE_FILES_MAX = 2_000
BUNDLE_MAX_BYTES = 20_000_000


def pack_entries(entries: Iterable[tuple[str, BaseModel]]) -> bytes:
    """Return a zip of entries by kind, in the order of kind and key."""
    files = {}
    for kind, entry in entries:
        plain = entry.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        text = dump_yaml(plain if kind in ONE_A_FILE else [plain])
        files[f"{kind}/{_key(entry)}.yaml"] = text.encode()
    return zip_bytes(files)


def unpack_texts(content: bytes) -> dict[str, bytes]:
    """
    Return the texts of a zip by their paths.

    Raises:
        EvigateError[E_LIBRARY_INVALID]: it is no zip, or it is too large.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as bundle:
            files = [each for each in bundle.infolist() if not each.is_dir()]
            _check_size(files)
            return {each.filename: bundle.read(each) for each in files}
    except (zipfile.BadZipFile, RuntimeError, zlib.error, EOFError) as error:
        raise EvigateError(E_LIBRARY_INVALID, "The file is no zip that can be read.") from error


def entries_of(texts: Mapping[str, bytes]) -> list[tuple[str, Any]]:
    """
    Return the entries of YAML texts, in the order of their paths, each with its kind.

    Raises:
        EvigateError[E_LIBRARY_INVALID]: a path is of no kind, or an entry does not check; the
            message names the file.
    """
    found = []
    for path, text in sorted(texts.items()):
        kind, _, name = path.partition("/")
        if kind not in KINDS or not name.endswith(".yaml") or "/" in name:
            known = ", ".join(f"{each}/" for each in KINDS)
            message = f"{path!r} is no library file: a .yaml file in {known} is asked for."
            raise EvigateError(E_LIBRARY_INVALID, message)
        found += [(kind, entry) for entry in read_entries(kind, text, path=path)]
    return found


def _check_size(files: list[zipfile.ZipInfo]) -> None:
    total = sum(each.file_size for each in files)
    largest = max((each.file_size for each in files), default=0)
    if len(files) > BUNDLE_FILES_MAX or total > BUNDLE_MAX_BYTES or largest > FILE_MAX_BYTES:
        message = (
            f"The bundle has {len(files)} files of {total} bytes, the largest of {largest}; "
            f"at most {BUNDLE_FILES_MAX}, {BUNDLE_MAX_BYTES} and {FILE_MAX_BYTES} are read."
        )
        raise EvigateError(E_LIBRARY_INVALID, message)


def _key(entry: BaseModel) -> str:
    return str(getattr(entry, "key", ""))
