"""Which sentences can stand alone: those that a learner understands without the page around them.

Each rule answers with a short reason why a sentence is refused; the first that applies is given.
They are rules of form over the parse (length, subject, pronouns, pointers), so they know nothing of
what is true or worth knowing, and a sentence that passes may still be dull.

Source:
    the bounds of length are those of the measurements in the reference on generation; the rules on
    what refers back are ours.
"""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from evigate.language.definitions import NAMING_NOUNS
from evigate.language.detect import UNKNOWN, detect_language
from evigate.language.models import Sentence, Span
from evigate.language.weights import is_common
from evigate.language.words import fold, stems
from evigate.learning.generate import phrases
from evigate.learning.generate.pronouns import has_loose_pronoun

WORDS_MIN, WORDS_MAX = 8, 40
LETTERS_SHARE_MIN = 0.75
# Figures may take the place of some letters; other marks may not.
LETTERS_BESIDE_FIGURES_MIN, PLAIN_SHARE_MIN = 0.6, 0.88
# A name that stands in so many places of a text is its matter, and no guest of one story.
NAMED_PLACES_MIN = 3
QUOTED_WORDS_MAX = 6
# Fewer announce nothing ("Note:").
TOLD_WORDS_MIN = 4
# Words as common as this name no matter of their own ("many people").
PLAIN_WORDS = 2_500
# "Unlike ", "both " and the like may stand before the phrase.
COUNT_CHARACTERS_MAX = 8
# Longer noun phrases say enough to be unique.
BARE_WORDS_MAX = 2

_QUOTED = re.compile(r"[\"“]([^\"”]*)[\"”]")
# "consolidation: the process of …"; a list after a colon leaves no whole statement.
_APPOSED = re.compile(
    r"\s(?:an?|the)\s(?!following)[^,:;]+\b(?:of|that|which|in|by|to|for)\s[^:;]*$"
)
# A full stop amid a sentence that ends no short form.
_BROKEN = re.compile(
    r"(?<!\betc)(?<!\bal)(?<!\bspp)(?<!\bapprox)(?<!\bvs)(?<!\bcf)(?<=\w\w)\.\s+[a-z]{3,}\s"
)
_AGED = re.compile(r",\s+an?\s+[\w-]+-year-old\b")
_POINTING = frozenset({"this", "these", "that", "those"})
# "… has one restriction: If you …"; a whole sentence tells what was announced.
_TOLD = re.compile(r"\s[A-Z][^:;]{40,}$")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the rules know of the document: its key terms' stems, and people named in full."""

    terms: frozenset[tuple[str, ...]]
    people: frozenset[str]
    before: str = ""
    after: str = ""


def refusal(sentence: Sentence, around: Surroundings) -> str | None:
    """
    Return why a sentence cannot make an item by itself, or None if it can.

    Args:
        sentence: as parsed.
        around: what of the document decides; `before` and `after` are the rest of its line.
    """
    return next((name for name, rule in RULES.items() if rule(sentence, around)), None)


def has_subject(sentence: Sentence) -> bool:
    """Say whether the main verb is finite and has a subject of its own."""
    tokens = sentence.tokens
    root = tokens.index(sentence.root)
    own = [token for token in tokens if token.head == root and token is not tokens[root]]
    subject = any(token.dep in {"nsubj", "nsubjpass", "csubj"} for token in own)
    finite = {"VBZ", "VBP", "VBD", "MD"}
    return subject and (
        tokens[root].tag in finite or any(t.tag in finite and t.dep.startswith("aux") for t in own)
    )


def subject_chunk(sentence: Sentence) -> Span | None:
    """Return the noun phrase that is the subject of the main verb, if there is one."""
    root = sentence.tokens.index(sentence.root)
    for chunk in sentence.chunks:
        last = sentence.tokens[chunk.last - 1]
        if last.dep in {"nsubj", "nsubjpass"} and last.head == root:
            return chunk
    return None


def _is_unbounded(sentence: Sentence, around: Surroundings) -> bool:
    text = sentence.text.strip()
    if not text or not (text[0].isupper() or text[0].isdigit()) or not text.endswith("."):
        return True
    if text.endswith("..") or re.search(r"[a-z)]{2}[.!?]\s+[A-Z]\w+\s+\w+\s+\w+", text):
        return True
    # "… of C5a. illustrates a wound": the words between, a figure's name, were lost.
    if _BROKEN.search(text):
        return True
    before, after = around.before.rstrip(), around.after.lstrip()
    return bool(before and before[-1] not in '.!?:;)”"’') or after[:1].islower()


def _is_out_of_length(sentence: Sentence, around: Surroundings) -> bool:
    count = sum(token.pos not in {"PUNCT", "SPACE"} for token in sentence.tokens)
    return not WORDS_MIN <= count <= WORDS_MAX


def _is_odd(sentence: Sentence, around: Surroundings) -> bool:
    text = phrases.BRACKETED.sub("", sentence.text)
    marks = [mark for mark in text if not mark.isspace()]
    letters = sum(mark.isalpha() for mark in marks)
    plain = letters + sum(mark.isdigit() for mark in marks)
    is_worded = letters >= LETTERS_SHARE_MIN * len(marks) or (
        letters >= LETTERS_BESIDE_FIGURES_MIN * len(marks) and plain >= PLAIN_SHARE_MIN * len(marks)
    )
    if not is_worded or text.upper() == text:
        return True
    for left, right in ("()", "[]", "“”"):
        if text.count(left) != text.count(right):
            return True
    return text.count('"') % 2 == 1 or text.count(";") > 1 or not _says_after_colon(text)


def _says_after_colon(text: str) -> bool:
    """Say whether what follows a colon, if there is one, says what the thing before it is."""
    before, colon, after = text.partition(":")
    is_told = len(before.split()) >= TOLD_WORDS_MIN and bool(_TOLD.match(after))
    return not colon or is_told or bool(_APPOSED.match(after))


def _is_quoted(sentence: Sentence, around: Surroundings) -> bool:
    return any(len(said.split()) > QUOTED_WORDS_MAX for said in _QUOTED.findall(sentence.text))


def _refers_back(sentence: Sentence, around: Surroundings) -> bool:
    text = phrases.LEAD.sub("", sentence.text.strip())
    lead = len(sentence.text.strip()) - len(text)
    return bool(phrases.ANAPHORA.search(text)) or any(
        token.tag == "DT"
        and fold(token.text) in _POINTING
        and token.start - sentence.start >= lead
        and not _looks_ahead(sentence, at)
        and not _is_named_before(sentence, at)
        for at, token in enumerate(sentence.tokens)
    )


def _looks_ahead(sentence: Sentence, at: int) -> bool:
    """Say whether a "that" or "those" is explained by what follows it: "those who", "that of"."""
    if fold(sentence.tokens[at].text) not in {"that", "those"}:
        return False
    after = sentence.tokens[at + 1] if at + 1 < len(sentence.tokens) else None
    return after is not None and (after.tag in {"WP", "WDT", "IN", "VBN", "VBG"})


def _is_named_before(sentence: Sentence, at: int) -> bool:
    """Say whether the sentence itself names what it points at: "a reference … that reference"."""
    head = sentence.tokens[sentence.tokens[at].head]
    before = sentence.tokens[:at]
    return head.pos == "NOUN" and any(
        token.pos == "NOUN" and token.lemma.lower() == head.lemma.lower() for token in before
    )


def _is_anecdote(sentence: Sentence, around: Surroundings) -> bool:
    """Find a person by one name only, whom the document never names in full, or by their age."""
    if _AGED.search(sentence.text):
        return True
    for entity in sentence.entities:
        if entity.label != "PERSON":
            continue
        parts = [
            fold(t.text) for t in sentence.tokens[entity.first : entity.last] if t.pos == "PROPN"
        ]
        if len(parts) == 1 and parts[0] not in around.people:
            return True
    return False


def _is_foreign(sentence: Sentence, around: Surroundings) -> bool:
    return detect_language(sentence.text) not in {"en", UNKNOWN}


def _has_bare_subject(sentence: Sentence, around: Surroundings) -> bool:
    """Find a definite subject ("the researchers") that only the text before could explain."""
    chunk = subject_chunk(sentence)
    if chunk is None:
        return False
    tokens = sentence.tokens[chunk.first : chunk.last]
    if fold(tokens[0].text) != "the" or len(tokens) - 1 > BARE_WORDS_MAX:
        return False
    head = chunk.last - 1
    # "The woman – Ada Berg – …": a name that is added does not say which woman.
    later = [t for t in sentence.tokens[chunk.last :] if t.head == head and t.dep != "appos"]
    if any(t.pos != "PUNCT" for t in later):
        return False
    if any(token.pos == "PROPN" for token in tokens):
        return False
    if len(tokens) > BARE_WORDS_MAX and fold(tokens[1].text) in NAMING_NOUNS:
        return False
    said = stems(" ".join(token.text for token in tokens[1:]))
    return said not in around.terms


def _is_leading(sentence: Sentence, around: Surroundings) -> bool:
    text = phrases.LEAD.sub("", sentence.text.strip())
    if phrases.COUNTED.match(text):
        return not _counts_terms(sentence, len(sentence.text) - len(text))
    return bool(phrases.CONNECTIVES.match(text))


def _counts_terms(sentence: Sentence, lead: int) -> bool:
    """Say whether the phrase that opens the sentence counts what has a name of its own."""
    first = sentence.chunks[0] if sentence.chunks else None
    if first is None or first.start - sentence.start - lead > COUNT_CHARACTERS_MAX:
        return False
    tokens = sentence.tokens[first.first : first.last]
    return not all(is_common(token.text, within=PLAIN_WORDS) for token in tokens)


def standing(text: str) -> str:
    """Return a sentence without citations and without the word that joins it to another."""
    bare = phrases.LEAD.sub("", phrases.BRACKETED.sub("", text).strip())
    bare = phrases.ASIDE.sub(", " if phrases.OPENS_BEFORE.match(bare) else " ", bare)
    return bare[:1].upper() + bare[1:]


def _found(pattern: re.Pattern[str]) -> Callable[[Sentence, Surroundings], bool]:
    return lambda sentence, around: bool(pattern.search(sentence.text))


RULES: Mapping[str, Callable[[Sentence, Surroundings], bool]] = {
    "no_whole_sentence": _is_unbounded,
    "length": _is_out_of_length,
    "boilerplate": _found(phrases.BOILERPLATE),
    "instruction": _found(phrases.INSTRUCTION),
    "odd_marks": _is_odd,
    "speech": _is_quoted,
    "address": _found(phrases.ADDRESS),
    "connective": _is_leading,
    "pointer": _found(phrases.POINTERS),
    "no_subject": lambda sentence, around: not has_subject(sentence),
    "refers_back": _refers_back,
    "loose_pronoun": lambda sentence, around: has_loose_pronoun(sentence),
    "anecdote": _is_anecdote,
    "bare_subject": _has_bare_subject,
    "language": _is_foreign,
}


def known_people(sentences: Collection[Sentence], places: Sequence[int] = ()) -> frozenset[str]:
    """
    Return the names, folded, that a sentence may use alone.

    Those are the last names of everyone whom some sentence names in full, and what the text names
    in at least `NAMED_PLACES_MIN` places: the matter of a history goes by one name ("Kublai"), as
    does a city that the parser takes for a person.

    Args:
        sentences: all of the document.
        places: for each of them the number of the stretch of text that it stands in.
    """
    full: set[str] = set()
    alone: dict[str, set[int]] = {}
    for number, sentence in enumerate(sentences):
        place = places[number] if places else 0
        for entity in sentence.entities:
            parts = [t for t in sentence.tokens[entity.first : entity.last] if t.pos == "PROPN"]
            if entity.label == "PERSON" and len(parts) > 1:
                full.add(fold(parts[-1].text))
            elif entity.label == "PERSON" and parts:
                alone.setdefault(fold(parts[0].text), set()).add(place)
    return frozenset(
        full | {name for name, found in alone.items() if len(found) >= NAMED_PLACES_MIN}
    )
