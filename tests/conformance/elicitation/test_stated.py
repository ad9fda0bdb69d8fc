"""Ideas of four kinds, written for this house with the words that state each field.

Origin: see ORIGIN.md. Products as benchmark sets describe them, prompts to a coding assistant, what
owners say, briefs. "read" ones were read while rules were made; each later part was written by
somebody who knew no rule and measured before it was read, the last one was not read at all. A
field counts as stated where its label has words.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from evigate.studio.extraction import Extraction, extract
from evigate.studio.extraction.models import Found
from evigate.studio.fields import FIELDS

ROWS: list[dict[str, Any]] = [
    json.loads(line)
    for line in (Path(__file__).parent / "stated.jsonl").read_text(encoding="utf-8").splitlines()
]
REFUSED = ("success_criteria.dealbreakers[]", "domain_specific.outOfScope[]")
PATHS = {
    "problem": ("purpose_and_problem.coreProblem",),
    "primary": ("users_and_personas.primaryUser",),
    "jobs": ("users_and_personas.jobsToBeDone[]",),
    "measures": ("success_criteria.measuresOfSuccess[]",),
    "dealbreakers": (*REFUSED, "constraints.technicalConstraints[]"),
    "timeline": ("constraints.timeline",),
    "sensitive": ("non_functional_screening.sensitiveData[]",),
    "scale": ("non_functional_screening.expectedScale[]",),
    "entities": ("domain_specific.coreEntities[]",),
    "roles": ("domain_specific.rolesAndAccess[]",),
}


def touches(text: str, claim: Found, words: str) -> bool:
    start = text.find(words)
    while start >= 0:
        if start < claim.end and claim.start < start + len(words):
            return True
        start = text.find(words, start + 1)
    return False


def measured(half: str) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Return how often each required field is stated, has a claim, and has one on those words."""
    stated, claimed, met = Counter[str](), Counter[str](), Counter[str]()
    for row in ROWS:
        if row["half"] != half:
            continue
        found = extract(row["text"])
        for name, paths in PATHS.items():
            if words := row["fields"].get(name):
                own = [each for each in found.claims if each.field_path in paths]
                stated[name] += 1
                claimed[name] += bool(own)
                met[name] += any(touches(row["text"], each, one) for each in own for one in words)
    return stated, claimed, met


@pytest.mark.parametrize(
    ("half", "claims", "words"),
    [
        ("read", 0.98, 0.87),
        ("eleventh", 0.97, 0.8),
        ("twelfth", 0.96, 0.82),
        ("thirteenth", 0.95, 0.81),
        ("fourteenth", 0.94, 0.81),
    ],
)
def test_each_stated_required_field_has_a_claim(half: str, claims: float, words: float) -> None:
    stated, claimed, met = measured(half)
    assert stated.total() > 400
    assert claimed.total() / stated.total() >= claims
    assert met.total() / stated.total() >= words


@pytest.mark.parametrize("row", ROWS, ids=[row["id"] for row in ROWS])
def test_every_claim_stands_in_the_text_letter_by_letter(row: dict[str, Any]) -> None:
    found: Extraction = extract(row["text"])
    assert found.domain
    for claim in found.claims:
        assert row["text"][claim.start : claim.end] == claim.quote and claim.quote.strip()
        assert claim.field_path in FIELDS
