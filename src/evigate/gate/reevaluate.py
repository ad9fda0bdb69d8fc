"""What becomes of artifacts whose evidence changed: found again, cited anew, or retired.

A job does this for a module after its documents changed; the artifacts have left the bank already,
in the transaction of the change. One whose quotes are back is judged again as it is; one whose
claims other sentences bear out gets those for evidence and is judged on them; the rest is retired.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from evigate.base.subject import Subject
from evigate.evidence import StoredChunk, list_chunks
from evigate.gate.artifacts import (
    citations_of,
    get_artifact,
    list_stale,
    recheck,
    recite,
    withdraw,
)
from evigate.gate.checks.groundedness import judge_claim
from evigate.gate.evaluate import Evaluator
from evigate.gate.kinds import Kinds
from evigate.gate.models import Artifact, NewCitation
from evigate.kernel.db import Database
from evigate.language.similarity import coverage
from evigate.language.words import content_stems, stems

REEVALUATE = "gate.reevaluate"
# As strict as the suites' own groundedness rule, so that what is cited anew can also pass.
SUPPORT_MIN = 0.75
CANDIDATES = 3
GONE = "the text that it rested on is gone, and nothing else in the documents says it"


@dataclass(frozen=True, slots=True)
class Reevaluated:
    """What came of a module's stale artifacts, by how many."""

    returned: int
    cited_anew: int
    retired: int
    waiting: int


@dataclass(frozen=True, slots=True)
class Passages:
    """A module's running text by chunk, with the stems of each."""

    chunks: tuple[StoredChunk, ...]
    stems: tuple[frozenset[str], ...]

    @classmethod
    def of(cls, chunks: Sequence[StoredChunk]) -> Self:
        """Return the prose among the chunks; headings, tables and code say nothing whole."""
        prose = tuple(each for each in chunks if each.kind == "prose")
        return cls(prose, tuple(frozenset(stems(each.text)) for each in prose))


async def reevaluate(
    database: Database, evaluator: Evaluator, kinds: Kinds, subject: Subject, module_id: UUID
) -> Reevaluated:
    """See to every stale artifact of a module; again does nothing more."""
    async with database.tx(subject) as tx:
        stale = await list_stale(tx, module_id)
        chunks = await list_chunks(tx, module_id=module_id) if stale else []
    passages = Passages.of(chunks)
    counts = {"cited_anew": 0, "retired": 0}
    judged: list[UUID] = []
    for artifact_id in stale:
        async with database.tx(subject) as tx:
            if await recheck(tx, artifact_id) > 0:
                cited = (await citations_of(tx, [artifact_id]))[artifact_id]
                found = find_evidence(
                    await get_artifact(tx, artifact_id),
                    kinds,
                    passages,
                    [each.quote for each in cited],
                )
                if not found:
                    await withdraw(tx, artifact_id, GONE)
                    counts["retired"] += 1
                    continue
                await recite(tx, artifact_id, found)
                counts["cited_anew"] += 1
        judged.append(artifact_id)
    outcomes = await evaluator.evaluate(subject, judged)
    returned = sum(each.outcome.artifact_status == "APPROVED" for each in outcomes)
    return Reevaluated(returned=returned, waiting=len(outcomes) - returned, **counts)


def find_evidence(
    artifact: Artifact, kinds: Kinds, passages: Passages, quotes: Sequence[str]
) -> list[NewCitation]:
    """Return a sentence for each of the artifact's claims; none unless every claim has one.

    A new sentence must have every word of the claim that the old `quotes` had: where the text
    changed on purpose, one word is what changed.
    """
    told = frozenset(stem for quote in quotes for stem in content_stems(quote))
    reading = kinds.get(artifact.kind).read(artifact.artifact_payload or {})
    found: dict[tuple[UUID, str], NewCitation] = {}
    for claim in reading.claims:
        citation = find_support(claim, passages, told.intersection(content_stems(claim)))
        if citation is None:
            return []
        found.setdefault((citation.document_id, citation.quote), citation)
    return list(found.values())


def find_support(
    claim: str, passages: Passages, needed: Collection[str] = frozenset()
) -> NewCitation | None:
    """Return the sentence that bears a claim out best; None where none does well enough.

    Args:
        needed: stems that it must have, whatever else it says.
    """
    wanted = stems(claim)
    near = sorted(
        ((coverage(wanted, each), number) for number, each in enumerate(passages.stems)),
        key=lambda pair: (-pair[0], pair[1]),
    )
    for _, number in near[:CANDIDATES]:
        chunk = passages.chunks[number]
        judged = judge_claim(claim, (chunk.text,))
        nearest = judged["nearest"]
        is_borne_out = judged["score"] >= SUPPORT_MIN and not judged["hard_misses"] and nearest
        if is_borne_out and set(needed) <= set(stems(nearest)):
            return NewCitation(chunk.document_id, nearest, chunk.sha256, chunk.page)
    return None
