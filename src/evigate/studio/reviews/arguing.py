"""What one reviewer says to another's findings, and what a judge makes of it.

Pure. An objection counts for the words that it quotes: a vague word is settled by a criterion that
can be measured, a missing number by one that stands in the requirement. Without such words the
finding stands.
"""

from collections.abc import Iterator, Mapping, Sequence

from evigate.agents import Passage
from evigate.studio.reviews.models import FINDINGS_MAX, Finding, ReviewOut, Stance
from evigate.studio.reviews.reading import ACCEPTED, BECAUSE, Desk, Read
from evigate.studio.reviews.wording import NUMBER, VAGUE


def stances(desk: Desk, own_role: str) -> list[Stance]:
    """Return what is said to the findings of the others, in their order, each once."""
    pieces = {each.key: each for each in desk.pieces}
    told: dict[tuple[str, str], Stance] = {}
    for said in desk.said:
        if said.role == own_role:
            continue
        for each in map(Finding.model_validate, said.output.get("findings", ())):
            told.setdefault((each.rule, each.element), _stance(each, pieces.get(each.element)))
    return list(told.values())[: 2 * FINDINGS_MAX]


def _stance(finding: Finding, piece: Read | None) -> Stance:
    settled = _settling(finding, piece) if piece is not None else None
    if piece is None or settled is None:
        reason = "Nothing that was read speaks against it."
        return Stance(rule=finding.rule, element=finding.element, stance="agrees", reason=reason)
    return Stance(
        rule=finding.rule,
        element=finding.element,
        stance="objects",
        reason="These words say what is meant.",
        quote=settled[:600],
        passage=piece.passage,
    )


def _settling(finding: Finding, piece: Read) -> str | None:
    """Return the words that settle a finding; None for none."""
    if finding.rule in ("VAGUE_WORD", "OPEN_END"):
        lines = piece.lines(ACCEPTED)
        return next((e for e in lines if NUMBER.search(e) and not VAGUE.search(e)), None)
    if finding.rule in ("NO_NUMBER", "VAGUE_CRITERION"):
        lines = [piece.text, *piece.lines(BECAUSE)]
        return next((e for e in lines if NUMBER.search(e)), None)
    return None


def judged(desk: Desk, passages: Sequence[Passage]) -> ReviewOut:
    """
    Return the findings that stand, and what was said to each.

    A finding falls when another reviewer objected in words that stand where it says they do.
    """
    texts = {each.id: each.text for each in passages}
    findings, said = _all_findings(desk), list(_all_stances(desk))
    fallen = {
        (each.rule, each.element)
        for each in said
        if each.stance == "objects" and each.quote and each.quote in texts.get(each.passage, "")
    }
    kept = [each for each in findings if (each.rule, each.element) not in fallen]
    return ReviewOut(findings=kept[:FINDINGS_MAX], stances=said[: 2 * FINDINGS_MAX])


def summed_up(desk: Desk) -> ReviewOut:
    """Return the findings of those who worked under a lead, each once, the grave ones first."""
    return ReviewOut(findings=_all_findings(desk)[:FINDINGS_MAX])


def _all_findings(desk: Desk) -> list[Finding]:
    each_once: dict[tuple[str, str], Finding] = {}
    for said in desk.said:
        for each in map(Finding.model_validate, said.output.get("findings", ())):
            each_once.setdefault((each.rule, each.element), each)
    return in_order(each_once)


def _all_stances(desk: Desk) -> Iterator[Stance]:
    seen: set[tuple[str, str, str]] = set()
    for said in desk.said:
        for each in map(Stance.model_validate, said.output.get("stances", ())):
            key = (said.role, each.rule, each.element)
            if key not in seen:
                seen.add(key)
                yield each


def in_order(findings: Mapping[tuple[str, str], Finding]) -> list[Finding]:
    """Return findings, the grave ones first, then by rule and element."""
    return sorted(
        findings.values(), key=lambda each: (each.severity != "warning", each.rule, each.element)
    )
