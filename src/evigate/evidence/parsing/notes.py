"""Texts that people type: Markdown, and plain text with the headings that habit gives it."""

import re
from collections.abc import Iterator, Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from evigate.evidence.parsing.build import DocumentBuilder, Run
from evigate.evidence.parsing.decode import decode_text
from evigate.evidence.parsing.markup import add_html
from evigate.evidence.parsing.models import DocumentKind, ParsedDocument

MARKDOWN_SUFFIXES = (".md", ".markdown", ".mdown", ".mkd")

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*\n", re.S)
_UNDERLINE = re.compile(r"^([=\-~^*#+\"'])\1{2,}\s*$")
_UNDERLINE_LEVELS = {"=": 1, "#": 1, "*": 1, "-": 2, "+": 2, "~": 3, "^": 3, '"': 3, "'": 3}
_NUMBERED = re.compile(
    r"^(?:(?P<word>chapter|part|unit|lesson|module|section|appendix)\s+(?:\d{1,3}|[IVXLC]+|[A-Z])\b"
    r"|(?P<number>\d{1,3}(?:\.\d{1,3}){0,4})\.?\s+(?=[A-Z]))",
    re.I,
)
_ITEM = re.compile(r"^(\s*)(?:[-*+•‣◦▪–]|\(?\d{1,3}[.)]|\(?[a-z][.)])\s+(?=\S)")
_HEADING_WORDS_MAX = 12


def read_markdown(data: bytes, file_name: str) -> ParsedDocument:
    """Read Markdown; form feeds make pages. HTML in it is read as HTML is.

    Raises:
        EvigateError: the bytes are no text, or there is none in them.
    """
    decoded = decode_text(data, file_name)
    builder = DocumentBuilder()
    parser = MarkdownIt("commonmark").enable("table")
    source = _FRONT_MATTER.sub("", decoded.text.replace("\r\n", "\n"))
    for part in source.split("\f"):
        builder.begin_page()
        _add_markdown(builder, parser.parse(part))
    return _finished(builder, "markdown", decoded.warning)


def read_text(data: bytes, file_name: str) -> ParsedDocument:
    """Read plain text; form feeds make pages, empty lines paragraphs.

    A short line on its own is a heading if it is underlined, numbered or in capitals.

    Raises:
        EvigateError: the bytes are no text, or there is none in them.
    """
    decoded = decode_text(data, file_name)
    builder = DocumentBuilder()
    for part in decoded.text.split("\f"):
        builder.begin_page()
        for lines in _paragraphs(part):
            _add_paragraph(builder, lines)
    return _finished(builder, "text", decoded.warning)


def _finished(builder: DocumentBuilder, kind: DocumentKind, warning: str | None) -> ParsedDocument:
    return builder.finish(kind, warnings=() if warning is None else (warning,))


def _add_markdown(builder: DocumentBuilder, tokens: Sequence[Token]) -> None:
    depth = level = 0
    rows: list[list[str]] | None = None
    for token in tokens:
        match token.type:
            case "heading_open":
                level = int(token.tag[1:])
            case "heading_close":
                level = 0
            case "bullet_list_open" | "ordered_list_open":
                depth += 1
            case "bullet_list_close" | "ordered_list_close":
                depth -= 1
            case "table_open":
                rows = []
            case "tr_open" if rows is not None:
                rows.append([])
            case "table_close" if rows is not None:
                builder.add_table(rows)
                rows = None
            case "fence" | "code_block":
                builder.add("code", token.content)
            case "html_block":
                add_html(builder, token.content)
            case "inline" if rows is not None:
                rows[-1].append("".join(run.text for run in _runs(token)))
            case "inline" if level:
                builder.add("heading", _runs(token), level)
            case "inline":
                builder.add("list_item" if depth else "paragraph", _runs(token), depth)


def _runs(inline: Token) -> Iterator[Run]:
    bold = italic = 0
    for token in inline.children or ():
        match token.type:
            case "strong_open" | "strong_close":
                bold += token.nesting
            case "em_open" | "em_close":
                italic += token.nesting
            case "softbreak" | "hardbreak":
                yield Run(" ")
            case "text" | "code_inline":
                yield Run(token.content, bold > 0, italic > 0)


def _paragraphs(text: str) -> Iterator[list[str]]:
    lines: list[str] = []
    for line in text.expandtabs(4).splitlines():
        if line.strip():
            lines.append(line)
        elif lines:
            yield lines
            lines = []
    if lines:
        yield lines


def _add_paragraph(builder: DocumentBuilder, lines: list[str]) -> None:
    if len(lines) >= 2 and _UNDERLINE.match(lines[1]) and _is_short(lines[0]):
        builder.add("heading", lines[0], _UNDERLINE_LEVELS[lines[1].strip()[0]])
        lines = lines[2:]
    elif len(lines) == 1 and (level := _heading_level(lines[0])):
        builder.add("heading", lines[0], level)
        return
    for is_item, group in _items(lines):
        depth = 1 + (len(group[0]) - len(group[0].lstrip())) // 2 if is_item else 0
        builder.add("list_item" if is_item else "paragraph", " ".join(group), min(depth, 9))


def _heading_level(line: str) -> int:
    """Return the level that a line alone seems to have; 0 for running text."""
    text = line.strip()
    if not _is_short(text) or (_ITEM.match(text) and not _NUMBERED.match(text)):
        return 0
    found = _NUMBERED.match(text)
    if found and found["word"]:
        return 1
    if found:
        return 1 + found["number"].count(".")
    letters = [char for char in text if char.isalpha()]
    return 2 if len(letters) >= 3 and text == text.upper() != text.lower() else 0


def _is_short(text: str) -> bool:
    words = text.split()
    return 0 < len(words) <= _HEADING_WORDS_MAX and not text.rstrip().endswith((".", ",", ";", "?"))


def _items(lines: Sequence[str]) -> Iterator[tuple[bool, list[str]]]:
    """Return lines by paragraph and list item, each with the lines that it runs on to."""
    group: list[str] = []
    is_item = False
    for line in lines:
        if _ITEM.match(line):
            if group:
                yield is_item, group
            group, is_item = [line], True
        else:
            group.append(line)
    if group:
        yield is_item, group
