"""Which id a requirement has: its key's, or that of the requirement that it was before.

Pure. A key follows from what a requirement is about, so unrelated changes leave ids alone. Where
the words of a claim change, its requirement is known again by the claim that it replaced, else by
how alike the two texts are, and keeps its id.
"""

from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from evigate.base.canonical import content_hash
from evigate.studio.specification.models import Known, Requirement

# Two texts of one family that share this much are one requirement in other words.
ALIKE_MIN = 0.6
HASH_CHARACTERS = 6


def with_ids(found: Sequence[Requirement], known: Sequence[Known]) -> tuple[Requirement, ...]:
    """
    Return requirements with their ids, in the same order; what is there twice is kept once.

    Args:
        found: those of one compile.
        known: those of the version before, with their ids; empty for the first.
    """
    unique = _apart(found)
    by_key = {each.key: each for each in known}
    given = {r.key: by_key[r.key].id for r in unique if r.key in by_key}
    free = [each for each in known if each.key not in given]
    for requirement in unique:
        if requirement.key in given:
            continue
        before = _before(requirement, free)
        if before is not None:
            free.remove(before)
            given[requirement.key] = before.id
    taken = set(given.values()) | {each.id for each in known}
    for requirement in unique:
        if requirement.key not in given:
            given[requirement.key] = _fresh(requirement, taken)
            taken.add(given[requirement.key])
    return tuple(replace(each, id=given[each.key]) for each in unique)


def known_of(requirements: Sequence[Requirement]) -> tuple[Known, ...]:
    """Return what the next compile has to know of these."""
    return tuple(Known(r.key, r.id, r.family, r.text, r.roots) for r in requirements)


def _apart(found: Sequence[Requirement]) -> list[Requirement]:
    """Return each requirement once; of two that share a key but no text, the later gets its own."""
    kept: dict[str, Requirement] = {}
    for each in found:
        key = each.key
        if key in kept and kept[key].text != each.text:
            key = f"{key}-{content_hash(each.text)[:HASH_CHARACTERS]}"
        kept.setdefault(key, replace(each, key=key))
    return list(kept.values())


def _before(requirement: Requirement, free: Sequence[Known]) -> Known | None:
    family = [each for each in free if each.family == requirement.family]
    for each in family:
        if set(each.roots) & set(requirement.roots):
            return each
    ranked = [(_alike(each.text, requirement.text), each) for each in family]
    best = max(ranked, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] >= ALIKE_MIN else None


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one.split(), other.split(), autojunk=False).ratio()


def _fresh(requirement: Requirement, taken: set[str]) -> str:
    plain = f"{requirement.prefix}-{requirement.key.rpartition('/')[2]}".upper()
    if plain not in taken:
        return plain
    return next(f"{plain}-{n}" for n in range(2, len(taken) + 3) if f"{plain}-{n}" not in taken)
