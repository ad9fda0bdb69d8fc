"""Electronic books (EPUB): the files of the spine in order, each a page."""

import posixpath
from typing import Any
from urllib.parse import unquote

from evigate.base.errors import EvigateError
from evigate.evidence.errors import E_DOCUMENT_DAMAGED, E_DOCUMENT_ENCRYPTED
from evigate.evidence.parsing.archive import Archive
from evigate.evidence.parsing.build import DocumentBuilder
from evigate.evidence.parsing.decode import decode_text
from evigate.evidence.parsing.markup import add_html, parse_xml
from evigate.evidence.parsing.models import ParsedDocument

CONTAINER = "META-INF/container.xml"

_PAGES = ("application/xhtml+xml", "text/html")
_FONT_MASKS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")


def read_epub(data: bytes) -> ParsedDocument:
    """Read an electronic book; its table of contents is left out.

    Raises:
        EvigateError: not safe to unpack, protected, damaged, or without text.
    """
    archive = Archive(data)
    _check_protection(archive)
    container = parse_xml(_part(archive, CONTAINER), CONTAINER)
    places = container.xpath("//*[local-name()='rootfile']/@full-path")
    if not places:
        raise EvigateError(E_DOCUMENT_DAMAGED, "The book does not say where its contents are.")
    package = parse_xml(_part(archive, places[0]), places[0])
    builder = DocumentBuilder()
    warnings = []
    for name in _spine(package, posixpath.dirname(places[0])):
        page = archive.read(name)
        if page is None:
            warnings.append(f"The book names a chapter {name!r} that is not in it.")
            continue
        builder.begin_page()
        decoded = decode_text(page, name, is_markup=True)
        add_html(builder, decoded.text)
        if decoded.warning:
            warnings.append(f"{name}: {decoded.warning}")
    return builder.finish(
        "epub",
        title=next(iter(_said(package, "title")), None),
        authors=_said(package, "creator"),
        warnings=warnings,
    )


def _part(archive: Archive, name: str) -> bytes:
    data = archive.read(name)
    if data is None:
        raise EvigateError(E_DOCUMENT_DAMAGED, f"The book has no part {name!r}.")
    return data


def _check_protection(archive: Archive) -> None:
    """Refuse a book whose text is locked; that fonts are masked does not matter."""
    data = archive.read("META-INF/encryption.xml")
    if data is None:
        return
    found = parse_xml(data, "META-INF/encryption.xml").xpath(
        "//*[local-name()='EncryptedData']/*[local-name()='EncryptionMethod']/@Algorithm"
    )
    if any(method not in _FONT_MASKS for method in found):
        raise EvigateError(E_DOCUMENT_ENCRYPTED, "The book is protected (DRM).")


def _spine(package: Any, folder: str) -> list[str]:
    """Return the names of the book's files in reading order, each once."""
    items = {
        item.get("id"): item
        for item in package.xpath("//*[local-name()='manifest']/*[local-name()='item']")
    }
    names = []
    for reference in package.xpath("//*[local-name()='spine']/*[local-name()='itemref']/@idref"):
        item = items.get(reference)
        if item is None or item.get("media-type") not in _PAGES:
            continue
        if "nav" not in (item.get("properties") or "").split():
            path = unquote((item.get("href") or "").split("#")[0])
            names.append(posixpath.normpath(posixpath.join(folder, path)))
    return list(dict.fromkeys(names))


def _said(package: Any, name: str) -> list[str]:
    found = package.xpath(f"//*[local-name()='metadata']/*[local-name()='{name}']")
    texts = (" ".join((each.text or "").split()) for each in found)
    return [text for text in texts if text]
