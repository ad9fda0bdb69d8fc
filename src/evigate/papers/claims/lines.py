"""The lines of a page as the file sets them, and which of them are captions.

Typesetting programs write a table row by row and a column of text line by line, so the order of
the file keeps two text columns apart where geometry alone would glue them together.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from evigate.evidence import Box, Page, Word
from evigate.papers.claims.numbers import is_blank, parse_cell

_CAPTION = re.compile(
    r"^(?P<label>(?:Supplementary |Extended Data )?(?:Table|TABLE|Tab\.|TAB\.))\s?"
    r"(?P<number>(?:[A-Z]\.?)?\d{1,3}(?:\.\d{1,2})?|[IVXL]{1,6})"
    r"(?P<end>\s?[,.:]?\s?\((?i:cont(?:inued|inuation|['’]d|d|\.)?)[^)]{0,30}\)|\s?[.:|–—]|$|\s)"
)
CONTINUED = re.compile(r"\b(?i:cont(?:inued|inuation|['’]d|d))\b|\(cont\.\)")
_SUBCAPTION = re.compile(r"^\((?P<letter>[a-z])\)\s+\S")
_OTHER_FLOAT = re.compile(r"^(?:Figure|FIGURE|Fig\.|FIG\.|Algorithm|ALGORITHM)\s?\d")
_DESCENT = 0.25
# Justified text is rarely set with wider spaces than this.
_PROSE_GAP_EM = 0.8


@dataclass(frozen=True)
class Line:
    """Words on one baseline, in the order of the file; `index` is the line's place on the page."""

    words: tuple[Word, ...]
    index: int

    @cached_property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @cached_property
    def size(self) -> float:
        sizes = sorted(word.size for word in self.words)
        return sizes[len(sizes) // 2]

    @cached_property
    def baseline(self) -> float:
        return baseline_of(max(self.words, key=lambda word: (word.size, len(word.text))))

    @cached_property
    def box(self) -> Box:
        return Box(
            min(word.box.x0 for word in self.words),
            min(word.box.y0 for word in self.words),
            max(word.box.x1 for word in self.words),
            max(word.box.y1 for word in self.words),
        )

    @cached_property
    def numeric_words(self) -> int:
        return sum(1 for word in self.words if is_value(word.text))

    @cached_property
    def widest_gap_em(self) -> float:
        """The widest space between neighbours, in type sizes; 0 for a single word."""
        gaps = [b.box.x0 - a.box.x1 for a, b in zip(self.words, self.words[1:], strict=False)]
        return max(gaps, default=0.0) / self.size


@dataclass(frozen=True)
class Caption:
    """A table's caption: "Table 2", its whole text, and the lines that print it."""

    label: str
    text: str
    lines: tuple[Line, ...]

    @cached_property
    def box(self) -> Box:
        return Box(
            min(line.box.x0 for line in self.lines),
            min(line.box.y0 for line in self.lines),
            max(line.box.x1 for line in self.lines),
            max(line.box.y1 for line in self.lines),
        )


def baseline_of(word: Word) -> float:
    """Return the height of a word's baseline in points from the top."""
    return word.box.y1 - _DESCENT * word.size


def is_value(text: str) -> bool:
    """Say whether a word could be a table value, a dash for "none" included."""
    if is_blank(text):
        return text in ("-", "–", "—", "--")
    numbers = parse_cell(text)
    return bool(numbers)


def lines_of(page: Page) -> list[Line]:
    """Cut a page's words into lines, in the order of the file; small raised type stays in line."""
    groups: list[list[Word]] = []
    for word in page.words:
        if groups and _continues(groups[-1], word):
            groups[-1].append(word)
        else:
            groups.append([word])
    return [Line(tuple(group), index) for index, group in enumerate(groups)]


def _continues(line: Sequence[Word], word: Word) -> bool:
    last = line[-1]
    anchor = max(line[-4:], key=lambda item: item.size)
    shift = abs(baseline_of(word) - baseline_of(anchor))
    limit = 0.3 if word.size > 0.85 * anchor.size else 0.7
    return shift <= limit * anchor.size and word.box.x0 >= last.box.x0 - 0.5 * word.size


def is_float_caption(line: Line) -> bool:
    """Say whether a line begins the caption of a figure or an algorithm."""
    return bool(_OTHER_FLOAT.match(line.text))


def captions_of(lines: Sequence[Line]) -> list[Caption]:
    """Find the table captions of a page.

    "Table 2" at the start of a line is a caption if punctuation, a line end or bold type marks it
    as one; a sentence such as "Table 2 shows" that happens to begin a line is not.
    """
    captions: list[Caption] = []
    for line in lines:
        match = _CAPTION.match(line.text)
        if not match or not _marks_caption(match, line):
            continue
        block = _caption_block(lines, line.index)
        text = " ".join(item.text for item in block)
        captions.append(Caption(f"Table {match['number']}", text, tuple(block)))
    return captions


def subcaptions_of(lines: Sequence[Line]) -> list[Caption]:
    """Find the lines "(a) …" that name a part of a table or figure, each with its further lines."""
    found: list[Caption] = []
    for line in lines:
        match = _SUBCAPTION.match(line.text)
        if match and line.numeric_words < 3:
            block = _caption_block(lines, line.index)
            text = " ".join(item.text for item in block)
            found.append(Caption(f"({match['letter']})", text, tuple(block)))
    return found


def _marks_caption(match: re.Match[str], line: Line) -> bool:
    if match["end"].strip():
        rest = line.text[match.end() :].strip()
        return not (match["end"].strip() == "." and rest[:1].islower())
    if not line.text[match.end() :].strip():
        return match["number"].isalpha() or len(line.words) == 2
    after = line.text[match.end() :].split()[0]
    return line.words[0].is_bold and (after[:1].isupper() or after[:1] in "([")


def _caption_block(lines: Sequence[Line], start: int) -> list[Line]:
    first = lines[start]
    block = [first]
    for line in lines[start + 1 : start + 25]:
        last = block[-1]
        pitch = line.baseline - last.baseline
        if not 0.5 * last.size < pitch <= 1.7 * last.size or abs(line.size - first.size) > 1.1:
            break
        if looks_tabular(line) or is_float_caption(line) or _starts_other(line):
            break
        right = max(item.box.x1 for item in block)
        title_only = len(block) == 1 and len(first.words) == 2
        first_word = line.words[0].box.x1 - line.words[0].box.x0
        is_full = last.box.x1 + first_word + 0.3 * last.size >= right and len(last.words) > 3
        if len(block) == 1:
            is_full = is_full and line.box.x1 <= right + 2.5 * last.size
        aligned = line.box.x0 >= min(item.box.x0 for item in block) - 2 * last.size
        overlaps = line.box.x0 < right and line.box.x1 > first.box.x0
        if not (overlaps and (title_only or (aligned and is_full))):
            break
        block.append(line)
    return block


def _starts_other(line: Line) -> bool:
    return bool(_CAPTION.match(line.text) or _SUBCAPTION.match(line.text))


def looks_tabular(line: Line) -> bool:
    """Say whether a line reads as a table row: several values, or words set far apart."""
    count = len(line.words)
    plain = sum(1 for word in line.words if word.text.islower() and word.text.isalpha())
    if 2 * plain >= count and line.widest_gap_em < _PROSE_GAP_EM:
        return False
    if line.numeric_words >= 2 and line.numeric_words * 4 >= count:
        return True
    if line.numeric_words >= 1 and count <= 4:
        return True
    return line.widest_gap_em > 1.2


def looks_prose(line: Line, width: float) -> bool:
    """Say whether a line reads as running text in a column `width` points wide."""
    if looks_tabular(line):
        return False
    filled = (line.box.x1 - line.box.x0) > 0.75 * width
    words = [word.text for word in line.words]
    plain = sum(1 for word in words if word.islower())
    return len(words) >= 5 and (filled or plain >= 5) and plain * 2 >= len(words)
