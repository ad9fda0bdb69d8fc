"""Whether a table is what it says, and whether it still stands for its inputs.

Names of verdicts are those of the engine this one replaces. A verdict never guesses: an input whose
version cannot be compared makes it undecidable, and says which input.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from evigate.base.canonical import content_hash
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.catalog.models import Anchor, Table, VersionKind
from evigate.engine.tables.errors import E_TABLE_DAMAGED
from evigate.engine.tables.files import digest_of
from evigate.engine.tables.store import TableStore


class Verified(StrEnum):
    """What `verify` found."""

    MATCH = "match"
    MATCH_WITH_UNPINNED_INPUTS = "match_with_unpinned_inputs"
    MISMATCH = "mismatch"
    MISSING_MANIFEST = "missing_manifest"


class Freshness(StrEnum):
    """What `staleness` found."""

    FRESH = "fresh"
    STALE = "stale"
    UNDECIDABLE = "undecidable"
    MISSING_MANIFEST = "missing_manifest"


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """A verdict on a version's files and definition; `problems` says what differs and where."""

    table: str
    version: int
    verdict: Verified
    problems: Sequence[str] = ()
    unpinned: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class StalenessReport:
    """A verdict on a version's inputs.

    `reasons` are definition_changed, input_advanced or input_vanished, each with the input's name
    after a colon where it has one; `unpinned` are inputs that cannot be compared.
    """

    table: str
    version: int
    verdict: Freshness
    reasons: Sequence[str] = ()
    unpinned: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Edge:
    """An input of a table, one step up: `kind` is source, table or mutable."""

    table: str
    kind: str
    input: str
    version: str


@dataclass(frozen=True, slots=True)
class Lineage:
    """What a table is made from and what is made from it, one step each way."""

    table: str
    inputs: Sequence[Edge] = ()
    dependents: Sequence[Edge] = field(default_factory=tuple)


CurrentVersion = Callable[[Subject, Anchor], str | None]


class TableStates:
    """The verdicts; `current` returns an input's version as it is now, None where it is gone."""

    def __init__(self, tables: TableStore, current: CurrentVersion) -> None:
        self._tables = tables
        self._current = current

    def verify(
        self,
        subject: Subject,
        table: Table,
        *,
        version: int | None = None,
        expected: Mapping[str, Any] | None = None,
    ) -> VerifyReport:
        """Read every file of a version again and compare digests; and its definition, if given."""
        row = self._tables.version(subject, table, version)
        folder = self._tables.folder(subject, table)
        if not (folder / row.manifest_path).is_file():
            return VerifyReport(table.name, row.version, Verified.MISSING_MANIFEST)
        try:
            manifest = self._tables.manifest(subject, table, row.version)
        except EvigateError as error:
            return VerifyReport(table.name, row.version, Verified.MISMATCH, [error.message])
        problems = []
        for entry in manifest.entries:
            try:
                if digest_of(folder / entry.file.name) != entry.file.sha256:
                    problems.append(f"The file {entry.file.name!r} was changed.")
            except EvigateError as error:
                if error.code is not E_TABLE_DAMAGED:
                    raise
                problems.append(error.message)
        if content_hash(dict(manifest.definition)) != manifest.definition_hash:
            problems.append("The definition does not have the hash that the manifest names.")
        if expected is not None and content_hash(dict(expected)) != manifest.definition_hash:
            problems.append("The table is defined otherwise than expected.")
        unpinned = [a.name for a in manifest.anchors if _is_unpinned(a)]
        verdict = Verified.MATCH
        if problems:
            verdict = Verified.MISMATCH
        elif unpinned:
            verdict = Verified.MATCH_WITH_UNPINNED_INPUTS
        return VerifyReport(table.name, row.version, verdict, problems, unpinned)

    def staleness(
        self,
        subject: Subject,
        table: Table,
        *,
        definition: Mapping[str, Any] | None = None,
    ) -> StalenessReport:
        """Compare the current version's inputs with what they are now."""
        row = self._tables.version(subject, table)
        folder = self._tables.folder(subject, table)
        if not (folder / row.manifest_path).is_file():
            return StalenessReport(table.name, row.version, Freshness.MISSING_MANIFEST)
        reasons = []
        unpinned = []
        if definition is not None and content_hash(dict(definition)) != table.definition_hash:
            reasons.append("definition_changed")
        for anchor in row.anchors:
            if _is_unpinned(anchor):
                unpinned.append(anchor.name)
                continue
            now = self._current(subject, anchor)
            if now is None:
                reasons.append(f"input_vanished:{anchor.name}")
            elif now != anchor.version:
                reasons.append(f"input_advanced:{anchor.name}")
        verdict = Freshness.FRESH
        if reasons:
            verdict = Freshness.STALE
        elif unpinned:
            verdict = Freshness.UNDECIDABLE
        return StalenessReport(table.name, row.version, verdict, reasons, unpinned)

    def lineage(self, subject: Subject, table: Table) -> Lineage:
        """Return a table's inputs and what was made from it, by name."""
        catalog = self._tables.catalog(subject)
        dependents = []
        for other in catalog.tables.values():
            dependents += [edge for edge in self._edges(subject, other) if _is_of(edge, table.name)]
        return Lineage(table.name, self._edges(subject, table), dependents)

    def _edges(self, subject: Subject, table: Table) -> list[Edge]:
        row = self._tables.catalog(subject).version_of(table)
        anchors = () if row is None else row.anchors
        return [Edge(table.name, a.kind, a.name, a.version) for a in anchors]

    def downstream(self, subject: Subject, name: str) -> list[str]:
        """Return what derives from a table, nearest first, each after all that it derives from.

        Raises:
            EvigateError[E_DEPENDENCY_CYCLE]: tables derive from each other.
        """
        catalog = self._tables.catalog(subject)
        inputs = {
            other.name: {edge.input for edge in self._edges(subject, other) if edge.kind == "table"}
            for other in catalog.tables.values()
        }
        reached = {name}
        grew = True
        while grew:
            more = {each for each, names in inputs.items() if names & reached} - reached
            reached |= more
            grew = bool(more)
        return _in_order({each: inputs.get(each, set()) & reached for each in reached}, name)


def _in_order(inputs: dict[str, set[str]], first: str) -> list[str]:
    from evigate.engine.tables.errors import E_DEPENDENCY_CYCLE

    done: list[str] = []
    waiting = dict(inputs)
    # What the first derives from lies outside the sweep; a cycle through it shows in the others.
    waiting[first] = {each for each in waiting[first] if each in waiting}
    while waiting:
        ready = sorted(each for each, names in waiting.items() if names <= set(done))
        if not ready:
            message = "Tables derive from each other: " + ", ".join(sorted(waiting)) + "."
            raise EvigateError(E_DEPENDENCY_CYCLE, message)
        done += ready
        for each in ready:
            del waiting[each]
    return [each for each in done if each != first]


def _is_unpinned(anchor: Anchor) -> bool:
    return anchor.version_kind == VersionKind.INSTANT.value


def _is_of(edge: Edge, name: str) -> bool:
    return edge.kind == "table" and edge.input == name
