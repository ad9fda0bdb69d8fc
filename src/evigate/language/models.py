"""The values that the parser returns: tokens, spans and sentences with offsets into the text.

They are plain frozen values, so nothing outside `parser.py` knows which library made them. Every
offset counts characters of the text that was given, also when it was parsed in pieces.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Token:
    """A word or mark.

    `head` is the index, within the same sentence's `tokens`, of the token it hangs on; the root
    names itself. `pos` is the universal tag (NOUN), `tag` the fine one (NNS), `dep` the relation
    (nsubj). `entity` is the entity label it belongs to, or empty.
    """

    text: str
    start: int
    end: int
    lemma: str
    pos: str
    tag: str
    dep: str
    head: int
    entity: str


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text; `first` and `last` are the sentence's token indices, `last` excluded."""

    text: str
    start: int
    end: int
    label: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence; `chunks` are its base noun phrases, `entities` its named things, in order."""

    text: str
    start: int
    end: int
    tokens: tuple[Token, ...]
    chunks: tuple[Span, ...]
    entities: tuple[Span, ...]

    @property
    def root(self) -> Token:
        """Return the token that hangs on itself; every sentence has one."""
        return next(token for index, token in enumerate(self.tokens) if token.head == index)


@dataclass(frozen=True, slots=True)
class Parsed:
    """A text and its sentences in order; a text of blanks has none."""

    text: str
    sentences: tuple[Sentence, ...]
