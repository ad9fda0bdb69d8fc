"""Judges that ask a language model, behind the same protocol as the built-in checks.

The model is a function that is passed in, so this file knows no provider and no network. What it
answers is as untrusted as an upload: an answer that does not fit the schema measures nothing, and a
quote counts only when it stands letter for letter in the evidence. The judge never sees which
option is the key where it has to choose one, and it chooses several times with the options in other
orders, since models prefer places.
"""

import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from evigate.base.canonical import content_hash
from evigate.gate.checks.models import Draft, EvalType, Option, Score, measured, not_measured
from evigate.gate.judges.prompts import SYSTEM, Fence, Prompt, default_prompt, fill, random_fence
from evigate.gate.shapes import shape_errors
from evigate.language.numbers import quantities
from evigate.language.similarity import coverage
from evigate.language.words import content_stems, stems

Complete = Callable[[str, str, Mapping[str, Any]], Awaitable[Mapping[str, Any]]]

VERSION = "1"
SHUFFLE_SEEDS = (1, 2, 3)
CLAIMS_MAX = 20
EVIDENCE_CHARACTERS_MAX = 60_000
SAME_ANSWER_COVERAGE = 0.6
_LETTERS = "ABCDEFGHIJ"
_SHARE = {"supported": 1.0, "partial": 0.5, "unsupported": 0.0}
_VERDICT = {"yes": 1.0, "partly": 0.5, "no": 0.0}

CRITERIA: Mapping[EvalType, str] = {
    EvalType.QA_ALIGNMENT: "The key answers exactly what the question asks, and the question does "
    "not give the key away.",
    EvalType.CONCEPT_ALIGNMENT: "The draft is about the concepts it is tagged with.",
    EvalType.HIERARCHY_CORRECTNESS: "Each child is a kind, part or topic of its parent, by the "
    "passages.",
    EvalType.CONCEPT_GROUNDEDNESS: "Every concept of the draft is present in the passages.",
    EvalType.ITEM_FLAWS: "The question is clear, asks one thing, and gives no cue to the key.",
    EvalType.SAFETY_PII: "The draft holds no insult, no personal data and nothing harmful.",
}


class _Unusable(Exception):
    """The model's answer cannot be read; the message says why."""


@dataclass(frozen=True, slots=True)
class LlmJudge:
    """
    A check that asks a model.

    Attributes:
        eval_type: one of `SUPPORTED`.
        complete: (system, prompt, JSON Schema) -> the parsed answer; may raise ValueError for
            output that is no JSON. Other errors are the caller's: they are not swallowed.
        model: the model's name, for the record.
        prompt: the text to use; the product's own by default.
        fence: makes the random words between which data stands; fixed in tests.
    """

    eval_type: EvalType
    complete: Complete
    model: str
    prompt: Prompt | None = None
    fence: Fence = field(default=random_fence, repr=False)

    @property
    def name(self) -> str:
        """Return the judge's name."""
        return f"llm:{self.model}"

    @property
    def version(self) -> str:
        """Return the scoring's version and the prompt's hash, which together pin the judge."""
        prompt = self._prompt()
        return f"{VERSION}+{prompt.version}.{content_hash(prompt.text)[:12]}"

    async def score(self, draft: Draft, params: Mapping[str, Any]) -> Score:
        """Return the draft's score; not measured when the model's answers cannot be read."""
        if not draft.evidence:
            return not_measured("no citation resolves to a passage")
        scorer = _SCORERS.get(self.eval_type, _score_rubric)
        try:
            return await scorer(self, draft)
        except _Unusable as error:
            return not_measured(f"the model's answer could not be used: {error}")

    async def ask(self, values: Mapping[str, str], schema: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the model's answer, held against the schema."""
        prompt = self._prompt()
        kept = {name: value for name, value in values.items() if name in prompt.inputs}
        text = fill(prompt, kept, fence=self.fence)
        try:
            answer = await self.complete(SYSTEM, text, schema)
        except ValueError as error:
            raise _Unusable("it is no JSON") from error
        problem = next(shape_errors(answer, schema), None)
        if problem is not None:
            raise _Unusable(problem[1])
        return answer

    def _prompt(self) -> Prompt:
        if self.prompt is not None:
            return self.prompt
        named = self.eval_type.lower() if self.eval_type in _SCORERS else "rubric"
        return default_prompt(named)


async def _score_groundedness(judge: LlmJudge, draft: Draft) -> Score:
    claims = draft.reading.claims[:CLAIMS_MAX]
    if not claims:
        return not_measured("the draft makes no claim")
    numbered = "\n".join(f"{number}: {claim}" for number, claim in enumerate(claims))
    answer = await judge.ask({"evidence": _evidence(draft), "claims": numbered}, _CLAIMS_SCHEMA)
    verdicts = {one["claim"]: one for one in answer["claims"]}
    if set(verdicts) != set(range(len(claims))):
        raise _Unusable("it does not judge each claim once")
    judged = []
    for number, claim in enumerate(claims):
        one = verdicts[number]
        is_literal = _is_literal(one["quote"], draft)
        # A verdict whose quote does not stand in the evidence is not believed.
        share = _SHARE[one["verdict"]] if is_literal else 0.0
        judged.append({**one, "text": claim, "quote_is_literal": is_literal, "share": share})
    return measured(sum(one["share"] for one in judged) / len(judged), {"claims": judged})


async def _score_answerability(judge: LlmJudge, draft: Draft) -> Score:
    question = draft.reading.question
    if not question:
        return not_measured("the draft asks no question")
    values = {"evidence": _evidence(draft), "question": question}
    answer = await judge.ask(values, _ANSWER_SCHEMA)
    is_literal = _is_literal(answer["quote"], draft)
    key = draft.reading.answer
    accepted = [text for text in (key, *draft.reading.accepted) if text]
    agrees = any(answers_agree(text, answer["answer"]) for text in accepted) if accepted else True
    held = bool(answer["answerable"]) and is_literal
    details = {**answer, "quote_is_literal": is_literal, "agrees_with_key": agrees}
    return measured((1.0 if agrees else 0.25) if held else 0.0, details)


async def _score_correctness(judge: LlmJudge, draft: Draft) -> Score:
    options = draft.reading.options
    keys = [option.id for option in options if option.is_key]
    if len(keys) != 1 or not draft.reading.question or len(options) > len(_LETTERS):
        return not_measured("there is no stem with exactly one key among the options")
    chosen: list[str | None] = []
    for seed in SHUFFLE_SEEDS:
        order = list(options)
        random.Random(seed).shuffle(order)
        values = {
            "evidence": _evidence(draft),
            "question": draft.reading.question,
            "options": _listed(order),
        }
        letters = [*_LETTERS[: len(order)], "none"]
        answer = await judge.ask(values, _choice_schema(letters))
        letter = answer["choice"]
        chosen.append(None if letter == "none" else order[_LETTERS.index(letter)].id)
    agreed = chosen.count(keys[0])
    others = [one for one in chosen if one not in (None, keys[0])]
    details = {"chosen": chosen, "key": keys[0], "veto": len(others) == len(chosen)}
    return measured(agreed / len(chosen), details)


async def _score_distractors(judge: LlmJudge, draft: Draft) -> Score:
    options = draft.reading.options
    key = [option for option in options if option.is_key]
    others = [option for option in options if not option.is_key]
    if len(key) != 1 or not others or not draft.reading.question:
        return not_measured("there are no options with exactly one key")
    order = [*key, *others]
    values = {
        "evidence": _evidence(draft),
        "question": draft.reading.question,
        "options": _listed(order),
    }
    answer = await judge.ask(values, _DISTRACTOR_SCHEMA)
    judged = {one["option"]: one for one in answer["options"]}
    wanted = set(_LETTERS[1 : len(order)])
    if set(judged) != wanted:
        raise _Unusable("it does not judge each distractor once")
    named = {order[_LETTERS.index(letter)].id: judged[letter] for letter in sorted(judged)}
    seconds = [name for name, one in named.items() if one["also_correct"]]
    plausible = sum(one["plausible"] for one in named.values()) / len(named)
    details = {"options": named, "second_keys": seconds}
    return measured(0.0 if seconds else plausible, details)


async def _score_rubric(judge: LlmJudge, draft: Draft) -> Score:
    criterion = CRITERIA.get(judge.eval_type)
    if criterion is None:
        return not_measured(f"no model judges {judge.eval_type}")
    texts = "\n".join(f"{path}: {text}" for path, text in draft.reading.texts.items())
    values = {"evidence": _evidence(draft), "draft": texts, "criterion": criterion}
    answer = await judge.ask(values, _RUBRIC_SCHEMA)
    return measured(_VERDICT[answer["verdict"]], dict(answer))


_SCORERS: Mapping[EvalType, Callable[[LlmJudge, Draft], Awaitable[Score]]] = {
    EvalType.GROUNDEDNESS: _score_groundedness,
    EvalType.ANSWERABILITY: _score_answerability,
    EvalType.ANSWER_CORRECTNESS: _score_correctness,
    EvalType.DISTRACTOR_QUALITY: _score_distractors,
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


def _evidence(draft: Draft) -> str:
    numbered = "\n\n".join(f"[{n}] {text}" for n, text in enumerate(draft.evidence))
    return numbered[:EVIDENCE_CHARACTERS_MAX]


def _listed(options: list[Option]) -> str:
    return "\n".join(
        f"{letter}: {option.text}" for letter, option in zip(_LETTERS, options, strict=False)
    )


def _object(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


def _choice_schema(letters: list[str]) -> dict[str, Any]:
    return _object({"choice": {"enum": letters}})


_TEXT = {"type": "string"}
_CLAIM = _object({"claim": {"type": "integer"}, "verdict": {"enum": [*_SHARE]}, "quote": _TEXT})
_CLAIMS_SCHEMA = _object({"claims": {"type": "array", "items": _CLAIM}})
_ANSWER_SCHEMA = _object({"answerable": {"type": "boolean"}, "answer": _TEXT, "quote": _TEXT})
_DISTRACTOR = _object(
    {"option": _TEXT, "also_correct": {"type": "boolean"}, "plausible": {"type": "boolean"}}
)
_DISTRACTOR_SCHEMA = _object({"options": {"type": "array", "items": _DISTRACTOR}})
_RUBRIC_SCHEMA = _object({"verdict": {"enum": [*_VERDICT]}, "reason": _TEXT})
