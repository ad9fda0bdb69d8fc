"""Which words of a page are underlined: a thin stroke lies just below them and is as long as they.

A PDF has no underlined type; it draws a line. The rules of tables are lines too, but longer than
the word above them, so a stroke counts only where it begins and ends with a word or a few.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from evigate.evidence.parsing.layout import Piece, baseline
from evigate.evidence.parsing.models import Box, Word

THICKNESS_MAX = 1.6
# In sizes of the type: how far a stroke may lie from the baseline, and stand out at either end.
_ABOVE_EM, _BELOW_EM, _SLACK_EM = 0.02, 0.4, 0.35
# A line of prose under a heading's rule is no emphasis of its words.
_WORDS_MAX = 4


def with_underlines(pieces: Sequence[Piece], strokes: Iterable[Box]) -> list[Piece]:
    """Return the pieces, the words that a stroke underlines marked so; the order is kept."""
    found = {index for stroke in strokes for index in _under(pieces, stroke)}
    if not found:
        return list(pieces)
    return [
        replace(piece, word=replace(piece.word, is_underlined=True)) if index in found else piece
        for index, piece in enumerate(pieces)
    ]


def _under(pieces: Sequence[Piece], stroke: Box) -> list[int]:
    above = [index for index, piece in enumerate(pieces) if _is_above(piece.word, stroke)]
    if not 0 < len(above) <= _WORDS_MAX:
        return []
    words = [pieces[index].word for index in above]
    slack = _SLACK_EM * max(word.size for word in words)
    begins = abs(min(word.box.x0 for word in words) - stroke.x0) <= slack
    ends = abs(max(word.box.x1 for word in words) - stroke.x1) <= slack
    return above if begins and ends else []


def _is_above(word: Word, stroke: Box) -> bool:
    middle = (word.box.x0 + word.box.x1) / 2
    if not stroke.x0 <= middle <= stroke.x1:
        return False
    drop = (stroke.y0 + stroke.y1) / 2 - baseline(word)
    return -_ABOVE_EM * word.size <= drop <= _BELOW_EM * word.size
