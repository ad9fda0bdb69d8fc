"""From a name as a paper prints it to an entry of the registry, or to the reason why not."""

import re
from collections import Counter
from difflib import get_close_matches
from weakref import WeakKeyDictionary

from evigate.papers.datasets.catalog import Catalog, current_catalog, key_of
from evigate.papers.datasets.models import DatasetEntry, Resolution, ResolutionStatus

# Licences that allow use as they stand, and those that no reason can make up for.
FORBIDDEN_LICENCES = frozenset({"proprietary", "no-use", "CC-BY-NC-ND-4.0"})
COMPLIANT_LICENCES = frozenset(
    {"BSD-3-Clause", "BSD-2-Clause", "MIT", "Apache-2.0", "CC0-1.0", "CC-BY-3.0", "CC-BY-4.0"}
    | {"CC-BY-SA-3.0", "CC-BY-SA-4.0", "ODbL-1.0", "PDDL-1.0"}
)

# Words that say "this is a data set" or which part of it, but not which set.
_FILLER = re.compile(
    r"\b(?:the|uci|sklearn|scikit learn|data ?sets?|data|corpus|benchmark|database|repository"
    r"|test(?:ing)?|train(?:ing)?|validation|dev|set|split|classification|problem|from)\b"
)
_CITATION = re.compile(r"\[[\d,;\s–-]+\]|\(\s*(?:test|train|validation|dev)[^)]*\)", re.IGNORECASE)
_JOINED = re.compile(r",\s|\s(?:\+|&|and|with|joined with|merged with|combined with)\s|\+|;", re.I)
_SUBSET = re.compile(
    r"\b(?:subset|sample|portion|part)s? of\b|\b(?:our own|in-house|proprietary)\b", re.I
)


def _words(name: str) -> str:
    plain = _CITATION.sub(" ", name).lower().replace("’", "'")
    return " ".join(re.sub(r"[-_/,()]+", " ", plain).split())


_key = key_of


def _lookup(name: str) -> DatasetEntry | None:
    words = _words(name)
    bare = " ".join(_FILLER.sub(" ", words).split())
    abbreviation = re.search(r"\(([A-Za-z0-9-]{2,10})\)", name)
    outside = re.sub(r"\([^)]*\)", " ", name)
    forms = [name, words, bare, " ".join(_FILLER.sub(" ", _words(outside)).split())]
    if abbreviation:
        forms.append(abbreviation[1])
    known = current_catalog().by_key
    return next((known[_key(form)] for form in forms if _key(form) in known), None)


def _settle(name: str, entry: DatasetEntry) -> Resolution:
    if entry.blocked_reason:
        reason = f"{entry.title} is blocked: {entry.blocked_reason}."
        return Resolution(name, ResolutionStatus.BLOCKED, entry, reason)
    if entry.is_offline:
        reason = f"{entry.title} comes with {entry.source}; licence {entry.licence}."
    else:
        missing = current_catalog().missing(entry.name)
        reason = f"{entry.title} is known, but it cannot be had offline."
        reason += f" {missing}" if missing else ""
    return Resolution(name, ResolutionStatus.RESOLVED, entry, reason)


def _suggest(name: str) -> tuple[str, ...]:
    known = current_catalog().by_key
    keys = get_close_matches(_key(name), list(known), n=6, cutoff=0.75)
    return tuple(dict.fromkeys(known[key].name for key in keys))[:3]


def resolve(name: str) -> Resolution:
    """
    Say what a data set's name means here.

    Args:
        name: as the paper prints it; citations, "dataset", "UCI" and the like are ignored.

    Returns:
        `resolved` (known; see `is_runnable` for whether it can be had offline), `blocked` (known
        and not to be used), `complex` (several sets joined, or a part of one whose choice the name
        does not give), or `unknown` with up to three suggestions. An unknown name never resolves
        to something like it, and never to synthetic data. A blank name is unknown.
    """
    if not _key(name):
        return Resolution(name, ResolutionStatus.UNKNOWN, None, "No data set is named.")
    entry = _lookup(name)
    if entry is not None:
        return _settle(name, entry)
    parts = [part for part in _JOINED.split(name) if _key(part)]
    if len(parts) > 1:
        reason = f"{name!r} joins {len(parts)} sources; run them one at a time."
        known = tuple(found.name for part in parts if (found := _lookup(part)))
        return Resolution(name, ResolutionStatus.COMPLEX, None, reason, known)
    if _SUBSET.search(name):
        reason = f"{name!r} is a part or a private set, and the name does not say which rows."
        return Resolution(name, ResolutionStatus.COMPLEX, None, reason, _suggest(name))
    reason = f"{name!r} is in no list of data sets we know; nothing is made up in its place."
    return Resolution(name, ResolutionStatus.UNKNOWN, None, reason, _suggest(name))


def is_licence_compliant(entry: DatasetEntry) -> bool:
    """
    Return whether the set may be used: its licence allows it, or somebody who may said why.

    A forbidden licence stays forbidden whatever the reason.
    """
    if entry.licence in FORBIDDEN_LICENCES:
        return False
    return entry.licence in COMPLIANT_LICENCES or entry.licence_reason is not None


def licence_fault(entry: DatasetEntry) -> str:
    """Say why a set may not be used, and what could change that."""
    if entry.licence in FORBIDDEN_LICENCES:
        return f"the licence of {entry.title}, {entry.licence}, forbids it"
    stated = f"{entry.licence}, is not on the list" if entry.licence else "is not known"
    return (
        f"the licence of {entry.title} {stated}: an owner may allow it with a reason "
        f"(`evigate papers datasets allow {entry.name} --reason …`)"
    )


# A word of everyday English is no mention of a data set unless "data set" stands beside it.
_PLAIN_WORDS = frozenset(
    {"wine", "iris", "digits", "diabetes", "breastcancer", "boston", "adult"}
    | {"coffee", "trace", "heart", "engel", "spector", "moviereviews", "customerreview"}
    | {"recidivism", "enumeration", "moviereview"}
)


def _mention_pattern(alias: str) -> re.Pattern[str]:
    body = r"[\s_-]*".join(re.escape(part) for part in re.split(r"[\s_-]+", alias))
    if _key(alias) in _PLAIN_WORDS or len(_key(alias)) <= 3:
        beside = r"(?:data\s*sets?|database|corpus|data)"
        more = r"(?:(?:,|\s+and|\s*&)\s[^.;:]{1,80}?)?"
        pattern = rf"\b{body}['’]?s?(?:\s*\[[\d, ]+\])?(?={more}\s*{beside}\b)"
        return re.compile(pattern, re.IGNORECASE)
    return re.compile(rf"(?<![\w-]){body}(?![\w-])", re.IGNORECASE)


_PATTERNS: WeakKeyDictionary[Catalog, list[tuple[DatasetEntry, re.Pattern[str]]]] = (
    WeakKeyDictionary()
)


def _mention_patterns(catalog: Catalog) -> list[tuple[DatasetEntry, re.Pattern[str]]]:
    if catalog not in _PATTERNS:
        _PATTERNS[catalog] = [
            (entry, _mention_pattern(alias))
            for entry in catalog.entries
            for alias in (entry.name, *entry.aliases)
        ]
    return _PATTERNS[catalog]


def find_mentions(text: str) -> list[tuple[DatasetEntry, int]]:
    """
    Count which data sets of the registry a text names.

    Returns:
        Entries with their number of mentions, most first, ties in the registry's order; sets that
        the text does not name are left out. Names that are plain English words count only beside
        a word such as "data set".
    """
    spans: dict[tuple[int, int], DatasetEntry] = {}
    for entry, pattern in _mention_patterns(current_catalog()):
        for match in pattern.finditer(text):
            spans[match.span()] = entry
    longest = {
        span: entry
        for span, entry in spans.items()
        if not any(o != span and o[0] <= span[0] and span[1] <= o[1] for o in spans)
    }
    counts = Counter(entry.name for entry in longest.values())
    found = [entry for entry in current_catalog().entries if counts[entry.name]]
    # The sort is stable, so ties stay in the catalogue's order.
    found.sort(key=lambda entry: -counts[entry.name])
    return [(entry, counts[entry.name]) for entry in found]
