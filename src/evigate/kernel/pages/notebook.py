"""A notebook as safe markup: its cells for reading, whatever its outputs hold.

An executed notebook is as untrusted as a stranger's upload. Prose is rendered without raw HTML and
with harmless links only; code is coloured by classes; pictures become data URIs, in which SVG
cannot run script; HTML outputs are not shown, their plain text is.
"""

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from markdown_it import MarkdownIt
from markupsafe import Markup
from pygments import highlight  # type: ignore[import-untyped]
from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]
from pygments.lexers import PythonLexer  # type: ignore[import-untyped]

OUTPUT_CHARACTERS_MAX = 20_000
IMAGE_CHARACTERS_MAX = 8_000_000
TOKEN_PREFIX = "tok-"
_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
_PICTURES = ("image/svg+xml", "image/png", "image/jpeg")

_prose = MarkdownIt("commonmark", {"html": False}).enable("table")
_lexer = PythonLexer()
_formatter = HtmlFormatter(nowrap=True, classprefix=TOKEN_PREFIX)


@dataclass(frozen=True, slots=True)
class CellOutput:
    """One output: `kind` is "text", "error" or "image"; `image` is a data URI for the last."""

    kind: str
    text: str
    image: str | None = None


@dataclass(frozen=True, slots=True)
class NotebookCell:
    """One cell: `kind` is "markdown" or "code"; `number` is the n of In [n], if it was run."""

    id: str
    kind: str
    html: Markup
    source: str
    number: int | None
    outputs: tuple[CellOutput, ...]


def read_notebook(document: Mapping[str, Any]) -> list[NotebookCell]:
    """Return the cells of a notebook document (nbformat 4) in order; raw cells are passed over.

    Outputs longer than `OUTPUT_CHARACTERS_MAX` are cut and say so; stream outputs that follow on
    each other are one.
    """
    cells: list[NotebookCell] = []
    for index, cell in enumerate(document["cells"]):
        source = _text(cell.get("source", ""))
        number = f"cell-{cell.get('id', index)}"
        if cell["cell_type"] == "markdown":
            cells.append(NotebookCell(number, "markdown", render_prose(source), source, None, ()))
        elif cell["cell_type"] == "code":
            outputs = tuple(_outputs(cell.get("outputs", ())))
            count = cell.get("execution_count")
            cells.append(NotebookCell(number, "code", _colour(source), source, count, outputs))
    return cells


def render_prose(source: str) -> Markup:
    """Return Markdown as markup; raw HTML comes out as the text it is, unsafe links as text.

    Headings go down one level, for the page around them has its own first.
    """
    tokens = _prose.parse(source)
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + 1, 6)}"
    return Markup(_prose.renderer.render(tokens, _prose.options, {}))


def _colour(source: str) -> Markup:
    return Markup(highlight(source, _lexer, _formatter))


def _outputs(outputs: Sequence[Mapping[str, Any]]) -> list[CellOutput]:
    found: list[CellOutput] = []
    for output in outputs:
        shown = _output(output)
        if shown is None:
            continue
        if found and output["output_type"] == "stream" and found[-1].kind == shown.kind == "text":
            found[-1] = CellOutput("text", _cut(found[-1].text + shown.text))
        else:
            found.append(shown)
    return found


def _output(output: Mapping[str, Any]) -> CellOutput | None:
    match output["output_type"]:
        case "stream":
            return CellOutput("text", _cut(_plain(_text(output.get("text", "")))))
        case "error":
            lines = "\n".join(output.get("traceback") or [str(output.get("evalue", ""))])
            return CellOutput("error", _cut(_plain(lines)))
        case _:
            return _data(output.get("data", {}))


def _data(data: Mapping[str, Any]) -> CellOutput | None:
    plain = _cut(_plain(_text(data.get("text/plain", ""))))
    for media_type in _PICTURES:
        content = _text(data.get(media_type, ""))
        if content and len(content) <= IMAGE_CHARACTERS_MAX:
            if media_type == "image/svg+xml":
                content = base64.b64encode(content.encode()).decode()
            image = f"data:{media_type};base64,{''.join(content.split())}"
            return CellOutput("image", plain, image)
    return CellOutput("text", plain) if plain else None


def _text(value: Any) -> str:
    """A notebook holds text as one string or as lines."""
    return "".join(value) if isinstance(value, list) else str(value)


def _plain(text: str) -> str:
    return _ANSI.sub("", text)


def _cut(text: str) -> str:
    if len(text) <= OUTPUT_CHARACTERS_MAX:
        return text
    return text[:OUTPUT_CHARACTERS_MAX] + "\n… (cut; download the notebook for the rest)"
