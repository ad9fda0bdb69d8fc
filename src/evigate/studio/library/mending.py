"""Texts that editors and mail programs spoilt: what is wrong with them that has one meaning.

Pure. Only what cannot be anything else is mended: an encoding that names itself, tabs and no-break
spaces where YAML counts spaces, curly quotes where only straight ones can begin or end a value.
"""

import codecs
import re
from collections.abc import Callable, Mapping

TAB_WIDTH = 2
_INDENT = re.compile(r"^[ \t\u00a0]*[\t\u00a0][ \t\u00a0]*", re.M)
_CURLY = re.compile(r"([:\[{,]\s*)“([^“”\"\n]*)”(?=\s*(?:[,\]}]|$))", re.M)
_ENCODINGS = ((codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
REPAIRS: Mapping[str, Callable[[str], str]] = {
    "indentation": lambda text: _INDENT.sub(_spaces, text),
    "curly quotes": lambda text: _CURLY.sub(r'\1"\2"', text),
}


def mend_texts(texts: Mapping[str, bytes]) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Return the texts mended, and the names of the faults that were found, in order."""
    found: dict[str, bytes] = {}
    faults: set[str] = set()
    for path, raw in texts.items():
        found[path], named = _mend(raw)
        faults |= named
    return found, tuple(sorted(faults))


def _mend(raw: bytes) -> tuple[bytes, set[str]]:
    encoding = next((name for mark, name in _ENCODINGS if raw.startswith(mark)), "utf-8")
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError:
        return raw, set()
    faults = {"encoding"} if encoding != "utf-8" else set()
    for name, repair in REPAIRS.items():
        mended = repair(text)
        if mended != text:
            text = mended
            faults.add(name)
    return text.encode(), faults


def _spaces(match: re.Match[str]) -> str:
    return match[0].replace("\t", " " * TAB_WIDTH).replace("\u00a0", " ")
