"""What the families of requirements share: which claims state something, and what rests on them.

Pure questions over a snapshot, and the one way in which a claim becomes a requirement.
"""

import re
from collections.abc import Iterator, Sequence

from evigate.studio.specification.models import (
    ChosenFeature,
    Criterion,
    Kind,
    Requirement,
    Said,
    Snapshot,
    Source,
)
from evigate.studio.specification.things import NUMBERS, mentions, overlaps, source_of
from evigate.studio.specification.wording import sentence, slug, stemmed

NOTHING = frozenset(
    {"none", "nothing", "nothing comes to mind", "none of these", "no", "no deadline", "n/a"}
)
# What is asked for without a rank of its own is wanted, not vital.
USUAL = "should"


def is_said(claim: Said) -> bool:
    """Say whether a claim states something, rather than that there is nothing to state."""
    return claim.shown.strip(" .").casefold() not in NOTHING


def has_number(text: str) -> bool:
    """Say whether a text names a number, in digits or in words."""
    words = re.findall(r"[a-z]+", text.lower())
    return any(mark.isdigit() for mark in text) or bool(NUMBERS & set(words))


def distinct(snapshot: Snapshot, *paths: str) -> Iterator[Said]:
    """Yield the claims of fields that state something, the same words once."""
    seen = set()
    for claim in snapshot.claims_of(*paths):
        said = claim.shown.strip(" .").casefold()
        if is_said(claim) and said not in seen:
            seen.add(said)
            yield claim


def covering(snapshot: Snapshot, claim: Said) -> list[ChosenFeature]:
    """Return the chosen features that rest on a claim, by its seed or by its words."""
    seeds = {key for key, claim_id in snapshot.seeds.items() if claim_id == claim.id}
    return [
        each
        for each in snapshot.features
        if seeds & set(each.seed_keys) or any(_shares(source, claim) for source in each.sources)
    ]


def is_offered(snapshot: Snapshot, claim: Said) -> bool:
    """Say whether a chosen feature has all the words of a claim in its title and summary."""
    wanted = set(stemmed(claim.shown))
    return any(wanted <= set(stemmed(f"{f.title} {f.summary}")) for f in snapshot.features)


def is_elsewhere(snapshot: Snapshot, claim: Said, *paths: str) -> bool:
    """Say whether a claim of other fields has the same words."""
    return any(overlaps(each, claim) for each in snapshot.claims_of(*paths))


def is_connected(snapshot: Snapshot, claim: Said) -> bool:
    """Say whether a system is connected that the claim's words name."""
    return any(_shares(source, claim) for each in snapshot.systems for source in each.sources)


def mentioned(snapshot: Snapshot, text: str) -> tuple[str, ...]:
    """Return the keys of the things that a text names."""
    return tuple(each.key for each in snapshot.things if mentions(text, each))


def of_claim(
    snapshot: Snapshot,
    claim: Said,
    prefix: str,
    kind: Kind,
    family: str,
    text: str,
    criteria: Sequence[Criterion],
    priority: str,
    *,
    metric: str | None = None,
) -> Requirement:
    """Return the requirement that a claim states, resting on its words alone."""
    return Requirement(
        key=f"{family}/{slug(claim.shown)}",
        family=family,
        prefix=prefix,
        kind=kind,
        title=sentence(claim.shown).rstrip("."),
        text=sentence(text),
        criteria=tuple(criteria),
        priority=priority,
        basis="said",
        sources=(source_of(claim),),
        features=tuple(each.key for each in covering(snapshot, claim)),
        entities=mentioned(snapshot, f"{claim.shown} {claim.quote}"),
        metric=metric,
        roots=(claim.root,),
    )


def _shares(source: Source, claim: Said) -> bool:
    if source.via or source.kind not in ("claim", "message"):
        return False
    return source.text == claim.message and source.start < claim.end and claim.start < source.end
