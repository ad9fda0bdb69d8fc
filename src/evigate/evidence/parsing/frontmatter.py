"""What a paper's first page says of itself: title, authors, arXiv id, DOI.

The page is believed before the file's metadata, which authors copy from one paper to the next;
metadata only decides between readings of what is printed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from evigate.evidence.parsing.layout import baseline
from evigate.evidence.parsing.models import Page, Word

_ARXIV = re.compile(r"arXiv:\s*(\d{4}\.\d{4,5}|[a-z-]+(?:\.[A-Z]{2})?/\d{7})(?:v(\d{1,3}))?")
_DOI = re.compile(r"\b10\.\d{4,9}/[^\s\"<>{}]+")
_HEADING = re.compile(
    r"^(?:abstract|summary|(?:1|I)?\.?\s*introduction|key\s?words|index terms|contents)\b", re.I
)
# What comes after the authors where no heading says so: a numbered heading, a float, running text.
_NUMBERED = re.compile(r"^(?:\d{1,2}|[IVX]{1,4})(?:\.\d{1,2})*\.?\s+[A-Z][A-Za-z]+(?:\s|$)")
_FLOAT = re.compile(r"^(?:Table|Figure|Fig\.)\s?\d", re.I)
_PROSE_WORDS = 9
_PROSE_SHARE = 0.6
_NAME = re.compile(
    r"(?:[A-Z][\w'’.-]*|(?:van|von|de|der|den|la|le|del|di|da|dos|el|al)\b)"
    r"(?: (?:[A-Z][\w'’.-]*|(?:van|von|de|der|den|la|le|del|di|da|dos|el|al)\b)){1,4}"
)
_AFFILIATION = re.compile(
    r"universit|department|institut|school|college|laborator|\blabs?\b|research|faculty|"
    r"\binc\b|\bcorp|google|facebook|microsoft|deepmind|openai|\bai\b|center|centre|academy|"
    r"conference|published|review|proceedings|technolog|science|street|avenue|equal|language",
    re.I,
)
_ADDRESS = re.compile(r"\b\d{3,}\b|, [A-Z]{2}\b|\bLtd\b|\bGmbH\b|\bUSA\b")
_MAX_AUTHORS = 100
_TITLE_MIN_LETTERS = 4
# A title as short as "Two" is known by its size: so many points above all else.
_SHORT_TITLE_LETTERS = 2
_SHORT_TITLE_LEAD_PT = 3.0
# The name in a logo or drawing is larger than the title above it, and of one or two words.
_DRAWN_WORDS = 2
_TITLE_WORDS = 4
_TITLE_LEAD = 1.15
# What journals print above a title, often larger than it.
_BANNER = re.compile(
    r"^(?:accepted manuscript|(?:author|original|invited) (?:manuscript|article|paper)|preprint|"
    r"(?:research|review|short)(?: article| paper)?|(?:re ?s ?e ?a ?r ?c ?h )?open access)\W*$",
    re.I,
)
# A page set in one size has no title but its first line.
_TITLE_MAX_LINES = 6


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """What the first page says; None or empty where it says nothing."""

    title: str | None
    authors: tuple[str, ...]
    arxiv_id: str | None
    arxiv_version: int | None
    doi: str | None


@dataclass(frozen=True, slots=True)
class _Line:
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def size(self) -> float:
        sizes = sorted(word.size for word in self.words)
        return sizes[len(sizes) // 2]

    @property
    def top(self) -> float:
        return min(word.box.y0 for word in self.words)


def read_front_matter(
    pages: Sequence[Page], metadata: Mapping[str, str], *, aside: str
) -> FrontMatter:
    """Read the first page.

    Args:
        pages: the document's pages, at least one.
        metadata: the file's own Title and Author; either may be missing or wrong.
        aside: text on the first page that runs across it, such as arXiv's stamp.
    """
    first = pages[0]
    lines = _lines(first)
    title_lines = _title_lines(lines, first.height)
    title = _title(title_lines, first, metadata.get("Title", ""))
    arxiv = _ARXIV.search(aside) or _printed_arxiv(lines)
    doi = _DOI.search(first.text)
    return FrontMatter(
        title=title,
        authors=_authors(lines, title_lines, first, metadata.get("Author", "")),
        arxiv_id=arxiv.group(1) if arxiv else None,
        arxiv_version=int(arxiv.group(2)) if arxiv and arxiv.group(2) else None,
        doi=doi.group(0).rstrip(".,;)") if doi else None,
    )


def _lines(page: Page) -> list[_Line]:
    """Group consecutive words on one baseline; a small superscript stays with its line."""
    groups: list[list[Word]] = []
    for word in page.words:
        last = groups[-1][-1] if groups else None
        near = last is not None and abs(baseline(word) - baseline(last)) < 0.6 * max(
            word.size, last.size
        )
        if near:
            groups[-1].append(word)
        else:
            groups.append([word])
    return [_Line(tuple(group)) for group in groups]


def _title_lines(lines: Sequence[_Line], height: float) -> list[_Line]:
    """Return the first run of lines in the largest type of the upper half of the page."""
    upper = [
        line
        for line in lines
        if line.top < 0.5 * height
        and sum(char.isalpha() for char in line.text) >= _TITLE_MIN_LETTERS
        and not _BANNER.match(line.text)
    ]
    if not upper:
        return []
    largest = max(line.size for line in upper)
    short = _short_title(
        [line for line in lines if not _BANNER.match(line.text)], upper[0], largest
    )
    if short is not None:
        return [short]
    run = _run_of_size(upper, largest)
    above = upper[: upper.index(run[0])]
    if sum(len(line.words) for line in run) <= _DRAWN_WORDS:
        run = _title_above(above, lines) or run
    run = _with_small_capitals(run, lines)
    return run if len(run) <= _TITLE_MAX_LINES else run[:1]


def _run_of_size(lines: Sequence[_Line], size: float) -> list[_Line]:
    """Return the first run of lines of a size or larger."""
    runs = groupby(lines, key=lambda line: line.size > size - 0.6)
    return next((list(run) for is_large, run in runs if is_large), [])


def _title_above(above: Sequence[_Line], lines: Sequence[_Line]) -> list[_Line]:
    """Return the largest lines above a drawn name, if they are words in larger type than prose."""
    sizes = sorted(word.size for line in lines for word in line.words)
    if not above:
        return []
    largest = max(line.size for line in above)
    run = _run_of_size(above, largest)
    is_larger = largest > _TITLE_LEAD * sizes[len(sizes) // 2]
    return run if is_larger and sum(len(line.words) for line in run) >= _TITLE_WORDS else []


def _with_small_capitals(run: list[_Line], lines: Sequence[_Line]) -> list[_Line]:
    """Add the line below a title set in small capitals that holds none but small ones."""
    below = lines[lines.index(run[-1]) + 1 :][:1]
    small = {round(word.size, 1) for line in run for word in line.words} - {round(run[-1].size, 1)}
    for line in below:
        is_near = line.top - max(word.box.y1 for word in run[-1].words) < line.size
        if is_near and line.text.isupper() and {round(w.size, 1) for w in line.words} <= small:
            return [*run, line]
    return run


def _short_title(lines: Sequence[_Line], first: _Line, largest: float) -> _Line | None:
    """Return a line of very few letters that stands above all others in by far the largest type."""
    for line in lines:
        if line is first:
            return None
        letters = sum(char.isalpha() for char in line.text)
        if letters >= _SHORT_TITLE_LETTERS and line.size > largest + _SHORT_TITLE_LEAD_PT:
            return line
    return None


def _title(title_lines: Sequence[_Line], page: Page, claimed: str) -> str | None:
    claimed = " ".join(claimed.split())
    if len(claimed.split()) >= 3 and _bare(claimed) in _bare(page.text[:3000]):
        return claimed
    printed = _as_in_text(page, title_lines) or " ".join(line.text for line in title_lines)
    printed = re.sub(r"\s+", " ", printed).strip(" *†‡∗")
    return printed or None


def _as_in_text(page: Page, lines: Sequence[_Line]) -> str:
    """Return the page's text of these lines, in which words broken at line ends are whole."""
    wanted = "".join(word.text for line in lines for word in line.words)
    pattern = r"\s*".join(re.escape(char) for char in wanted)
    match = re.search(pattern, page.text[:4000])
    return match.group() if match else ""


def _bare(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "", text.lower())


def _printed_arxiv(lines: Sequence[_Line]) -> re.Match[str] | None:
    return next((match for line in lines if (match := _ARXIV.match(line.text))), None)


def _authors(
    lines: Sequence[_Line], title_lines: Sequence[_Line], page: Page, claimed: str
) -> tuple[str, ...]:
    named = [part.strip() for part in re.split(r",|;|\band\b|&", claimed) if part.strip()]
    text = _bare(page.text)
    if named and all(" " in name and _bare(name) in text for name in named):
        return tuple(named)[:_MAX_AUTHORS]
    if not title_lines:
        return ()
    start = lines.index(title_lines[-1]) + 1
    found: list[str] = []
    for line in lines[start:]:
        if _ends_front(line) or line.size > title_lines[-1].size + 0.6:
            break
        found.extend(_names(line))
    return tuple(dict.fromkeys(found))[:_MAX_AUTHORS]


def _ends_front(line: _Line) -> bool:
    """Say whether a line is past the authors: a heading, a caption, or running text."""
    text = line.text
    if _HEADING.match(text) or _FLOAT.match(text):
        return True
    if _AFFILIATION.search(text):
        return False
    is_raised = line.words[0].size < 0.8 * line.size
    if _NUMBERED.match(text) and not is_raised and "," not in text:
        return True
    words = text.split()
    small = sum(word[0].islower() for word in words)
    return len(words) >= _PROSE_WORDS and small >= _PROSE_SHARE * len(words)


def _names(line: _Line) -> list[str]:
    if "@" in line.text or _AFFILIATION.search(line.text) or _ADDRESS.search(line.text):
        return []
    parts_of_line: list[str] = []
    for previous, word in zip((None, *line.words), line.words, strict=False):
        if previous is not None and word.box.x0 - previous.box.x1 > 1.2 * word.size:
            parts_of_line.append(",")
        if word.size > 0.8 * line.size:
            parts_of_line.append(re.sub(r"[\d*†‡∗§¶]+", ",", word.text))
    plain = " ".join(parts_of_line)
    parts = re.split(r",|;|\band\b|&|·|\s{2,}", plain)
    return [part.strip() for part in parts if _NAME.fullmatch(part.strip())]
