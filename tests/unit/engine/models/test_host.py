"""The host: one load for many threads, a bound of memory, rows and batches, functions as models."""

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.unit.engine.models import tiny

from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import Model, ModelTask
from evigate.engine.models import BUILT_IN, ModelHost, backends
from evigate.engine.models.cache import MODELS_MAX, ModelCache


def lengths(rows: Sequence[Any]) -> Any:
    """Embed a text as (its length, 1)."""
    return [[len(row), 1] for row in rows]


class Weights:
    """A model that holds bytes and knows whether it was closed."""

    def __init__(self, size_bytes: int) -> None:
        self.size_bytes = size_bytes
        self.is_closed = False

    def close(self) -> None:
        assert not self.is_closed
        self.is_closed = True


def test_many_threads_make_one_load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tiny.encoder(tmp_path / "m")
    host = ModelHost(tmp_path / "cache")
    model = host.resolve(f"onnx:{folder}")
    host.unload(model)
    loads: list[str] = []
    real, together = backends.load_model, threading.Barrier(8)

    def counted(*given: Any) -> Any:
        loads.append("load")
        return real(*given)

    def ask(_index: int) -> Any:
        together.wait()
        return host.encode(model, ["red green"]).vectors

    monkeypatch.setattr("evigate.engine.models.host.load_model", counted)
    with ThreadPoolExecutor(8) as pool:
        vectors = list(pool.map(ask, range(8)))
    assert len(loads) == 1
    assert all(np.array_equal(vectors[0], vector) for vector in vectors)
    assert [(each.id, each.use_count) for each in host.loaded()] == [("m@1", 0)]
    host.close()
    assert host.loaded() == []


def test_a_failed_load_is_shared_and_then_tried_again() -> None:
    cache, started, go = ModelCache(100), threading.Event(), threading.Event()
    loads: list[int] = []

    def load() -> Weights:
        loads.append(1)
        started.set()
        go.wait(10)
        if len(loads) == 1:
            raise OSError("gone")
        return Weights(10)

    def ask() -> str:
        try:
            with cache.use("k", "m", estimate=lambda: 1, load=load) as loaded:
                return str(loaded.size_bytes)
        except OSError as error:
            return str(error)

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(ask)
        started.wait(10)
        others = [pool.submit(ask) for _ in range(2)]
        while True:
            with cache._changed:
                if cache._entries["k"].use_count == 3:
                    break
        go.set()
        assert [each.result() for each in (first, *others)] == ["gone"] * 3
    assert len(loads) == 1
    assert ask() == "10"
    assert len(loads) == 2


def test_the_longest_unused_model_makes_room() -> None:
    cache = ModelCache(100, wait_s=0.05)
    made = {name: Weights(40) for name in "abc"}

    def touch(name: str) -> None:
        with cache.use(name, name, estimate=lambda: 40, load=lambda: made[name]):
            pass

    for name in "abac":
        touch(name)
    assert [each.id for each in cache.loaded()] == ["a", "c"]
    assert [made[name].is_closed for name in "abc"] == [False, True, False]


def test_a_model_in_use_is_never_evicted() -> None:
    cache = ModelCache(100, wait_s=0.05)
    used, other = Weights(60), Weights(60)
    with cache.use("a", "a", estimate=lambda: 60, load=lambda: used):
        with (
            pytest.raises(EvigateError, match=r"E_MODEL_BUDGET.*'b'"),
            cache.use("b", "b", estimate=lambda: 60, load=lambda: other),
        ):
            pass
        # Dropping it while in use closes it only afterwards, and its bytes stay counted.
        assert cache.drop("a")
        assert not used.is_closed
        assert [(each.id, each.use_count) for each in cache.loaded()] == [("a", 1)]
    assert used.is_closed
    with cache.use("b", "b", estimate=lambda: 60, load=lambda: other):
        assert [each.id for each in cache.loaded()] == ["b"]


def test_models_without_bytes_are_bounded_by_number() -> None:
    cache, made = ModelCache(100), [Weights(0) for _ in range(MODELS_MAX + 10)]
    for index, each in enumerate(made):
        with cache.use(str(index), str(index), estimate=lambda: 0, load=lambda each=each: each):  # type: ignore[misc]
            pass
    assert len(cache.loaded()) == MODELS_MAX
    assert [each.is_closed for each in made] == [True] * 10 + [False] * MODELS_MAX


def test_a_load_waits_for_models_in_use_to_be_done() -> None:
    cache = ModelCache(100, wait_s=10)
    entered, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with cache.use("a", "a", estimate=lambda: 60, load=lambda: Weights(60)):
            entered.set()
            leave.wait(10)

    thread = threading.Thread(target=hold)
    thread.start()
    entered.wait(10)
    threading.Timer(0.1, leave.set).start()
    with cache.use("b", "b", estimate=lambda: 60, load=lambda: Weights(60)):
        assert [each.id for each in cache.loaded()] == ["b"]
    thread.join()


def test_a_model_larger_than_the_bound_is_refused_and_closed() -> None:
    cache, large = ModelCache(100), Weights(101)
    with (
        pytest.raises(EvigateError, match=r"E_MODEL_BUDGET.*101 bytes"),
        cache.use("a", "a", estimate=lambda: 1, load=lambda: large),
    ):
        pass
    assert large.is_closed
    assert cache.loaded() == []


def test_eviction_under_threads_gives_right_answers(tmp_path: Path) -> None:
    folders = [tiny.encoder(tmp_path / name) for name in "abc"]
    probe = ModelHost(tmp_path)
    models = [probe.resolve(f"onnx:{folder}") for folder in folders]
    one = probe.loaded()[0].size_bytes
    host = ModelHost(tmp_path, memory_max_bytes=int(one * 2.5))

    def ask(index: int) -> bool:
        encoded = host.encode(models[index % 3], ["red", "green"])
        within = sum(each.size_bytes for each in host.loaded()) <= one * 2.5
        return within and np.array_equal(encoded.vectors, [[1, 0, 0], [0, 1, 0]])

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(ask, range(60)))
    host.close()
    probe.close()


def test_a_function_is_a_model(host: ModelHost) -> None:
    model = host.load_callable("lengths", lengths)
    assert (model.dimensions, model.digest, model.location) == (2, "", "callable:lengths")
    encoded = host.encode(model, ["abc", None, "a"], batch_size=2)
    assert np.allclose(encoded.vectors[0], np.array([3, 1]) / np.sqrt(10))
    assert np.allclose(encoded.vectors[2], np.array([1, 1]) / np.sqrt(2))
    assert not encoded.vectors[1].any()
    # The same name replaces it, at once.
    again = host.load_callable("lengths", lambda rows: [[1, 0, 0]] * len(rows))
    assert again.dimensions == 3
    assert host.encode_query(again, "abc").tolist() == [1, 0, 0]
    with pytest.raises(EvigateError, match=r"E_MODEL_UNKNOWN.*'other'"):
        host.resolve("callable:other")


@pytest.mark.parametrize(
    ("task", "function", "columns"),
    [
        (ModelTask.REGRESSION, lambda rows: [len(row) for row in rows], {"value": [1, None, 2]}),
        (
            ModelTask.CLASSIFICATION,
            lambda rows: [{"label": row, "confidence": 0.5} for row in rows],
            {"label": ["a", None, "bb"], "confidence": [0.5, None, 0.5], "scores": [None] * 3},
        ),
        (
            ModelTask.NER,
            lambda rows: {"entities": [[{"text": row}] for row in rows]},
            {"entities": [[{"text": "a"}], None, [{"text": "bb"}]]},
        ),
    ],
)
def test_a_function_may_infer(
    host: ModelHost, task: ModelTask, function: Any, columns: dict[str, Any]
) -> None:
    model = host.load_callable("f", function, task=task)
    found = host.infer(model, ["a", "", "bb"])
    assert found.columns == columns
    assert found.ok.tolist() == [True, False, True]


def test_a_function_may_rerank(host: ModelHost) -> None:
    model = host.load_callable(
        "r", lambda query, texts: [text.count(query) for text in texts], task=ModelTask.RERANK
    )
    assert host.rerank(model, "a", ["aa", "b", "aba"], batch_size=2).tolist() == [2, 0, 2]


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda rows: [[1, float("nan")]] * len(rows), r"'f@1' gave row 5 \(width 2\) NaN"),
        (lambda rows: [[1, 2, 3]] * len(rows), r"'f@1' gave row 5 a width of 3, not 2"),
        (lambda rows: [[1, 2]], r"'f@1' gave an array \(1, 2\) for 3 rows"),
        (lambda rows: [["x"]] * len(rows), "no array of numbers"),
    ],
)
def test_an_impossible_output_fails_the_call(host: ModelHost, function: Any, said: str) -> None:
    model = host.load_callable("f", function, dimensions=2)
    with pytest.raises(EvigateError, match=rf"E_MODEL_OUTPUT.*{said}"):
        host.encode(model, [None] * 5 + ["a", "b", "c"])


def test_a_zero_vector_is_its_rows_error(host: ModelHost) -> None:
    model = host.load_callable("z", lambda rows: [[len(row) - 1, 0] for row in rows], dimensions=2)
    encoded = host.encode(model, ["aa", "a"])
    assert encoded.ok.tolist() == [True, False]
    assert "zero vector" in str(encoded.errors[1])


def test_a_failed_forward_pass_fails_the_call(host: ModelHost) -> None:
    def fail(_rows: Any) -> Any:
        raise KeyError("inside")

    model = host.load_callable("f", fail, dimensions=2)
    with pytest.raises(EvigateError, match=r"E_MODEL_FORWARD.*'f@1'.*KeyError") as caught:
        host.encode(model, ["a"])
    assert isinstance(caught.value.__cause__, KeyError)


def short_of_memory(limit: int, seen: list[int]) -> Any:
    def encode(rows: Sequence[Any]) -> Any:
        seen.append(len(rows))
        if len(rows) > limit:
            raise MemoryError
        return lengths(rows)

    return encode


def test_short_memory_halves_the_batch_for_the_rest_of_the_call(host: ModelHost) -> None:
    seen: list[int] = []
    model = host.load_callable("m", short_of_memory(4, seen), dimensions=2)
    texts = ["a" * (index + 1) for index in range(20)]
    heard: list[int] = []
    encoded = host.encode(model, texts, batch_size=16, on_progress=heard.append)
    assert seen == [16, 8, 4, 4, 4, 4, 4]
    assert heard == [4, 8, 12, 16, 20]
    assert encoded.ok.all()
    assert encoded.vectors[19][1] == pytest.approx(1 / np.sqrt(401))


@pytest.mark.parametrize(
    ("limit", "batch_size", "sizes"),
    [
        # Three halvings and no more.
        (1, 32, [32, 16, 8, 4]),
        # Nothing is left to halve.
        (0, 2, [2, 1]),
    ],
)
def test_short_memory_ends_in_an_error(
    host: ModelHost, limit: int, batch_size: int, sizes: list[int]
) -> None:
    seen: list[int] = []
    model = host.load_callable("m", short_of_memory(limit, seen), dimensions=2)
    with pytest.raises(EvigateError, match=r"E_MODEL_MEMORY.*'m@1'"):
        host.encode(model, ["a"] * 40, batch_size=batch_size)
    assert seen == sizes


def test_a_call_stops_between_batches_when_it_is_told(host: ModelHost) -> None:
    seen: list[int] = []
    model = host.load_callable("m", short_of_memory(99, seen), dimensions=2)
    with pytest.raises(EvigateError, match=r"E_MODEL_CANCELLED.*after 4 rows"):
        host.encode(model, ["a"] * 9, batch_size=2, is_cancelled=lambda: len(seen) == 2)
    with pytest.raises(EvigateError, match="E_MODEL_INPUT"):
        host.encode(model, ["a"], batch_size=0)


def test_models_of_one_name_and_other_content_are_two(tmp_path: Path) -> None:
    host = ModelHost(tmp_path)
    left = host.resolve(f"onnx:{tiny.encoder(tmp_path / 'a')}", name="mine")
    pooling = {"1_Pooling/config.json": {"pooling_mode_cls_token": True}}
    right = host.resolve(f"onnx:{tiny.encoder(tmp_path / 'b', **pooling)}", name="mine")
    assert left.id == right.id
    assert (
        host.encode_query(left, "red green").tolist()
        != host.encode_query(right, "red green").tolist()
    )
    assert len(host.loaded()) == 2
    host.close()


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("", "E_MODEL_UNKNOWN"),
        ("no-such-model", "E_MODEL_UNKNOWN"),
        ("onnx:", "E_MODEL_LOCATION"),
        ("ftp://host/v1#m", "E_MODEL_LOCATION"),
        ("https://host/v1", "E_MODEL_LOCATION"),
        ("https://user:secret@host/v1#m", "E_MODEL_LOCATION"),
        ("onnx:/no/such/folder", "E_MODEL_LOAD"),
        ("st:/no/such/folder", "E_MODEL_LOAD"),
    ],
)
def test_a_location_that_names_no_model_is_refused(
    host: ModelHost, location: str, code: str
) -> None:
    with pytest.raises(EvigateError) as caught:
        host.resolve(location)
    assert caught.value.code.name == code
    assert "secret" not in str(caught.value)


def test_a_task_is_not_another(host: ModelHost) -> None:
    for ask in (
        lambda: host.infer(BUILT_IN["minilm"], ["a"]),
        lambda: host.rerank(BUILT_IN["minilm"], "a", ["b"]),
        lambda: host.resolve("minilm", task=ModelTask.NER),
    ):
        with pytest.raises(EvigateError, match="E_MODEL_TASK"):
            ask()
    unknown = Model("x", 1, ModelTask.TEXT_EMBEDDING, "abacus", 3, "")
    with pytest.raises(EvigateError, match=r"E_MODEL_UNKNOWN.*'abacus'"):
        host.encode(unknown, ["a"])


def test_a_description_loads_nothing_and_tells_no_secret(host: ModelHost) -> None:
    model = Model(
        "far", 1, ModelTask.TEXT_EMBEDDING, "openai", 3, "", "https://host/v1#m", {"api_key": "s3"}
    )
    described = host.describe(model)
    assert described["is_loaded"] is False
    assert described["options"] == {"api_key": "***"}
    assert host.loaded() == []
