"""Folders out and in: the same bytes each time, and requirements read letter by letter."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import docx
import pytest
from tests.conftest import shared_folder
from tests.unit.studio.specification.snapshots import snapshot

from evigate.base.errors import EvigateError
from evigate.evidence import read_pdf
from evigate.studio.specification.compiler import compile_specification
from evigate.studio.specification.export import Layout, exported, file_name, restamped
from evigate.studio.specification.importing import openspec, read_folder, spec_kit
from evigate.studio.specification.service import Specification
from evigate.studio.specification.store import Version

HEAD = Version(
    id=UUID(int=1), version="1.0.0", number=1, status="draft", blockers=0, is_current=True,
    style="ears", source_hash="0" * 64, compiled_by="user:1",
    compiled_at=datetime(2026, 1, 2, tzinfo=UTC), content_hash="a" * 64, decision_reason=None,
    pinned_hash=None,
)  # fmt: skip
FOUND = Specification(HEAD, "Salons", compile_specification(snapshot()), ())


def plain(text: str) -> str:
    return " ".join(text.split())


def names(data: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(data)).namelist()


def zipped(**files: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


@pytest.mark.parametrize("layout", ["markdown", "spec-kit", "openspec", "docx"])
def test_an_export_has_the_same_bytes_and_no_time_of_its_making(layout: Layout) -> None:
    data = exported(FOUND, layout)
    assert data == exported(FOUND, layout)
    stamps = {each.date_time for each in zipfile.ZipFile(io.BytesIO(data)).infolist()}
    assert stamps == {(1980, 1, 1, 0, 0, 0)}
    assert file_name(FOUND, layout).startswith("specification-1.0.0")


def test_each_layout_has_the_files_that_its_tool_reads() -> None:
    markdown = names(exported(FOUND, "markdown"))
    for name in ("README.md", "AGENTS.md", "contracts/openapi.json", "traceability.md",
                 "contracts/schemas/Appointment.json", "specification.json"):  # fmt: skip
        assert name in markdown
    kit = names(exported(FOUND, "spec-kit"))
    assert {"AGENTS.md", "specs/001-salons/spec.md", "specs/001-salons/tasks.md"} <= set(kit)
    spec = names(exported(FOUND, "openspec"))
    assert "openspec/specs/online-booking/spec.md" in spec and "openspec/project.md" in spec


def test_what_is_not_approved_says_so_in_the_word_document_too() -> None:
    document = docx.Document(io.BytesIO(exported(FOUND, "docx")))
    text = "\n".join(each.text for each in document.paragraphs)
    assert "DRAFT. Version 1.0.0 is draft, not approved." in text
    assert "FR-ONLINE-BOOKING-1" in text and "“online booking”" in text
    data = exported(FOUND, "docx")
    assert restamped(data) == data


def test_a_pdf_says_all_that_the_word_document_says_and_its_standing_on_each_page() -> None:
    data = exported(FOUND, "pdf")
    assert data == exported(FOUND, "pdf") and file_name(FOUND, "pdf") == "specification-1.0.0.pdf"
    assert re.findall(rb"CreationDate\(D:(\d{14})", data) == [b"20000101000000"]
    pages = [plain(page.text) for page in read_pdf(data).pages]
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert "DRAFT. Version 1.0.0 is draft, not approved." in page and f"· {number}" in page
    word = docx.Document(io.BytesIO(exported(FOUND, "docx")))
    told = [each.text for each in word.paragraphs]
    told += [cell.text for table in word.tables for row in table.rows for cell in row.cells]
    whole = set(re.findall(r"\w+", " ".join(pages)))
    assert set(re.findall(r"\w+", " ".join(told))) - whole == set()


def test_a_pdf_in_letters_of_other_tongues_can_be_read() -> None:
    payload = {**FOUND.payload, "name": "Żółw – Σαλόνι"}
    text = plain(read_pdf(exported(replace(FOUND, payload=payload), "pdf")).pages[0].text)
    assert "Żółw – Σαλόνι" in text and "FR-ONLINE-BOOKING-1" not in text[:20]


@pytest.mark.parametrize("layout", ["openspec", "spec-kit"])
def test_what_goes_out_is_read_in_again(layout: Layout) -> None:
    data = exported(FOUND, layout)
    found = read_folder(data)
    assert found.layout == layout
    assert len(found.statements) == len(FOUND.payload["requirements"])
    archive = zipfile.ZipFile(io.BytesIO(data))
    for each in found.statements:
        text = archive.read(each.path).decode()
        assert text[each.start : each.end] == each.quote


def test_the_folders_of_strangers_are_read_letter_by_letter() -> None:
    """36 specifications of OpenSpec's own, and two features of a spec-kit project."""
    specs = shared_folder() / "data" / "praetor" / "specs"
    files = sorted((specs / "openspec" / "specs").glob("*/spec.md"))
    assert len(files) == 36
    for path in files:
        text = path.read_text()
        found = list(openspec(path.name, text))
        assert len(found) == text.count("\n### Requirement:"), path
        assert all(text[each.start : each.end] == each.quote for each in found)
        assert all(not each.quote.startswith("#") for each in found)
    for path in sorted((specs / "spec-kit-spectatui").glob("specs/*/spec.md")):
        text = path.read_text()
        found = list(spec_kit(path.name, text))
        numbered = [line for line in text.splitlines() if line.startswith(("- **FR-", "- **SC-"))]
        assert len(found) == len(numbered) > 0
        assert all(text[each.start : each.end] == each.quote for each in found)


def test_what_a_change_removes_or_was_archived_is_no_requirement() -> None:
    text = (
        "## ADDED Requirements\n### Requirement: New\nIt SHALL come.\n"
        "## REMOVED Requirements\n### Requirement: Old\nIt SHALL go.\n"
        "## MODIFIED Requirements\n### Requirement: Other\nIt SHALL differ.\n"
    )
    assert [each.title for each in openspec("a", text)] == ["New", "Other"]
    # OpenSpec's own folder whole: what stands, and the changes that are not archived yet.
    root = shared_folder() / "data" / "praetor" / "specs"
    files = {
        str(path.relative_to(root)): path.read_bytes()
        for path in sorted((root / "openspec").rglob("*.md"))
    }
    found = read_folder(zipped(**files)).statements
    paths = {each.path for each in found}
    assert any("/changes/" in each for each in paths)
    assert not any("/changes/archive/" in each for each in paths)
    standing = sum(
        data.count(b"\n### Requirement:")
        for name, data in files.items()
        if name.startswith("openspec/specs/")
    )
    assert sum(1 for each in found if each.path.startswith("openspec/specs/")) == standing == 251


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"no zip", "no zip that can be read"),
        (zipped(), "states a requirement"),
        (zipped(**{"specs/a/spec.md": b"# Nothing"}), "states a requirement"),
        (zipped(**{"specs/a/spec.md": b"\xff\xfe\x00"}), "not UTF-8"),
        (zipped(**{"specs/a/spec.md": b"x" * 1_000_001}), "larger than"),
        (zipped(**{f"specs/a{n}/spec.md": b"" for n in range(2001)}), "more than 2,000 files"),
    ],
)
def test_what_is_no_such_folder_is_refused_by_name(data: bytes, why: str) -> None:
    with pytest.raises(EvigateError, match=why):
        read_folder(data)


def test_a_path_is_never_followed() -> None:
    text = b"### Requirement: Out\n\nIt SHALL stay.\n"
    found = read_folder(zipped(**{"../../specs/a/spec.md": text}))
    assert found.statements[0].path == "../../specs/a/spec.md"
    assert not Path("../../specs/a/spec.md").exists()
