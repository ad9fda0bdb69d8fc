"""True or false: a sentence as it stands, or with one thing in it changed to what is not so.

Changed is a term for a rival of its sort, a year or number for another, or a word for its opposite
("increases"); never by a "not", which would be read off the form. Which sentences stay true is
decided by a hash, so about half do. The rival is checked as a distractor is, so the document does
not say the changed sentence elsewhere; that the world does not make it true is beyond any rule.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from evigate.base.canonical import sha256_hex
from evigate.language.words import content_stems
from evigate.learning.generate import phrases
from evigate.learning.generate.cloze import CONTENT_MIN, VAGUE_COST, Gap, vagueness
from evigate.learning.generate.distractors import Pool
from evigate.learning.generate.drafts import capital, draft, lower_first, section_hint
from evigate.learning.generate.material import Fact, Material
from evigate.learning.generate.models import DraftItem
from evigate.learning.generate.named import YEAR, other_years, years_of
from evigate.learning.generate.sentences import standing
from evigate.learning.items.payloads import BLANK

KIND = "learning.true_false_item"
RIVAL_SCORE_MIN = 0.3
# What is only "often" so is neither true nor false as it stands.
HEDGE_COST = 0.08
# Below what is wanted at once; see `Limits.quality_min`.
PLAIN_QUALITY = 0.58

# Pairs of forms that turn a statement round; each is swapped both ways.
OPPOSITES: tuple[tuple[str, str], ...] = (
    ("increases", "decreases"),
    ("increase", "decrease"),
    ("increased", "decreased"),
    ("increasing", "decreasing"),
    ("higher", "lower"),
    ("larger", "smaller"),
    ("faster", "slower"),
    ("longer", "shorter"),
    ("stronger", "weaker"),
    ("older", "younger"),
    ("warmer", "colder"),
    ("easier", "harder"),
    ("more", "less"),
    ("before", "after"),
    ("internal", "external"),
    ("inside", "outside"),
    ("voluntary", "involuntary"),
    ("conscious", "unconscious"),
    ("maximum", "minimum"),
    ("temporary", "permanent"),
    ("positive", "negative"),
    ("active", "passive"),
    ("direct", "indirect"),
    ("rises", "falls"),
    ("gains", "loses"),
    ("enters", "leaves"),
    ("strengthens", "weakens"),
    ("speeds up", "slows down"),
    ("always", "never"),
    ("visible", "invisible"),
    ("harmful", "harmless"),
    ("mutable", "immutable"),
    ("anterior", "posterior"),
)
COMPARATIVES = frozenset(
    word
    for pair in OPPOSITES
    for word in pair
    if (word.endswith("er") and word != "after") or word in {"more", "less"}
)
_TURNS = {one: other for pair in OPPOSITES for one, other in (pair, pair[::-1])}
_TURN = re.compile(rf"\b(?:{'|'.join(sorted(_TURNS, key=len, reverse=True))})\b")
_CONTRAST = r"\b(?:but|although|though|whereas|rather|instead|not|unlike|despite)\b"
_ARTICLE = re.compile(r"\b([Aa])\(n\)\s+(\S)")


def true_false(material: Material, found: Sequence[Gap], pool: Pool) -> Iterator[DraftItem]:
    """Yield for each fit sentence with a gap one statement, true or false, in order."""
    best: dict[int, Gap] = {}
    for gap in found:
        known = best.get(gap.fact.order)
        if known is None or (gap.defines, gap.quality) > (known.defines, known.quality):
            best[gap.fact.order] = gap
    for _, gap in sorted(best.items()):
        is_true = int(sha256_hex(gap.fact.text.encode())[:8], 16) % 2 == 0
        item = _kept(material, gap) if is_true else _changed(material, gap, pool)
        if item is not None:
            yield item


def plain_statements(material: Material, found: Iterable[Gap]) -> Iterator[DraftItem]:
    """Yield statements of the fit sentences on key terms that no gap was found in.

    They are worth less than others, so they only fill up where a text gives little.
    """
    taken, years = {gap.fact.order for gap in found}, years_of(material)
    for fact in material.fit:
        if fact.order in taken or not fact.terms or len(content_stems(fact.text)) < CONTENT_MIN:
            continue
        quality = PLAIN_QUALITY - VAGUE_COST * vagueness(fact.text)
        turned = _opposite(fact) or _misdated(fact, years)
        stem = turned or standing(fact.text)
        yield _statement(
            material, fact, stem, concept=fact.matter, is_true=not turned, quality=quality
        )


def _misdated(fact: Fact, years: frozenset[int]) -> str:
    """Return the sentence with its one year changed for another near it, or nothing."""
    text = standing(fact.text)
    found = YEAR.findall(text)
    if len(found) != 1 or "(" in text:
        return ""
    return YEAR.sub(other_years(years, int(found[0]))[0], text)


def _kept(material: Material, gap: Gap) -> DraftItem:
    stem = standing(gap.fact.text)
    return _of_gap(material, gap, stem, is_true=True, quality=gap.quality)


def _changed(material: Material, gap: Gap, pool: Pool) -> DraftItem | None:
    turned = _opposite(gap.fact)
    if turned:
        return _of_gap(material, gap, turned, is_true=False, quality=gap.quality + 0.05)
    rivals = pool.rivals(
        gap.term.key, gap.key, gap.stem, is_plural=gap.is_plural, context=gap.fact.text
    )
    own = pool.entry(gap.term.key)
    # A sentence that defines its term is made false by another that the text defines otherwise;
    # any other swap too often leaves it true, or makes nonsense.
    alike = [
        entry for score, entry in rivals
        if own is not None and gap.defines and score >= RIVAL_SCORE_MIN
        and entry.is_counted == own.is_counted and entry.term.key in pool.meant
    ]  # fmt: skip
    if not alike:
        return None
    rival = lower_first(alike[0].text, material.proper)
    stem = capital(_articled(gap.stem.replace(BLANK, rival)))
    return _of_gap(material, gap, stem, is_true=False, quality=gap.quality)


def _opposite(fact: Fact) -> str:
    """Return the sentence with its one word that has an opposite turned round, or nothing."""
    text = standing(fact.text)
    found = _TURN.findall(text)
    if len(found) != 1 or re.search(r"\b(?:or|and|than)\s+" + found[0], text):
        return ""
    # A comparison without its other side is not told to be wrong.
    if found[0] in COMPARATIVES and " than " not in text:
        return ""
    # "More men" turned round is "fewer men".
    if re.search(r"\b(?:more|less)\s+\w+s\b", text):
        return ""
    # "Falls under a field" and "not always" mean nothing turned round.
    if re.search(
        rf"\b(?:falls|rises)\s+(?:under|into|to|within|as|on|down)\b|\bnot\s+{found[0]}", text
    ):
        return ""
    # "Named after" has no "before"; what is set against something else is half turned.
    if re.search(rf"\b(?:named|called|modell?ed|looks?|looked|takes?)\s+after\b|{_CONTRAST}", text):
        return ""
    # "higher or lower", "before and after" say both.
    if re.search(found[0] + r"\s+(?:or|and|to)\b", text) or _TURNS[found[0]] in text:
        return ""
    return _TURN.sub(lambda match: _TURNS[match[0]], text)


def _articled(text: str) -> str:
    """Return the text with each "a(n)" settled by the letter that follows."""
    return _ARTICLE.sub(lambda m: f"{m[1]}{'n' if m[2].lower() in 'aeiou' else ''} {m[2]}", text)


def _of_gap(material: Material, gap: Gap, stem: str, *, is_true: bool, quality: float) -> DraftItem:
    return _statement(
        material, gap.fact, stem, concept=gap.concept, is_true=is_true, quality=quality
    )


def _statement(
    material: Material, fact: Fact, stem: str, *, concept: str, is_true: bool, quality: float
) -> DraftItem:
    hedges = min(3, len(phrases.HEDGES.findall(stem)))
    return draft(
        material,
        KIND,
        fields={"stem": stem, "key": is_true, "correction": "" if is_true else fact.text},
        concept=concept,
        citations=(material.cite(fact.chunk, fact.text),),
        chunk=fact.chunk,
        answer="true" if is_true else "false",
        question=stem,
        quality=quality - HEDGE_COST * hedges,
        tags=tuple(term.text for term, _, _ in fact.terms),
        hint=section_hint(material.section(fact.chunk), ""),
    )
