"""A document cut into chunks that can be searched and cited: text, page, span and boxes.

A chunk is a run of whole sentences under one heading of one page, so that what is cited can be
shown in one place; a heading, a table, a caption and a listing are chunks of their own. Its span
counts characters of the page's text; its boxes are the lines to mark on the page.
"""

import bisect
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from typing import Literal

from evigate.base.canonical import sha256_hex
from evigate.evidence.parsing.models import Block, Box, Page, ParsedDocument, Word
from evigate.evidence.parsing.quotes import union_box

# Counts up when the same document would be cut another way, so that stores know to cut it again.
CHUNKER_VERSION = 2
WORDS_WANTED = 110
WORDS_MAX = 170
WORDS_MIN = 25
# Two words are of one line if their middles are no further apart than this part of their height.
LINE_TOLERANCE = 0.6

_END = re.compile(r"[.!?][\"')\]’”]*$")
_ABBREVIATIONS = frozenset(
    """e.g. i.e. etc. cf. al. fig. figs. eq. eqs. sec. tab. no. vs. dr. mr. mrs. prof. ref. refs.
    vol. pp. ch. approx. resp. st.""".split()  # noqa: SIM905  a word list is read as one
)


ChunkKind = Literal["prose", "heading", "table", "caption", "code"]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage: `start` and `end` count characters of the page's text; `boxes` go down the page.

    `heading_path` names the headings that it stands under, outermost first, and `ordinal` counts a
    document's chunks from 0. In prose, blocks are lines and all other white space is one space.
    `digest` is of the text alone, white space aside: a passage that moved keeps it.
    """

    page: int
    start: int
    end: int
    text: str
    boxes: tuple[Box, ...]
    heading_path: tuple[str, ...] = ()
    ordinal: int = 0
    kind: ChunkKind = "prose"

    @property
    def digest(self) -> str:
        """SHA-256 of the text without white space, in hex."""
        return sha256_hex("".join(self.text.split()).encode())


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Run:
    """Blocks that may share a chunk: of one kind, under one heading, one after the other."""

    kind: ChunkKind
    path: tuple[str, ...]
    blocks: tuple[Block, ...]


def chunk_document(document: ParsedDocument) -> list[Chunk]:
    """Return a document's chunks in reading order; pages without text have none.

    Each character of a page but white space and furniture is in exactly one chunk.
    """
    chunks = (chunk for page in document.pages for chunk in _chunks_of(page))
    return [replace(chunk, ordinal=ordinal) for ordinal, chunk in enumerate(chunks)]


def _chunks_of(page: Page) -> Iterator[Chunk]:
    tokens = [_Token(m[0], m.start(), m.end()) for m in re.finditer(r"\S+", page.text)]
    if not tokens:
        return
    places = _Places(page, tokens)
    starts = [token.start for token in tokens]
    for run in _runs(page):
        begin = bisect.bisect_left(starts, run.blocks[0].start)
        own = tokens[begin : bisect.bisect_left(starts, run.blocks[-1].end)]
        for first, last in _cuts(own, _may_end(page, run, own)):
            start, end = own[first].start, own[last - 1].end
            text = _text(page, run, start, end)
            boxes = places.lines(begin + first, begin + last)
            yield Chunk(page.number, start, end, text, boxes, run.path, 0, run.kind)


def _runs(page: Page) -> list[_Run]:
    """Return a page's blocks in runs; a page that has none is one paragraph."""
    runs: list[_Run] = []
    follows = False
    for block in page.blocks or (Block("paragraph", 0, len(page.text)),):
        if block.kind == "furniture":
            follows = False
            continue
        is_prose = block.kind in ("paragraph", "list_item")
        if is_prose and follows and runs[-1].kind == "prose" and runs[-1].path == block.path:
            runs[-1] = replace(runs[-1], blocks=(*runs[-1].blocks, block))
        else:
            runs.append(_Run(_chunk_kind(block), block.path, (block,)))
        follows = True
    return runs


def _chunk_kind(block: Block) -> ChunkKind:
    match block.kind:
        case "heading" | "table" | "caption" | "code":
            return block.kind
        case _:
            return "prose"


def _may_end(page: Page, run: _Run, tokens: Sequence[_Token]) -> Callable[[int], bool]:
    """Return the rule for cutting after a token: at sentences in prose, at line ends elsewhere."""
    ends = {block.end for block in run.blocks}

    def after(index: int) -> bool:
        token = tokens[index]
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if following is None or token.end in ends:
            return True
        if run.kind == "prose":
            return ends_sentence(token.text, following.text)
        return "\n" in page.text[token.end : following.start]

    return after


def _text(page: Page, run: _Run, start: int, end: int) -> str:
    if run.kind in ("table", "code"):
        return page.text[start:end]
    spans = ((max(start, block.start), min(end, block.end)) for block in run.blocks)
    lines = (" ".join(page.text[first:last].split()) for first, last in spans if first < last)
    return "\n".join(line for line in lines if line)


def _cuts(tokens: Sequence[_Token], may_end: Callable[[int], bool]) -> list[tuple[int, int]]:
    """Return token ranges: up to about the wanted length, cut where that may be, in the bound."""
    cuts: list[tuple[int, int]] = []
    first = 0
    for number in range(1, len(tokens) + 1):
        length = number - first
        if length >= WORDS_MAX or (length >= WORDS_WANTED and may_end(number - 1)):
            cuts.append((first, number))
            first = number
    if first < len(tokens):
        is_short = len(tokens) - first < WORDS_MIN and cuts
        if is_short and len(tokens) - cuts[-1][0] <= WORDS_MAX:
            cuts[-1] = (cuts[-1][0], len(tokens))
        else:
            cuts.append((first, len(tokens)))
    return cuts


def ends_sentence(word: str, following: str | None) -> bool:
    """Tell whether a sentence ends with a word, by its own end and by how the next one begins."""
    if not _END.search(word) or word.lower() in _ABBREVIATIONS:
        return False
    if re.fullmatch(r"[A-Z]\.", word) or re.fullmatch(r"\(?\d+\.", word):
        return False
    return following is None or not following[0].islower()


class _Places:
    """Where a page's tokens are printed.

    Tokens and words hold the same characters in the same order; a word that was hyphenated at a
    line's end is two words and one token. So they are matched by counting characters.
    """

    def __init__(self, page: Page, tokens: Sequence[_Token]) -> None:
        self._words = [word for word in page.words if _has_place(word)]
        self._word_ends = list(accumulate(len(word.text) for word in self._words))
        self._token_ends = list(accumulate(len(token.text) for token in tokens))
        same = "".join(word.text for word in self._words)
        self._is_aligned = same == "".join(token.text for token in tokens)

    def lines(self, first: int, last: int) -> tuple[Box, ...]:
        """Return a box a line around tokens `first` to `last` (exclusive); none if not known."""
        if not self._is_aligned or not self._words:
            return ()
        start = self._token_ends[first - 1] if first else 0
        from_word = bisect.bisect_right(self._word_ends, start)
        to_word = bisect.bisect_left(self._word_ends, self._token_ends[last - 1])
        return _line_boxes(self._words[from_word : to_word + 1])


def _has_place(word: Word) -> bool:
    return word.box.x1 > word.box.x0


def _line_boxes(words: Sequence[Word]) -> tuple[Box, ...]:
    lines: list[list[Word]] = []
    for word in words:
        if lines and _is_same_line(lines[-1][-1].box, word.box):
            lines[-1].append(word)
        else:
            lines.append([word])
    return tuple(union_box(word.box for word in line) for line in lines)


def _is_same_line(one: Box, other: Box) -> bool:
    height = max(one.y1 - one.y0, other.y1 - other.y0)
    distance = abs((one.y0 + one.y1) - (other.y0 + other.y1)) / 2
    # A word to the left of the one before it begins another line or column.
    return distance <= LINE_TOLERANCE * height and other.x0 >= one.x0
