"""`evigate evals judge`: lines in, lines out, whatever the lines are."""

import json
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from evigate.gate.commands import evals_app
from evigate.gate.lines import LineError, draft_of

GOOD = {
    "id": "g",
    "evidence": ["Paris is the capital of France."],
    "claim": "Paris is the capital of France.",
    "label": 1,
}
BAD = {**GOOD, "id": "b", "claim": "Rome has been the capital of Spain since 1200.", "label": False}
SILENT = {"id": "s", "evidence": [], "claim": "Paris is in France."}


class Closed:
    """A console that nobody may open: judging a file needs no database."""

    def run(self, work: Any) -> Any:
        raise AssertionError("the house was opened")


def run(folder: Path, lines: list[Any], *options: str, check: str = "groundedness") -> Any:
    source = folder / "in.jsonl"
    source.write_text(
        "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    )
    app = typer.Typer()
    app.add_typer(evals_app(Closed()), name="evals")
    return CliRunner().invoke(
        app,
        [
            "evals",
            "judge",
            check,
            "--in",
            str(source),
            "--out",
            str(folder / "out.jsonl"),
            *options,
        ],
    )


def written(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "out.jsonl").read_text().splitlines()]


def test_each_line_gets_a_score_or_a_reason(tmp_path: Path) -> None:
    result = run(tmp_path, [GOOD, BAD, SILENT], "--json")
    assert result.exit_code == 0
    good, bad, silent = written(tmp_path)
    assert (good["id"], good["score"], good["pass"]) == ("g", 1.0, True)
    assert bad["pass"] is False
    assert silent["score"] is None
    assert silent["pass"] is None
    assert silent["reason"]
    summary = json.loads(result.stdout)
    assert (summary["auc"], summary["accuracy"], summary["kappa"]) == (1.0, 1.0, 1.0)
    assert summary["alpha"] == 1.0
    assert (summary["passed"], summary["failed"], summary["not_measured"]) == (1, 1, 1)


@pytest.mark.parametrize(
    ("check", "line"),
    [
        ("groundedness", {"claim": "巴黎是法国的首都。"}),
        ("answerability", {"question": "法国的首都是哪座城市？"}),
        ("groundedness", {"claim": "パリはフランスの首都である。"}),
        ("groundedness", {"claim": "ปารีสเป็นเมืองหลวงของฝรั่งเศส"}),
    ],
)
def test_a_script_without_spaces_is_not_measured_by_words(
    tmp_path: Path, check: str, line: dict[str, str]
) -> None:
    run(tmp_path, [{"id": "u", "evidence": ["巴黎是法国的首都。"], **line}], check=check)
    (found,) = written(tmp_path)
    assert (found["score"], found["pass"]) == (None, None)
    assert "spaces between words" in found["reason"]


def test_bad_lines_are_named_and_the_others_judged(tmp_path: Path) -> None:
    lines = [
        "no json",
        GOOD,
        "[1]",
        {**GOOD, "evidence": True},
        {**GOOD, "label": "maybe"},
        "",
        BAD,
    ]
    result = run(tmp_path, lines)
    assert result.exit_code != 0
    assert "E_JUDGE_LINES" in str(result.exception)
    found = written(tmp_path)
    bad = [one for one in found if "error" in one]
    assert [one["line"] for one in bad] == [1, 3, 4]
    assert all((one["score"], one["pass"], one["details"]) == (None, None, {}) for one in bad)
    assert all(one["reason"] for one in bad)
    assert [one["id"] for one in found if "error" not in one] == ["g", "g", "b"]


def test_a_run_can_be_taken_up_again(tmp_path: Path) -> None:
    run(tmp_path, [GOOD])
    with (tmp_path / "out.jsonl").open("a") as file:
        file.write('{"id": "cut sh')
    result = run(tmp_path, [GOOD, BAD], "--resume", "--json")
    assert json.loads(result.stdout)["skipped"] == 1
    kept = (tmp_path / "out.jsonl").read_text().splitlines()
    assert json.loads(kept[-1])["id"] == "b"
    assert sum('"g"' in line for line in kept) == 1


def test_unknown_checks_and_missing_files_say_so(tmp_path: Path) -> None:
    assert "there is no built-in check" in str(run(tmp_path, [], check="nonsense").exception)
    app = typer.Typer()
    app.add_typer(evals_app(Closed()), name="evals")
    missing = ["evals", "judge", "groundedness", "--in", str(tmp_path / "no"), "--out", "-"]
    assert "cannot read" in str(CliRunner().invoke(app, missing).exception)


def test_a_key_is_named_by_id_letter_index_or_text() -> None:
    line = {"question": "Which?", "options": ["rods", "cones", "lens"], "evidence": "x"}
    for key in ("B", "b", 1, "cones"):
        options = draft_of({**line, "key": key}).reading.options
        assert [option.is_key for option in options] == [False, True, False]
    with pytest.raises(LineError, match="names no option"):
        draft_of({**line, "key": "Z"})


def test_a_line_may_say_the_same_in_another_form() -> None:
    line = {"stem": "Which?", "evidence": [None, {"id": 7, "text": "x"}]}
    forms: list[dict[str, Any]] = [
        {"options": ["Rods", "Cones"], "key": " cones. "},
        {"options": ["rods", "cones"], "answer": "B"},
        {"options": ["rods", "cones"], "answer": "cones"},
        {"options": {"1": "rods", "2": "cones"}, "key": 2},
        {"options": [1857, 1901], "key": 1901},
        {"key": "cones", "distractors": ["rods", "glia"]},
    ]
    for form in forms:
        draft = draft_of({**line, **form})
        [key] = [option for option in draft.reading.options if option.is_key]
        assert key.text.lower() in {"cones", "1901"}
        assert draft.reading.answer == key.text
        assert draft.evidence == ("x",)


def test_null_is_as_good_as_absent_and_no_field_spoils_another(tmp_path: Path) -> None:
    empty = dict.fromkeys(("links", "options", "key", "payload", "schema", "concepts", "text"))
    lines = [{**GOOD, **empty}, {**GOOD, "label": "maybe", "difficulty": "hard"}]
    for check in ("groundedness", "hierarchy_correctness", "schema_validation"):
        assert run(tmp_path, lines, check=check).exit_code == 0
    result = run(tmp_path, lines, "--json")
    assert [one["score"] for one in written(tmp_path)] == [1.0, 1.0]
    summary = json.loads(result.stdout)
    assert (summary["labelled"], summary["unread_labels"]) == (1, 1)


def test_marks_that_no_file_can_hold_stop_nothing(tmp_path: Path) -> None:
    half = json.dumps({**GOOD, "id": "half \ud800", "claim": "Paris \ud800 is the capital."})
    result = run(tmp_path, ["\ufeff" + json.dumps(GOOD), half, '{"id": NaN}', '{"id": 1e999}', BAD])
    assert "E_JUDGE_LINES" in str(result.exception)
    found = written(tmp_path)
    assert [one["score"] is not None for one in found] == [True, True, False, False, True]


def test_a_check_goes_by_what_people_call_it(tmp_path: Path) -> None:
    names = {
        "duplicates": "duplication",
        "one-right-answer": "answer_correctness",
        "PII": "safety_pii",
    }
    for name, check in names.items():
        summary = json.loads(run(tmp_path, [GOOD], "--json", check=name).stdout)
        assert summary["check"] == check


def test_the_best_option_and_its_margin_are_told(tmp_path: Path) -> None:
    line = {
        "id": "q",
        "question": "Which cells see colour in bright light?",
        "options": ["rods", "cones", "glia"],
        "evidence": ["Cones see colour in bright light. Rods work at night."],
        "key": "A",
    }
    run(tmp_path, [line], check="answer_correctness")
    [found] = written(tmp_path)
    assert found["details"]["best"] == "B"
    assert found["details"]["margin"] > 0.2
    assert found["details"]["veto"] is True
    assert found["pass"] is False


def test_likeness_is_turned_so_that_higher_is_better(tmp_path: Path) -> None:
    lines = [
        {"id": "1", "question": "What is a cell?", "neighbours": ["What is a cell?"]},
        {"id": "2", "question": "What is a cell?", "neighbours": []},
    ]
    run(tmp_path, lines, check="duplication")
    assert [one["score"] for one in written(tmp_path)] == [0.0, 1.0]
