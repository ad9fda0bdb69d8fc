"""How a requirement is worded: EARS or Gherkin out of a criterion, and words for keys and ids.

Source:
    Mavin, Wilkinson, Harwood & Novak, "Easy Approach to Requirements Syntax", RE 2009. A state that
    is named by a noun alone is put with "Given", which the paper does not have.
"""

import re
from functools import lru_cache

from evigate.language.plurals import singular
from evigate.language.words import fold, stems
from evigate.studio.specification.models import Criterion, Style

_GIVEN = re.compile(r"^Given (?P<given>.+?)(?: when (?P<when>.+?))? then (?P<then>.+?)\.?$", re.S)
_FINITE = re.compile(r"\b(?:is|are|was|were|has|have|had|cannot|fails|leaves|slips|changes)\b")
_RELATIVE = re.compile(r"\b(?:that|who|which|whose \w+)\s+$")
_WORD = re.compile(r"[a-z0-9]+")
# Words that a key does without; "no", "never" and "only" are none of them.
_SMALL = frozenset((
    "a", "an", "the", "it", "its", "is", "are", "be", "been", "was", "were", "has", "have",
    "had", "will", "would", "should", "must", "shall", "may", "can", "we", "i", "you", "they",
    "he", "she", "their", "our", "my", "your", "his", "her", "to", "of", "in", "on", "at", "by",
    "for", "from", "with", "and", "or", "that", "this", "there", "so", "as",
))  # fmt: skip
SLUG_WORDS = 5
SLUG_CHARACTERS = 48


def criterion_of(text: str) -> Criterion:
    """Return a criterion "Given … when … then …" in its parts; any other text is a result."""
    match = _GIVEN.match(text.strip())
    if match is None:
        return Criterion("", "", text.strip().rstrip("."))
    return Criterion(match["given"], match["when"] or "", match["then"])


def worded(criterion: Criterion, style: Style) -> str:
    """Return a criterion as a requirement's text in a style."""
    return gherkin(criterion) if style == "gherkin" else ears(criterion)


def ears(criterion: Criterion) -> str:
    """Return "Given …, when …, the system shall ensure that …." with the parts that there are."""
    parts = []
    if criterion.given:
        lead = "When" if _is_clause(criterion.given) and not criterion.when else "Given"
        parts.append(f"{lead} {criterion.given}")
    if criterion.when:
        parts.append(f"when {criterion.when}")
    that = "" if criterion.then.startswith("that ") else "that "
    parts.append(f"the system shall ensure {that}{criterion.then}")
    return sentence(", ".join(parts))


def gherkin(criterion: Criterion) -> str:
    """Return the steps of a scenario, a line each."""
    steps = [("Given", criterion.given), ("When", criterion.when), ("Then", criterion.then)]
    return "\n".join(f"{word} {text}" for word, text in steps if text)


def sentence(text: str) -> str:
    """Return a text that begins with a capital and ends with a full stop."""
    plain = text.strip()
    ended = plain if plain.rstrip("”’\"')").endswith((".", "!", "?")) else f"{plain}."
    return ended[:1].upper() + ended[1:]


def lower_first(text: str) -> str:
    """Return a text with a small first letter, unless its first word is written in capitals."""
    first = text.split(" ", 1)[0]
    return text if first[1:].lower() != first[1:] or first == "I" else text[:1].lower() + text[1:]


def slug(text: str) -> str:
    """Return the first words of a text that say something, as part of a key; "x" for none."""
    found = _WORD.findall(fold(text))
    said = [each for each in found if each not in _SMALL] or found
    return "-".join(said[:SLUG_WORDS])[:SLUG_CHARACTERS].strip("-") or "x"


def noun_key(text: str) -> str:
    """Return a noun's key: its words in lower case, the last in the singular."""
    found = _WORD.findall(fold(text))
    if not found:
        return ""
    return "-".join([*found[:-1], singular(found[-1])])


def identifier(text: str) -> str:
    """Return a text as the name of a state or an attribute: its words joined by underscores."""
    return "_".join(_WORD.findall(fold(text)))[:SLUG_CHARACTERS].strip("_") or "x"


def plural(word: str) -> str:
    """Return the plural of an English noun, as paths and sentences use it."""
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return f"{word}es"
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}s"


def one_of(noun: str) -> str:
    """Return a noun with its indefinite article, by how English spells what it sounds like."""
    low = noun.lower()
    is_open = low.startswith(("a", "e", "i", "o", "hour", "heir")) and not low.startswith(
        ("eu", "one", "once")
    )
    return f"{'an' if is_open else 'a'} {noun}"


def spoken(name: str) -> str:
    """Return a key or a state's name as words."""
    return name.replace("_", " ").replace("-", " ")


@lru_cache(maxsize=4096)
def stemmed(text: str) -> tuple[str, ...]:
    """Return the stems of a text; the same few texts are compared again and again."""
    return stems(text)


def listed(parts: list[str] | tuple[str, ...]) -> str:
    """Return "a, b and c"."""
    return (
        parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""
    )


def _is_clause(text: str) -> bool:
    return any(not _RELATIVE.search(text[: m.start()]) for m in _FINITE.finditer(text))
