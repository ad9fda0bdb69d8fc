"""Cloze items: a sentence that stands alone, with one whole key term left out.

What makes a blank answerable is that the rest of the sentence fits one term only: the term must not
be one of a list, an example after "such as", or part of a longer phrase, and the sentence must say
enough besides. A rule of form cannot see that a synonym would fit as well, which is what remains
wrong with some.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from evigate.language.definitions import NAMING_NOUNS
from evigate.language.models import Sentence, Token
from evigate.language.names import abbreviations
from evigate.language.terms import Term
from evigate.language.weights import background_weight, is_common
from evigate.language.words import STOP_WORDS, content_stems, content_words, fold, stems, words
from evigate.learning.generate import phrases
from evigate.learning.generate.drafts import draft, term_hint
from evigate.learning.generate.material import COUNTED, Fact, Material
from evigate.learning.generate.models import DraftItem
from evigate.learning.generate.sentences import PLAIN_WORDS, standing, subject_chunk
from evigate.learning.generate.shared import is_shared
from evigate.learning.items.payloads import BLANK

KIND = "learning.cloze_item"
# Words rarer than this are terms by themselves; of commoner ones only what the text defines.
COMMON_WORDS = 5_000
# A term in more than so many of the sentences is what the whole text is about.
EVERYWHERE_SHARE = 0.03
# Of what is named but once, only a rare word is a term, and an adjective makes a phrase one only
# where the text speaks of its noun elsewhere, too ("static equilibrium", not "rational argument").
RARE_WORDS, PLAIN_ADJECTIVES = 20_000, 4_000
HEAD_PLACES_MIN = 3
CONTENT_MIN = 5
IDF_FULL = 6.0
EVERYWHERE_COST = 0.15
# A statement about the term itself, always true ("rehearsal moves …"), is next to a definition.
SUBJECT_BONUS = 0.1
HEDGE_COST, VAGUE_COST = 0.04, 0.12
# Of everyday words only, a phrase that the text does not explain is recalled by guessing.
# To recall what a sentence neither explains nor is about, other words come to mind as well.
OPEN_COST = 0.04
GUESSED_WORDS, GUESSED_COST = 8_000, 0.04

# Words that single out or stress, and make a term of nothing.
EMPTY_MODIFIERS = frozenset(
    "particular possible potential many certain precise given entire whole actual "  # noqa: SIM905
    "recent different similar various important additional further respective overall sole mere "
    "own appropriate".split()
)
_ARTICLE = re.compile(r"\b(a|an)\s+_____", re.IGNORECASE)
_SHORT_FORM = re.compile(r"(_____)[\"”’]?\s*\([^()]{1,40}\)")
_BEFORE = frozenset(("", " ", "“", '"', "‘"))
_NAMED = re.compile(
    r"\b(?:called|termed|known\s+as|referred\s+to\s+as|named)\s+(?:as\s+)?(?:an?\s+|the\s+)?[\"“‘]?$"
)
_NOUNS = frozenset({"NOUN", "PROPN", "ADJ"})
# "Nodes of Ranvier", "Ayanz y Beaumont": a small word in a name.
_LINKS = frozenset({"of", "y", "de", "von", "van"})


@dataclass(frozen=True, slots=True)
class Gap:
    """
    A fact with a term left out: the stem, the key as it stands, and how good it is.

    `is_open` where the sentence neither explains the term nor is about it.
    """

    fact: Fact
    term: Term
    stem: str
    key: str
    accepted: tuple[str, ...]
    defines: bool
    is_plural: bool
    quality: float
    is_open: bool

    @property
    def concept(self) -> str:
        """Return the term by its common form, or as it stands here where that is a short form."""
        return self.term.text if stems(self.key) == self.term.key else self.key


def gaps(material: Material) -> Iterator[Gap]:
    """Yield every gap that keeps to the rules, in order of the text."""
    short = _short_forms(material)
    bound = max(4, EVERYWHERE_SHARE * len(material.facts))
    everywhere = frozenset(term.key for term in material.terms if len(term.places) > bound)
    meant = {(one.order, one.key): one for one in material.meanings if one.order is not None}
    said = Counter(stem for fact in material.facts for stem in set(stems(fact.text)))
    for fact in material.fit:
        for term, start, end in fact.terms:
            meaning = meant.get((fact.order, term.key))
            found = _gap(
                fact,
                term,
                start,
                end,
                defines=meaning is not None,
                short=short,
                everywhere=everywhere,
                said=said,
            )
            if found is not None:
                yield found


def cloze_items(material: Material, found: tuple[Gap, ...]) -> Iterator[DraftItem]:
    """Yield an item for each gap."""
    for gap in found:
        yield draft(
            material,
            KIND,
            fields={"stem": gap.stem, "key": gap.key, "accepted": gap.accepted},
            concept=gap.concept,
            citations=(material.cite(gap.fact.chunk, gap.fact.text),),
            chunk=gap.fact.chunk,
            answer=gap.key,
            question=gap.stem,
            quality=gap.quality - OPEN_COST * gap.is_open,
            tags=tuple(term.text for term, _, _ in gap.fact.terms),
            hint=term_hint(gap.key),
        )


def _gap(
    fact: Fact,
    term: Term,
    start: int,
    end: int,
    *,
    defines: bool,
    short: dict[str, str],
    everywhere: frozenset[tuple[str, ...]],
    said: Mapping[str, int],
) -> Gap | None:
    sentence, text = fact.sentence, fact.sentence.text
    first, last = _tokens_of(sentence, start, end)
    if last <= first or not _is_whole(sentence, first, last):
        return None
    if _is_misread(sentence, first, last):
        return None
    if not (defines or is_term(term)) or _is_listed(sentence, first, last):
        return None
    if not defines and _is_passing(term, sentence.tokens[first:last], said):
        return None
    is_subject = _is_subject(sentence, first, last)
    if not defines and (len(fact.terms) < 2 - is_subject or phrases.EXAMPLES.search(text[:start])):
        return None
    if text[:start].count("(") > text[:start].count(")") or text[:start][-1:] not in _BEFORE:
        return None
    # A blank for a verb or an adjective is told from nouns by its form.
    final = sentence.tokens[last - 1]
    if final.pos not in {"NOUN", "PROPN"} and final.tag != "VBG":
        return None
    if any(token.entity in COUNTED for token in sentence.tokens[first:last]):
        return None
    # People are asked for by full name, among people.
    if not defines and sentence.tokens[last - 1].entity == "PERSON":
        return None
    key = text[start:end]
    stem = clean_stem(f"{text[:start]}{BLANK}{text[end:]}")
    own = set(content_stems(key)) or set(stems(key))
    rest = content_words(stem.replace(BLANK, " "))
    if own & {word.stem for word in rest} or len(rest) < CONTENT_MIN or stem.count(BLANK) != 1:
        return None
    if is_subject and not defines and is_shared(stem):
        return None
    other = short.get(fold(key), "")
    if other and set(stems(other)) & {word.stem for word in words(stem)}:
        return None
    return Gap(
        fact, term, stem, key, (other,) if other else (), defines,
        sentence.tokens[last - 1].tag in {"NNS", "NNPS"},
        gap_quality(
            fact, term, [word.stem for word in rest],
            defines=defines or bool(_NAMED.search(text[:start])),
        )
        + (SUBJECT_BONUS if is_subject and not defines else 0)
        - EVERYWHERE_COST * (not defines and term.key in everywhere)
        - GUESSED_COST * (not defines and _is_guessed(term)),
        not (defines or is_subject),
    )  # fmt: skip


def clean_stem(stem: str) -> str:
    """Return a stem without citations and short forms of the key, its article open."""
    bare = _SHORT_FORM.sub(r"\1", standing(stem))
    bare = _ARTICLE.sub(lambda m: f"{'A' if m[1][0] == 'A' else 'a'}(n) {BLANK}", bare)
    return " ".join(re.sub(r"\s+([,.])", r"\1", bare).split())


def gap_quality(fact: Fact, term: Term, rest: list[str], *, defines: bool) -> float:
    """Return 0..1: that the sentence defines the term counts most, then how much it says."""
    mass = min(1.0, sum(background_weight(stem) for stem in sorted(set(rest))) / IDF_FULL)
    value = 0.35 + 0.3 * defines + 0.15 * mass + 0.1 * (term.is_marked or term.is_defined)
    value += 0.05 * (len(term.key) > 1) + 0.05 * min(2, len(fact.terms) - 1) / 2
    hedges = len(phrases.HEDGES.findall(fact.text))
    return value - VAGUE_COST * vagueness(fact.text) - HEDGE_COST * min(3, hedges)


def vagueness(text: str) -> int:
    """Return how many words of a text, three at most, a learner cannot date or weigh."""
    return min(3, len(phrases.VAGUE.findall(standing(text))))


def _tokens_of(sentence: Sentence, start: int, end: int) -> tuple[int, int]:
    """Return the token range [first, last) of offsets in the sentence's text."""
    shift = sentence.start
    inside = [
        index
        for index, token in enumerate(sentence.tokens)
        if token.start - shift >= start and token.end - shift <= end
    ]
    return (inside[0], inside[-1] + 1) if inside else (0, 0)


def _is_whole(sentence: Sentence, first: int, last: int) -> bool:
    """Say whether the term is a whole phrase: no modifier before it, no noun after it."""
    before = sentence.tokens[first - 1] if first else None
    after = sentence.tokens[last] if last < len(sentence.tokens) else None
    named = first > 1 and before is not None and before.text == "of"
    if named and sentence.tokens[first - 2].pos == "PROPN":
        return False
    announced = before is not None and fold(before.text) in NAMING_NOUNS
    if before is not None and (
        (_modifies(before) and not announced) or before.text in {"-", "–", "/"}
    ):
        return False
    if before is not None and (fold(before.text) == "per" or _grades(sentence, first, last)):
        return False
    if first > 1 and fold(before.text if before else "") in {"and", "&"}:
        both = sentence.tokens[first - 2].pos == sentence.tokens[first].pos == "PROPN"
        if both:
            return False
    if after is None:
        return True
    follower = sentence.tokens[last + 1] if last + 1 < len(sentence.tokens) else None
    if fold(after.text) in _LINKS and follower is not None and follower.pos == "PROPN":
        return False
    return not (
        after.pos in {"NOUN", "PROPN"} or after.text in {"-", "–", "/"} or after.tag == "POS"
    )


def _is_misread(sentence: Sentence, first: int, last: int) -> bool:
    """Say whether the parser took two phrases for one: "From Rome ships sailed"."""
    tokens = sentence.tokens
    follows = last < len(tokens) and tokens[last].tag in {"VBD", "VBZ", "VBP"}
    return first == 1 and tokens[0].pos == "ADP" and follows


def _grades(sentence: Sentence, first: int, last: int) -> bool:
    """Say whether an adverb before the phrase belongs to a word in it: "more", "perfectly"."""
    before = sentence.tokens[first - 1]
    return before.pos == "ADV" and first <= before.head < last and before.dep == "advmod"


def _is_passing(term: Term, tokens: Sequence[Token], said: Mapping[str, int]) -> bool:
    """Say whether a phrase is named but once and is no term by its words, only a turn of phrase."""
    if term.is_marked or term.is_defined or any(token.pos == "PROPN" for token in tokens):
        return False
    if len(term.places) > 1:
        return False
    if len(term.key) == 1:
        return is_common(term.text, within=RARE_WORDS)
    if tokens[0].pos not in {"ADJ", "VERB"}:
        return False
    is_plain = is_common(tokens[0].text, within=PLAIN_ADJECTIVES)
    return is_plain or said.get(term.key[-1], 0) < HEAD_PLACES_MIN


def _is_subject(sentence: Sentence, first: int, last: int) -> bool:
    """Say whether the term is the whole subject of a main clause in the present."""
    chunk = subject_chunk(sentence)
    if chunk is None or chunk.last != last or first - chunk.first > 1:
        return False
    root = sentence.tokens.index(sentence.root)
    said = [
        sentence.root,
        *(t for t in sentence.tokens if t.head == root and t.dep.startswith("aux")),
    ]
    return any(token.tag in {"VBZ", "VBP", "MD"} for token in said)


def _modifies(token: Token) -> bool:
    return token.pos in _NOUNS or (token.tag in {"VBN", "VBG"} and token.dep == "amod")


def is_term(term: Term) -> bool:
    """Say whether a phrase is a term rather than an everyday word."""
    if "." in term.text or len(term.text) < 2 or not term.text[0].isalnum():
        return False
    if term.is_marked:
        return True
    if fold(re.split(r"[\s-]+", term.text)[0]) in EMPTY_MODIFIERS:
        return False
    if len(term.key) > 1:
        return not all(
            is_common(word, within=PLAIN_WORDS) for word in re.split(r"[\s-]+", term.text)
        )
    return not is_common(term.text, within=COMMON_WORDS) and fold(term.text) not in STOP_WORDS


def _is_guessed(term: Term) -> bool:
    """Say whether a term is unmarked, unexplained and made of everyday words only."""
    words_of = re.split(r"[\s-]+", term.text)
    return not (term.is_marked or term.is_defined) and all(
        is_common(word, within=GUESSED_WORDS) for word in words_of
    )


def _is_listed(sentence: Sentence, first: int, last: int) -> bool:
    """Say whether the term is one of several that are joined by "and", "or" or commas."""
    if any(sentence.tokens[index].dep == "conj" for index in range(first, last)):
        return True
    return any(
        token.dep in {"conj", "cc"} and first <= token.head < last and token.pos in {
            "NOUN", "PROPN", "CCONJ", "ADJ", "X"}
        for token in sentence.tokens
    )  # fmt: skip


def _short_forms(material: Material) -> dict[str, str]:
    """Return for each term that the text abbreviates its other form, both ways."""
    found: dict[str, str] = {}
    for one in abbreviations(material.parsed.text):
        long = one.long.strip()
        for prefix in ("the ", "a ", "an "):
            long = long.removeprefix(prefix)
        found.setdefault(fold(long), one.short)
        found.setdefault(fold(one.short), long)
    return found
