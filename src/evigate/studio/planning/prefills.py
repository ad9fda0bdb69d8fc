"""What is known already and could answer a question: by what, how surely, and why in words.

Pure. Four sources: `persona`, what was said of the people; `pattern`, what a detected pattern
settles; `cascade`, an answer to the same question in the conversation, or to another one of the
same field; `inference`, other words of the person. The surest wins, ties in that order. A prefill
is an offer: it answers nothing by itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from evigate.base.errors import EvigateError
from evigate.language.words import content_stems, split_sentences
from evigate.studio import fields
from evigate.studio.features.reading import Known
from evigate.studio.library.phrases import PhraseIndex, excluded_scopes
from evigate.studio.planning.models import Asked, Detection, Prefill
from evigate.studio.planning.values import read_answer
from evigate.studio.session.conflicts import shown

# An offer is never as sure as a person; that somebody was named at all is only a hint of who it is.
CONFIDENCE_MAX = 0.95
OPTION_SAID, OPTION_NEAR, SAID_SO, COUNTED = 0.65, 0.75, 0.62, 0.85
CASCADED, PEOPLE = CONFIDENCE_MAX, 0.5
# What fills a question's field but has no word of it is a suggestion and no more.
OPEN_KINDS, SAME_FIELD = frozenset({"text", "list", "table"}), 0.8
OVERLAP_WORDS, OVERLAP_SHARE, OVERLAP_SHARE_OF_A_YES = 2, 0.34, 0.5
HINT_BASE, HINT_SPAN = 0.3, 0.4
WHO = frozenset({"who", "whom", "whose"})
PEOPLE_FIELDS = (fields.PRIMARY_USER, fields.SECONDARY_USERS)
# What is out of scope answers no question of what is in it.
NOT_FILLED = frozenset({fields.OUT_OF_SCOPE.removesuffix("[]")})


@dataclass(frozen=True)
class Ground:
    """What prefills are made from; sentences are cut once."""

    known: Known
    detections: Sequence[Detection] = ()
    answers: Mapping[str, tuple[Asked, Any]] = field(default_factory=dict)

    @cached_property
    def sentences(self) -> list[tuple[str, frozenset[str]]]:
        """Return what was said, by the sentence, with the stems of each."""
        text = self.known.text
        cut = [text[start:end] for start, end in split_sentences(text)]
        return [(each, frozenset(content_stems(each))) for each in cut]

    @cached_property
    def answered_elsewhere(self) -> frozenset[str]:
        """Return the words that answered questions of the trade, in small letters."""
        details = [c for c in self.known.claims if c.field_path.startswith(fields.DETAILS)]
        return frozenset(each.quote.casefold() for each in details)


def prefill_of(question: Asked, ground: Ground) -> Prefill | None:
    """Return the surest offer for a question; None where nothing speaks of it."""
    offers = [
        *_by_detail(question, ground),
        *_by_claims(question, ground),
        *_by_people(question, ground),
        *_by_pattern(question, ground),
        *_by_cascade(question, ground),
        *_by_options(question, ground),
        *_by_count(question, ground),
        *_by_sentence(question, ground),
    ]
    return max(offers, key=lambda each: each.confidence, default=None)


def _offer(
    question: Asked, value: Any, confidence: float, source: Any, explanation: str
) -> Iterable[Prefill]:
    """Yield the offer if it is an answer that the question takes."""
    try:
        read = read_answer(question.kind, question.options, value)
    except EvigateError:
        return
    yield Prefill(read, round(min(confidence, CONFIDENCE_MAX), 2), source, explanation)


def _by_detail(question: Asked, ground: Ground) -> Iterable[Prefill]:
    """Offer what was answered to just this question when the conversation asked it."""
    claims = ground.known.of(fields.DETAILS + question.key)
    if not claims:
        return
    values = [shown(each.value) for each in claims]
    is_several = question.kind in ("multi", "list", "table")
    said = ", ".join(dict.fromkeys(f"“{each.quote}”" for each in claims))
    confidence = min(each.confidence for each in claims)
    why = f"You answered that in the conversation: {said}."
    yield from _offer(
        question, values if is_several else "; ".join(values), confidence, "cascade", why
    )


def _by_claims(question: Asked, ground: Ground) -> Iterable[Prefill]:
    path = question.fills
    if path is None or path in NOT_FILLED:
        return
    claims = [c for c in ground.known.claims if c.field_path.removesuffix("[]") == path]
    if not claims:
        return
    source = "persona" if path.startswith("users_and_personas") else "inference"
    confidence = min(each.confidence for each in claims)
    if question.kind in OPEN_KINDS and not _speaks_of(question, claims):
        confidence = min(confidence, SAME_FIELD)
    said = ", ".join(dict.fromkeys(f"“{each.quote}”" for each in claims))
    why = f"You said {said}."
    values = [shown(each.value) for each in claims]
    if question.kind in ("choice", "multi"):
        index = PhraseIndex((option, (option,)) for option in question.options)
        found = [o for o, hits in index.find(". ".join(values)).items() if not _ruled_out(hits)]
        if found:
            value: Any = found if question.kind == "multi" else found[0]
            yield from _offer(question, value, confidence, source, why)
    elif question.kind in ("list", "table"):
        yield from _offer(question, values, confidence, source, why)
    else:
        yield from _offer(question, "; ".join(values), confidence, source, why)


def _speaks_of(question: Asked, claims: Sequence[Any]) -> bool:
    """Say whether what was said has a word of the question: several questions fill one field."""
    about = frozenset(content_stems(question.ask))
    return any(about & set(content_stems(each.quote)) for each in claims)


def _by_people(question: Asked, ground: Ground) -> Iterable[Prefill]:
    first = question.ask.split()[:2]
    if question.kind not in ("text", "list") or not WHO & {w.strip("“”,").lower() for w in first}:
        return
    people = [c for path in PEOPLE_FIELDS for c in ground.known.of(path)]
    if people:
        names = list(dict.fromkeys(shown(each.value) for each in people))
        value: Any = names if question.kind == "list" else ", ".join(names)
        why = f"The people you named are {', '.join(names)}."
        yield from _offer(question, value, PEOPLE, "persona", why)


def _by_pattern(question: Asked, ground: Ground) -> Iterable[Prefill]:
    for each in ground.detections:
        if each.status != "dismissed" and question.key in each.settles:
            why = f"The pattern “{each.pattern_name}” settles it so; {'; '.join(each.signals)}."
            value = each.settles[question.key]
            yield from _offer(question, value, each.confidence, "pattern", why)


def _by_cascade(question: Asked, ground: Ground) -> Iterable[Prefill]:
    if question.fills is None:
        return
    for key, (other, value) in ground.answers.items():
        if key != question.key and other.fills == question.fills and other.kind == question.kind:
            why = f"You answered that to “{other.ask}”"
            yield from _offer(question, value, CASCADED, "cascade", why)


def _by_options(question: Asked, ground: Ground) -> Iterable[Prefill]:
    if question.kind not in ("choice", "multi"):
        return
    index = PhraseIndex((option, (option,)) for option in question.options)
    hits = {o: each for o, each in index.find(ground.known.text).items() if not _ruled_out(each)}
    if not hits or (question.kind == "choice" and len(hits) > 1):
        return
    about = frozenset(content_stems(question.ask))
    quotes = list(dict.fromkeys(hit.quote for each in hits.values() for hit in each))
    # "A day" as the answer to one question says nothing of another.
    if all(each.casefold() in ground.answered_elsewhere for each in quotes):
        return
    near = [s for s, stems in ground.sentences if any(q in s for q in quotes) and stems & about]
    confidence = OPTION_NEAR if near else OPTION_SAID
    value: Any = list(hits) if question.kind == "multi" else next(iter(hits))
    said = ", ".join(f"“{each}”" for each in quotes)
    yield from _offer(question, value, confidence, "inference", f"Your words name it: {said}.")


def _by_count(question: Asked, ground: Ground) -> Iterable[Prefill]:
    if question.kind != "number":
        return
    about = frozenset(content_stems(question.ask))
    for claim in (*ground.known.of(fields.COUNTS), *ground.known.of(fields.EXPECTED_SCALE)):
        value = claim.value if isinstance(claim.value, dict) else {}
        of = content_stems(str(value.get("of") or ""))
        # The last word is the thing; what stands before it only says which.
        if of and of[-1] in about and "count" in value:
            confidence = claim.confidence * COUNTED
            yield from _offer(
                question, value["count"], confidence, "inference", f"You said “{claim.quote}”."
            )


def _by_sentence(question: Asked, ground: Ground) -> Iterable[Prefill]:
    """Offer the sentence that speaks most of what is asked: a hint, at most a suggestion."""
    about = frozenset(content_stems(question.ask))
    if not about or question.kind in ("choice", "multi", "number", "date", "money", "duration"):
        return
    shared = [(len(about & stems), text) for text, stems in ground.sentences]
    most, sentence = max(shared, default=(0, ""), key=lambda pair: pair[0])
    least = OVERLAP_SHARE_OF_A_YES if question.kind == "boolean" else OVERLAP_SHARE
    if most < OVERLAP_WORDS or most / len(about) < least:
        return
    why = f"You said “{sentence}”, which speaks of the same."
    if question.kind == "boolean":
        is_no = bool(excluded_scopes(sentence))
        yield from _offer(question, not is_no, SAID_SO, "inference", why)
        return
    confidence = HINT_BASE + HINT_SPAN * most / len(about)
    yield from _offer(question, sentence, confidence, "inference", why)


def _ruled_out(hits: Sequence[Any]) -> bool:
    return all(each.is_excluded for each in hits)
