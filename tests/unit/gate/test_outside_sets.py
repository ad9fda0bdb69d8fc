"""The judges keep their floors on seeded samples of the outside sets, and catch planted faults."""

import importlib.util
import json
import random
import re
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from tests.conftest import REPOSITORY, need, shared_folder

from evigate.gate.checks import BUILTIN_CHECKS, Citation, Draft, EvalType, Option
from evigate.gate.lines import draft_of
from evigate.language.parser import parse_many
from evigate.language.terms import key_terms, term_key
from evigate.language.weights import Weights
from evigate.language.words import contains_phrase, stems


def script() -> ModuleType:
    path = REPOSITORY / "scripts" / "evals" / "judges.py"
    spec = importlib.util.spec_from_file_location("judges_script", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def learning_data() -> Path:
    folder = shared_folder() / "data" / "learning"
    need("the outside sets for learning", is_there=folder.is_dir())
    return folder


# A sample swings: its floor is the set's own less two standard errors of that many lines.
@pytest.mark.parametrize(
    ("name", "measure", "lines", "floor"),
    [
        ("wice", "auc", 349, 0.75),
        ("begin", "auc", 430, 0.93),
        ("wrong_paragraph", "auc", 600, 0.96),
        ("wrong_paragraph_no_answer", "auc", 600, 0.95),
        ("squad2", "auc", 1200, 0.70),
        ("openstax", "best_is_key", 250, 0.50),
        ("openstax", "decided_precision", 754, 0.83),
    ],
)
def test_a_judge_keeps_its_floor(name: str, measure: str, lines: int, floor: float) -> None:
    found = script().measure(name, learning_data(), lines)
    assert found[measure] >= floor, found


def human_items() -> list[Draft]:
    lines = script().openstax(learning_data())
    return [draft_of(line) for line in lines]


def share(drafts: list[Draft], kind: EvalType, floor: float) -> float:
    scores = [BUILTIN_CHECKS[kind].score(draft, {}).score for draft in drafts]
    return sum(one is not None and one >= floor for one in scores) / len(scores)


def test_items_that_people_wrote_pass() -> None:
    drafts = human_items()
    assert share(drafts, EvalType.DISTRACTOR_QUALITY, 0.5) >= 0.90
    assert share(drafts, EvalType.ITEM_FLAWS, 0.75) >= 0.85
    assert share(drafts, EvalType.QA_ALIGNMENT, 0.6) >= 0.90


def changed(draft: Draft, **fields: Any) -> Draft:
    return replace(draft, reading=replace(draft.reading, **fields))


def test_planted_second_keys_are_caught() -> None:
    """A distractor is made right by a sentence in the evidence that says so; all else is kept."""
    caught = total = 0
    for draft in human_items():
        question = draft.reading.question or ""
        parts = re.split(r"_{3,}", question)
        if len(parts) != 2 or len(question.split()) < 6:
            continue
        other = next(option for option in draft.reading.options if not option.is_key)
        said = f"{parts[0]}{other.text}{parts[1]}"
        citations = (*draft.citations, Citation(said, said))
        found = BUILTIN_CHECKS[EvalType.DISTRACTOR_QUALITY].score(
            replace(draft, citations=citations), {}
        )
        total += 1
        caught += other.id in (found.details["second_keys"] or ())
    assert total > 100
    assert caught / total >= 0.80, (caught, total)


def test_leaked_keys_are_caught() -> None:
    drafts = [
        changed(draft, question=f"{draft.reading.question} Think of {draft.reading.answer}.")
        for draft in human_items()
    ]
    assert share(drafts, EvalType.QA_ALIGNMENT, 0.6) <= 0.05


def test_swapped_keys_are_vetoed_far_more_often_than_right_ones() -> None:
    check = BUILTIN_CHECKS[EvalType.ANSWER_CORRECTNESS]
    right = wrong = 0
    rng = random.Random(1)
    for draft in rng.sample(human_items(), 300):
        options = draft.reading.options
        key = rng.choice([option.id for option in options if not option.is_key])
        swapped = tuple(Option(one.id, one.text, one.id == key) for one in options)
        right += bool(check.score(draft, {}).details["veto"])
        wrong += bool(check.score(changed(draft, options=swapped), {}).details["veto"])
    assert wrong > 6 * right, (wrong, right)


@pytest.mark.slow
def test_key_terms_are_those_of_the_glossary() -> None:
    path = learning_data() / "openstax" / "psychology-2e.jsonl"
    modules = [json.loads(line) for line in path.open(encoding="utf-8")]
    weights = Weights.of_texts("\n".join(block[1] for block in one["blocks"]) for one in modules)
    chosen = random.Random(7).sample([one for one in modules if len(one["glossary"]) >= 5], 40)
    texts = ["\n\n".join(block[1] for block in one["blocks"]) for one in chosen]
    precision = []
    for module, text, parsed in zip(chosen, texts, parse_many(texts), strict=True):
        # An abbreviation in brackets ("(CNS)") is no part of the term.
        names = {term_key(term.split(" (")[0]) for term, _ in module["glossary"]}
        gold = {key for key in names if contains_phrase(stems(text), key)}
        found = key_terms(parsed, limit=10, weights=weights)
        precision.append(sum(term.key in gold for term in found) / 10)
    assert sum(precision) / len(precision) >= 0.48
