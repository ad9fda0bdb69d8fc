"""The language of lexical queries, as a tree: words, phrases, fields, prefixes, near spellings.

    wing slipstream          any of the words, the more the better
    "boundary layer"         a phrase
    +wing -tail              must, must not
    wing AND (heat OR lift)  the same in words; AND and NOT bind to their neighbours
    title:wing title:"a b"   in one column
    aero*                    a prefix
    slipstraem~1             one or two letters off (`~` alone means 1)

People type anything: unless asked to be strict, text that is not of this language is read as plain
words, and a colon after what is no column, or a lone sign, is only a character.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from evigate.base.errors import EvigateError
from evigate.engine.index.errors import E_QUERY_INVALID

QUERY_CHARACTERS_MAX = 100_000
DEPTH_MAX = 20
CLAUSES_MAX = 4_000

_MARKS = re.compile(r'["*~:()]|(?:^|\s)[+-]\S|\b(?:AND|OR|NOT)\b')
_PIECE = re.compile(
    r'\s*(?:(?P<open>\()|(?P<close>\))|"(?P<phrase>[^"]*)"|(?P<quote>")|(?P<sign>[+-])(?=[^\s)])'
    r'|(?P<field>[^\s:()"*~+-][^\s:()"*~]*):(?=[^\s)])|(?P<word>[^\s()"]+))'
)
_FUZZY = re.compile(r"(.+)~([012]?)")


class Occur(StrEnum):
    """Whether a clause may, must or must not hold."""

    SHOULD = "should"
    MUST = "must"
    MUST_NOT = "must_not"


class TermKind(StrEnum):
    """How a clause's text meets the index."""

    WORDS = "words"
    PHRASE = "phrase"
    PREFIX = "prefix"
    FUZZY = "fuzzy"


@dataclass(frozen=True, slots=True)
class Term:
    """A leaf: text as typed, how it is matched, in which column (None: all of them)."""

    text: str
    kind: TermKind = TermKind.WORDS
    column: str | None = None
    distance: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """Clauses, each with its occurrence."""

    clauses: tuple[tuple[Occur, "Term | Group"], ...]


class _NotOfThisLanguage(Exception):
    """Why a text is no query; never leaves this module."""


def parse_query(text: str, columns: Collection[str], *, strict: bool = False) -> Term | Group:
    """
    Parse a query; plain text is one `Term` of words.

    Raises:
        EvigateError[E_QUERY_INVALID]: `strict`, and the text is malformed or names no known column;
            or it is longer than 100,000 characters.
    """
    if len(text) > QUERY_CHARACTERS_MAX:
        raise EvigateError(E_QUERY_INVALID, f"The query has {len(text)} characters.")
    if not _MARKS.search(text):
        return Term(text)
    try:
        return _Parser(text, columns, strict=strict).parse()
    except _NotOfThisLanguage as error:
        if strict:
            raise EvigateError(E_QUERY_INVALID, f"The query {text!r} {error}.") from error
        return Term(text)


class _Parser:
    """Recursive descent over one text."""

    def __init__(self, text: str, columns: Collection[str], *, strict: bool) -> None:
        self._pieces = [match for match in _PIECE.finditer(text) if match.lastgroup]
        if len(self._pieces) > CLAUSES_MAX:
            raise _NotOfThisLanguage(f"has more than {CLAUSES_MAX} clauses")
        self._columns = columns
        self._strict = strict
        self._at = 0

    def parse(self) -> Group:
        group = self._group(None, depth=0)
        if self._at < len(self._pieces):
            raise _NotOfThisLanguage("closes a parenthesis that it did not open")
        return group

    def _group(self, column: str | None, *, depth: int) -> Group:
        if depth > DEPTH_MAX:
            raise _NotOfThisLanguage(f"is nested deeper than {DEPTH_MAX}")
        clauses: list[tuple[Occur, Term | Group]] = []
        joins_next = False
        while (piece := self._peek()) is not None and piece.lastgroup != "close":
            operator = piece["word"] if piece["word"] in ("AND", "OR") else None
            if operator:
                if not clauses or self._is_last(after=1):
                    raise _NotOfThisLanguage(f"has nothing beside {operator}")
                joins_next = operator == "AND"
                if joins_next and clauses[-1][0] is Occur.SHOULD:
                    clauses[-1] = (Occur.MUST, clauses[-1][1])
                self._at += 1
                continue
            occur, clause = self._clause(column, depth)
            if joins_next and occur is Occur.SHOULD:
                occur = Occur.MUST
            joins_next = False
            clauses.append((occur, clause))
        return Group(tuple(clauses))

    def _clause(self, column: str | None, depth: int) -> tuple[Occur, Term | Group]:
        occur = Occur.SHOULD
        piece = self._next()
        while piece["word"] == "NOT" or piece["sign"]:
            occur = Occur.MUST if piece["sign"] == "+" else Occur.MUST_NOT
            piece = self._next()
        if piece["field"] is not None:
            if piece["field"] in self._columns:
                column = piece["field"]
            elif self._strict:
                raise _NotOfThisLanguage(f"names the column {piece['field']!r}, which is not there")
            else:
                return occur, Term(piece["field"], column=column)
            piece = self._next()
        return occur, self._atom(piece, column, depth)

    def _atom(self, piece: re.Match[str], column: str | None, depth: int) -> Term | Group:
        if piece["open"]:
            group = self._group(column, depth=depth + 1)
            if self._next()["close"] is None:
                raise _NotOfThisLanguage("leaves a parenthesis open")
            return group
        if piece["phrase"] is not None:
            return Term(piece["phrase"], TermKind.PHRASE, column)
        word = piece["word"]
        if word is None or word in ("AND", "OR"):
            raise _NotOfThisLanguage("has a quote, sign or column with nothing after it")
        if len(word) > 1 and word.endswith("*"):
            return Term(word.rstrip("*"), TermKind.PREFIX, column)
        if fuzzy := _FUZZY.fullmatch(word):
            return Term(fuzzy[1], TermKind.FUZZY, column, int(fuzzy[2] or 1))
        return Term(word, column=column)

    def _peek(self) -> re.Match[str] | None:
        return self._pieces[self._at] if self._at < len(self._pieces) else None

    def _next(self) -> re.Match[str]:
        piece = self._peek()
        if piece is None:
            raise _NotOfThisLanguage("ends too early")
        self._at += 1
        return piece

    def _is_last(self, *, after: int) -> bool:
        at = self._at + after
        return at >= len(self._pieces) or self._pieces[at].lastgroup == "close"
