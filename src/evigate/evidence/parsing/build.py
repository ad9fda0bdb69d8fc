"""Putting a document together from blocks, for every format that is not made of placed words.

A reader says what comes, in order: a page, a heading, a paragraph in runs of type. Here the page's
text, the spans, the heading path and the marks come about, so that all formats agree on them.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from evigate.base.errors import EvigateError
from evigate.evidence.errors import E_DOCUMENT_NO_TEXT, E_DOCUMENT_TOO_LARGE
from evigate.evidence.parsing.layout import plain_text
from evigate.evidence.parsing.models import (
    Block,
    BlockKind,
    DocumentKind,
    GlossaryEntry,
    Mark,
    Page,
    ParsedDocument,
)

# A long textbook has some 1,600 pages, and 6 million characters.
DOCUMENT_PAGES_MAX = 3_000
CHARACTERS_MAX = 30_000_000
TITLE_CHARACTERS_MAX = 200
HEADING_CHARACTERS_MAX = 300
HEADING_LEVEL_MAX = 9

# What no reader sees and no database stores: controls, halves of surrogate pairs, soft hyphens.
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\ud800-\udfff]")
_KEEPS_LINES = ("table", "code")


@dataclass(frozen=True, slots=True)
class Run:
    """Text in one type."""

    text: str
    is_bold: bool = False
    is_italic: bool = False


class DocumentBuilder:
    """Takes blocks in order; pages begin where the reader says."""

    def __init__(self) -> None:
        self._pages: list[Page] = []
        self._parts: list[str] = []
        self._length = 0
        self._total = 0
        self._blocks: list[Block] = []
        self._path: list[tuple[int, str]] = []
        self._glossary: list[GlossaryEntry] = []
        self._is_open = False

    def begin_page(self) -> None:
        """End the page that is open, if one is, and begin the next."""
        if self._is_open:
            self._end_page()
        self._is_open = True

    @property
    def is_page_empty(self) -> bool:
        """Whether nothing was added since the page began."""
        return not self._blocks

    def add(self, kind: BlockKind, runs: Iterable[Run] | str, level: int = 0) -> Block | None:
        """Add a block and return it; None, and nothing added, if it has no text.

        White space becomes single spaces, but lines are kept in tables and code.

        Raises:
            EvigateError[E_DOCUMENT_TOO_LARGE]: there is more text than a document may have.
        """
        self._is_open = True
        given = [Run(runs)] if isinstance(runs, str) else runs
        start = self._length + (1 if self._parts else 0)
        text, marks = _lines(given) if kind in _KEEPS_LINES else _flow(given, start)
        if not text.strip():
            return None
        if kind == "heading":
            kind, level = self._descend(text, level)
        path = tuple(name for _, name in self._path)
        block = Block(kind, start, start + len(text), level, path, marks)
        self._parts.append(text)
        self._length = block.end
        self._total += len(text)
        if self._total > CHARACTERS_MAX:
            message = f"The document has more than {CHARACTERS_MAX:,} characters of text."
            raise EvigateError(E_DOCUMENT_TOO_LARGE, message)
        self._blocks.append(block)
        return block

    def add_table(self, rows: Iterable[Sequence[str]]) -> None:
        """Add a table: a line a row, a tab between cells; rows without text are left out."""
        lines = ("\t".join(" ".join(cell.split()) for cell in row).strip() for row in rows)
        self.add("table", "\n".join(line for line in lines if line))

    def define(self, term: Block, meaning: Block) -> None:
        """Note that one block of the open page is the meaning of another."""
        text = "\n".join(self._parts)
        self._glossary.append(
            GlossaryEntry(
                text[term.start : term.end],
                text[meaning.start : meaning.end],
                len(self._pages) + 1,
                term.start,
                meaning.end,
            )
        )

    def finish(
        self,
        kind: DocumentKind,
        *,
        title: str | None = None,
        authors: Sequence[str] = (),
        warnings: Sequence[str] = (),
    ) -> ParsedDocument:
        """Return the document; without a title it is called by its first heading or words.

        Raises:
            EvigateError[E_DOCUMENT_NO_TEXT]: nothing with text was added.
        """
        if self._is_open:
            self._end_page()
        if not self._total:
            message = "The document has no text; pictures are not read (OCR is not built in)."
            raise EvigateError(E_DOCUMENT_NO_TEXT, message)
        called = " ".join((title or "").split()) or _first_title(self._pages)
        return ParsedDocument(
            tuple(self._pages),
            called[:TITLE_CHARACTERS_MAX],
            tuple(authors),
            None,
            None,
            None,
            kind=kind,
            glossary=tuple(self._glossary),
            warnings=tuple(warnings),
        )

    def _descend(self, text: str, level: int) -> tuple[BlockKind, int]:
        if len(text) > HEADING_CHARACTERS_MAX:
            return "paragraph", 0
        level = min(max(level, 1), HEADING_LEVEL_MAX)
        while self._path and self._path[-1][0] >= level:
            self._path.pop()
        self._path.append((level, text))
        return "heading", level

    def _end_page(self) -> None:
        if len(self._pages) == DOCUMENT_PAGES_MAX:
            message = f"The document has more than {DOCUMENT_PAGES_MAX:,} pages."
            raise EvigateError(E_DOCUMENT_TOO_LARGE, message)
        number, text = len(self._pages) + 1, "\n".join(self._parts)
        self._pages.append(Page(number, 0.0, 0.0, text, (), tuple(self._blocks)))
        self._parts, self._blocks, self._length, self._is_open = [], [], 0, False


def seen(text: str) -> str:
    """Return a text without the characters that nobody sees, ligatures and dashes made plain."""
    return plain_text(_UNSEEN.sub("", text))


def _first_title(pages: Sequence[Page]) -> str:
    spans = [(page, block) for page in pages for block in page.blocks]
    page, block = next((each for each in spans if each[1].kind == "heading"), spans[0])
    return page.text[block.start : block.end].split("\n")[0]


def _lines(runs: Iterable[Run]) -> tuple[str, tuple[Mark, ...]]:
    lines = seen("".join(run.text for run in runs)).splitlines()
    return "\n".join(line.rstrip() for line in lines).strip("\n"), ()


def _flow(runs: Iterable[Run], start: int) -> tuple[str, tuple[Mark, ...]]:
    """Return runs as one line, and where they are set off, counted from `start`."""
    parts: list[str] = []
    marks: list[Mark] = []
    length = 0
    ends_in_space = True
    for run in runs:
        text = re.sub(r"\s+", " ", seen(run.text))
        text = text.lstrip() if ends_in_space else text
        if not text:
            continue
        first = start + length + len(text) - len(text.lstrip())
        last = start + length + len(text.rstrip())
        if run.is_bold and last > first:
            _mark(marks, Mark("bold", first, last))
        if run.is_italic and last > first:
            _mark(marks, Mark("italic", first, last))
        parts.append(text)
        length += len(text)
        ends_in_space = text.endswith(" ")
    return "".join(parts).rstrip(), tuple(sorted(marks, key=lambda mark: (mark.start, mark.end)))


def _mark(marks: list[Mark], new: Mark) -> None:
    """Add a mark, or draw out the last of its kind that it follows on."""
    for index in range(len(marks) - 1, max(len(marks) - 3, -1), -1):
        if marks[index].kind == new.kind and new.start - marks[index].end <= 1:
            marks[index] = Mark(new.kind, marks[index].start, new.end)
            return
    marks.append(new)
