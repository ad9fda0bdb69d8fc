"""What edits teach: one correction suffices, one rejection does not, contradictions teach nothing."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from evigate.evidence import Box
from evigate.papers.editing import ClaimEdit, EditKind, Linker, apply_linker, learn, snapshot
from evigate.papers.models import ClaimDraft, TableCell

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def draft(column: str, row: str = "SVM", dataset: str | None = None) -> ClaimDraft:
    return ClaimDraft(
        dataset=dataset, split=None, metric="accuracy", value=Decimal("91.2"), units="%",
        method=row, is_own_method=False, source_citation="Table 1, p.1", page=1,
        box=Box(0, 0, 1, 1), quote="91.2", confidence=0.7, cell=TableCell("Table 1", row, column),
    )  # fmt: skip


def edit(number: int, before: ClaimDraft | None, after: ClaimDraft | None) -> ClaimEdit:
    kind = EditKind.ADD if before is None else EditKind.CORRECT if after else EditKind.REJECT
    return ClaimEdit(
        UUID(int=number + 100), UUID(int=1), UUID(int=number), kind, "",
        before and snapshot(before), after and snapshot(after), "user:x", NOW,
    )  # fmt: skip


def test_a_correction_gives_the_column_its_meaning() -> None:
    read = draft("R8 (%)")
    linker = learn([edit(1, read, replace(read, dataset="Reuters 8"))])
    assert linker.datasets == {"r8": "Reuters 8"}
    found = apply_linker([draft("R-8", "MLP"), draft("R52")], linker)
    assert [claim.dataset for claim in found] == ["Reuters 8", None]


def test_a_label_that_was_read_as_the_wrong_thing_is_the_one_that_learns() -> None:
    read = draft("Dev", "Wine", dataset="Wine")
    linker = learn([edit(1, read, replace(read, dataset="Italian Wines"))])
    assert linker.datasets == {"wine": "Italian Wines"}


def test_the_last_edit_of_a_claim_counts() -> None:
    read = draft("R8")
    wrong, right = replace(read, dataset="R80"), replace(read, dataset="Reuters 8")
    assert learn([edit(1, read, wrong), edit(1, wrong, right)]).datasets == {"r8": "Reuters 8"}


def test_people_who_disagree_teach_nothing() -> None:
    one, two = draft("R8"), draft("R8", "MLP")
    edits = [edit(1, one, replace(one, dataset="A")), edit(2, two, replace(two, dataset="B"))]
    assert learn(edits).datasets == {}


def test_two_rejections_of_a_column_take_it_out_and_one_does_not() -> None:
    assert learn([edit(1, draft("Size"), None)]).none == ()
    linker = learn([edit(1, draft("Size", "A"), None), edit(2, draft("Size", "B"), None)])
    assert linker.none == ("size",)
    assert apply_linker([draft("Size", "C"), draft("Cora", "C")], linker) == [draft("Cora", "C")]


def test_a_correction_outweighs_rejections() -> None:
    kept = draft("Cora", "Z")
    edits = [edit(n, draft("Cora", str(n)), None) for n in (1, 2)]
    assert "cora" not in learn([*edits, edit(3, kept, replace(kept, split="test"))]).none


def test_additions_teach_nothing_and_json_goes_round() -> None:
    assert learn([edit(1, None, draft("Cora", dataset="Cora"))]) == Linker({}, {}, ())
    linker = Linker({"a": "A"}, {"b": "B"}, ("c",))
    assert Linker.of(linker.to_json()) == linker
