"""A paper as sentences that know their page and heading, and the general rules to read them by.

What a paper says of other people's work, and what it only wishes for, is marked, so that no plan is
built on "k-fold cross validation should be used" or on "[23] implemented an SVM".
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from evigate.evidence import ParsedDocument
from evigate.papers.claims.tables import Table
from evigate.papers.recipes.lexicon import family_aliases, find_family, method_words

T_co = TypeVar("T_co", covariant=True)

QUOTE_CHARACTERS_MAX = 400
_HEADING = re.compile(r"^([1-9]\d?(?:\.\d{1,2}){0,3})\.?\s+([A-Z][^.\n]{1,70}?)(?:\.\s|\.?$)")
_BREAK = re.compile(r"(?<=[.!?])\s+(?=[A-Z(\[“\"])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:Eq|Eqs|Fig|Figs|Sec|Tab|Ref|Refs|No|vs|al|cf|resp|approx|e\.g|i\.e|etc|St|Dr|Prof)"
    r"|\b[A-Z])\.$"
)
_PLAIN_HEADING = re.compile(
    r"^(?:abstract|introduction|keywords|index terms|ccs concepts|methods?|methodology|experiments?"
    r"|results?|results and discussion|discussion|conclusions?|data|datasets?|background)$",
    re.IGNORECASE,
)
_CAPTION = re.compile(r"^(?:Table|Figure|Fig\.)\s+\d+\s*[:.]")
_REFERENCES = re.compile(r"^\s*(?:\d+\.?\s+)?(?:references|bibliography)\s*$", re.IGNORECASE)
_OTHERS = re.compile(
    r"\[\d+(?:\s*,\s*\d+)*\]\s+(?:\w+ly\s+)?(?:implement|use|propose|report|achiev|obtain|train"
    r"|present|appl|employ)\w*\b|\bet al\.?,?\s*(?:\(\d{4}\)|\[\d+\])?\s+(?:implement|use|propose"
    r"|report|achiev|obtain|train|appl)\w*|\b[Tt]heir\s+(?:results|experiments?|work|study|model)\b"
    r"|\b[Tt]hey\s+used\b"
)
_WISH = re.compile(
    r"\b(?:should|could|would|must|might|future work|recommend\w*|unfortunately\s+no"
    r"|such as k-fold|not\s+(?:used|applied|applicable|performed)|without|instead of)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence: white space made single, the page it stands on, the heading above it."""

    text: str
    page: int
    heading: str
    is_of_others: bool
    is_wish: bool

    @property
    def quote(self) -> str:
        """The sentence, cut at a word's end if it is long; still verbatim."""
        if len(self.text) <= QUOTE_CHARACTERS_MAX:
            return self.text
        return self.text[:QUOTE_CHARACTERS_MAX].rsplit(" ", 1)[0]

    def quote_around(self, start: int, end: int) -> str:
        """The words around a place in the sentence; still verbatim."""
        if len(self.text) <= QUOTE_CHARACTERS_MAX // 2:
            return self.text
        spare = max(0, QUOTE_CHARACTERS_MAX // 2 - (end - start)) // 2
        begin, stop = max(0, start - spare), min(len(self.text), end + spare)
        if begin:
            begin = self.text.find(" ", begin, start) + 1 or start
        if stop < len(self.text):
            cut = self.text.rfind(" ", end, stop)
            stop = cut if cut > 0 else end
        return self.text[begin:stop]


@dataclass(frozen=True, slots=True)
class Finding(Generic[T_co]):
    """A value that the paper states, and the words that state it."""

    value: T_co
    quote: str
    page: int


def _pieces(text: str) -> Iterable[str]:
    waiting = ""
    for piece in _BREAK.split(text):
        waiting = f"{waiting} {piece}".strip()
        if not _ABBREVIATION.search(waiting):
            yield waiting
            waiting = ""
    if waiting:
        yield waiting


def _table_lines(tables: Sequence[Table]) -> dict[int, list[tuple[str, ...]]]:
    """By page, the texts that a printed line of a table holds: a header, or a label and cells."""
    lines: dict[int, list[tuple[str, ...]]] = {}
    for table in tables:
        on_page = lines.setdefault(table.page, [])
        on_page.append(tuple(column.text for column in table.columns))
        for index, row in enumerate(table.rows):
            on_page.append((row.text, *(c.text for c in table.cells if c.row == index)))
    return lines


def _is_of_table(line: str, rows: Sequence[tuple[str, ...]]) -> bool:
    """Whether the line is made of a table row's texts, two or more, and little else."""
    size = len("".join(line.split()))
    for row in rows:
        held = [text for text in row if text and text in line]
        if len(held) >= 2 and sum(len("".join(text.split())) for text in held) >= 0.6 * size:
            return True
    return False


def read_sentences(document: ParsedDocument, tables: Sequence[Table] = ()) -> list[Sentence]:
    """
    Return the document's sentences in reading order, up to its list of references.

    Headings are numbered lines ("2.4.1 Softmax regression"), or the usual words alone on a line;
    text after a numbered heading on its line belongs to what follows. A sentence never spans pages.
    Lines of the given tables are left out: rows of numbers are no prose.
    """
    of_tables = _table_lines(tables)
    sentences: list[Sentence] = []
    heading = ""
    for page in document.pages:
        block: list[str] = []
        for line in page.text.splitlines():
            if _is_of_table(line, of_tables.get(page.number, ())):
                continue
            numbered, plain = _HEADING.match(line), _PLAIN_HEADING.match(line.strip())
            starts = numbered or plain or _CAPTION.match(line) or _REFERENCES.match(line)
            if not starts:
                block.append(line)
                continue
            sentences += _sentences(" ".join(block), page.number, heading)
            if _REFERENCES.match(line):
                return sentences
            block = []
            if numbered:
                heading = numbered[2].strip()
                block = [line[numbered.end() :]]
            elif plain:
                heading = line.strip()
            else:
                block = [line]
        sentences += _sentences(" ".join(block), page.number, heading)
    return sentences


def _sentences(text: str, page: int, heading: str) -> list[Sentence]:
    return [
        Sentence(
            text=piece,
            page=page,
            heading=heading,
            is_of_others=bool(_OTHERS.search(piece)),
            is_wish=bool(_WISH.search(piece)),
        )
        for piece in _pieces(" ".join(text.split()))
        if len(piece) > 3
    ]


def own_statements(sentences: Iterable[Sentence]) -> list[Sentence]:
    """Leave out what is said of others' work and what is only wished for."""
    return [s for s in sentences if not s.is_of_others and not s.is_wish]


def mentions_family(text: str, family: str) -> bool:
    """Return whether a text names a method of the family, as whole words, and no longer name."""
    padded = f" {' '.join(method_words(text))} "
    longer = _LONGER.get(family, ())
    for name in longer:
        padded = padded.replace(f" {name} ", " _ ")
    return any(f" {alias} " in padded for alias in family_aliases(family))


# Names that hold another family's name as their last words.
_LONGER: Mapping[str, tuple[str, ...]] = {
    "svm": family_aliases("gru_svm"),
    "logistic": family_aliases("softmax"),
    "perceptron": family_aliases("mlp"),
}


def heading_family(sentence: Sentence) -> str | None:
    """Return the family of methods that the sentence's section is about, or None."""
    return find_family(sentence.heading) if sentence.heading else None


_GOES_ON = re.compile(r"^(?:It|They|This (?:model|network|classifier)|The (?:model|network))\b")


def about_family(sentences: Sequence[Sentence], family: str) -> list[Sentence]:
    """
    Return the sentences that are about a family of methods, in order.

    Those that name it, those of a section about it, and those that go on from one of these with
    "It" or "The network" and name no other family.
    """
    about: list[Sentence] = []
    before: Sentence | None = None
    for sentence in sentences:
        is_named = heading_family(sentence) == family or mentions_family(sentence.text, family)
        goes_on = (
            bool(about)
            and about[-1] is before
            and _GOES_ON.match(sentence.text) is not None
            and find_family(sentence.text) is None
        )
        if is_named or goes_on:
            about.append(sentence)
        before = sentence
    return about


def read_abbreviations(document: ParsedDocument) -> dict[str, str]:
    """
    Return the abbreviations that the paper defines: "Nearest Neighbor (NN)" gives {"NN": ...}.

    An abbreviation counts if its letters begin the words before it, in order; the first definition
    of each holds.
    """
    found: dict[str, str] = {}
    for page in document.pages:
        text = " ".join(page.text.split())
        for match in re.finditer(r"((?:[A-Za-z][\w-]*\s+){1,6})\(([A-Z][A-Za-z-]{1,7})\)", text):
            letters = [letter.lower() for letter in match[2] if letter.isalpha()]
            words = re.split(r"[\s-]+", match[1].strip())[-len(letters) :]
            if [word[:1].lower() for word in words] == letters:
                found.setdefault(match[2], " ".join(words))
    return found
