"""A document cut into chunks that can be searched and cited: text, page, span and boxes.

A chunk is a run of whole sentences of one page, so that what is cited can be shown in one place.
Its span counts characters of the page's text; its boxes are the lines to mark on the page.
"""

import bisect
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from evigate.base.canonical import sha256_hex
from evigate.evidence.parsing.models import Box, Page, ParsedDocument, Word
from evigate.evidence.parsing.quotes import union_box

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


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage: `start` and `end` count characters of the page's text; `boxes` go down the page.

    `digest` is of the text alone, white space aside: a passage that moved keeps it.
    """

    page: int
    start: int
    end: int
    text: str
    boxes: tuple[Box, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of the text without white space, in hex."""
        return sha256_hex("".join(self.text.split()).encode())


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int


def chunk_document(document: ParsedDocument) -> list[Chunk]:
    """Return a document's chunks in reading order; pages without text have none."""
    return [chunk for page in document.pages for chunk in _chunks_of(page)]


def _chunks_of(page: Page) -> Iterator[Chunk]:
    tokens = [_Token(m[0], m.start(), m.end()) for m in re.finditer(r"\S+", page.text)]
    if not tokens:
        return
    places = _Places(page, tokens)
    for first, last in _cuts(tokens):
        start, end = tokens[first].start, tokens[last - 1].end
        text = " ".join(token.text for token in tokens[first:last])
        yield Chunk(page.number, start, end, text, places.lines(first, last))


def _cuts(tokens: Sequence[_Token]) -> list[tuple[int, int]]:
    """Return token ranges: whole sentences up to about the wanted length, within the bound."""
    cuts: list[tuple[int, int]] = []
    first = 0
    for number, token in enumerate(tokens, start=1):
        length = number - first
        following = tokens[number].text if number < len(tokens) else None
        if length >= WORDS_MAX or (length >= WORDS_WANTED and ends_sentence(token.text, following)):
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
