"""The packaged library: enough of it, nothing wrong between entries, nothing that no idea reaches."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from evigate.studio.library import (
    Library,
    Question,
    active_questions,
    facts_of,
    industries,
    match_domains,
    packaged_library,
)
from evigate.studio.library.checks import check_library

LIBRARY = packaged_library()
IDEAS = [
    line.split("\t")
    for line in (Path(__file__).parent / "ideas.tsv").read_text(encoding="utf-8").splitlines()
]
FACTS = [facts_of(idea, LIBRARY) for _, idea in IDEAS]
# A question with many options is tried with each; none has more.
VARIANTS = 9


def test_there_is_as_much_as_was_promised() -> None:
    assert len(LIBRARY.domains) >= 10
    assert all(len(domain.entities) >= 12 for domain in LIBRARY.domains)
    assert len(LIBRARY.questions) >= 400
    assert len(LIBRARY.features) >= 120
    assert len(LIBRARY.patterns) >= 60
    assert len(LIBRARY.integrations) >= 25
    assert len(industries().all(is_full_only=True)) == 1012


def test_nothing_is_wrong_between_the_entries() -> None:
    assert [f"{each.where}: {each.problem}" for each in check_library(LIBRARY)] == []


@pytest.mark.parametrize(("domain", "idea"), IDEAS)
def test_an_ideas_trade_comes_first(domain: str, idea: str) -> None:
    ranked = match_domains(idea, LIBRARY)
    if domain == "general":
        assert not any(each.is_likely for each in ranked)
    else:
        assert ranked[0].key == domain


@pytest.mark.parametrize("kind", ["domain", "feature", "pattern", "integration"])
def test_each_entry_is_reached_by_an_idea(kind: str) -> None:
    entries: Mapping[str, list[Any]] = {
        "domain": LIBRARY.domains,
        "feature": LIBRARY.features,
        "pattern": LIBRARY.patterns,
        "integration": LIBRARY.integrations,
    }
    reached = {key for facts in FACTS for key in facts[kind]}
    assert [each.key for each in entries[kind] if each.key not in reached] == []


def test_each_thing_of_a_trade_is_reached_by_an_idea_of_it() -> None:
    reached = {
        (domain, key) for facts in FACTS for domain in facts["domain"] for key in facts["entity"]
    }
    of_trades = [(domain.key, each.key) for domain in LIBRARY.domains for each in domain.entities]
    assert [each for each in of_trades if each not in reached] == []


def test_each_question_is_reached_by_an_idea_and_answers() -> None:
    wanted = set(LIBRARY.questions)
    pool_of = {q.key: pool.key for pool in LIBRARY.all_pools for q in pool.questions}
    domains = {domain.key for domain in LIBRARY.domains}
    for variant in range(VARIANTS):
        for facts in FACTS:
            # A question of a trade comes up in an idea of that trade only: the others are left out.
            pools = {pool_of[key] for key in wanted}
            if pools - domains or pools & set(facts["domain"]):
                wanted -= _asked(facts, variant)
    assert sorted(wanted) == []


def test_each_question_gives_a_reason_that_names_words_or_an_answer() -> None:
    library = packaged_library()
    for facts in FACTS[:12]:
        for each in active_questions(facts, library):
            assert each.reasons
            assert each.question.why in each.why()


def _asked(facts: Mapping[str, Any], variant: int) -> set[str]:
    """Return the questions that come up when each is answered by its option of that number."""
    answers: dict[str, Any] = {}
    while True:
        active = active_questions({**facts, "answer": answers}, LIBRARY)
        if not active:
            return set(answers)
        for each in active:
            answers[each.question.key] = _answer(each.question, variant)


def _answer(question: Question, variant: int) -> Any:
    if question.kind == "boolean":
        return variant % 2 == 0
    if question.kind == "choice":
        return question.options[variant % len(question.options)]
    if question.kind == "multi":
        return (
            question.options
            if variant == 0
            else [question.options[variant % len(question.options)]]
        )
    return 3 if question.kind in ("number", "money", "duration") else "said"


def _library(**changed: Any) -> Library:
    raw = LIBRARY.model_dump(mode="json", by_alias=True)
    return Library.model_validate({**raw, **changed})


def _dumped(kind: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = LIBRARY.model_dump(mode="json", by_alias=True)[kind]
    return rows


def found_in(library: Library) -> str:
    return "\n".join(f"{each.where}: {each.problem}" for each in check_library(library))


def test_wrong_entries_are_found() -> None:
    features = _dumped("features")
    features[0]["depends"] = [features[0]["key"], "no-such"]
    features[1]["excludes"] = [features[2]["key"]]
    twin = {**features[3], "key": "a-twin"}
    features += [twin, {**features[4]}]
    said = found_in(_library(features=features))
    assert f"feature {features[0]['key']}: it waits for itself" in said
    assert "'no-such', which is not there" in said
    assert f"it excludes {features[2]['key']}, which does not exclude it" in said
    assert f"feature a-twin: it says nearly the same as {features[3]['key']}" in said
    assert f"feature {features[4]['key']}: the key stands 2 times" in said


def test_wrong_states_and_rules_are_found() -> None:
    domains = _dumped("domains")
    entity = domains[0]["entities"][0]
    entity["states"].append("limbo")
    entity["transitions"].append("nowhere -> limbo | it falls | nobody")
    entity["attributes"]["owner"] = "ref(dragon)"
    entity["rules"].append({"text": "Dragons sleep.", "must": {"scales": {"$gt": 1}}})
    question = domains[0]["questions"][0]
    question["when"] = {"feature": "flying", "answer.deposit-taken": "perhaps", "mood": "good"}
    question["after"] = ["unasked"]
    domains[0]["naics"]["999990"] = 1.0
    said = found_in(_library(domains=domains))
    for problem in (
        "'nowhere' is no state of it",
        "the state 'limbo' cannot be reached",
        "no end can be reached from 'limbo'",
        "owner refers to 'dragon'",
        "a rule asks for 'scales'",
        "the rule asks for the feature 'flying'",
        "'perhaps' cannot be the answer to deposit-taken",
        "the rule asks for 'mood'",
        "it waits for 'unasked'",
        "NAICS 2022 has no code 999990",
    ):
        assert problem in said, problem


def test_industries_are_found_by_words_by_titles_and_by_code() -> None:
    assert industries().search("dog groomer")[0].code == "812910"
    assert "311811" in [each.code for each in industries().search("retail bakeries")][:3]
    assert [each.code for each in industries().search("81291")] == ["81291", "812910"]
    assert [each.code for each in industries().parents("812910")] == ["81291", "8129", "812", "81"]
    assert industries().parents("311811")[-1].title == "Manufacturing"
    assert industries().get("999999") is None
    assert industries().search("") == []
    assert all(industries().get(code) for code in industries().trades.values())


def test_a_parents_relevance_holds_for_its_children_and_less() -> None:
    assert industries().relevance("812112", {"8121": 1.0}) == pytest.approx(0.64)
    assert industries().relevance("812112", {"8121": 1.0, "812112": 0.5}) == 0.5
    assert industries().relevance("812112", {"31": 1.0}) == 0.0
