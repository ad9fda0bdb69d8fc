"""Measure the built-in judges on outside sets; write docs/evals-judges.json.

Run it as `python scripts/evals/judges.py [--data FOLDER] [--sample N]`. Every number comes from the
judges as the command line runs them: lines in, scores out. `--sample` takes that many lines of each
set, by a fixed seed, and writes nothing. The page's words are in `judges.md` beside this file.
"""

import argparse
import csv
import json
import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from evigate.gate.judging import Tally, find_check, judge_lines, summarise

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "learning"
SEED = 20
Line = dict[str, Any]

# What the research reached with the same sort of judge; a set below its floor is an error.
FLOORS = {
    "wice": ("auc", 0.75),
    "begin": ("auc", 0.93),
    "wrong_paragraph": ("auc", 0.97),
    "wrong_paragraph_no_answer": ("auc", 0.96),
    "squad2": ("auc", 0.72),
    "openstax": ("best_is_key", 0.53),
    "openstax_veto": ("decided_precision", 0.83),
}
PUBLISHED = {
    "wice": "T5-3B .947 and .913, GPT-4 .802, GPT-3.5 .569 (100 claims of the test half); "
    "logistic over nine lexical features .760",
    "begin": "logistic over nine lexical features .937, MiniLM cosine .827",
    "wrong_paragraph": "idf coverage .976",
    "wrong_paragraph_no_answer": "idf coverage .976",
    "squad2": "lexical logistic .723; fine-tuned transformers about .90 accuracy",
    "openstax": "idf coverage .533; chance .25",
    "openstax_veto": "idf coverage .837 at its margin, on 17 % of the items",
}


def wice(data: Path) -> Iterator[Line]:
    """Yield the claims of WiCE's development half with the sentences of the cited page."""
    for text in (data / "wice" / "claim_oracle_dev.jsonl").open(encoding="utf-8"):
        one = json.loads(text)
        yield {
            "id": one["id"],
            "claim": one["claim"],
            "evidence": [sentence for _, sentence in one["evidence"]],
            "label": int(one["label"] == "supported"),
        }


def begin(data: Path) -> Iterator[Line]:
    """Yield the responses of BEGIN's development set with the sentence they should rest on."""
    with (data / "begin" / "begin_dev_wow.tsv").open(encoding="utf-8") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        for number, row in enumerate(rows):
            yield {
                "id": str(number),
                "claim": row["response"],
                "evidence": [row["knowledge"]],
                "label": int(row["begin_label"].strip().lower() == "fully attributable"),
            }


def squad2(data: Path) -> Iterator[Line]:
    """Yield the questions of SQuAD 2.0 that have an answer, or a plausible wrong one."""
    for paragraph in _paragraphs(data):
        for one in paragraph["qas"]:
            answers = one["plaus"] if one["imp"] else one["ans"]
            if answers:
                yield {
                    "id": one["id"],
                    "question": one["q"],
                    "answer": answers[0],
                    "evidence": [paragraph["context"]],
                    "label": int(not one["imp"]),
                }


def wrong_paragraph(data: Path) -> Iterator[Line]:
    """Yield each answerable question with its paragraph and with another of the same article."""
    rng = random.Random(SEED)
    paragraphs = list(_paragraphs(data))
    for paragraph in paragraphs:
        others = [
            other["context"]
            for other in paragraphs
            if other["title"] == paragraph["title"] and other["context"] != paragraph["context"]
        ]
        for one in paragraph["qas"]:
            if one["imp"] or not others:
                continue
            line = {"question": one["q"], "answer": one["ans"][0]}
            right, wrong = [paragraph["context"]], [rng.choice(others)]
            yield {**line, "id": f"{one['id']}+", "evidence": right, "label": 1}
            yield {**line, "id": f"{one['id']}-", "evidence": wrong, "label": 0}


def wrong_paragraph_no_answer(data: Path) -> Iterator[Line]:
    """Yield the same without the answer."""
    for line in wrong_paragraph(data):
        yield {name: value for name, value in line.items() if name != "answer"}


def openstax(data: Path) -> Iterator[Line]:
    """Yield the multiple-choice items of the textbooks with the section they belong to."""
    for path in sorted((data / "openstax").glob("*.jsonl")):
        for text in path.open(encoding="utf-8"):
            module = json.loads(text)
            for number, one in enumerate(module["exercises"]):
                key = (one["solution"] or "").strip()[:1]
                if len(one["options"]) < 3 or key not in "ABCDEFG"[: len(one["options"])]:
                    continue
                if key:
                    yield {
                        "id": f"{module['id']}/{number}",
                        "question": one["stem"],
                        "options": one["options"],
                        "key": key,
                        "evidence": [paragraph for _, paragraph, _ in module["blocks"]],
                    }


def _paragraphs(data: Path) -> Iterator[dict[str, Any]]:
    for text in (data / "squad2" / "dev_half.jsonl").open(encoding="utf-8"):
        yield json.loads(text)


SETS: dict[str, tuple[str, Callable[[Path], Iterator[Line]]]] = {
    "wice": ("groundedness", wice),
    "begin": ("groundedness", begin),
    "wrong_paragraph": ("answerability", wrong_paragraph),
    "wrong_paragraph_no_answer": ("answerability", wrong_paragraph_no_answer),
    "squad2": ("answerability", squad2),
    "openstax": ("answer_correctness", openstax),
}


def measure(name: str, data: Path, sample: int | None = None) -> dict[str, Any]:
    """Return the summary of one set; `sample` lines of it by a fixed seed, or all."""
    check_name, read = SETS[name]
    lines = list(read(data))
    if sample is not None and sample < len(lines):
        lines = random.Random(SEED).sample(lines, sample)
    check, tally = find_check(check_name), Tally()
    for _ in judge_lines(check, (json.dumps(line) for line in lines), tally):
        pass
    return {"set": name, "lines": len(lines), **summarise(check, tally)}


def render(results: list[dict[str, Any]]) -> str:
    """Return the section on the judges as Markdown."""
    rows = [
        f"| {one['set']} | {one['check']} {one['version']} | {one['lines']:,} "
        f"| {_number(one['auc'])} | {_number(one['accuracy'])} | {_number(one['kappa'])} "
        f"| {_number(one['alpha'])} | {PUBLISHED[one['set']]} |"
        for one in results
    ]
    key = next(one for one in results if one["set"] == "openstax")
    text = (Path(__file__).parent / "judges.md").read_text(encoding="utf-8")
    return text.format(
        rows="\n".join(rows),
        items=f"{key['keyed']:,}",
        best=_number(key["best_is_key"]),
        decided=f"{key['decided']:,}",
        precision=_number(key["decided_precision"]),
    )


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def failures(results: list[dict[str, Any]]) -> list[str]:
    """Return a sentence for each floor that was not reached."""
    named = {one["set"]: one for one in results}
    found = []
    for name, (measure_name, floor) in FLOORS.items():
        value = named[name.removesuffix("_veto")][measure_name]
        if value is None or value < floor:
            found.append(f"{name}: {measure_name} is {value}, below {floor}")
    return found


def main() -> int:
    """Measure, print, write; 1 when a floor was missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--sample", type=int)
    given = parser.parse_args()
    results = []
    for name in SETS:
        results.append(measure(name, given.data, given.sample))
        print(json.dumps(results[-1]), flush=True)
    if given.sample is None:
        text = json.dumps({"judges": results}, indent=2) + "\n"
        (ROOT / "docs" / "evals-judges.json").write_text(text, encoding="utf-8")
    missed = failures(results)
    print("\n".join(missed), file=sys.stderr)
    return int(bool(missed))


if __name__ == "__main__":
    sys.exit(main())
