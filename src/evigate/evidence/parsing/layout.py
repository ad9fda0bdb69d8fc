"""From placed characters to words and text, without knowing where the characters came from.

A reader hands over the characters of a page in reading order, already turned upright; here they
become words with boxes, and words become the page's text. Kept apart from `pdf.py` so that it can
be tested on layouts made by hand.
"""

import sys
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from evigate.evidence.parsing.models import Box, Page, Word

# A glyph box in proportion to its type size, measured from the baseline: most Latin fonts fit.
ASCENT = 0.75
DESCENT = 0.25

SOFT_HYPHENS = frozenset("\ufffe\u00ad\x02")
PLAIN = str.maketrans(
    {
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "ﬅ": "st",
        "ﬆ": "st",
        "\u2212": "-",
        "\u2010": "-",
        "\u2011": "-",
        "\ufffd": "",
        "\ufeff": "",
        "\u200b": "",
        "\u00a0": " ",
    }
)
# Accents as characters of their own, with the combining mark of each.
_ACCENTS = {
    "\u00a8": "\u0308",
    "\u00b4": "\u0301",
    "\u0060": "\u0300",
    "\u02c6": "\u0302",
    "\u02dc": "\u0303",
    "\u02c7": "\u030c",
    "\u00b8": "\u0327",
}
_GAP_EM = 0.5
_SMALL_TYPE = 0.85
_SHIFT_EM = 0.12


@dataclass(frozen=True, slots=True)
class Char:
    """One printed character in upright coordinates; `text` is "\\n" or " " for a break."""

    text: str
    x0: float = 0.0
    x1: float = 0.0
    baseline: float = 0.0
    size: float = 0.0
    is_bold: bool = False
    is_italic: bool = False


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, and what stands before it: "", " ", "\\n", or "-" when a line end broke the word."""

    word: Word
    lead: str


def plain_text(text: str) -> str:
    """Return `text` with ligatures spelt out and minus signs and hyphens as ASCII."""
    return text.translate(PLAIN)


def pieces_of(chars: Iterable[Char]) -> list[Piece]:
    """Group characters, in reading order, into words.

    White space ends a word; so do a jump of more than half an em, a change of line, and type that
    turns small and raised or lowered after a digit (93.5 with footnote 1 is not 93.51).
    """
    pieces: list[Piece] = []
    current: list[Char] = []
    lead = "\n"

    def flush() -> None:
        nonlocal lead
        if current:
            pieces.append(Piece(_word(current), lead))
            current.clear()
            lead = ""

    for char in _composed(chars):
        if char.text in SOFT_HYPHENS:
            if current:
                flush()
                lead = "-"
            continue
        if char.text.isspace():
            flush()
            if lead != "-":
                lead = "\n" if char.text == "\n" or lead == "\n" else " "
            continue
        if current:
            boundary = _boundary(current, char)
            if boundary:
                flush()
                lead = boundary
        current.append(char)
        if len(current) == 1 and pieces and lead == " " and _is_new_line(pieces[-1].word, char):
            lead = "\n"
    flush()
    return pieces


def _composed(chars: Iterable[Char]) -> list[Char]:
    """Set accents that are printed as characters of their own onto the letters they stand over."""
    result: list[Char] = []
    accent: Char | None = None
    for char in chars:
        if char.text in _ACCENTS:
            accent = char
            continue
        if accent is not None and char.text == " ":
            continue
        if accent is not None:
            over = char.text.isalpha() and abs(char.x0 - accent.x0) < 0.6 * char.size
            if over:
                letter = unicodedata.normalize("NFC", char.text + _ACCENTS[accent.text])
                if len(letter) > 1:
                    result.extend((accent, char))
                    accent = None
                    continue
                if len(result) >= 2 and result[-1].text == " " and _touches(result[-2], char):
                    result.pop()
                char = replace(char, text=letter)
            else:
                result.append(accent)
            accent = None
        result.append(char)
    return result


def _touches(left: Char, right: Char) -> bool:
    return right.x0 - left.x1 < 0.15 * right.size and abs(left.baseline - right.baseline) < 1


def _boundary(current: Sequence[Char], char: Char) -> str:
    last = current[-1]
    size = max(last.size, char.size)
    if abs(char.baseline - last.baseline) > 0.8 * size or char.x0 < last.x0 - size:
        return "\n"
    if char.x0 - last.x1 > _GAP_EM * size:
        return " "
    base = current[0]
    turned_small = char.size < _SMALL_TYPE * base.size and last.size >= _SMALL_TYPE * base.size
    shifted = abs(char.baseline - base.baseline) > _SHIFT_EM * base.size
    return " " if turned_small and shifted and last.text in "0123456789%)" else ""


def _is_new_line(previous: Word, char: Char) -> bool:
    return abs(baseline(previous) - char.baseline) > 0.8 * max(previous.size, char.size)


def baseline(word: Word) -> float:
    """Return the height of the word's baseline, in points from the top of the page."""
    return word.box.y1 - DESCENT * word.size


def _word(chars: Sequence[Char]) -> Word:
    size = max(char.size for char in chars)
    base = next(char for char in chars if char.size == size)
    box = Box(
        round(min(char.x0 for char in chars), 2),
        round(base.baseline - ASCENT * size, 2),
        round(max(char.x1 for char in chars), 2),
        round(base.baseline + DESCENT * size, 2),
    )
    bold = sum(char.is_bold for char in chars) * 2 > len(chars)
    italic = sum(char.is_italic for char in chars) * 2 > len(chars)
    # A book says the same words over and over; kept once each, a long one fits into memory.
    text = sys.intern("".join(char.text for char in chars))
    return Word(text, box, round(size, 2), bold, italic)


def vocabulary(pages: Iterable[Sequence[Piece]]) -> set[str]:
    """Return the lower-case words that stand whole somewhere, stripped of punctuation."""
    known: set[str] = set()
    for pieces in pages:
        for index, piece in enumerate(pieces):
            is_tail = piece.lead == "-"
            is_head = index + 1 < len(pieces) and pieces[index + 1].lead == "-"
            if not is_tail and not is_head:
                known.add(_bare(piece.word.text))
    return known


def _bare(text: str) -> str:
    return text.lower().strip(".,;:!?()[]\"'“”‘’")


def compose_page(
    number: int, width: float, height: float, pieces: Sequence[Piece], known: set[str]
) -> Page:
    """Build a page whose text, white space aside, is exactly its words in order.

    A word that a line end broke is joined again; its hyphen stays only if the hyphenated form
    stands elsewhere in the document, or the joined one does not and the halves look like a
    compound (an earlier hyphen, a digit or a capital beside the break).
    """
    words: list[Word] = []
    text: list[str] = []
    pending_newline = False
    for index, piece in enumerate(pieces):
        word = piece.word
        tail = pieces[index + 1] if index + 1 < len(pieces) else None
        if tail is not None and tail.lead == "-" and _keeps_hyphen(word, tail.word, known):
            word = replace(word, text=word.text + "-")
        if piece.lead == "-" and word.text[:1].isalpha():
            pending_newline = True
        elif words:
            text.append("\n" if pending_newline or piece.lead == "-" else piece.lead or " ")
            pending_newline = False
        text.append(word.text)
        words.append(word)
    return Page(number, round(width, 2), round(height, 2), "".join(text), tuple(words))


def _keeps_hyphen(head: Word, tail: Word, known: set[str]) -> bool:
    joined, hyphenated = _bare(head.text + tail.text), _bare(f"{head.text}-{tail.text}")
    if hyphenated in known:
        return True
    if joined in known:
        return False
    edge = head.text[-1:] + tail.text[:1]
    is_shouted = head.text.isupper() and tail.text.isupper()
    return "-" in head.text or not edge.isalpha() or (tail.text[:1].isupper() and not is_shouted)
