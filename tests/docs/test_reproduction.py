"""The figures of the reproduction matrix: rendered from what was measured, and complete."""

import json
import sys

from tests.conftest import REPOSITORY

sys.path.insert(0, str(REPOSITORY / "scripts" / "evals"))

from reproduction_page import PAGE, RESULTS, reproduction_section


def test_the_page_is_what_was_measured() -> None:
    """To accept new figures: .venv/bin/python scripts/evals/reproduction_page.py."""
    assert PAGE.read_text() == reproduction_section(json.loads(RESULTS.read_text()))


def test_most_numbers_hold_and_every_run_repeats() -> None:
    facts = json.loads(RESULTS.read_text())
    rows = [row for row in facts["claims"] if "missing" not in row]
    assert len({row["claim"] for row in rows}) >= 20
    assert all(row["is_repeatable"] for row in rows)
    held = [row for row in rows if row["verdict"] == "reproduced"]
    assert len(held) >= 0.85 * len(rows)
