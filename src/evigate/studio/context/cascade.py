"""What rests on what: the pieces that a change reaches, in the order to look at them again.

Pure. A circle is no error: its members are all reached once, and where nothing else decides they
come in the order of their keys.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping


def dependents(changed: Collection[str], links: Mapping[str, Collection[str]]) -> list[str]:
    """
    Return all that rests on what changed, directly or not, each after what it rests on.

    Args:
        changed: keys that changed; they are not among the answer.
        links: the keys that each key rests on; unknown ones count for nothing.

    Returns:
        Keys in topological order, ties by key; of a circle the smallest key goes first.
    """
    rests: dict[str, set[str]] = defaultdict(set)
    for key, on in links.items():
        for each in on:
            rests[each].add(key)
    reached: set[str] = set()
    waiting = list(changed)
    while waiting:
        for key in rests[waiting.pop()]:
            if key not in reached and key not in changed:
                reached.add(key)
                waiting.append(key)
    return in_order(reached, links)


def in_order(keys: Collection[str], links: Mapping[str, Collection[str]]) -> list[str]:
    """Return keys, each after those among them that it rests on; see `dependents`."""
    left = {key: {each for each in links.get(key, ()) if each in keys and each != key}
            for key in keys}  # fmt: skip
    order: list[str] = []
    while left:
        free = sorted(key for key, on in left.items() if not on) or [min(_core(left))]
        for key in free:
            order.append(key)
            del left[key]
        for on in left.values():
            on.difference_update(free)
    return order


def closure(key: str, links: Mapping[str, Collection[str]], known: Collection[str]) -> list[str]:
    """Return what a key cannot do without, directly or not, without itself, in order."""
    needed = _reached(key, {each: set(links.get(each, ())) & set(known) for each in {key, *known}})
    return in_order(needed - {key}, links)


def _core(left: Mapping[str, Collection[str]]) -> list[str]:
    """Return the members of circles that rest on nothing but themselves; there is always one."""
    reach = {key: _reached(key, left) for key in left}
    return [key for key in left if all(key in reach[each] for each in reach[key])]


def _reached(key: str, left: Mapping[str, Collection[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [key]
    while waiting:
        for each in left[waiting.pop()]:
            if each not in found:
                found.add(each)
                waiting.append(each)
    return found
