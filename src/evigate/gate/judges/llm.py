"""Judges that ask a language model, behind the same protocol as the built-in checks.

The model is a function that is passed in, so this file knows no provider and no network. What it is
asked comes in two parts: rules, which are ours, and data, which are everybody's; not a word of a
document or a draft is in the rules. What it answers keeps its form (`forms.py`), and a quote counts
only when it stands letter for letter in the evidence. The judge never sees which option is the key
where it has to choose one, and it chooses several times with the options in other orders, since
models prefer places.
"""

import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from evigate.base.canonical import content_hash
from evigate.gate.checks.models import Draft, EvalType, Option, Score, measured, not_measured
from evigate.gate.judges.forms import (
    CLAIMS_MAX,
    NEIGHBOURS_MAX,
    ChosenOption,
    Claims,
    Distractors,
    Form,
    FoundAnswer,
    Likeness,
    Rated,
    Verdict,
)
from evigate.gate.judges.prompts import EVIDENCE, Prompt, default_prompt, rules_of
from evigate.language.numbers import quantities
from evigate.language.similarity import coverage
from evigate.language.words import content_stems, stems

VERSION = "2"
SHUFFLE_SEEDS = (1, 2, 3)
EVIDENCE_CHARACTERS_MAX = 60_000
SAME_ANSWER_COVERAGE = 0.6
# One step of difficulty costs a quarter, as with the built-in check.
STEP_COST = 0.25
_LETTERS = "ABCDEFGHIJ"
_SHARE = {"supported": 1.0, "partial": 0.5, "unsupported": 0.0}
_VERDICT = {"yes": 1.0, "partly": 0.5, "no": 0.0}
_LIKENESS = {"same": 1.0, "overlapping": 0.5, "different": 0.0}

CRITERIA: Mapping[EvalType, str] = {
    EvalType.QA_ALIGNMENT: "The key answers exactly what the question asks, and the question does "
    "not give the key away.",
    EvalType.CONCEPT_ALIGNMENT: "The draft is about the concepts it is tagged with.",
    EvalType.HIERARCHY_CORRECTNESS: "Each child is a kind, part or topic of its parent, by the "
    "passages.",
    EvalType.CONCEPT_GROUNDEDNESS: "Every concept of the draft is present in the passages.",
    EvalType.ITEM_FLAWS: "The question is clear, asks one thing, and gives no cue to the key.",
    EvalType.READABILITY: "A reader who follows the passages can read the draft at once: plain "
    "sentences, no needless rare word, one language.",
    EvalType.SAFETY_PII: "The draft holds no insult, no personal data and nothing harmful.",
}


class Unanswered(Exception):
    """The model gave no answer that can be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Asked:
    """
    One question to a model.

    Attributes:
        rules: the prompt, with the names of the data and none of their words.
        data: the draft's own parts, by input.
        passages: the evidence, in the order cited.
        places: what the answer must cover; see `forms`.
    """

    rules: str
    data: Mapping[str, str]
    passages: tuple[str, ...]
    places: tuple[str, ...] = ()


Complete = Callable[[Asked], Awaitable[Form]]


@dataclass(frozen=True, slots=True)
class LlmJudge:
    """
    A check that asks a model.

    Attributes:
        eval_type: one of `SUPPORTED`.
        complete: returns an answer in the form of what is judged; raises `Unanswered` where there
            is none. Other errors are the caller's: they are not swallowed.
        model: the model's name, for the record.
        prompt: the text to use; the product's own by default.
        params: what the model is asked with beside the text; part of the version.
    """

    eval_type: EvalType
    complete: Complete
    model: str
    prompt: Prompt | None = None
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return the judge's name."""
        return f"llm:{self.model}"

    @property
    def version(self) -> str:
        """Return the scoring's version with a hash of prompt and parameters: they pin the judge."""
        prompt = self.used_prompt
        return f"{VERSION}+{prompt.version}.{content_hash([prompt.text, dict(self.params)])[:12]}"

    @property
    def provenance(self) -> Mapping[str, Any]:
        """Return the model, its parameters and the prompt."""
        prompt = self.used_prompt
        return {
            "model": self.model,
            "params": dict(self.params),
            "prompt": prompt.name,
            "prompt_version": prompt.version,
        }

    @property
    def used_prompt(self) -> Prompt:
        """Return the prompt it asks with."""
        return self.prompt or default_prompt(prompt_name(self.eval_type).removeprefix("judge."))

    async def score(self, draft: Draft, params: Mapping[str, Any]) -> Score:
        """Return the draft's score; not measured when the model gave no answer to use."""
        if EVIDENCE in self.used_prompt.inputs and not draft.evidence:
            return not_measured("no citation resolves to a passage")
        scorer = _SCORERS.get(self.eval_type, _score_rubric)
        try:
            return await scorer(self, draft)
        except Unanswered as error:
            return not_measured(f"the model's answer could not be used: {error}")

    async def ask(
        self,
        draft: Draft,
        data: Mapping[str, str],
        *,
        places: Sequence[str] = (),
        ours: Mapping[str, str] | None = None,
    ) -> Any:
        """Return the model's answer; data that the prompt does not name are not sent."""
        prompt = self.used_prompt
        asked = Asked(
            rules=rules_of(prompt, data=data, ours=ours or {}),
            data={name: value for name, value in data.items() if name in prompt.inputs},
            passages=_passages(draft) if EVIDENCE in prompt.inputs else (),
            places=tuple(places),
        )
        return await self.complete(asked)


def prompt_name(eval_type: EvalType) -> str:
    """Return the name of the prompt that a judge of this asks with."""
    return f"judge.{eval_type.lower()}" if eval_type in _SCORERS else "judge.rubric"


async def _score_groundedness(judge: LlmJudge, draft: Draft) -> Score:
    claims = draft.reading.claims[:CLAIMS_MAX]
    if not claims:
        return not_measured("the draft makes no claim")
    numbers = [str(number) for number in range(len(claims))]
    answer: Claims = await judge.ask(draft, {"claims": _numbered(claims)}, places=numbers)
    verdicts = {one.claim: one for one in answer.claims}
    judged = []
    for number, claim in enumerate(claims):
        one = verdicts[number]
        is_literal = _is_literal(one.quote, draft)
        # A verdict whose quote does not stand in the evidence is not believed.
        share = _SHARE[one.verdict] if is_literal else 0.0
        known = {"text": claim, "quote_is_literal": is_literal, "share": share}
        judged.append({**one.model_dump(), **known})
    return measured(sum(one["share"] for one in judged) / len(judged), {"claims": judged})


async def _score_answerability(judge: LlmJudge, draft: Draft) -> Score:
    question = draft.reading.question
    if not question:
        return not_measured("the draft asks no question")
    answer: FoundAnswer = await judge.ask(draft, {"question": question})
    is_literal = _is_literal(answer.quote, draft)
    key = draft.reading.answer
    accepted = [text for text in (key, *draft.reading.accepted) if text]
    agrees = any(answers_agree(text, answer.answer) for text in accepted) if accepted else True
    held = answer.answerable and is_literal
    known = {"quote_is_literal": is_literal, "agrees_with_key": agrees}
    return measured((1.0 if agrees else 0.25) if held else 0.0, {**answer.model_dump(), **known})


async def _score_correctness(judge: LlmJudge, draft: Draft) -> Score:
    options = draft.reading.options
    keys = [option.id for option in options if option.is_key]
    if len(keys) != 1 or not draft.reading.question or len(options) > len(_LETTERS):
        return not_measured("there is no stem with exactly one key among the options")
    chosen: list[str | None] = []
    for seed in SHUFFLE_SEEDS:
        order = list(options)
        random.Random(seed).shuffle(order)
        data = {"question": draft.reading.question, "options": _listed(order)}
        letters = _LETTERS[: len(order)]
        answer: ChosenOption = await judge.ask(draft, data, places=letters)
        is_none = answer.choice == "none"
        chosen.append(None if is_none else order[letters.index(answer.choice)].id)
    agreed = chosen.count(keys[0])
    others = [one for one in chosen if one not in (None, keys[0])]
    details = {"chosen": chosen, "key": keys[0], "veto": len(others) == len(chosen)}
    return measured(agreed / len(chosen), details)


async def _score_distractors(judge: LlmJudge, draft: Draft) -> Score:
    options = draft.reading.options
    key = [option for option in options if option.is_key]
    others = [option for option in options if not option.is_key]
    if len(key) != 1 or not others or not draft.reading.question or len(options) > len(_LETTERS):
        return not_measured("there are no options with exactly one key")
    order = [*key, *others]
    data = {"question": draft.reading.question, "options": _listed(order)}
    letters = _LETTERS[1 : len(order)]
    answer: Distractors = await judge.ask(draft, data, places=letters)
    judged = {one.option: one for one in answer.options}
    named = {order[_LETTERS.index(letter)].id: judged[letter] for letter in letters}
    seconds = [name for name, one in named.items() if one.also_correct]
    plausible = sum(one.plausible for one in named.values()) / len(named)
    shown = {name: one.model_dump(exclude={"option"}) for name, one in named.items()}
    return measured(0.0 if seconds else plausible, {"options": shown, "second_keys": seconds})


async def _score_difficulty(judge: LlmJudge, draft: Draft) -> Score:
    claimed = draft.reading.difficulty
    if claimed is None:
        return not_measured("the draft does not say how hard it should be")
    answer: Rated = await judge.ask(draft, {"draft": _texts(draft)})
    details = {"claimed": claimed, **answer.model_dump()}
    return measured(1.0 - STEP_COST * abs(answer.difficulty - claimed), details)


async def _score_duplication(judge: LlmJudge, draft: Draft) -> Score:
    """Score likeness, which is better when low, as the built-in check does."""
    others = draft.neighbours[:NEIGHBOURS_MAX]
    if not others:
        return measured(0.0, {"nearest": None})
    numbers = [str(number) for number in range(len(others))]
    data = {"draft": _texts(draft), "others": _numbered(others)}
    answer: Likeness = await judge.ask(draft, data, places=numbers)
    near = answer.nearest
    shown = None if near is None else {"index": near, "text": others[near]}
    details = {"nearest": shown, "likeness": answer.likeness, "reason": answer.reason}
    return measured(_LIKENESS[answer.likeness], details)


async def _score_rubric(judge: LlmJudge, draft: Draft) -> Score:
    criterion = CRITERIA.get(judge.eval_type)
    if criterion is None:
        return not_measured(f"no model judges {judge.eval_type}")
    answer: Verdict = await judge.ask(
        draft, {"draft": _texts(draft)}, ours={"criterion": criterion}
    )
    return measured(_VERDICT[answer.verdict], answer.model_dump())


_SCORERS: Mapping[EvalType, Callable[[LlmJudge, Draft], Awaitable[Score]]] = {
    EvalType.GROUNDEDNESS: _score_groundedness,
    EvalType.ANSWERABILITY: _score_answerability,
    EvalType.ANSWER_CORRECTNESS: _score_correctness,
    EvalType.DISTRACTOR_QUALITY: _score_distractors,
    EvalType.DIFFICULTY_CALIBRATION: _score_difficulty,
    EvalType.DUPLICATION: _score_duplication,
}
SUPPORTED = frozenset({*_SCORERS, *CRITERIA})


def answers_agree(key: str, given: str) -> bool:
    """Say whether two short answers mean the same: most words of each, and the same numbers."""
    if {one.value for one in quantities(key)} != {one.value for one in quantities(given)}:
        return False
    left, right = content_stems(key) or stems(key), content_stems(given) or stems(given)
    return (
        max(coverage(left, right), coverage(right, left)) >= SAME_ANSWER_COVERAGE
        and min(coverage(left, right), coverage(right, left)) > 0
    ) or left == right


def _is_literal(quote: str, draft: Draft) -> bool:
    return bool(quote.strip()) and any(quote in text for text in draft.evidence)


def _passages(draft: Draft) -> tuple[str, ...]:
    """Return the evidence, the whole cut at `EVIDENCE_CHARACTERS_MAX`."""
    left, kept = EVIDENCE_CHARACTERS_MAX, []
    for text in draft.evidence:
        if left <= 0:
            break
        kept.append(text[:left])
        left -= len(text)
    return tuple(kept)


def _texts(draft: Draft) -> str:
    return "\n".join(f"{path}: {text}" for path, text in draft.reading.texts.items())


def _numbered(texts: Sequence[str]) -> str:
    return "\n".join(f"{number}: {text}" for number, text in enumerate(texts))


def _listed(options: Sequence[Option]) -> str:
    return "\n".join(
        f"{letter}: {option.text}" for letter, option in zip(_LETTERS, options, strict=False)
    )
