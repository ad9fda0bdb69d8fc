"""Short answers: what a term means, why or how something is so, with points to grade by.

"Why" comes of a clause with "because", "so that" or "in order to"; "how" of "by" with a gerund;
the rest of the sentence is turned into a question by moving its auxiliary, or by "do". A sentence
whose subject does not stand first, or that is denied, is left alone: its question would be wrong
more often than right. The rubric's lines are the clauses of the answer.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from evigate.language.models import Sentence, Token
from evigate.language.words import content_stems
from evigate.learning.generate import phrases
from evigate.learning.generate.cloze import VAGUE_COST, vagueness
from evigate.learning.generate.drafts import capital, draft, lower_first, section_hint
from evigate.learning.generate.material import Fact, Material
from evigate.learning.generate.meanings import Meaning
from evigate.learning.generate.models import DraftItem

KIND = "learning.short_answer_item"
TRUST_MIN = 0.8
RUBRIC_LINES_MAX = 4
LINE_MAX = 300
ANSWER_WORDS_MIN = 4
CLAUSE_CONTENT_MIN = 3

_NAMES = frozenset({"PERSON", "GPE", "ORG", "LOC", "NORP", "FAC", "EVENT"})
# Verbs whose object answers "what?", with the preposition that stays in the question.
_WHAT = {
    "cause": "", "require": "", "lead": "to", "result": "in", "consist": "of", "depend": "on",
    "rely": "on", "prevent": "", "determine": "", "measure": "", "produce": "", "involve": "",
    "regulate": "", "control": "", "affect": "", "influence": "", "contain": "", "protect": "",
    "allow": "", "enable": "", "trigger": "", "stimulate": "", "contribute": "to", "guarantee": "",
    "ensure": "", "provide": "", "mean": "", "react": "to", "respond": "to", "refer": "to",
    "begin": "with", "end": "with", "originate": "in", "differ": "from",
}  # fmt: skip
# Participles after "is" whose complement answers "what?".
_WHAT_PASSIVE = {
    "divide": "into", "compose": "of", "make": "of", "cause": "by", "produce": "by",
    "surround": "by", "cover": "by", "derive": "from", "base": "on", "affect": "by",
    "influence": "by", "control": "by", "regulate": "by", "determine": "by", "replace": "by",
    "characterize": "by", "mark": "by", "convert": "into", "associate": "with", "connect": "to",
    "limit": "to", "follow": "by",
}  # fmt: skip
_DO = {"VBZ": "does", "VBP": "do", "VBD": "did"}
_DASH = re.compile(r"—|\s[–-]\s")
_SPLIT = re.compile(
    r",\s+(?=and\b|or\b|which\b|where\b|who\b|but\b)|;\s+|\s+(?=and\s+(?:the|a|an|to|by|is|are)\b)"
    r"|\s+(?=(?:that|which|in\s+which|by\s+which|so\s+that|when)\s)"
)
_FURTHER = re.compile(r"^(?:(?:an|the)?other|(?:the\s+)?same|both|more)\b", re.IGNORECASE)
_LEAD = re.compile(r"^(?:(?:and|or|but|which|that)\s+)+", re.IGNORECASE)
_TAIL = re.compile(r",?\s+(?:and|or|but)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Asked:
    word: str
    stop: int
    answer_start: int
    tail: str = ""


def short_answers(material: Material) -> Iterator[DraftItem]:
    """Yield questions on meanings, then on causes and means, each in order of the text."""
    for meaning in material.meanings:
        if meaning.trust >= TRUST_MIN:
            yield _meaning(material, meaning)
    for fact in material.fit:
        item = _reasoned(material, fact)
        if item is not None:
            yield item


def rubric_lines(answer: str) -> list[dict[str, object]]:
    """Return the clauses of an answer as rubric lines of a point each; at least one."""
    parts = [part.strip(" ,;.") for part in _SPLIT.split(answer)]
    kept: list[str] = []
    for part in parts:
        if kept and len(content_stems(part)) < 2:
            kept[-1] = f"{kept[-1]} {part}"
        elif part:
            kept.append(part)
    if len(kept) > 1 and len(content_stems(kept[0])) < 2:
        kept[:2] = [f"{kept[0]} {kept[1]}"]
    kept = [_TAIL.sub("", _LEAD.sub("", part)) for part in kept]
    # A remark in brackets that was cut in two is no clause.
    whole = all(line.count("(") == line.count(")") for line in kept)
    lines = kept if whole and 1 < len(kept) <= RUBRIC_LINES_MAX else [answer.strip(" .")]
    return [{"text": capital(line)[:LINE_MAX], "points": 1} for line in lines]


def question_of(
    sentence: Sentence, word: str, stop: int, proper: frozenset[str] = frozenset()
) -> str:
    """
    Return the sentence up to token `stop` as a question with a word in front, or nothing.

    The subject must stand first; a denial, a command or a clause before it gives nothing.
    """
    tokens = sentence.tokens
    root = tokens.index(sentence.root)
    subject = [n for n, t in enumerate(tokens) if t.head == root and t.dep.startswith("nsubj")]
    if not subject or root >= stop or any(t.dep == "neg" for t in tokens if t.head == root):
        return ""
    first, last = _subtree(tokens, subject[0])
    if first != _lead(sentence) or last > root or not _stands(tokens[first:last]):
        return ""
    helper = next(
        (
            n
            for n in range(last, root)
            if tokens[n].head == root and tokens[n].dep.startswith("aux")
        ),
        root if tokens[root].pos == "AUX" else None,
    )
    said = _text(sentence, first, last)
    is_name = tokens[first].entity in _NAMES and tokens[first].pos != "DET"
    said = said if is_name else lower_first(said, proper)
    if helper is not None:
        rest = f"{_text(sentence, last, helper)} {_text(sentence, helper + 1, stop)}"
        return _asked(word, tokens[helper].text.lower(), said, rest)
    form = _DO.get(tokens[root].tag)
    if form is None:
        return ""
    rest = f"{_text(sentence, last, root)} {tokens[root].lemma} {_text(sentence, root + 1, stop)}"
    return _asked(word, form, said, rest)


def _stands(subject: tuple[Token, ...]) -> bool:
    """Say whether a subject names its thing: no "its program", no "one of", no clause before."""
    owned = any(t.tag == "PRP$" and t.text.lower() != "our" for t in subject)
    opens = subject[0].tag == "VBG" and subject[0].dep not in {"amod", "compound", "nsubj", "csubj"}
    counts = subject[0].pos in {"ADP", "ADV", "NUM", "SCONJ"}
    return not (owned or opens or counts)


def _lead(sentence: Sentence) -> int:
    """Return how many tokens join the sentence to the one before: "However" and its comma."""
    lead = phrases.LEAD.match(sentence.text)
    stop = sentence.start + (lead.end() if lead else 0)
    return sum(token.start < stop for token in sentence.tokens)


def _asked(word: str, helper: str, subject: str, rest: str) -> str:
    # "Also" and the like join the sentence to others that are not asked about.
    text = re.sub(r"\balso\s+", "", f"{word} {helper} {subject} {rest}")
    text = phrases.ASIDE.sub(" ", re.sub(r"\s+(?=,)", "", text))
    plain = re.sub(r"\s+(?=[,;])", "", " ".join(phrases.BRACKETED.sub("", text).split()))
    return plain.rstrip(" ,;") + "?"


def _meaning(material: Material, meaning: Meaning) -> DraftItem:
    stem = f"What is meant by “{meaning.term}”?"
    key = f"{capital(meaning.said)}."
    return draft(
        material,
        KIND,
        fields={"stem": stem, "key": key, "rubric": rubric_lines(meaning.said)},
        concept=meaning.term,
        citations=(material.cite(meaning.chunk, meaning.quote),),
        chunk=meaning.chunk,
        answer=key,
        question=stem,
        quality=meaning.trust - 0.2,
        hint=section_hint(material.section(meaning.chunk), key),
    )


def _reasoned(material: Material, fact: Fact) -> DraftItem | None:
    found = _reason(fact.sentence)
    if found is None:
        return None
    stem = question_of(fact.sentence, found.word, found.stop, material.proper)
    if found.tail:
        stem = f"{stem.rstrip('?')} {found.tail}?"
    answer = _text(fact.sentence, found.answer_start, _clause_end(fact.sentence)).strip(" .,;")
    answer = phrases.BRACKETED.sub("", answer)
    if len(content_stems(stem)) < CLAUSE_CONTENT_MIN or len(answer.split()) < ANSWER_WORDS_MIN:
        return None
    # "Another barrier" answers no question that does not speak of the first.
    if _FURTHER.match(answer):
        return None
    # A dash opens an aside, which neither half can keep.
    if len(content_stems(answer)) < CLAUSE_CONTENT_MIN - 1 or _DASH.search(fact.text):
        return None
    return draft(
        material,
        KIND,
        fields={"stem": stem, "key": f"{capital(answer)}.", "rubric": rubric_lines(answer)},
        concept=fact.matter,
        citations=(material.cite(fact.chunk, fact.text),),
        chunk=fact.chunk,
        answer=answer,
        question=stem,
        quality=0.75 + 0.1 * bool(fact.terms) - VAGUE_COST * vagueness(fact.text),
        tags=tuple(term.text for term, _, _ in fact.terms),
        hint=section_hint(material.section(fact.chunk), answer),
    )


def _clause_end(sentence: Sentence) -> int:
    """Return where the main clause ends: before "and" with a subject and verb of its own."""
    tokens = sentence.tokens
    root = tokens.index(sentence.root)
    owners = {t.head for t in tokens if t.dep in {"nsubj", "nsubjpass"}}
    other = next((n for n in sorted(owners) if tokens[n].dep == "conj" and tokens[n].head == root),
                 None)  # fmt: skip
    joined = (n for n, t in enumerate(tokens) if t.dep == "cc" and t.head == root)
    return len(tokens) if other is None else next((n for n in joined if n < other), len(tokens))


def _reason(sentence: Sentence) -> _Asked | None:
    """Return where the main clause stops and what asks for the rest of the sentence."""
    tokens = sentence.tokens
    root = tokens.index(sentence.root)
    for number in range(root + 1, len(tokens) - 2):
        token, word = tokens[number], tokens[number].text.lower()
        after = tokens[number + 1].text.lower()
        verb = tokens[token.head]
        if word == "because" and after != "of" and verb.head == root and verb.dep == "advcl":
            return _Asked("Why", number, number)
        if word == "in" and after == "order" and tokens[number + 2].text.lower() == "to":
            return _Asked("Why", number, number)
        if word == "by" and token.head == root and tokens[number + 1].tag == "VBG":
            return _Asked("How", number, number)
    return _what(tokens, root)


def _what(tokens: tuple[Token, ...], root: int) -> _Asked | None:
    """Return the question on what is used for, or on the object of a verb of cause or make-up."""
    if root + 2 >= len(tokens):
        return None
    lemma, after = tokens[root].lemma.lower(), tokens[root + 1]
    if lemma == "use" and tokens[root].tag == "VBN" and after.text.lower() == "to":
        return _Asked("What", root + 1, root + 1, "for")
    if tokens[root].tag == "VBN" and _WHAT_PASSIVE.get(lemma) == after.text.lower():
        return _Asked("What", root + 2, root + 2)
    if lemma not in _WHAT or tokens[root].tag not in {"VB", "VBZ", "VBP", "VBD"}:
        return None
    particle = _WHAT[lemma]
    if particle and after.text.lower() != particle:
        return None
    is_object = any(token.dep == "dobj" and token.head == root for token in tokens)
    if not particle and not is_object:
        return None
    stop = root + 1 + bool(particle)
    return _Asked("What", stop, stop)


def _subtree(tokens: tuple[Token, ...], top: int) -> tuple[int, int]:
    """Return the range of a token and all that hangs on it."""
    inside = {top}
    for _ in tokens:
        more = {n for n, t in enumerate(tokens) if t.head in inside} - inside
        if not more:
            break
        inside |= more
    return min(inside), max(inside) + 1


def _text(sentence: Sentence, first: int, last: int) -> str:
    if first >= last:
        return ""
    tokens = sentence.tokens
    return sentence.text[
        tokens[first].start - sentence.start : tokens[last - 1].end - sentence.start
    ]
