"""Link every claim of a paper to what could measure it, and tell what stands in the way."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from evigate.evidence import ParsedDocument
from evigate.papers.datasets import DataKind, DatasetEntry, Task
from evigate.papers.models import ClaimDraft
from evigate.papers.plan.linking import (
    LinkedClaim,
    link_claim,
    link_restatements,
    only_known_dataset,
)
from evigate.papers.plan.text import read_abbreviations
from evigate.papers.recipes import Recipe

_WRITTEN = frozenset({DataKind.TABLE, DataKind.SERIES})


def link_all(
    document: ParsedDocument,
    claims: Sequence[tuple[str, ClaimDraft]],
    written: Mapping[str, Recipe] | None,
    *,
    own_only: bool = True,
) -> list[LinkedClaim]:
    """Link each claim, in order; those of compared methods where none of its own will do."""
    text = "\n".join(page.text for page in document.pages)
    expansions = read_abbreviations(document)
    only = only_known_dataset(text, [draft for _, draft in claims])

    def link(*, own_only: bool) -> list[LinkedClaim]:
        linked = [
            link_claim(
                key,
                draft,
                only=only,
                expansions=expansions,
                own_only=own_only,
                written=written,
            )
            for key, draft in claims
        ]
        return link_restatements(linked)

    own = link(own_only=True)
    if own_only and any(claim.reason is None for claim in own):
        return own
    # A paper whose own method we cannot run still ran the methods it compares itself with.
    compared = link(own_only=False)
    return compared if any(claim.reason is None for claim in compared) else own


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A method of the paper's own that none of our recipes fits, and the data that it is run on."""

    method: str
    entry: DatasetEntry


def find_unmatched(
    document: ParsedDocument, claims: Sequence[tuple[str, ClaimDraft]]
) -> list[Unmatched]:
    """Return the own methods without a recipe whose claims lack nothing else, each once."""
    found: dict[str, Unmatched] = {}
    for claim in link_all(document, claims, None):
        lacks_recipe = claim.match is not None and claim.match.recipe is None
        if not lacks_recipe or claim.entry is None or not claim.method:
            continue
        is_ours = claim.draft.is_own_method and claim.metric is not None
        if is_ours and claim.entry.task is Task.CLASSIFICATION and claim.entry.kind in _WRITTEN:
            found.setdefault(claim.method, Unmatched(claim.method, claim.entry))
    return list(found.values())


def find_obstacles(
    document: ParsedDocument, claims: Sequence[tuple[str, ClaimDraft]]
) -> dict[str, str]:
    """Return by claim what stands in the way of measuring it; a claim without has no entry."""
    linked = link_all(document, claims, None)
    return {claim.claim_id: claim.reason for claim in linked if claim.reason is not None}
