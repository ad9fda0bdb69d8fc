"""What extraction returns: values that were read, each with the words that say it."""

from dataclasses import dataclass
from typing import Any, Literal

from evigate.studio.extraction.phrases import NounPhrase

Kind = Literal["fact", "decision", "inference"]


@dataclass(frozen=True, slots=True)
class Found:
    """
    A value that was read from a text.

    `quote` is `text[start:end]`, letter by letter. `kind` is "fact" for what is stated and
    "inference" for what is read off it. `rule` names the rule that found it.
    """

    field_path: str
    value: Any
    kind: Kind
    confidence: float
    quote: str
    start: int
    end: int
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that a text says: its domain ("general" where none fits) and the claims by place."""

    domain: str
    domain_confidence: float
    claims: tuple[Found, ...]


@dataclass(frozen=True, slots=True)
class Job:
    """A piece of work: the verb's base form, its objects' heads, and its place."""

    verb: str
    objects: tuple[NounPhrase, ...]
    heads: tuple[str, ...]
    value: str
    start: int
    end: int
    confidence: float
