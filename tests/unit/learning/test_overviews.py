"""Overviews by the offline side of their agent."""

from tests.unit.learning.generate.texts import chapter

from evigate.agents import Passage
from evigate.learning.building.overviews import (
    OverviewInput,
    OverviewOutput,
    write_offline,
)


def test_the_offline_side_quotes_its_passages() -> None:
    given, done = chapter()
    prose = [each for each in given.chunks if each.kind == "prose"]
    passages = [Passage(each.sha256, each.text, " › ".join(each.heading_path)) for each in prose]
    output = write_offline(OverviewInput(title=given.title), passages).output
    assert isinstance(output, OverviewOutput)
    assert done.topics is not None
    headings = {each["title"] for each in done.topics.payload.model_dump()["sections"]}
    assert {each.section.title for each in output.topics} == headings
    texts = {each.id: each.text for each in passages}
    parts = [*output.topics, *output.concepts, *output.steps]
    assert len(output.concepts) >= 10 and output.steps
    assert all(each.quote in texts[each.passage] for each in parts)
    naming = [each for each in output.concepts if each.name.casefold() in each.quote.casefold()]
    assert len(naming) >= 0.6 * len(output.concepts)


def test_a_text_without_sentences_has_no_overviews() -> None:
    assert (
        write_offline(OverviewInput(), [Passage("c" * 64, "12 34 56")]).output == OverviewOutput()
    )
