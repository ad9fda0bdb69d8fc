"""The concept map: headings, below them the key terms that their sections explain, and their kinds.

A term stands under the heading of the section that defines it or names it first, or under another
term there: one that the text says it is a kind of ("X such as Y", "Y is a type of X"), or whose
name is its head ("positive reinforcement" under "reinforcement"). A description is what the text
says the term means. A term that no sentence of the text names is left out.

Source:
    the patterns are Hearst's, COLING 1992; the head-noun rule is that of the reference.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from evigate.language.terms import Term
from evigate.language.words import stems
from evigate.learning.generate.cloze import is_term
from evigate.learning.generate.drafts import capital, draft
from evigate.learning.generate.kinds import kinds
from evigate.learning.generate.material import Fact, Material
from evigate.learning.generate.meanings import Meaning
from evigate.learning.generate.models import Cited, DraftItem
from evigate.learning.generate.sections import Section
from evigate.learning.items.payloads import TaxonomyNode

KIND = "learning.taxonomy"
DEPTH_MAX = 4
TERMS_PER_SECTION = 6
TRUST_MIN = 0.7
DESCRIPTION_MAX = 1_000


@dataclass(slots=True)
class _Node:
    name: str
    description: str = ""
    children: list["_Node"] = field(default_factory=list)


def taxonomy(material: Material, sections: Sequence[Section]) -> DraftItem | None:
    """Return the concept map of a document with one citation a term, or None without terms."""
    meant = {one.key: one for one in material.meanings if one.trust >= TRUST_MIN}
    parents = dict(kinds(material))
    roots: dict[tuple[str, ...], _Node] = {}
    tops: list[_Node] = []
    cites: list[Cited] = []
    # A term that is a heading, too, is there already.
    seen: set[tuple[str, ...]] = {stems(part) for one in sections for part in one.path}
    seen.update(stems(one.title) for one in sections)
    for section in sections:
        chosen = _chosen(material, section, meant, seen)
        if not chosen:
            continue
        seen.update(term.key for term, _ in chosen)
        home = _home(section, roots, tops)
        _place(home, chosen, meant, parents, depth=min(len(section.path), 2))
        for term, fact in chosen:
            cites.extend(_cited(material, term, fact, meant))
    if not cites:
        return None
    nodes = tuple(_frozen(node) for node in tops[:200] if node.children)
    return draft(
        material,
        KIND,
        fields={"nodes": nodes},
        concept="",
        citations=tuple(dict.fromkeys(cites)),
        chunk=sections[0].chunks[0],
        answer=" ".join(node.name for node in nodes),
        question=material.source.title or "concepts",
        quality=1.0,
    )


def _chosen(
    material: Material,
    section: Section,
    meant: dict[tuple[str, ...], Meaning],
    seen: set[tuple[str, ...]],
) -> list[tuple[Term, Fact]]:
    """Return the section's terms, those defined in it first, each with a sentence that names it."""
    found: dict[tuple[str, ...], tuple[Term, Fact]] = {}
    counts: dict[tuple[str, ...], int] = {}
    for fact in section.facts:
        for term, _, _ in fact.terms:
            found.setdefault(term.key, (term, fact))
            counts[term.key] = counts.get(term.key, 0) + 1
    own = set(section.chunks)

    def worth(key: tuple[str, ...]) -> float:
        here = key in meant and (meant[key].chunk in own or meant[key].order is None)
        term = found[key][0]
        return term.score * (1 + 0.3 * counts[key]) + 20 * here + 5 * term.is_marked

    keys = [
        key for key in found
        if key not in seen
        and (key in meant or found[key][0].is_marked or _is_used(found[key][0], counts[key]))
    ]  # fmt: skip
    ranked = sorted(keys, key=lambda key: (-worth(key), key))
    return [found[key] for key in ranked[:TERMS_PER_SECTION]]


def _is_used(term: Term, count: int) -> bool:
    """Say whether a section uses a term more than once, and it is more than everyday words."""
    return count > 1 and is_term(term)


def _home(section: Section, roots: dict[tuple[str, ...], _Node], tops: list[_Node]) -> _Node:
    """Return the node of a section's heading, made with those above it; at most two deep."""
    path = (section.path[1:] if len(section.path) > 2 else section.path)[:2] or (section.title,)
    if not section.path:
        path = (section.title,)
    parent: _Node | None = None
    for size in range(1, len(path) + 1):
        node = roots.get(path[:size])
        if node is None:
            node = roots[path[:size]] = _Node(path[size - 1][:300])
            (parent.children if parent else tops).append(node)
        parent = node
    assert parent is not None, "a path has at least one heading"
    return parent


def _place(
    home: _Node,
    chosen: list[tuple[Term, Fact]],
    meant: dict[tuple[str, ...], Meaning],
    parents: dict[tuple[str, ...], tuple[str, ...]],
    *,
    depth: int,
) -> None:
    """Hang each term under its kind among the chosen ones, else under the heading."""
    nodes = {
        term.key: _Node(
            capital(term.text),
            f"{capital(meant[term.key].said)}."[:DESCRIPTION_MAX] if term.key in meant else "",
        )
        for term, _ in chosen
    }
    above = {term.key: _above(term.key, nodes, parents) for term, _ in chosen}
    for term, _ in chosen:
        parent = above[term.key]
        # Only what itself hangs on the heading may have kinds, so there are no circles.
        if parent is None or above[parent] is not None or depth + 2 > DEPTH_MAX:
            home.children.append(nodes[term.key])
        else:
            nodes[parent].children.append(nodes[term.key])


def _above(
    key: tuple[str, ...],
    nodes: dict[tuple[str, ...], _Node],
    parents: dict[tuple[str, ...], tuple[str, ...]],
) -> tuple[str, ...] | None:
    """Return the chosen term that a term is a kind of, by the text or by its head noun."""
    stated = parents.get(key)
    return stated if stated in nodes and stated != key else _head(key, nodes)


def _head(key: tuple[str, ...], nodes: dict[tuple[str, ...], _Node]) -> tuple[str, ...] | None:
    return next((key[n:] for n in range(1, len(key)) if key[n:] in nodes), None)


def _cited(
    material: Material, term: Term, fact: Fact, meant: dict[tuple[str, ...], Meaning]
) -> Iterator[Cited]:
    """Yield where the section names the term, and where its meaning stands."""
    yield material.cite(fact.chunk, fact.text)
    meaning = meant.get(term.key)
    if meaning is not None:
        yield material.cite(meaning.chunk, meaning.quote)


def _frozen(node: _Node, depth: int = 1) -> TaxonomyNode:
    children = tuple(_frozen(child, depth + 1) for child in node.children)
    return TaxonomyNode(name=node.name, description=node.description, children=children)
