"""The kinds of library entries, strict: an unknown key or a wrong type is refused.

An entry is written briefly (`starts_at: datetime!`, `requested -> confirmed | deposit paid |
customer`) and read into named parts here. What an entry says of others, that they exist, that
nothing turns in a circle, is `checks.py`'s matter, since one entry alone cannot know.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from evigate.kernel.conditions import Condition, parse_condition

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=60)]
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=60)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=400)]
Phrase = Annotated[str, StringConstraints(min_length=2, max_length=80)]
Code = Annotated[str, StringConstraints(pattern=r"^[1-9][0-9]{1,5}$")]
Relevance = Annotated[float, Field(gt=0, le=1)]
Template = Literal[
    "e-commerce", "saas", "marketplace", "service-booking", "internal-tools", "website", "general"
]
Widget = Literal[
    "text", "longtext", "boolean", "choice", "multi", "number", "money", "duration", "date",
    "list", "table", "file",
]  # fmt: skip
Cloud = Literal["agnostic", "aws", "gcp", "azure"]
# What shows that a criterion is met; `specification/laws.py` says of each what it asks for.
LawKind = Literal["account", "apart", "chain", "free", "last", "own"]
Answer = bool | int | float | str | list[str]

_TYPE = re.compile(r"(?P<type>[a-z]+)(?:\((?P<of>[a-z0-9 _|-]+)\))?(?P<required>!?)")
PLAIN_TYPES = frozenset(
    (
        *("text", "longtext", "integer", "decimal", "money", "percent", "boolean", "date", "time"),
        *("datetime", "duration", "email", "phone", "url", "address", "place", "colour", "file"),
        "image",
    )
)
_STEP = re.compile(r"([a-z_]+) -> ([a-z_]+) \| ([^|]+) \| ([^|]+)")


class Entry(BaseModel):
    """What every part of the library shares: closed, frozen, never coerced."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute: `of` holds an enum's values, a reference's entity or a list's element type."""

    name: str
    type: str
    of: tuple[str, ...]
    is_required: bool


@dataclass(frozen=True, slots=True)
class Transition:
    """A step between two states: what sets it off, and who or what does it."""

    start: str
    end: str
    trigger: str
    actor: str


class Rule(Entry):
    """
    A rule of the trade; `must`, when given, is the same rule over the entity's attributes.

    `apart` names three attributes: of one such person or place, no two records overlap from the
    second to the third.
    """

    text: Line
    must: dict[str, Any] | None = None
    apart: list[Name] = Field(default=[], max_length=3)

    @field_validator("apart")
    @classmethod
    def _names_three(cls, raw: list[str]) -> list[str]:
        if len(raw) not in (0, 3):
            raise ValueError("apart names whose, from when and until when")
        return raw

    @field_validator("must")
    @classmethod
    def _parses(cls, raw: dict[str, Any] | None) -> dict[str, Any] | None:
        parse_condition(raw)
        return raw


class Entity(Entry):
    """A thing the trade keeps records of, with its life."""

    key: Key
    title: Line
    summary: Line
    synonyms: list[Phrase] = []
    written: dict[Name, Line] = Field(alias="attributes", min_length=2)
    sensitive: list[Name] = []
    states: list[Name] = Field(min_length=2)
    initial: Name
    ends: list[Name] = Field(min_length=1)
    steps: list[Line] = Field(alias="transitions", min_length=1)
    rules: list[Rule] = Field(min_length=1)
    related: list[Key] = []

    @field_validator("rules", mode="before")
    @classmethod
    def _plain_rules(cls, raw: Any) -> Any:
        if not isinstance(raw, list):
            return raw
        return [{"text": each} if isinstance(each, str) else each for each in raw]

    @field_validator("written")
    @classmethod
    def _read_types(cls, raw: dict[str, str]) -> dict[str, str]:
        for name, text in raw.items():
            _attribute(name, text)
        return raw

    @field_validator("steps")
    @classmethod
    def _read_steps(cls, raw: list[str]) -> list[str]:
        for text in raw:
            _transition(text)
        return raw

    @cached_property
    def attributes(self) -> tuple[Attribute, ...]:
        """Return the attributes in the order they were written."""
        return tuple(_attribute(name, text) for name, text in self.written.items())

    @cached_property
    def transitions(self) -> tuple[Transition, ...]:
        """Return the transitions in the order they were written."""
        return tuple(_transition(text) for text in self.steps)


class Question(Entry):
    """Something worth asking; `ask` is for anyone, `expert` for who knows the trade's words."""

    key: Key
    entity: Key | None = None
    ask: Line
    expert: Line | None = None
    kind: Widget
    options: list[Line] = []
    why: Line
    when: dict[str, Any] | None = None
    after: list[Key] = []
    fills: str | None = None
    weight: int = Field(default=5, ge=1, le=10)
    is_required: bool = Field(default=False, alias="required")

    @field_validator("when")
    @classmethod
    def _parses(cls, raw: dict[str, Any] | None) -> dict[str, Any] | None:
        parse_condition(raw)
        return raw

    @field_validator("options")
    @classmethod
    def _differ(cls, raw: list[str]) -> list[str]:
        if len(set(raw)) != len(raw):
            raise ValueError("two options are the same")
        return raw

    def model_post_init(self, context: Any) -> None:
        """Refuse a choice without options, and options where nothing is chosen."""
        if (self.kind in ("choice", "multi")) != (len(self.options) >= 2):
            raise ValueError(f"{self.key}: options are for choice and multi, two or more")

    @cached_property
    def condition(self) -> Condition:
        """Return the activation rule, read."""
        return parse_condition(self.when)


class Pool(Entry):
    """Questions that share a subject and a rule; a domain's own questions are its pool."""

    key: Key
    title: Line
    when: dict[str, Any] | None = None
    questions: list[Question] = Field(min_length=1)

    @field_validator("when")
    @classmethod
    def _parses(cls, raw: dict[str, Any] | None) -> dict[str, Any] | None:
        parse_condition(raw)
        return raw

    @cached_property
    def condition(self) -> Condition:
        """Return the rule that all questions of the pool share, read."""
        return parse_condition(self.when)


class Domain(Entry):
    """A trade: the words it is known by, its industries, its entities and its questions."""

    key: Key
    title: Line
    summary: Line
    template: Template
    strong: list[Phrase] = Field(min_length=3)
    weak: list[Phrase] = Field(min_length=3)
    naics: dict[Code, Relevance]
    roles: dict[Key, Line]
    entities: list[Entity] = Field(min_length=1)
    questions: list[Question] = Field(min_length=1)

    @cached_property
    def pool(self) -> Pool:
        """Return the domain's questions as a pool that is asked when the domain is likely."""
        return Pool(
            key=self.key,
            title=self.title,
            when={"domain": self.key},
            questions=self.questions,
        )


class Feature(Entry):
    """Something the software can do, with how it would be accepted.

    `laws` say of each criterion, in their order, which law shows it; null where none does.
    """

    key: Key
    title: Line
    summary: Line
    group: Key
    effort: Literal[1, 2, 3, 5, 8, 13]
    signals: list[Phrase] = Field(min_length=1)
    domains: list[Key] = []
    depends: list[Key] = []
    excludes: list[Key] = []
    entities: list[Key] = []
    accept: list[Line] = Field(min_length=1)
    laws: list[LawKind | None] = []

    def model_post_init(self, context: Any) -> None:
        """Refuse a law that is of no criterion."""
        if len(self.laws) > len(self.accept):
            raise ValueError(f"{self.key}: there are more laws than criteria")


class Pattern(Entry):
    """A known way to build something, with what it costs and the questions that it settles."""

    key: Key
    title: Line
    summary: Line
    category: Key
    cloud: Cloud = "agnostic"
    effort: Literal[1, 2, 3, 5, 8, 13]
    signals: list[Phrase] = Field(min_length=1)
    features: dict[Key, Relevance] = {}
    domains: list[Key] = []
    steps: list[Line] = Field(min_length=2)
    considerations: list[Line] = Field(min_length=1)
    settles: dict[Key, Answer] = {}
    source: str | None = None


class Operation(Entry):
    """One call of a provider's interface: a verb and a path, or a method's name, and its use."""

    name: Name
    call: Line
    use: Line


class Integration(Entry):
    """A system of others: by which names it goes, how one signs in, what it can be asked."""

    key: Key
    title: Line
    provider: Line
    capability: Key
    summary: Line
    names: list[Phrase] = Field(min_length=1)
    signals: list[Phrase] = []
    features: list[Key] = []
    auth: Line
    secrets: list[Name]
    operations: list[Operation] = Field(min_length=2)
    webhooks: list[Line] = []
    setup: list[Line] = Field(min_length=2)
    limits: Line
    source: Annotated[str, StringConstraints(pattern=r"^https://\S+$")]


class Library(Entry):
    """All entries, in the order of their files; keys are unique within each kind."""

    version: str
    known_stems: dict[str, str] = Field(default={}, repr=False)
    domains: list[Domain] = []
    features: list[Feature] = []
    patterns: list[Pattern] = []
    integrations: list[Integration] = []
    pools: list[Pool] = []

    @cached_property
    def all_pools(self) -> tuple[Pool, ...]:
        """Return the pools: those of the domains first, then the shared ones."""
        return (*(domain.pool for domain in self.domains), *self.pools)

    @cached_property
    def questions(self) -> Mapping[str, Question]:
        """Return every question by its key."""
        return {each.key: each for pool in self.all_pools for each in pool.questions}

    @cached_property
    def looks_at_ideas(self) -> bool:
        """Say whether any rule looks at what is known of the idea, rather than at its words."""
        rules = [p.when for p in self.all_pools] + [q.when for q in self.questions.values()]
        return any("'idea." in repr(rule) for rule in rules)

    def domain(self, key: str) -> Domain | None:
        """Return a domain by its key; None when there is none."""
        return next((each for each in self.domains if each.key == key), None)


def _attribute(name: str, text: str) -> Attribute:
    match = _TYPE.fullmatch(text)
    kind, of = (match["type"], match["of"]) if match else ("", None)
    if kind in PLAIN_TYPES and of is None and match:
        return Attribute(name, kind, (), bool(match["required"]))
    if kind in ("enum", "ref", "list") and of is not None and match:
        return Attribute(name, kind, tuple(of.split("|")), bool(match["required"]))
    raise ValueError(f"attribute {name}: {text!r} is no type; such as datetime!, enum(a|b), ref(x)")


def _transition(text: str) -> Transition:
    match = _STEP.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no transition; write: from -> to | what happens | who")
    return Transition(*match.groups())
