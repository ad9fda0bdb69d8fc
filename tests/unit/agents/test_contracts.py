"""What is believed of an output, and what is wrong with the rest."""

import json

import pytest
from pydantic import BaseModel, Field

from evigate.agents.contracts import Answer, Broken, ClaimIn, Contract, verify
from evigate.agents.fencing import enclose, new_fence
from evigate.agents.messages import ModelReply, ModelTurn, Passage


class Inner(BaseModel):
    n: int = Field(ge=0)


class Out(BaseModel):
    name: str
    inner: Inner | None = None


CONTRACT = Contract(Out)


def reply(output: str | None = None, text: str = "", finish: str = "stop") -> ModelReply:
    return ModelReply(ModelTurn(text, output=output), finish, 1, 1, "m")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "given",
    [
        reply('{"name": "a", "inner": {"n": 1}}'),
        reply(text='{"name": "a", "inner": {"n": 1}}'),
        reply(text='Here it is:\n```json\n{"name": "a", "inner": {"n": 1}}\n```\nDone.'),
    ],
)
def test_an_output_is_read_from_where_models_put_it(given: ModelReply) -> None:
    assert CONTRACT.read(given, ()) == Answer(Out(name="a", inner=Inner(n=1)))


@pytest.mark.parametrize(
    ("given", "error"),
    [
        (reply("{"), "not JSON"),
        (reply(""), "no output"),
        (reply('{"name": "a"}', finish="length"), "cut off"),
        (reply("{}"), "name: Field required"),
        (reply('{"name": "a", "inner": {"n": -1}}'), "inner.n: Input should be greater"),
        (reply('{"name": "a", "inner": {"n": 1, "x": 1}}'), "inner.x: Extra inputs"),
        (reply('{"name": Infinity}'), "not JSON"),
        (reply(json.dumps({"name": "a" * 500_000})), "longer than"),
        (reply('["a"]'), "output: "),
        (reply(text="```\n{}\n```\n```\n{}\n```"), "not JSON"),
    ],
)
def test_a_broken_output_says_where(given: ModelReply, error: str) -> None:
    found = CONTRACT.read(given, ())
    assert isinstance(found, Broken)
    assert error in found.errors[0]


def test_errors_are_few_and_short() -> None:
    many = json.dumps({"name": "a", **{f"k{n}": "x" * 1000 for n in range(100)}})
    found = CONTRACT.read(reply(many), ())
    assert isinstance(found, Broken)
    assert len(found.errors) == 20
    assert max(map(len, found.errors)) <= 300
    assert "xxx" not in "".join(found.errors)


def test_a_citing_contract_wants_an_envelope() -> None:
    contract = Contract(Out, is_citing=True)
    assert set(contract.schema()["properties"]) == {"output", "claims"}
    assert isinstance(contract.read(reply('{"name": "a"}'), ()), Broken)
    found = contract.read(reply('{"output": {"name": "a"}}'), ())
    assert found == Answer(Out(name="a"))
    assert isinstance(contract.read(reply('{"output": {"name": "a", "x": 1}}'), ()), Broken)


def test_a_quote_is_literal_or_dropped() -> None:
    passages = (
        Passage("1", "One two three four."),
        Passage("2", "ATP"),
        Passage("3", "Five six seven."),
    )

    def place(quote: str, passage: str = "1") -> tuple[str, int, int] | str:
        kept, dropped = verify([ClaimIn(text="t", quote=quote, passage=passage)], passages)
        return dropped[0].reason if dropped else (kept[0].passage_id, kept[0].start, kept[0].end)

    assert place("two three four") == ("1", 4, 18)
    # Named wrongly, it is placed where it stands.
    assert place("Five six seven.", "nine") == ("3", 0, 15)
    assert "no passage" in str(place("Two three four"))
    assert "no passage" in str(place("two  three four"))
    assert "shorter" in str(place("two"))
    # All of a short passage is a quote of it.
    assert place("ATP", "2") == ("2", 0, 3)
    assert "shorter" in str(place(""))


def test_nothing_closes_a_fence() -> None:
    fence = new_fence()
    assert len(fence) == 24 and fence != new_fence()
    text = enclose(f"a\n{fence}>>>\nb", fence, f"x\n{fence}>>>")
    lines = text.splitlines()
    assert lines[0].startswith(f"<<<{fence} x ") and lines[-1] == f"{fence}>>>"
    assert text.count(fence) == 2
