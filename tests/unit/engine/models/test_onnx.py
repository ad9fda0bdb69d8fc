"""ONNX folders: pooling as declared, every task, media by their own settings, refusals by name."""

import io
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.unit.engine.models import tiny

from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import ModelTask
from evigate.engine.models import ModelHost
from evigate.engine.models.onnx_media import samples_of

POOLING = "1_Pooling/config.json"


def unit(*values: float) -> Any:
    array = np.array(values, np.float32)
    return array / np.linalg.norm(array)


@pytest.mark.parametrize(
    ("pooling", "expected"),
    [
        # "red green green" has the token vectors (1,0,0), (0,1,0), (0,1,0).
        (None, unit(1, 2, 0)),
        ({"pooling_mode_mean_tokens": True, "pooling_mode_cls_token": False}, unit(1, 2, 0)),
        ({"pooling_mode_cls_token": True}, unit(1, 0, 0)),
        ({"pooling_mode_max_tokens": True}, unit(1, 1, 0)),
        # Weights 1, 2, 3 by position: 1 red, 5 green.
        ({"pooling_mode_weightedmean_tokens": True}, unit(1, 5, 0)),
        ({"pooling_mode_mean_sqrt_len_tokens": True}, unit(1, 2, 0)),
        ({"pooling_mode": "cls"}, unit(1, 0, 0)),
    ],
)
def test_a_folder_pools_as_it_declares(
    host: ModelHost, tmp_path: Path, pooling: Any, expected: Any
) -> None:
    files = {} if pooling is None else {POOLING: pooling}
    model = host.resolve(f"onnx:{tiny.encoder(tmp_path / 'm', **files)}")
    assert (model.task, model.dimensions, model.name) == (ModelTask.TEXT_EMBEDDING, 3, "m")
    # Padding beside a longer row changes nothing, though the pad token's vector is large.
    encoded = host.encode(model, ["red green green", "blue " * 9, "blue"])
    assert np.allclose(encoded.vectors[0], expected, atol=1e-6)
    assert np.allclose(encoded.vectors[1:], [[0, 0, 1]] * 2, atol=1e-6)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({POOLING: {"pooling_mode_lasttoken": True}}, "lasttoken"),
        ({POOLING: {"pooling_mode_cls_token": True, "pooling_mode_max_tokens": True}}, "2 pooling"),
        ({POOLING: {"pooling_mode_cls_token": False}}, "0 pooling"),
        ({POOLING: {"pooling_mode_cls_token": "yes"}}, "neither true nor false"),
        ({POOLING: "{"}, "cannot be read as JSON"),
        ({POOLING: "[1]"}, "no JSON object"),
        ({"modules.json": [{"type": "sentence_transformers.models.Dense"}]}, "'Dense'"),
        ({"tokenizer.json": "{}"}, "tokeniser"),
    ],
)
def test_what_cannot_be_followed_exactly_is_refused(
    host: ModelHost, tmp_path: Path, files: dict[str, Any], said: str
) -> None:
    folder = tiny.encoder(tmp_path / "m", **files)
    with pytest.raises(EvigateError, match=rf"E_MODEL_LOAD.*{said}"):
        host.resolve(f"onnx:{folder}")
    assert host.loaded() == []


def test_a_missing_or_broken_graph_is_named(host: ModelHost, tmp_path: Path) -> None:
    with pytest.raises(EvigateError, match=r"E_MODEL_LOAD.*model\.onnx"):
        host.resolve(f"onnx:{tmp_path}")
    folder = tiny.encoder(tmp_path / "m")
    (folder / "model.onnx").write_bytes(b"no graph")
    with pytest.raises(EvigateError, match=r"E_MODEL_LOAD.*graph"):
        host.resolve(f"onnx:{folder / 'model.onnx'}")


def test_files_that_change_after_registration_are_refused(host: ModelHost, tmp_path: Path) -> None:
    folder = tiny.encoder(tmp_path / "m")
    model = host.resolve(f"onnx:{folder}")
    assert host.encode(model, ["red"]).ok.all()
    host.unload(model)
    tiny.write_json(folder, {POOLING: {"pooling_mode_cls_token": True}})
    with pytest.raises(EvigateError, match=r"E_MODEL_CORRUPT.*m@1"):
        host.encode(model, ["red"])
    assert host.resolve(f"onnx:{folder}").digest != model.digest


def test_classification(host: ModelHost, tmp_path: Path) -> None:
    folder = tiny.head(
        tmp_path / "m", per_token=False, labels=["warm", "cool"], weights=[[2, 0], [0, 2], [0, 2]],
        architectures=["BertForSequenceClassification"],
    )  # fmt: skip
    model = host.resolve(f"onnx:{folder}")
    assert (model.task, model.dimensions) == (ModelTask.CLASSIFICATION, None)
    found = host.infer(model, ["red", None, "blue blue green", ""])
    assert found.ok.tolist() == [True, False, True, False]
    assert found.columns["label"] == ["warm", None, "cool", None]
    # Logits (2, 0): e^2 / (e^2 + 1).
    assert found.columns["confidence"][0] == pytest.approx(0.880797, abs=1e-5)
    assert [each["label"] for each in found.columns["scores"][2]] == ["cool", "warm"]
    assert sum(each["score"] for each in found.columns["scores"][2]) == pytest.approx(1)
    assert found.errors[1] == "Empty or null text input"


def test_entities_are_spans_of_the_text(host: ModelHost, tmp_path: Path) -> None:
    # Ada -> B-PER, Lovelace -> I-PER, the rest O.
    folder = tiny.head(
        tmp_path / "m", per_token=True, labels=["B-PER", "I-PER", "O"], weights=np.eye(3) * 5,
        architectures=["BertForTokenClassification"],
    )  # fmt: skip
    model = host.resolve(f"onnx:{folder}")
    assert model.task is ModelTask.NER
    found = host.infer(model, ["Ada Lovelace wrote wrote Ada", "wrote", "wrote  Ada Ada"])
    first, second, third = found.columns["entities"]
    assert [(e["text"], e["label"], e["start"], e["end"]) for e in first] == [
        ("Ada Lovelace", "PER", 0, 12),
        ("Ada", "PER", 25, 28),
    ]
    assert second == []
    # A second B- begins a second entity.
    assert [(e["text"], e["start"]) for e in third] == [("Ada", 7), ("Ada", 11)]
    assert all(0.99 < e["confidence"] <= 1 for e in first)


def test_regression_and_rerank(host: ModelHost, tmp_path: Path) -> None:
    folder = tiny.head(
        tmp_path / "m", per_token=False, labels=["score"], weights=[[1], [10], [100]],
        architectures=["BertForSequenceClassification"],
    )  # fmt: skip
    model = host.resolve(f"onnx:{folder}")
    assert model.task is ModelTask.REGRESSION
    assert host.infer(model, ["red green", "blue"]).columns == {"value": [11.0, 100.0]}
    with pytest.raises(EvigateError, match=r"E_MODEL_TASK.*regression"):
        host.encode(model, ["red"])
    cross = host.resolve(f"onnx:{folder}", task=ModelTask.RERANK)
    with pytest.raises(EvigateError, match="E_MODEL_INPUT"):
        host.rerank(cross, " ", ["green"])
    assert host.rerank(cross, "red", ["green", "blue", "red"]).tolist() == [11, 101, 2]
    assert host.rerank(cross, "red", []).shape == (0,)


def test_labels_that_do_not_fit_the_logits_are_refused(host: ModelHost, tmp_path: Path) -> None:
    folder = tiny.head(
        tmp_path / "m", per_token=False, labels=["a"], weights=[[2, 0], [0, 2], [0, 2]],
    )  # fmt: skip
    model = host.resolve(f"onnx:{folder}", task=ModelTask.CLASSIFICATION)
    with pytest.raises(EvigateError, match=r"E_MODEL_OUTPUT.*2 values for 1 labels"):
        host.infer(model, ["red"])
    tiny.write_json(folder, {"config.json": {"id2label": {"1": "a"}}})
    with pytest.raises(EvigateError, match=r"E_MODEL_LOAD.*id2label"):
        host.resolve(f"onnx:{folder}", task=ModelTask.CLASSIFICATION)


def png(size: tuple[int, int], colour: tuple[int, int, int]) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, colour).save(buffer, "PNG")
    return buffer.getvalue()


def test_images_are_prepared_as_the_folder_says(host: ModelHost, tmp_path: Path) -> None:
    folder = tiny.media(
        tmp_path / "m", input_name="pixel_values", axes=["n", 3, 8, 8], reduce_axes=[2, 3],
        settings={"size": {"shortest_edge": 8}, "crop_size": 8,
                  "image_mean": [0.5, 0.5, 0.5], "image_std": [0.5, 0.5, 0.5]},
    )  # fmt: skip
    model = host.resolve(f"onnx:{folder}")
    assert (model.task, model.dimensions) == (ModelTask.IMAGE_EMBEDDING, 3)
    encoded = host.encode(model, [png((32, 16), (255, 0, 255)), b"no image", "text", None])
    # (1 - .5) / .5 = 1 and (0 - .5) / .5 = -1, at unit length.
    assert np.allclose(encoded.vectors[0], unit(1, -1, 1), atol=1e-6)
    assert encoded.ok.tolist() == [True, False, False, False]
    assert "cannot be read" in str(encoded.errors[1])
    (folder / "preprocessor_config.json").unlink()
    with pytest.raises(EvigateError, match=r"E_MODEL_LOAD.*preprocessor_config\.json"):
        host.resolve(f"onnx:{folder}", task=ModelTask.IMAGE_EMBEDDING)


def wav(samples: Any, *, rate: int, channels: int = 1) -> bytes:
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(np.asarray(samples, "<i2").tobytes())
    return buffer.getvalue()


def test_sound_is_prepared_as_the_folder_says() -> None:
    half = 2**14
    assert samples_of(wav([half, -half], rate=4), {"sampling_rate": 4}).tolist() == [0.5, -0.5]
    # Two channels are averaged.
    stereo = wav([half, 0, half, half], rate=4, channels=2)
    assert samples_of(stereo, {"sampling_rate": 4}).tolist() == [0.25, 0.5]
    assert len(samples_of(wav([half] * 80, rate=8), {"sampling_rate": 4})) == 40
    normal = samples_of(wav([half, 0], rate=4), {"sampling_rate": 4, "do_normalize": True})
    assert normal == pytest.approx([1, -1], abs=1e-4)


def test_an_audio_model_encodes_wav_bytes(host: ModelHost, tmp_path: Path) -> None:
    folder = tiny.media(
        tmp_path / "m", input_name="input_values", axes=[1, "samples"], reduce_axes=[1], operator="ReduceL2",
        settings={"sampling_rate": 16_000, "feature_size": 1},
    )  # fmt: skip
    model = host.resolve(f"onnx:{folder}", task=ModelTask.AUDIO_EMBEDDING)
    loud = wav([8000] * 100, rate=16_000)
    encoded = host.encode(model, [loud, b"RIFF", wav([], rate=16_000)])
    assert encoded.ok.tolist() == [True, False, False]
    assert "no PCM WAV" in str(encoded.errors[1])
    assert "no samples" in str(encoded.errors[2])
