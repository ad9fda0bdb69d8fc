"""Every behaviour of the list names a test that is there, or says why none is needed."""

import ast
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from tests.conftest import REPOSITORY

HERE = Path(__file__).parent
NOT_APPLICABLE = "n/a"
MISSING = "missing"
REASON_CHARS_MIN = 20


@dataclass(frozen=True, slots=True)
class Behaviour:
    """A line of the list; `reason` says why a test is shared, or why there is none."""

    section: str
    text: str
    test: str
    reason: str


def behaviours() -> list[Behaviour]:
    found, section = [], ""
    for line in (HERE / "behaviours.txt").read_text().splitlines():
        if line.startswith("## "):
            section = line.removeprefix("## ")
        elif line and not line.startswith("#"):
            text, test, *reason = (part.strip() for part in line.split(" | "))
            assert len(reason) < 2, f"a field too many: {line}"
            found.append(Behaviour(section, text, test, "".join(reason)))
    return found


@cache
def names_in(path: str) -> frozenset[str]:
    """The names of a file's tests, read and not run."""
    tree = ast.parse((REPOSITORY / path).read_text())
    return frozenset(
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.name.startswith("test_")
        and not any("skip" in ast.unparse(each) for each in node.decorator_list)
    )


def counts() -> dict[str, int]:
    tests = [each.test for each in behaviours()]
    absent, missing = tests.count(NOT_APPLICABLE), tests.count(MISSING)
    proved = len(tests) - absent - missing
    return {"proved": proved, "not applicable": absent, "missing": missing}


def test_every_named_test_is_there() -> None:
    missing = []
    for each in behaviours():
        if each.test not in (NOT_APPLICABLE, MISSING):
            path, _, name = each.test.partition("::")
            if not (REPOSITORY / path).is_file() or name not in names_in(path):
                missing.append(f"{each.text}: {each.test}")
    assert not missing, "\n".join(missing)


def test_a_behaviour_without_a_test_says_why() -> None:
    silent = [
        each.text
        for each in behaviours()
        if each.test in (NOT_APPLICABLE, MISSING) and len(each.reason) < REASON_CHARS_MIN
    ]
    assert not silent, silent


def test_a_test_that_proves_several_says_how() -> None:
    """The first line that names a test needs no reason; each further one does."""
    seen: Counter[str] = Counter()
    silent = []
    for each in behaviours():
        seen[each.test] += 1
        if each.test not in (NOT_APPLICABLE, MISSING) and seen[each.test] > 1 and not each.reason:
            silent.append(f"{each.text}: {each.test}")
    assert not silent, "\n".join(silent)


def test_no_behaviour_is_listed_twice() -> None:
    assert [text for text, n in Counter(each.text for each in behaviours()).items() if n > 1] == []


@pytest.mark.parametrize("what", ["proved", "not applicable", "missing"])
def test_the_readme_counts_them(what: str) -> None:
    told = re.search(rf"^\| {what} \| (\d+) \|$", (HERE / "README.md").read_text(), re.M)
    assert told is not None and int(told[1]) == counts()[what]
