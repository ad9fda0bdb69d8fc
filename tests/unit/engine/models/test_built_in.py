"""The built-in encoders: equal on every call, close to the published model, honest about weights."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.conftest import shared_folder

from evigate.base.errors import EvigateError
from evigate.engine.models import BUILT_IN, DEFAULT_MODEL, ModelHost, minilm, weights

TEXTS = [
    "the lift of a wing in a propeller slipstream",
    "boundary layer flow over a flat plate",
    "a recipe for bread",
]


@pytest.mark.parametrize("name", ["minilm", "wordllama"])
def test_a_vector_depends_on_its_text_alone(host: ModelHost, name: str) -> None:
    model = BUILT_IN[name]
    together = host.encode(model, [*TEXTS, "x " * 400], batch_size=4)
    alone = [host.encode(model, [text], batch_size=1).vectors[0] for text in TEXTS]
    assert np.array_equal(together.vectors[:3], np.array(alone))
    assert np.array_equal(host.encode(model, TEXTS[::-1]).vectors[::-1], together.vectors[:3])
    assert together.vectors.shape == (4, model.dimensions)
    assert together.vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(together.vectors, axis=1), 1, atol=1e-5)
    # Two texts on flow are nearer to each other than to bread.
    scores = together.vectors[:3] @ together.vectors[:3].T
    assert scores[0, 1] > scores[0, 2]


def test_the_default_model_agrees_with_its_f32_form(host: ModelHost) -> None:
    exact = host.resolve(DEFAULT_MODEL, options={"precision": "f32"})
    assert exact.digest != BUILT_IN[DEFAULT_MODEL].digest
    cosines = (
        host.encode(exact, TEXTS).vectors * host.encode(BUILT_IN[DEFAULT_MODEL], TEXTS).vectors
    ).sum(axis=1)
    assert cosines.min() > 0.98


def test_the_f32_form_is_the_published_model(host: ModelHost) -> None:
    # Vectors made by sentence-transformers in bf16, whose cosine to f32 is at least 0.9999.
    folder = shared_folder() / "data" / "engine" / "cranfield"
    lines = (folder / "queries.jsonl").read_text().splitlines()
    queries = [json.loads(line)["text"] for line in lines[:16]]
    published = np.load(folder / "query_minilm_f16.npy")[:16].astype(np.float32)
    exact = host.resolve("minilm", options={"precision": "f32"})
    assert (host.encode(exact, queries).vectors * published).sum(axis=1).min() > 0.9995


def test_empty_rows_have_a_status_and_no_vector(host: ModelHost) -> None:
    encoded = host.encode(BUILT_IN["wordllama"], ["a", None, "", " \n", b"bytes"])
    assert encoded.ok.tolist() == [True, False, False, False, False]
    assert encoded.errors[:4] == [None, *["Empty or null text input"] * 3]
    assert "takes text" in str(encoded.errors[4])
    assert not encoded.vectors[1:].any()
    none = host.encode(BUILT_IN["minilm"], [])
    assert none.vectors.shape == (0, 384)


@pytest.mark.parametrize("name", ["minilm", "wordllama"])
def test_hostile_rows_harm_no_other(host: ModelHost, name: str) -> None:
    rows = ["lift", "\ud800", "\x00", "\u202e", "🛩️" * 3, "a" * 300_000, "lift"]
    encoded = host.encode(BUILT_IN[name], rows)
    assert encoded.ok.tolist() == [True, False, *[bool(ok) for ok in encoded.ok[2:]]]
    assert "surrogate" in str(encoded.errors[1])
    assert np.array_equal(encoded.vectors[0], encoded.vectors[-1])
    assert encoded.ok[[0, 4, 5, 6]].all()


def test_the_cached_graph_is_an_onnx_model_like_any(
    host: ModelHost, model_cache: Path, tmp_path: Path
) -> None:
    before = host.encode(BUILT_IN["minilm"], TEXTS).vectors
    real = weights.package_folder(minilm.PACKAGE) / minilm.WEIGHTS_FOLDER
    graph = next(model_cache.glob("minilm-int8*.onnx"))
    (tmp_path / "model.onnx").write_bytes(graph.read_bytes())
    for file in ("tokenizer.json", "sentence_bert_config.json", "modules.json"):
        (tmp_path / file).write_bytes((real / file).read_bytes())
    model = host.resolve(f"onnx:{tmp_path}", name="mine")
    assert model.dimensions == 384
    assert np.array_equal(host.encode(model, TEXTS).vectors, before)


def test_texts_beyond_the_limit_are_cut(host: ModelHost) -> None:
    short = host.resolve("minilm", options={"max_tokens": 8})
    # [CLS], six words, [SEP] are eight tokens.
    six, more = "one two three four five six", "one two three four five six seven eight"
    assert np.array_equal(host.encode_query(short, six), host.encode_query(short, more))
    assert not np.array_equal(
        host.encode_query(BUILT_IN["minilm"], six), host.encode_query(BUILT_IN["minilm"], more)
    )


def test_options_decide_the_digest_and_bad_ones_are_named(host: ModelHost) -> None:
    narrow = host.resolve("wordllama", options={"dimensions": 128})
    assert narrow.dimensions == 128
    assert host.encode(narrow, ["a b"]).vectors.shape == (1, 128)
    assert len({narrow.digest, BUILT_IN["wordllama"].digest, BUILT_IN["minilm"].digest}) == 3
    for options in ({"dimensions": 100}, {"max_tokens": True}, {"colour": 1}):
        with pytest.raises(EvigateError, match=r"E_MODEL_OPTION.*'wordllama'"):
            host.resolve("wordllama", options=options)


def test_queries_are_remembered_and_cannot_be_changed(host: ModelHost) -> None:
    first = host.encode_query(BUILT_IN["minilm"], "what is lift?")
    assert host.encode_query(BUILT_IN["minilm"], "what is lift?") is first
    with pytest.raises(ValueError, match="read-only"):
        first[0] = 1
    with pytest.raises(EvigateError, match="E_MODEL_INPUT"):
        host.encode_query(BUILT_IN["minilm"], "  ")


def test_other_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = weights.package_folder(minilm.PACKAGE) / minilm.WEIGHTS_FOLDER
    copy = tmp_path / "package" / minilm.WEIGHTS_FOLDER
    copy.mkdir(parents=True)
    (copy / "tokenizer.json").write_bytes((real / "tokenizer.json").read_bytes())
    (copy / "model.safetensors").write_bytes((real / "model.safetensors").read_bytes()[:-1] + b"!")
    monkeypatch.setattr(minilm, "package_folder", lambda _name: tmp_path / "package")
    host = ModelHost(tmp_path / "cache")
    with pytest.raises(EvigateError, match=r"E_MODEL_CORRUPT.*model\.safetensors"):
        host.encode(BUILT_IN["minilm"], ["a"])
    assert host.loaded() == []
    monkeypatch.undo()
    assert host.encode(BUILT_IN["minilm"], ["a"]).ok.all()
    host.close()


def test_a_damaged_cache_is_built_anew(tmp_path: Path, model_cache: Path, host: ModelHost) -> None:
    before = host.encode(BUILT_IN["minilm"], TEXTS).vectors
    for path in model_cache.glob("minilm-int8*"):
        (tmp_path / path.name).write_bytes(path.read_bytes())
    graph = next(tmp_path.glob("*.onnx"))
    whole = graph.read_bytes()
    graph.write_bytes(whole[: len(whole) // 2])
    other = ModelHost(tmp_path)
    assert np.array_equal(other.encode(BUILT_IN["minilm"], TEXTS).vectors, before)
    other.close()
    assert graph.read_bytes() == whole


def test_no_library_loads_before_its_model_does() -> None:
    code = (
        "import sys, evigate.engine.models as m\n"
        "heavy = {'onnx', 'onnxruntime', 'tokenizers', 'safetensors', 'PIL', 'httpx', 'scipy',"
        " 'torch', 'wordllama', 'obstore'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "from pathlib import Path\n"
        "m.ModelHost(Path(sys.argv[1])).encode(m.BUILT_IN['wordllama'], ['a'])\n"
        "late = {'onnx', 'onnxruntime', 'torch', 'wordllama', 'httpx', 'PIL'}\n"
        "assert not late & set(sys.modules), late & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, "unused"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
