"""A notebook as markup: what it shows, and that nothing in it can act on the page."""

import base64
from typing import Any

from evigate.kernel.pages import read_notebook
from evigate.kernel.pages.notebook import OUTPUT_CHARACTERS_MAX


def _code(*outputs: dict[str, Any], source: str = "x = 1") -> dict[str, Any]:
    cell = {"cell_type": "code", "id": "c", "source": source, "execution_count": 3}
    return {"cells": [{**cell, "outputs": list(outputs)}]}


def _data(**data: Any) -> dict[str, Any]:
    return {"output_type": "display_data", "data": data}


def test_prose_is_rendered_and_raw_html_stays_text() -> None:
    source = ["# Title\n", "\n", "*a* <script>alert(1)</script> [x](javascript:alert(1))\n"]
    cells = read_notebook({"cells": [{"cell_type": "markdown", "id": "m", "source": source}]})
    assert cells[0].id == "cell-m"
    assert "<h2>Title</h2>" in cells[0].html and "<em>a</em>" in cells[0].html
    assert "<script>" not in cells[0].html and "href" not in cells[0].html


def test_code_is_coloured_by_classes_and_escaped() -> None:
    (cell,) = read_notebook(_code(source='s = "<b>"  # <i>'))
    assert cell.number == 3
    assert "tok-" in cell.html and "style=" not in cell.html
    assert "<b>" not in cell.html and "<i>" not in cell.html


def test_streams_that_follow_on_each_other_are_one_without_colour_codes() -> None:
    (cell,) = read_notebook(
        _code(
            {"output_type": "stream", "name": "stdout", "text": ["a\n", "b\n"]},
            {"output_type": "stream", "name": "stderr", "text": "\x1b[31mred\x1b[0m\n"},
        )
    )
    assert [(output.kind, output.text) for output in cell.outputs] == [("text", "a\nb\nred\n")]


def test_pictures_become_data_uris_in_which_svg_cannot_act() -> None:
    svg = '<svg onload="alert(1)"/>'
    png = base64.b64encode(b"\x89PNG").decode()
    (cell,) = read_notebook(
        _code(
            _data(**{"image/svg+xml": [svg], "text/plain": "curve"}),
            _data(**{"image/png": png + "\n"}),
        )
    )
    drawing, picture = cell.outputs
    assert drawing.image == "data:image/svg+xml;base64," + base64.b64encode(svg.encode()).decode()
    assert drawing.text == "curve"
    assert picture.image == f"data:image/png;base64,{png}"


def test_html_outputs_are_shown_as_their_plain_text_only() -> None:
    (cell,) = read_notebook(
        _code(_data(**{"text/html": "<script>1</script>", "text/plain": "a table"}))
    )
    assert [(output.kind, output.text) for output in cell.outputs] == [("text", "a table")]
    assert read_notebook(_code(_data(**{"text/html": "<b>x</b>"})))[0].outputs == ()


def test_an_error_shows_its_trace_and_a_long_output_is_cut() -> None:
    (cell,) = read_notebook(
        _code(
            {
                "output_type": "error",
                "evalue": "no",
                "traceback": ["\x1b[1mValueError\x1b[0m", "no"],
            },
            {"output_type": "stream", "text": "x" * (OUTPUT_CHARACTERS_MAX + 1)},
        )
    )
    assert (cell.outputs[0].kind, cell.outputs[0].text) == ("error", "ValueError\nno")
    assert cell.outputs[1].text.startswith("x" * OUTPUT_CHARACTERS_MAX + "\n… (cut")
