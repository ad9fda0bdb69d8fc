"""How technical somebody is taken to be, and what a conversation keeps in mind."""

from uuid import UUID

import pytest

from evigate.studio.session.levels import level_of
from evigate.studio.session.memory import memory_of
from evigate.studio.session.models import Level, Message, Need, Session, Task
from evigate.studio.standing import NeedStatus


def session(*said: str, level: Level = "novice", key: str | None = "a") -> Session:
    messages = tuple(
        Message(UUID(int=n), n, n, "user", text, key if n else None) for n, text in enumerate(said)
    )
    one = UUID(int=1)
    return Session(one, one, one, level=level, messages=messages)


@pytest.mark.parametrize(
    ("said", "level"),
    [
        (["Customers phone our two salons to book."], "novice"),
        (["We have an API."], "novice"),
        (["We have an API.", "It must speak GraphQL."], "expert"),
        (["p95 under 300 ms at 50 rps", "the field is called salon_id"], "novice"),
        (["p95 under 300 ms", "the field is called salon_id", "send a webhook"], "expert"),
        (["As a developer I keep my own errors."], "expert"),
        (["We have an API and a backend.", "I'm not technical, my nephew built it."], "novice"),
        (["We have an API and webhooks.", "What do you mean?"], "novice"),
        (["API API API api"], "novice"),
    ],
)
def test_signs_of_what_somebody_knows_add_up(said: list[str], level: str) -> None:
    assert level_of(session(*said)) == level


def test_an_expert_stays_one_until_the_contrary_shows() -> None:
    assert level_of(session("Customers phone us.", level="expert")) == "expert"
    assert level_of(session("Hello", "What do you mean?", level="expert")) == "novice"


def test_what_is_kept_in_mind_is_what_is_open_and_how_it_is_told() -> None:
    base = session("We groom dogs.", "What do you mean?", "I don't know", "About forty a day")
    needs = {
        "a": Need("a", 1, NeedStatus.PENDING, attempts=2),
        "b": Need("b", 0, NeedStatus.PARTIAL, negotiation={"options": ["x", "y"]}),
        "c": Need("c", 2, NeedStatus.DEFERRED),
        "d": Need("d", 3, NeedStatus.SATISFIED),
        "e": Need("e", 4),
    }
    task = Task(UUID(int=9), 0, "PROVIDE", "c", "Provide: c")
    found = Session(
        base.id, base.id, base.id, messages=base.messages, needs=needs, tasks={task.id: task}
    )
    memory = memory_of(found)
    assert memory["open_threads"] == [
        {"need": "b", "why": "contested"},
        {"need": "a", "why": "begun"},
        {"need": "c", "why": "provide"},
    ]
    assert memory["last_topics"] == ["a"]
    # Four messages of 3, 4, 3 and 4 words.
    assert memory["style"] == {"level": "novice", "words": 4, "asks_back": 1, "does_not_know": 1}
