"""A house's agents with a script in the place of a model, and a few agents and tools to try."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from pydantic import BaseModel, Field

from evigate.agents import (
    Agent,
    AgentService,
    Answer,
    Effect,
    Implementation,
    Limits,
    Passage,
    Price,
    PromptText,
    Selection,
    Tool,
    ToolUse,
)
from evigate.agents.choosing import Recordings
from evigate.agents.providers.protocol import Opening, Provider, ProviderSpec
from evigate.agents.providers.scripted import Line, Scripted
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.evidence.permissions import DELETE, READ, WRITE

PROMPT = PromptText("Summarise.", name="summary", version="3", sha256="ab" * 32)
PASSAGES = (
    Passage("1", "The mitochondria make most of the ATP of a cell.", "Cells, page 4"),
    Passage("2", "Ribosomes make proteins from amino acids.", "Cells, page 5"),
)


class Topic(BaseModel):
    """What to write about."""

    topic: str = Field(max_length=200)


class Summary(BaseModel):
    """A summary."""

    title: str
    points: list[str] = Field(max_length=3)


def first_sentences(given: Topic, context: Sequence[Passage]) -> Answer:
    return Answer(Summary(title=given.topic, points=[each.text for each in context][:3]))


class Word(BaseModel):
    """A word."""

    word: str


@dataclass
class World:
    """What tools did: `looked`, rows `written`, and what was `sent` outside."""

    looked: list[str] = field(default_factory=list)
    sent: list[tuple[str, str]] = field(default_factory=list)

    def tools(self) -> tuple[Tool, ...]:
        async def look(use: ToolUse, given: Word) -> str:
            self.looked.append(given.word)
            return f"{given.word} is a word"

        async def write(use: ToolUse, given: Word) -> dict[str, str]:
            assert use.tx is not None
            await use.tx.connection.execute(
                "INSERT INTO evidence.modules (id, title, purpose) VALUES (gen_random_uuid(), %s, 'paper')",
                (given.word,),
            )
            return {"written": given.word}

        async def send(use: ToolUse, given: Word) -> str:
            self.sent.append((use.key, given.word))
            return "sent"

        return (
            Tool("look", "Look a word up.", Word, READ, Effect.READ, look),
            Tool("write", "Write a word down.", Word, WRITE, Effect.WRITE, write),
            Tool("purge", "Remove a word.", Word, DELETE, Effect.WRITE, write),
            Tool("send", "Send a word away.", Word, WRITE, Effect.OUTSIDE, send),
        )


@dataclass
class Lab:
    """Services over one database, each with a script of its own."""

    house: House
    world: World
    recordings: Recordings | None = None
    script: Scripted = field(default_factory=lambda: Scripted([]))

    def service(
        self, *lines: Line, provider: Provider | None = None, database: Any = None
    ) -> AgentService:
        self.script = Scripted(lines)

        def open_(opening: Opening) -> Provider:
            return provider or self.script

        summary = Agent(
            name="lab.summary",
            version="7",
            input=Topic,
            output=Summary,
            builtin=first_sentences,
            prompt_name="summary",
            tools=self.world.tools(),
            limits=Limits(turns=10, output_tokens=500),
        )
        citing = replace(summary, name="lab.citing", is_citing=True, tools=())
        return AgentService(
            database or self.house.database,
            self.house.vault,
            (summary, citing),
            is_host=is_host,
            providers={
                "scripted": ProviderSpec("scripted", "A script", open_),
                "keyed": ProviderSpec("keyed", "With a key", open_, "keyed_key", needs_key=True),
            },
            recordings=self.recordings,
        )

    async def choose(self, subject: Subject, agent: str = "lab.summary", **given: Any) -> None:
        values: dict[str, Any] = {
            "implementation": Implementation.MODEL,
            "provider": "scripted",
            "model": "m-1",
            "price": Price(1_000_000, 2_000_000),
            **given,
        }
        await self.service().choose(subject, Selection(agent, **values))

    async def words(self, subject: Subject) -> list[str]:
        async with self.house.database.tx(subject) as tx:
            rows = await tx.connection.execute("SELECT title FROM evidence.modules ORDER BY 1")
            return [row["title"] for row in await rows.fetchall()]

    async def types(self, subject: Subject, run_id: Any) -> list[str]:
        view = await self.service().show(subject, run_id)
        return [event.type for event in view.events]


async def is_host(subject: Subject) -> bool:
    return True


@pytest.fixture
def lab(house: House) -> Lab:
    return Lab(house, World())


Factory = Callable[..., AgentService]
