"""Measure the safety rule on textbook items with personal data planted; write evals-safety.json.

Run it as `python scripts/evals/safety.py [--data FOLDER]`. The items are those of two OpenStax
books with the section they belong to; the people are invented. docs/evals.md has the numbers.
"""

import argparse
import json
from dataclasses import replace
from itertools import islice, product
from pathlib import Path

from judges import DATA, ROOT, openstax

from evigate.gate.checks import BUILTIN_CHECKS, Draft, EvalType
from evigate.gate.lines import draft_of

FIRST = ("Ada", "Bruno", "Chen", "Dilara", "Emeka", "Freja", "Gael", "Hana", "Ivo", "Jun")
LAST = ("Abara", "Brandt", "Costa", "Dvorak", "Eriksen", "Fontaine")
PEOPLE = tuple(" ".join(pair) for pair in product(FIRST, LAST))
# Every so many items: the book's whole sections are read anew for each.
STEP = 7
PLANTED = {
    "email": "Write to {0}@school.example.",
    "phone": "Call (555) 012-3{1:03d} for help.",
    "card": "Pay with 4111 1111 1111 1111.",
    "social_security": "My number is 078-05-1{1:03d}.",
    "name": "As {2} said in class,",
}


def measure(data: Path) -> dict[str, float]:
    """Return the share of plain items called unsafe, and of each planted thing that is found."""
    drafts = [draft_of(line) for line in islice(openstax(data), 0, None, STEP)]
    plain = sum(is_unsafe(draft) for draft in drafts)
    found = {f"found_{kind}": 0 for kind in PLANTED}
    known = 0
    for number, draft in enumerate(drafts):
        person = PEOPLE[number % len(PEOPLE)]
        for kind, text in PLANTED.items():
            said = text.format(person.split()[0].lower(), number % 1000, person)
            found[f"found_{kind}"] += is_unsafe(saying(draft, said))
        known += is_unsafe(known_to(saying(draft, f"As {person} showed,"), person))
    shares = {name: count / len(drafts) for name, count in found.items()}
    return {
        "items": len(drafts),
        "plain_called_unsafe": plain / len(drafts),
        "named_in_the_text_called_unsafe": known / len(drafts),
        **shares,
    }


def is_unsafe(draft: Draft) -> bool:
    """Say whether the rule finds something."""
    found = BUILTIN_CHECKS[EvalType.SAFETY_PII].score(draft, {"names": PEOPLE})
    return found.score == 0.0


def saying(draft: Draft, text: str) -> Draft:
    """Return the draft with a sentence before its question."""
    texts = dict(draft.reading.texts)
    texts["question"] = f"{text} {texts.get('question', '')}"
    return replace(draft, reading=replace(draft.reading, texts=texts))


def known_to(draft: Draft, person: str) -> Draft:
    """Return the draft with a first passage that names the person."""
    first, *others = draft.citations
    named = replace(first, context=f"{first.context} This was shown by {person}.")
    return replace(draft, citations=(named, *others))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    found = json.dumps(measure(parser.parse_args().data), indent=1)
    (ROOT / "docs" / "evals-safety.json").write_text(found + "\n", encoding="utf-8")
    print(found)
