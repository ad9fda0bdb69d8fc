"""Concepts: are a draft's tags, topics and taxonomy nodes in the evidence, and rightly placed?

A concept is in a text when the stems of its words stand there next to each other. A concept that
the evidence never names was made up, however sensible it is.
"""

from collections.abc import Mapping
from typing import Any

from evigate.gate.checks.models import Draft, Link, Score, measured, not_measured
from evigate.gate.checks.passages import Passages, read_passages
from evigate.language.names import abbreviations
from evigate.language.words import contains_phrase, stems

ALIGNMENT_VERSION = "2"
GROUNDEDNESS_VERSION = "1"
HIERARCHY_VERSION = "1"
# A map holds the main concepts and not all, so lacking there is a doubt; lacking in the evidence is
# a fault. Set by hand, so that the suites' bound of .6 lets the first pass and not the second.
CITED_SHARE = 0.7


def score_concept_alignment(draft: Draft, params: Mapping[str, Any]) -> Score:
    """
    Score the share of tags that the citations name, and of those that the module's map holds.

    A rule, not a measured judge: it finds tags that stand nowhere, not those that are beside the
    point.

    Args:
        draft: with tags; `concepts`, where given, are what the module has approved.
        params: none.

    Returns:
        `CITED_SHARE` of the score is for the evidence and the rest for the map; without a map all
        of it is for the evidence. details: `not_cited` and `not_approved`, a tag that neither is
        nor holds nor is held by a concept of the map. Not measured without tags or evidence.
    """
    tags = draft.reading.tags
    if not tags:
        return not_measured("the draft has no tags")
    if not draft.evidence:
        return not_measured("no citation resolves to a passage")
    not_cited = missing_concepts(draft)
    approved = draft.reading.concepts
    known = None if approved is None else [stems(one) for one in approved]
    not_approved = [] if known is None else [tag for tag in tags if not _on_map(tag, known)]
    details = {"not_cited": not_cited, "not_approved": not_approved}
    count = len(set(tags))
    cited = 1.0 - len(set(not_cited)) / count
    if known is None:
        return measured(cited, details)
    mapped = 1.0 - len(set(not_approved)) / count
    return measured(CITED_SHARE * cited + (1 - CITED_SHARE) * mapped, details)


def score_concept_groundedness(draft: Draft, params: Mapping[str, Any]) -> Score:
    """
    Score the share of nodes that the evidence names.

    Exact: a node is named when the stems of its words stand side by side in a cited passage or
    its headings, which is what the score says and no opinion.

    Args:
        draft: its tags and every node of its links are held against citations and their headings.
        params: none.

    Returns:
        details: `made_up`, the nodes that stand nowhere. Not measured without nodes or evidence.
    """
    nodes = _nodes(draft)
    if not nodes:
        return not_measured("the draft names no concept")
    if not draft.evidence:
        return not_measured("no citation resolves to a passage")
    missing = missing_concepts(draft)
    return measured(1.0 - len(missing) / len(nodes), {"made_up": missing})


def score_hierarchy(draft: Draft, params: Mapping[str, Any]) -> Score:
    """
    Score the share of links for which there is a sign that the child belongs under the parent.

    Args:
        draft: with links. A sign is: the child's last word is the parent ("positive reinforcement"
            under "reinforcement"); the child stands under a heading that names the parent; or a
            passage names both.
        params: none.

    Returns:
        details: `unsupported` links, and `loops`, nodes that stand above themselves, which score 0.
        Not measured without links or evidence.
    """
    links = draft.reading.links
    if not links:
        return not_measured("the draft has no hierarchy")
    if not draft.evidence:
        return not_measured("no citation resolves to a passage")
    loops = _loops(links)
    weak = [link for link in links if not _is_supported(link, draft)]
    details = {
        "unsupported": [{"parent": link.parent, "child": link.child} for link in weak],
        "loops": loops,
    }
    return measured(0.0 if loops else 1.0 - len(weak) / len(links), details)


def missing_concepts(draft: Draft) -> list[str]:
    """Return the concepts that neither a cited passage nor its headings name, in order."""
    passages = read_passages(draft.evidence)
    headings = [stems(part) for cited in draft.citations for part in cited.heading_path]
    short = {
        stems(one.short): stems(one.long) for text in draft.evidence for one in abbreviations(text)
    }
    return [
        concept
        for concept in _nodes(draft)
        if not _is_named(stems(concept), passages, headings)
        and not _is_named(short.get(stems(concept), ()), passages, headings)
    ]


def _on_map(tag: str, known: list[tuple[str, ...]]) -> bool:
    own = stems(tag)
    return any(contains_phrase(own, one) or contains_phrase(one, own) for one in known if one)


def _nodes(draft: Draft) -> list[str]:
    linked = (node for link in draft.reading.links for node in (link.parent, link.child))
    return list(dict.fromkeys((*draft.reading.tags, *linked)))


def _is_named(
    concept: tuple[str, ...], passages: Passages, headings: list[tuple[str, ...]]
) -> bool:
    return any(contains_phrase(there, concept) for there in (*passages.stems, *headings))


def _is_supported(link: Link, draft: Draft) -> bool:
    parent, child = stems(link.parent), stems(link.child)
    if parent and len(child) > len(parent) and child[-len(parent) :] == parent:
        return True
    for cited in draft.citations:
        text = stems(cited.context)
        heads = [stems(part) for part in cited.heading_path]
        over = contains_phrase(text, parent) or any(contains_phrase(h, parent) for h in heads)
        under = contains_phrase(text, child) or any(contains_phrase(h, child) for h in heads)
        if over and under:
            return True
    return False


def _loops(links: tuple[Link, ...]) -> list[str]:
    above: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    for link in links:
        above.setdefault(stems(link.child), set()).add(stems(link.parent))
    found = []
    for start in above:
        seen: set[tuple[str, ...]] = set()
        waiting = list(above[start])
        while waiting:
            node = waiting.pop()
            if node not in seen:
                seen.add(node)
                waiting.extend(above.get(node, ()))
        if start in seen:
            found.append(" ".join(start))
    return sorted(found)
