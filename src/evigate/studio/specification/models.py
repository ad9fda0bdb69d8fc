"""What a specification is compiled from, frozen, and the parts that the compiler passes around."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from evigate.base.canonical import content_hash

Style = Literal["ears", "gherkin"]
Kind = Literal["functional", "rule", "access", "data", "quality", "integration", "decision"]
SourceKind = Literal["claim", "message", "answer", "board"]
Basis = Literal["said", "library"]
SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Said:
    """An accepted claim of the discovery; `root` is the first of the claims that it replaced."""

    id: str
    root: str
    field: str
    value: Any
    shown: str
    message: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Source:
    """Words that somebody wrote: `quote` is `evidence[text][start:end]`; `via` names a go-between.

    `id` is the claim's, the message's, the question's or the feature's, as `kind` says.
    """

    kind: SourceKind
    id: str
    text: str
    quote: str
    start: int
    end: int
    via: str = ""


@dataclass(frozen=True, slots=True)
class ChosenFeature:
    """A feature of the board with the words that it was chosen for; none where nobody said any.

    `laws` are of the criteria with the same place in `accept`; empty where no law shows one.
    """

    key: str
    title: str
    summary: str
    importance: str
    effort: int
    origin: str
    notes: str
    depends: tuple[str, ...]
    needed_by: tuple[str, ...]
    accept: tuple[str, ...]
    seed_keys: tuple[str, ...]
    sources: tuple[Source, ...]
    laws: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Decided:
    """A question of the plan as it stands; `by` is user, prefill_accepted, agent or pattern."""

    key: str
    ask: str
    kind: str
    value: Any
    shown: str
    version: int
    by: str
    features: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Assumed:
    """Something that is taken to be so although nobody said it, and why."""

    key: str
    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a thing's life: from one state to another, set off by what, done by whom."""

    start: str
    end: str
    trigger: str
    actor: str


@dataclass(frozen=True, slots=True)
class Field:
    """An attribute of a thing; `of` holds an enum's values, or what is referred to or listed."""

    name: str
    type: str
    of: tuple[str, ...]
    is_required: bool


@dataclass(frozen=True, slots=True)
class ThingRule:
    """A rule of a thing: in words, over its attributes, and what keeps two records apart in time.

    `apart` is empty, or names whose, from when and until when; `must` is None where no condition
    says the same as the words.
    """

    text: str
    must: Mapping[str, Any] | None = None
    apart: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Thing:
    """An entity: what is kept of it and how it goes through its life; no states for a plain list.

    `named` are the words that it is known by; `basis` says whether the library describes it;
    `added` are fields that a limit of access calls for.
    """

    key: str
    title: str
    summary: str
    basis: Basis
    domain: str
    named: tuple[str, ...]
    fields: tuple[Field, ...]
    sensitive: tuple[str, ...]
    states: tuple[str, ...]
    initial: str
    ends: tuple[str, ...]
    steps: tuple[Step, ...]
    rules: tuple[ThingRule, ...]
    sources: tuple[Source, ...]
    came_with: str = ""
    added: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class System:
    """A system of others that is connected, as the library knows it."""

    key: str
    title: str
    summary: str
    auth: str
    secrets: tuple[str, ...]
    operations: tuple[tuple[str, str, str], ...]
    webhooks: tuple[str, ...]
    setup: tuple[str, ...]
    limits: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Practice:
    """A known way to build something that a person applied on the plan."""

    key: str
    title: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Open:
    """What still waits for somebody: a question, two values, a task; blocking or not."""

    key: str
    text: str
    is_blocking: bool


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that a specification is compiled from; the same snapshot compiles to the same bytes.

    `evidence` are texts by their ids; `seeds` the claim that each seed was drawn from; `asks` the
    question behind each field of details; `roles` the library's roles of the trades, by key;
    `known` what the version before has to be known again by.
    """

    name: str
    style: Style
    domains: tuple[str, ...]
    evidence: Mapping[str, str]
    claims: tuple[Said, ...]
    features: tuple[ChosenFeature, ...]
    seeds: Mapping[str, str]
    asks: Mapping[str, str]
    decisions: tuple[Decided, ...]
    assumed: tuple[Assumed, ...]
    open: tuple[Open, ...]
    things: tuple[Thing, ...]
    roles: Mapping[str, str]
    systems: tuple[System, ...]
    practices: tuple[Practice, ...]
    looks: Mapping[str, Any] | None
    library_version: str
    known: tuple["Known", ...] = ()

    def plain(self) -> dict[str, Any]:
        """Return the snapshot as JSON values."""
        return _plain(asdict(self))  # type: ignore[no-any-return]

    @property
    def source_hash(self) -> str:
        """Return the hash of everything that is compiled, whatever was compiled before."""
        return content_hash({k: v for k, v in self.plain().items() if k != "known"})

    def claims_of(self, *paths: str) -> list[Said]:
        """Return the claims of fields, field by field, in the order they were said."""
        return [each for path in paths for each in self.claims if each.field == path]


@dataclass(frozen=True, slots=True)
class Known:
    """A requirement of the version before: what it goes by, and what it is known by again."""

    key: str
    id: str
    family: str
    text: str
    roots: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Criterion:
    """How one sees that a requirement is met."""

    given: str
    when: str
    then: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that the system shall do or be, with the words that ask for it.

    `key` follows from what it is about; `family` is what it may be known by again in when its words
    change; `id` is given by `register.py`.
    """

    key: str
    family: str
    prefix: str
    kind: Kind
    title: str
    text: str
    criteria: tuple[Criterion, ...]
    priority: str
    basis: Basis
    sources: tuple[Source, ...]
    features: tuple[str, ...] = ()
    entities: tuple[str, ...] = ()
    metric: str | None = None
    id: str = ""
    roots: tuple[str, ...] = ()
    law: str = ""


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value
