"""PDFs made to hurt: each is read within bounds, or refused by name, in a process that lives on."""

import json
import subprocess
import sys
from typing import Any

import pytest
from tests.unit.evidence.minimal_pdf import Text, make_pdf

LINES = [
    [Text(72, 100, "Table 1: Accuracy on Iris."), Text(72, 120, "Model"), Text(200, 120, "Acc")]
]
WALL_S = 150
SECONDS_EACH = 10
ADDRESS_SPACE = 4 * 2**30
# Reads each file as an ingest does, renders a page as the viewer does, and says what came of it.
READER = """
import json, resource, sys, time
from pathlib import Path
from evigate.base.errors import EvigateError
from evigate.evidence import read_pdf, render_page
resource.setrlimit(resource.RLIMIT_AS, ({limit}, {limit}))
for path in sorted(Path(sys.argv[1]).iterdir()):
    found, start = {{"file": path.stem}}, time.process_time()
    try:
        found["text"] = read_pdf(path.read_bytes()).pages[0].text[:40]
    except EvigateError as error:
        found["read"] = error.code.name
    try:
        render_page(path.read_bytes(), 1)
    except EvigateError as error:
        found["render"] = error.code.name
    found["seconds"] = time.process_time() - start
    print(json.dumps(found), flush=True)
"""


def build(*bodies: str, root: int = 1) -> bytes:
    """A PDF of these objects, numbered from 1."""
    out = b"%PDF-1.7\n"
    places = []
    for number, body in enumerate(bodies, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    start = len(out)
    out += f"xref\n0 {len(bodies) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    trailer = f"trailer << /Size {len(bodies) + 1} /Root {root} 0 R >>"
    return out + f"{trailer}\nstartxref\n{start}\n%%EOF\n".encode()


def stream(content: str, entries: str = "") -> str:
    return f"<< /Length {len(content)} {entries} >>\nstream\n{content}\nendstream"


FONT = "/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>"
WORDS = "BT /F1 12 Tf 72 700 Td (Accuracy 98.1 on Iris) Tj ET"


def one_page(content: str = WORDS, *more: str, box: str = "0 0 612 792", extra: str = "") -> bytes:
    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] /Contents 4 0 R {extra or FONT} >>"
    tree = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
    return build("<< /Type /Catalog /Pages 2 0 R >>", tree, page, stream(content), *more)


def page_tree_of_itself() -> bytes:
    tree = "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 2 /Parent 2 0 R >>"
    return build("<< /Type /Catalog /Pages 2 0 R >>", tree)


def deep_page_tree() -> bytes:
    depth = 3000
    nodes = [f"<< /Type /Pages /Kids [{n + 3} 0 R] /Count 1 >>" for n in range(depth)]
    page = f"<< /Type /Page /MediaBox [0 0 612 792] {FONT} >>"
    return build("<< /Type /Catalog /Pages 2 0 R >>", *nodes, page)


def form_in_itself() -> bytes:
    form = stream(
        "/X Do",
        "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 5 0 R >> >>",
    )
    extra = "/Resources << /XObject << /X 5 0 R >> >>"
    return one_page("/X Do", form, extra=extra)


def with_script() -> bytes:
    page = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R {FONT} >>"
    action = "<< /S /JavaScript /JS (while (true) { app.alert('x'); }) >>"
    return build(
        f"<< /Type /Catalog /Pages 2 0 R /OpenAction {action} /AA << /WC {action} >> >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        page,
        stream(WORDS),
    )


HOSTILE = {
    "a page tree that holds itself": (page_tree_of_itself(), {"E_PDF_DAMAGED", "E_PDF_NO_TEXT"}),
    "a page tree 3,000 deep": (deep_page_tree(), {"E_PDF_DAMAGED", "E_PDF_NO_TEXT"}),
    "arrays 50,000 deep": (
        one_page(extra=f"{FONT} /Deep {'[' * 50_000}{']' * 50_000}"),
        {"E_PDF_DAMAGED", "E_PDF_NO_TEXT", None},
    ),
    "a form drawn in itself": (form_in_itself(), {"E_PDF_NO_TEXT"}),
    "a script that never ends": (with_script(), {None}),
    "10,000 objects nobody needs": (
        one_page(WORDS, *[f"<< /N {n} /Next {n + 6} 0 R >>" for n in range(10_000)]),
        {None},
    ),
    "10,000 pages": (
        build(
            "<< /Type /Catalog /Pages 2 0 R >>",
            f"<< /Type /Pages /Kids [{'3 0 R ' * 10_000}] /Count 10000 >>",
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] >>",
        ),
        {"E_PDF_TOO_LONG"},
    ),
    "a page as large as a town": (one_page(box="0 0 9999999 9999999"), {None, "E_PDF_NO_TEXT"}),
    "a page of no size": (one_page(box="0 0 0 0"), {None, "E_PDF_NO_TEXT", "E_PDF_DAMAGED"}),
    "a box that is not a number": (one_page(box="NaN 0 1e400 -1"), {None, "E_PDF_NO_TEXT"}),
    "a count of pages that lies": (
        build("<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 2000000000 >>"),
        {"E_PDF_DAMAGED", "E_PDF_TOO_LONG"},
    ),
    "half a million letters in one place": (
        one_page(f"BT /F1 1 Tf 9 9 Td ({'7' * 500_000}) Tj ET"),
        {None, "E_PDF_NO_TEXT"},
    ),
    "a file cut short": (make_pdf(LINES)[:-60], {"E_PDF_DAMAGED"}),
    "a file with a password": (make_pdf(LINES, password="x"), {"E_PDF_ENCRYPTED"}),
    "a web page": (b"<!doctype html><title>Paper</title>", {"E_UNSUPPORTED_MEDIA_TYPE"}),
}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What came of each file, read one after the other by one process."""
    folder = tmp_path_factory.mktemp("hostile")
    for number, (data, _) in enumerate(HOSTILE.values()):
        (folder / f"{number:02}.pdf").write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-c", READER.format(limit=ADDRESS_SPACE), str(folder)],
        capture_output=True,
        text=True,
        timeout=WALL_S,
        check=False,
    )
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, f"died after {len(found)} files: {done.stderr[-500:]}"
    return dict(zip(HOSTILE, found, strict=True))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_pdf_is_contained(name: str, outcomes: dict[str, dict[str, Any]]) -> None:
    found = outcomes[name]
    assert found.get("read") in HOSTILE[name][1], found
    assert found["seconds"] < SECONDS_EACH


def test_a_script_is_not_run(outcomes: dict[str, dict[str, Any]]) -> None:
    assert outcomes["a script that never ends"]["text"].startswith("Accuracy 98.1")


def test_a_huge_page_has_text_and_no_picture(outcomes: dict[str, dict[str, Any]]) -> None:
    assert outcomes["a page as large as a town"]["render"] == "E_PDF_PAGE_TOO_LARGE"
