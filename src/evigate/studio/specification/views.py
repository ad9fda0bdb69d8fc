"""A specification as the API, `--json` and the pages show it: one shape for all."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from evigate.base.errors import EvigateError
from evigate.gate.reviews import Comment
from evigate.studio.specification.diffing import Difference
from evigate.studio.specification.errors import E_SPECIFICATION_NOT_FOUND
from evigate.studio.specification.service import Specification
from evigate.studio.specification.store import KeptStatement, Version


@dataclass(frozen=True, slots=True)
class FindingView:
    """What stands against a specification; an error blocks."""

    rule: str
    severity: str
    element: str
    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class VersionView:
    """A version in a list."""

    id: UUID
    version: str
    status: str
    blockers: int
    is_current: bool
    style: str
    source_hash: str
    content_hash: str
    pinned_hash: str | None
    decision_reason: str | None
    compiled_by: str
    compiled_at: datetime


@dataclass(frozen=True, slots=True)
class SpecificationView:
    """A version with its document and what stands against it."""

    project_id: UUID
    name: str
    head: VersionView
    specification: dict[str, Any]
    findings: list[FindingView]


@dataclass(frozen=True, slots=True)
class PieceView:
    """A run of words: kept, gone or new."""

    text: str
    how: str


@dataclass(frozen=True, slots=True)
class ChangedView:
    """A requirement in both, with what differs."""

    id: str
    title: str
    fields: list[str]
    pieces: list[PieceView]


@dataclass(frozen=True, slots=True)
class RequirementLine:
    """A requirement in a list of differences."""

    id: str
    title: str
    text: str
    tests: list[str]


@dataclass(frozen=True, slots=True)
class QuotedRequirement:
    """A requirement in a list, with the words that ask for it."""

    id: str
    kind: str
    priority: str
    text: str
    quotes: list[str]
    features: list[str]


@dataclass(frozen=True, slots=True)
class RequirementView:
    """A requirement with its tests in full, and its calls with who may make them."""

    requirement: dict[str, Any]
    tests: list[dict[str, Any]]
    endpoints: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class DifferenceView:
    """Two specifications by requirement; `before` is null where there was none."""

    before: str | None
    after: str
    part: str
    added: list[RequirementLine]
    removed: list[RequirementLine]
    changed: list[ChangedView]
    endpoints_added: list[str]
    endpoints_removed: list[str]
    entities_added: list[str]
    entities_removed: list[str]
    sections: list[str]


@dataclass(frozen=True, slots=True)
class CommentView:
    """Something that a person said; `about` is a requirement's id, empty for the whole."""

    id: UUID
    author: str
    about: str
    body: str
    created_at: datetime
    author_name: str


@dataclass(frozen=True, slots=True)
class StatementView:
    """A statement from elsewhere, quoted from its file."""

    id: UUID
    layout: str
    path: str
    title: str
    quote: str
    quote_start: int
    quote_end: int
    status: str


def version_view(found: Version) -> VersionView:
    """Return a version as it is listed."""
    values = asdict(found)
    del values["number"]
    return VersionView(**values)


def specification_view(project_id: UUID, found: Specification) -> SpecificationView:
    """Return a specification as it is shown."""
    return SpecificationView(
        project_id=project_id,
        name=found.name,
        head=version_view(found.head),
        specification=found.payload,
        findings=[FindingView(**asdict(each)) for each in found.findings],
    )


def requirement_lines(found: Specification, feature: str | None) -> list[QuotedRequirement]:
    """Return a version's requirements in its order, of one feature where that is named."""
    return [
        QuotedRequirement(
            each["id"],
            each["kind"],
            each["priority"],
            each["text"],
            list(dict.fromkeys(source["quote"] for source in each["sources"])),
            list(each["traces"]["features"]),
        )
        for each in found.payload["requirements"]
        if feature is None or feature in each["traces"]["features"]
    ]


def requirement_view(found: Specification, requirement_id: str) -> RequirementView:
    """
    Return a requirement with its tests and calls.

    Raises:
        EvigateError[E_SPECIFICATION_NOT_FOUND]: the version has none such.
    """
    payload = found.payload
    one = next((r for r in payload["requirements"] if r["id"] == requirement_id), None)
    if one is None:
        message = f"Version {found.head.version} has no requirement {requirement_id!r}."
        raise EvigateError(E_SPECIFICATION_NOT_FOUND, message)
    traces = one["traces"]
    return RequirementView(
        one,
        [each for each in payload["tests"] if each["id"] in traces["tests"]],
        [each for each in payload["endpoints"] if each["id"] in traces["endpoints"]],
    )


def difference_view(before: str | None, after: str, found: Difference) -> DifferenceView:
    """Return a difference as it is shown."""
    return DifferenceView(
        before=before,
        after=after,
        part=found.part,
        added=[_line(each) for each in found.added],
        removed=[_line(each) for each in found.removed],
        changed=[
            ChangedView(
                each.id,
                each.title,
                list(each.fields),
                [PieceView(piece.text, piece.how) for piece in each.pieces],
            )
            for each in found.changed
        ],
        endpoints_added=list(found.endpoints_added),
        endpoints_removed=list(found.endpoints_removed),
        entities_added=list(found.entities_added),
        entities_removed=list(found.entities_removed),
        sections=list(found.sections),
    )


def comment_view(found: Comment, ids: set[str]) -> CommentView:
    """Return a comment; one that begins with a requirement's id is about that."""
    about, _, body = found.body.partition(": ")
    is_about = about in ids
    return CommentView(
        found.id,
        found.author,
        about if is_about else "",
        body if is_about else found.body,
        found.created_at,
        found.author_name,
    )


def statement_view(found: KeptStatement) -> StatementView:
    """Return a statement as it is listed."""
    return StatementView(**asdict(found))


def _line(requirement: Mapping[str, Any]) -> RequirementLine:
    tests = list(requirement["traces"]["tests"])
    return RequirementLine(requirement["id"], requirement["title"], requirement["text"], tests)
