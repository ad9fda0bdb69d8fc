"""Which data sets part their rows in their own way, whatever the paper says of the others.

A set that comes with a test part is tested on it; one that comes with folds is tested by them; and
what a method says of all rows needs no parting at all.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from evigate.papers.datasets import DataKind, DatasetEntry, Task
from evigate.papers.plan.methods import SettledMethod
from evigate.papers.plan.models import Assumption, Protocol, ProtocolKind
from evigate.papers.plan.protocol_reading import ReadProtocol

_PARTING = frozenset(
    {"protocol", "protocol.kind", "protocol.test_size", "protocol.folds", "protocol.is_stratified"}
)
_ROW_NUMBERS = frozenset({DataKind.TEXT, DataKind.GRAPH, DataKind.NOTHING})


@dataclass(frozen=True, slots=True)
class OwnProtocols:
    """The protocols by the data set's name, and what is assumed by taking them."""

    protocols: dict[str, Protocol] = field(default_factory=dict)
    assumptions: list[Assumption] = field(default_factory=list)


def own_protocols(settled: Sequence[SettledMethod], stated: Protocol) -> OwnProtocols:
    """Return the protocol of each data set that does not take the stated one as it is."""
    found = OwnProtocols()
    for entry in {method.entry.name: method.entry for method in settled}.values():
        recipes = [m.recipe for m in settled if m.entry.name == entry.name and m.recipe]
        is_estimate = bool(recipes) and all(r.task is Task.ESTIMATION for r in recipes)
        protocol, reason = _own(entry, stated, is_estimate=is_estimate)
        if entry.kind in _ROW_NUMBERS and protocol.preprocessing:
            protocol = protocol.model_copy(update={"preprocessing": []})
        if protocol != stated:
            found.protocols[entry.name] = protocol
        if reason:
            found.assumptions.append(
                Assumption(field=f"protocol of {entry.name}", value=protocol.kind, reason=reason)
            )
    return found


def shared_protocol(
    read: ReadProtocol, own: OwnProtocols, names: Iterable[str]
) -> tuple[ReadProtocol, OwnProtocols]:
    """
    Make the protocol that all data sets take instead of the stated one the plan's own.

    What had to be assumed of a parting that nothing is parted by is forgotten.

    Args:
        read: the protocol that the paper states, as far as it does.
        own: those of the data sets that do not take it.
        names: the data sets of the plan.
    """
    taken = [own.protocols.get(name) for name in names]
    first = taken[0] if taken else None
    if first is None or any(other != first for other in taken):
        return read, own
    kept = [a for a in read.assumptions if a.field not in _PARTING]
    return ReadProtocol(first, read.citations, kept), OwnProtocols({}, own.assumptions)


def _own(entry: DatasetEntry, stated: Protocol, *, is_estimate: bool) -> tuple[Protocol, str]:
    if is_estimate:
        if stated.kind is ProtocolKind.RESUBSTITUTION:
            return stated, ""
        protocol = Protocol(
            kind=ProtocolKind.RESUBSTITUTION, seeds=stated.seeds, preprocessing=stated.preprocessing
        )
        return protocol, "an estimate is taken over all rows"
    if entry.fixed_folds and stated.kind is ProtocolKind.K_FOLD:
        if stated.folds != entry.fixed_folds:
            return stated, ""
        reason = f"the set comes with {entry.fixed_folds} folds of its own"
        return stated.model_copy(update={"kind": ProtocolKind.FIXED_FOLDS}), reason
    if entry.has_fixed_split and stated.kind is not ProtocolKind.RESUBSTITUTION:
        protocol = Protocol(
            kind=ProtocolKind.FIXED_SPLIT, seeds=stated.seeds, preprocessing=stated.preprocessing
        )
        return protocol, "the set comes with its own training and test part"
    return stated, ""
