"""Asking the model page by page, and keeping what the pages bear out.

Pages where no model could be used have the offline extractor's claims. A claim that both found is
as sure as the offline one; one that only the model found is as likely wrong as right until someone
measures that model.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from evigate.agents import AgentService, Implementation, Passage, PromptText
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.evidence import ParsedDocument
from evigate.gate.prompts import Prompt
from evigate.papers.by_model.reader import NAME, ReadClaim, ReaderInput
from evigate.papers.editing import NewClaim, place_claim
from evigate.papers.models import ClaimDraft

PAGES_A_CALL = 3
PAGES_MAX = 60
UNMEASURED = 0.5


@dataclass(frozen=True, slots=True)
class ModelClaims:
    """What was kept; `notes` say what was dropped and where no model was used, a sentence each."""

    claims: tuple[ClaimDraft, ...]
    notes: tuple[str, ...]


async def is_model_chosen(agents: AgentService, subject: Subject) -> bool:
    """Say whether the tenant has given the claim reader to a model."""
    for state in await agents.choosing.states(subject):
        if state.agent.name == NAME:
            return state.selection.implementation is Implementation.MODEL
    return False


async def read_by_model(
    agents: AgentService,
    subject: Subject,
    document: ParsedDocument,
    offline: Sequence[ClaimDraft],
    prompt: Prompt,
) -> ModelClaims:
    """Return a model's claims, each verified; pages past the `PAGES_MAX`th are read offline.

    Raises:
        EvigateError[E_AGENT_PAUSED | E_AGENT_LIMIT]: a limit was met.
    """
    known = {(each.page, each.value): each for each in reversed(offline)}
    found: list[ClaimDraft] = []
    notes: list[str] = []
    text = PromptText(prompt.content, prompt.name, prompt.version, prompt.sha256, str(prompt.id))
    numbers = range(1, len(document.pages) + 1)
    for first in range(0, min(len(numbers), PAGES_MAX), PAGES_A_CALL):
        pages = numbers[first : first + PAGES_A_CALL]
        result = await agents.run(
            subject,
            NAME,
            ReaderInput(title=(document.title or "")[:500]),
            [Passage(f"p{n}", document.pages[n - 1].text, f"page {n}") for n in pages],
            prompt=text,
        )
        if result.fallback_reason is not None:
            found.extend(each for each in offline if each.page in pages)
            notes.append(f"Pages {pages[0]}–{pages[-1]} read offline: {result.fallback_reason}.")
            continue
        for read in result.output.claims:
            kept = _kept(document, read, pages, known)
            if isinstance(kept, ClaimDraft):
                found.append(kept)
            else:
                notes.append(f"Dropped {read.metric} {read.value}: {kept}")
    found.extend(each for each in offline if each.page > PAGES_MAX)
    return ModelClaims(tuple(_distinct(found)), tuple(notes))


def _kept(
    document: ParsedDocument,
    read: ReadClaim,
    pages: Sequence[int],
    known: dict[tuple[int, Decimal], ClaimDraft],
) -> ClaimDraft | str:
    """Return the claim where its page bears it out, else why not."""
    page = next((number for number in pages if read.passage == f"p{number}"), None)
    if page is None:
        return f"it names no page that was given: {read.passage!r}."
    try:
        claim = place_claim(document, _new(read, page))
    except EvigateError as error:
        return error.message
    same = known.get((page, claim.value))
    if same is None:
        return replace(claim, confidence=UNMEASURED)
    return replace(
        claim,
        confidence=max(same.confidence, UNMEASURED),
        cell=same.cell,
        source_citation=same.source_citation,
    )


def _new(read: ReadClaim, page: int) -> NewClaim:
    return NewClaim(
        metric=read.metric,
        value=read.value,
        page=page,
        quote=read.quote,
        dataset=read.dataset,
        split=read.split,
        units=read.units,
        method=read.method,
        is_own_method=read.is_own_method,
    )


def _distinct(claims: Sequence[ClaimDraft]) -> list[ClaimDraft]:
    seen: set[tuple[object, ...]] = set()
    kept = []
    for claim in claims:
        key = (claim.page, claim.value, claim.box, claim.metric, claim.dataset, claim.split)
        if key not in seen:
            seen.add(key)
            kept.append(claim)
    return kept
