"""A specification as a folder for people and for other tools, in a zip of the same bytes always.

Pure. Five layouts: Markdown with its contracts beside it, spec-kit, OpenSpec, a Word document, a
PDF. What is not approved says so at the top of its first file.
"""

import io
import zipfile
from collections.abc import Callable, Mapping
from typing import Any, Literal

from evigate.base.canonical import canonical_json
from evigate.base.zips import zip_bytes
from evigate.studio.specification.export_markdown import agents_file, markdown_folder
from evigate.studio.specification.export_tools import openspec_folder, spec_kit_folder
from evigate.studio.specification.service import Specification

Layout = Literal["markdown", "spec-kit", "openspec", "docx", "pdf"]
DOCUMENTS = ("docx", "pdf")
Payload = Mapping[str, Any]
FOLDERS: Mapping[str, Callable[[Payload, str], Mapping[str, str]]] = {
    "markdown": markdown_folder,
    "spec-kit": spec_kit_folder,
    "openspec": openspec_folder,
}


def exported(found: Specification, layout: Layout) -> bytes:
    """Return a version in a layout: a zip, or for `docx` and `pdf` the document itself."""
    standing = standing_of(found)
    if layout == "docx":
        # Loaded on use: each command would wait for the library of Word files otherwise.
        from evigate.studio.specification.export_docx import word_document

        return restamped(word_document(found.payload, standing))
    if layout == "pdf":
        from evigate.studio.specification.export_paper import pdf_document

        return pdf_document(found.payload, standing)
    files = {name: text.encode() for name, text in FOLDERS[layout](found.payload, standing).items()}
    files["AGENTS.md"] = agents_file(found.payload, standing, layout).encode()
    return zip_bytes(files)


def file_name(found: Specification, layout: Layout) -> str:
    """Return the name that an exported file is saved under."""
    if layout in DOCUMENTS:
        return f"specification-{found.head.version}.{layout}"
    return f"specification-{found.head.version}-{layout}.zip"


def standing_of(found: Specification) -> str:
    """Return in a line which version this is, and whether somebody approved it."""
    head = found.head
    if head.status == "approved":
        return f"Version {head.version}, approved. Content {head.content_hash[:12]}."
    blockers = f" {len(found.blockers)} findings block it." if found.blockers else ""
    return (
        f"DRAFT. Version {head.version} is {head.status.replace('_', ' ')}, not approved.{blockers}"
    )


def restamped(data: bytes) -> bytes:
    """Return a zip with its parts as they are, and without the times at which they were written."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return zip_bytes({name: archive.read(name) for name in archive.namelist()})


def specification_json(payload: Payload) -> bytes:
    """Return the document in its canonical form, of which the content hash is taken."""
    return canonical_json(payload)
