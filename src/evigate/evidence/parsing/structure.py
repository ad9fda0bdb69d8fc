"""The blocks of printed pages: headings, paragraphs, lists, tables, captions, running heads.

A PDF says only where words stand. What they are is read from what typesetters do: headings are
larger or bolder than the body and stand alone, running heads come back at the same edge of other
pages, cells of a table stand apart on one line. All is measured against the document itself.
"""

import re
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from evigate.evidence.parsing.layout import baseline
from evigate.evidence.parsing.models import Block, BlockKind, Mark, MarkKind, Page, Word

# Of the type size of the body: how much larger a heading is set, and how much smaller it may be.
_HEADING_SIZE = 1.15
_BOLD_HEADING_SIZE = 0.95
_HEADING_WORDS_MAX = 16
_HEADING_LINES_MAX = 4
_LEVELS_MAX = 6
# Where running heads and page numbers stand, as parts of a page's height.
_TOP_EDGE, _BOTTOM_EDGE = 0.11, 0.89
_HEAD_PAGES_MIN, _NUMBER_PAGES_MIN = 3, 2
# Cells of a row are this many ems apart; justified text seldom opens a gap of one.
_CELL_GAP_EM = 1.6
_TABLE_ROWS_MIN = 3
_PARAGRAPH_GAP = 1.4
_INDENT_EM, _INDENT_EM_MAX = 0.8, 6.0

_ITEM = re.compile(r"^(?:[•‣◦▪–·●○■□➢✓*]\s*|\(?\d{1,2}[.)]\s+|\(?[a-z][.)]\s+|-\s+)(?=\S)")
_BULLET = re.compile(r"^[•‣◦▪–·●○■□➢✓*]")
_ITEM_ALONE = re.compile(r"^(?:[•‣◦▪–·●○■□➢✓*-]|\(?\d{1,2}[.)]|\(?[a-z][.)])$")
_NUMBERED = re.compile(r"^(\d{1,2}(?:\.\d{1,2})+)\.?\s+[A-Z]")
_DEPTH = re.compile(r"^\d{1,3}(?:\.\d{1,2})*")
_CAPTION = re.compile(r"^(?:Figure|Fig\.?|Table|Box|Plate|Exhibit|Listing)\s*\d+", re.I)
_SENTENCE_END = re.compile(r"[.!?:][\"')\]’”]*$")
_PAGE_NUMBER = re.compile(r"^(?:page )?(?:#|[ivxlc]{1,6})(?: (?:of|/) #)?$")


@dataclass(frozen=True, slots=True)
class _Line:
    """Words on one baseline, and the span of the page's text that they take.

    A word that a line's end broke draws the next line to its own, which so ends at `last_base`.
    """

    words: tuple[Word, ...]
    starts: tuple[int, ...]
    end: int
    text: str
    size: float
    bold_share: float
    base: float
    last_base: float

    @property
    def start(self) -> int:
        return self.starts[0]

    @property
    def x0(self) -> float:
        return self.words[0].box.x0

    @property
    def x1(self) -> float:
        return self.words[-1].box.x1


@dataclass(frozen=True, slots=True)
class _Draft:
    """A block whose heading path is not known yet."""

    kind: BlockKind
    lines: tuple[_Line, ...]


@dataclass(frozen=True, slots=True)
class _Body:
    """What most of a document is set in."""

    size: float
    is_bold: bool


def with_blocks(pages: Sequence[Page]) -> tuple[Page, ...]:
    """Return printed pages with their blocks; every word is in exactly one."""
    lines = [_lines(page) for page in pages]
    body = _body(lines)
    running = _running(pages, lines)
    drafts = [_drafts(page, own, running, body) for page, own in zip(pages, lines, strict=True)]
    levels = _levels(draft for each in drafts for draft in each if draft.kind == "heading")
    path: list[tuple[int, str]] = []
    return tuple(
        replace(page, blocks=tuple(_block(draft, levels, path) for draft in each))
        for page, each in zip(pages, drafts, strict=True)
    )


def _lines(page: Page) -> list[_Line]:
    """Group a page's words into lines; where the text runs on without a space, so does the line."""
    groups: list[list[tuple[Word, int]]] = []
    position = 0
    for word in page.words:
        start = page.text.find(word.text, position)
        last = groups[-1][-1] if groups else None
        joins = last is not None and (start == position or _is_beside(last[0], word))
        if joins:
            groups[-1].append((word, start))
        else:
            groups.append([(word, start)])
        position = start + len(word.text)
    return [_line(page, group) for group in groups]


def _is_beside(last: Word, word: Word) -> bool:
    size = max(last.size, word.size)
    is_level = abs(baseline(word) - baseline(last)) < 0.6 * size
    return is_level and word.box.x0 > last.box.x0 - size


def _line(page: Page, group: Sequence[tuple[Word, int]]) -> _Line:
    words = tuple(word for word, _ in group)
    starts = tuple(start for _, start in group)
    end = starts[-1] + len(words[-1].text)
    letters = sum(len(word.text) for word in words)
    bold = sum(len(word.text) for word in words if word.is_bold)
    size = statistics.median_high(word.size for word in words for _ in word.text[:20])
    base = next(baseline(word) for word in words if word.size >= size)
    text = " ".join(page.text[starts[0] : end].split())
    last = max(baseline(words[-1]), base)
    return _Line(words, starts, end, text, size, bold / letters, base, last)


def _body(pages: Sequence[Sequence[_Line]]) -> _Body:
    sizes: Counter[float] = Counter()
    bold = total = 0.0
    for line in (line for lines in pages for line in lines):
        sizes[_half(line.size)] += len(line.text)
        total += len(line.text)
        bold += line.bold_share * len(line.text)
    size = max(sizes.items(), key=lambda item: (item[1], -item[0]))[0] if sizes else 10.0
    return _Body(size, total > 0 and bold > 0.4 * total)


def _half(size: float) -> float:
    return round(size * 2) / 2


def _running(pages: Sequence[Page], lines: Sequence[Sequence[_Line]]) -> set[tuple[str, str]]:
    """Return the edge and the text, numbers aside, of what comes back on page after page."""
    seen: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    for page, own in zip(pages, lines, strict=True):
        for line in own:
            edge = _edge(page, line)
            if edge:
                seen[edge, _numberless(line.text)].add(page.number)
    return {
        key
        for key, numbers in seen.items()
        if len(numbers) >= (_NUMBER_PAGES_MIN if _PAGE_NUMBER.match(key[1]) else _HEAD_PAGES_MIN)
    }


def _edge(page: Page, line: _Line) -> str:
    if line.base < _TOP_EDGE * page.height:
        return "top"
    return "bottom" if line.base > _BOTTOM_EDGE * page.height else ""


def _numberless(text: str) -> str:
    return re.sub(r"\d+", "#", text).lower()


def _drafts(
    page: Page, lines: Sequence[_Line], running: set[tuple[str, str]], body: _Body
) -> list[_Draft]:
    rows = _table_rows(lines)
    pitch = _pitch(lines, body)
    drafts: list[_Draft] = []
    for index, line in enumerate(lines):
        kind = _kind(page, line, running, body, is_row=index in rows)
        last = drafts[-1] if drafts else None
        if last is not None and _goes_on(last, line, kind, pitch):
            drafts[-1] = _Draft(last.kind, (*last.lines, line))
        else:
            drafts.append(_Draft(_opening(line, kind), (line,)))
    return [_sober(draft) for draft in drafts]


def _kind(
    page: Page, line: _Line, running: set[tuple[str, str]], body: _Body, *, is_row: bool
) -> BlockKind:
    edge = _edge(page, line)
    is_large = line.size > _HEADING_SIZE * body.size
    if edge and not is_large and (edge, _numberless(line.text)) in running:
        return "furniture"
    if is_row:
        return "table"
    return "heading" if _is_heading(line, body, is_large=is_large) else "paragraph"


def _is_heading(line: _Line, body: _Body, *, is_large: bool) -> bool:
    letters = sum(char.isalpha() for char in line.text)
    if letters < 3 or letters * 2 < len(line.text.replace(" ", "")):
        return False
    number = _NUMBERED.match(line.text)
    if _CAPTION.match(line.text) or (_BULLET.match(line.text) and not number):
        return False
    if is_large:
        return True
    words = line.text.split()
    is_short = len(words) <= _HEADING_WORDS_MAX and line.text[-1] not in ".,;:?!"
    if not is_short or line.size < _BOLD_HEADING_SIZE * body.size or line.text[0].islower():
        return False
    # A number may also open a paragraph whose first sentence is its heading.
    is_numbered = number is not None and ". " not in line.text[number.end() :]
    return (line.bold_share > 0.9 and not body.is_bold) or is_numbered


def _opening(line: _Line, kind: BlockKind) -> BlockKind:
    if kind == "paragraph" and _CAPTION.match(line.text):
        return "caption"
    if kind == "paragraph" and _ITEM.match(line.text):
        return "list_item"
    return kind


def _goes_on(draft: _Draft, line: _Line, kind: BlockKind, pitch: float) -> bool:
    """Say whether a line belongs to the block before it."""
    last = draft.lines[-1]
    if kind in ("table", "furniture"):
        return draft.kind == kind
    gap = line.base - last.last_base
    if kind == "heading":
        is_alike = abs(line.size - last.size) < 0.6 and (line.bold_share > 0.9) == (
            last.bold_share > 0.9
        )
        is_new = bool(_NUMBERED.match(line.text))
        return draft.kind == "heading" and is_alike and 0 < gap < 1.9 * line.size and not is_new
    if draft.kind not in ("paragraph", "list_item", "caption"):
        return False
    if _opening(line, kind) != "paragraph" or abs(line.size - last.size) > 0.12 * last.size:
        return False
    ends = bool(_SENTENCE_END.search(last.text))
    if gap <= 0:
        # The next column goes on with what the last one broke off.
        return not ends and draft.kind != "caption"
    if gap > _PARAGRAPH_GAP * pitch:
        return False
    em = line.size
    right = max(each.x1 for each in draft.lines)
    is_indented = _INDENT_EM * em < line.x0 - last.x0 < _INDENT_EM_MAX * em
    is_item_text = draft.kind == "list_item" and len(draft.lines) == 1
    return not ends or not ((is_indented and not is_item_text) or last.x1 < right - 4 * em)


def _pitch(lines: Sequence[_Line], body: _Body) -> float:
    """Return how far apart the lines of the page's text are."""
    own = [line for line in lines if abs(line.size - body.size) < 1]
    gaps = [b.base - a.last_base for a, b in pairwise(own)]
    near = [gap for gap in gaps if 0.8 * body.size < gap < 2.5 * body.size]
    return statistics.median_low(near) if near else 1.2 * body.size


def _sober(draft: _Draft) -> _Draft:
    """Return a draft as running text where it is too long for a heading."""
    words = sum(len(line.text.split()) for line in draft.lines)
    is_long = len(draft.lines) > _HEADING_LINES_MAX or words > 2 * _HEADING_WORDS_MAX
    return replace(draft, kind="paragraph") if draft.kind == "heading" and is_long else draft


def _table_rows(lines: Sequence[_Line]) -> set[int]:
    """Return which lines are rows of a table: at least three of cells that stand apart."""
    found: set[int] = set()
    run: list[int] = []
    for index in range(len(lines) + 1):
        if index < len(lines) and _is_row(lines[index]):
            run.append(index)
            continue
        if len(run) >= _TABLE_ROWS_MIN:
            found.update(run)
        run = []
    return found


def _is_row(line: _Line) -> bool:
    cells: list[list[str]] = [[line.words[0].text]]
    for last, word in pairwise(line.words):
        if word.box.x0 - last.box.x1 > _CELL_GAP_EM * max(last.size, word.size):
            cells.append([])
        cells[-1].append(word.text)
    if len(cells) > 1 and _ITEM_ALONE.match(" ".join(cells[0])):
        cells = cells[1:]
    if len(cells) > 1:
        return True
    numbers = sum(any(char.isdigit() for char in word.text) for word in line.words)
    return len(line.words) >= 3 and numbers >= 0.6 * len(line.words)


def _levels(headings: Iterator[_Draft]) -> dict[tuple[float, bool, int], int]:
    """Return the level of each style of heading: larger first, then bold, then by numbering."""
    styles = sorted({_style(draft) for draft in headings}, key=lambda s: (-s[0], not s[1], s[2]))
    return {style: min(rank, _LEVELS_MAX) for rank, style in enumerate(styles, start=1)}


def _style(draft: _Draft) -> tuple[float, bool, int]:
    line = draft.lines[0]
    number = _DEPTH.match(line.text)
    depth = 1 + number[0].count(".") if number else 1
    return _half(line.size), line.bold_share > 0.9, depth


def _block(
    draft: _Draft, levels: dict[tuple[float, bool, int], int], path: list[tuple[int, str]]
) -> Block:
    """Return a draft as a block; `path` is where the document stands, and moves with headings."""
    start, end = draft.lines[0].start, draft.lines[-1].end
    level = 1 if draft.kind == "list_item" else 0
    marks: tuple[Mark, ...] = ()
    if draft.kind == "heading":
        level = levels[_style(draft)]
        while path and path[-1][0] >= level:
            path.pop()
        path.append((level, " ".join(line.text for line in draft.lines)))
    elif draft.kind in ("paragraph", "list_item", "caption"):
        marks = tuple(_marks(draft))
    names = () if draft.kind == "furniture" else tuple(name for _, name in path)
    return Block(draft.kind, start, end, level, names, marks)


def _marks(draft: _Draft) -> Iterator[Mark]:
    """Yield runs of words set bold or italic, none where the whole block is."""
    found: list[Mark] = []
    whole = (draft.lines[0].start, draft.lines[-1].end)
    kinds: tuple[MarkKind, ...] = ("bold", "italic")
    for kind in kinds:
        spans = list(_runs(draft, kind))
        if spans and (spans[0].start, spans[0].end) != whole:
            found += spans
    yield from sorted(found, key=lambda mark: (mark.start, mark.end))


def _runs(draft: _Draft, kind: MarkKind) -> Iterator[Mark]:
    start = end = -1
    for line in draft.lines:
        for word, first in zip(line.words, line.starts, strict=True):
            if word.is_bold if kind == "bold" else word.is_italic:
                start = first if start < 0 else start
                end = first + len(word.text)
            elif start >= 0:
                yield Mark(kind, start, end)
                start = -1
    if start >= 0:
        yield Mark(kind, start, end)
