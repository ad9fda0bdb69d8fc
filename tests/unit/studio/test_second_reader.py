"""The second reader: asked only where rules are silent, and sure enough or silent itself."""

from evigate.studio import fields
from evigate.studio.extraction import extract
from evigate.studio.extraction.models import Found
from evigate.studio.extraction.reading import read
from evigate.studio.extraction.refusals import refusals
from evigate.studio.extraction.second_reader import grams, second_claims

TEXT = "We run a ferry. Passengers can book a crossing and cancel it. The crew sees the list."


def second(text: str, *told: str) -> list[Found]:
    reading = read(text)
    found = [Found(path, "", "fact", 0.9, "We", 0, 2) for path in told]
    return list(second_claims(reading, refusals(reading), found))


def test_it_names_the_clause_that_states_what_nobody_found() -> None:
    found = {each.field_path: each for each in second(TEXT)}
    work = found[fields.JOBS]
    assert work.quote == TEXT[work.start : work.end]
    assert "book a crossing" in work.quote
    assert work.kind == "inference" and work.confidence < 0.5


def test_what_rules_found_is_not_asked_again() -> None:
    assert fields.JOBS not in {each.field_path for each in second(TEXT, fields.JOBS)}
    assert second(TEXT, fields.JOBS, fields.ROLES_AND_ACCESS) == []


def test_what_tells_nothing_gets_nothing() -> None:
    for text in (
        "",
        "Hello there, good morning.",
        "The sea is wide and the sky is grey today.",
        "好的 谢谢 你们",
    ):
        assert second(text) == []


def test_what_is_refused_is_not_named() -> None:
    assert all(
        "payments" not in each.quote for each in second("No online payments, please, never.")
    )


def test_numbers_are_alike_and_pairs_are_counted() -> None:
    assert grams("Cut 40 % of 12,5 calls") == grams("cut 7 % of 3 calls")
    assert "cut 0" in grams("cut 40")


def test_rules_come_first() -> None:
    rules = {each.rule for each in extract(TEXT).claims if each.field_path == fields.JOBS}
    assert rules == {"work"}
