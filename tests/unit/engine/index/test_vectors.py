"""Vector segments: what is written comes back, exact is exact, and what is broken says so."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import Precision
from evigate.engine.index import (
    OVERSAMPLE,
    Metric,
    VectorSegment,
    open_segment,
    open_vectors_or_stream,
    write_vector_segment,
)
from evigate.engine.index import manifest as manifests
from evigate.engine.index.folder import STAGING_PREFIX

WIDTH = 32


def vectors(count: int, seed: int = 1, width: int = WIDTH) -> np.ndarray:
    random = np.random.default_rng(seed)
    latent = random.standard_normal((count, 8)) @ np.random.default_rng(9).standard_normal(
        (8, width)
    )
    return (latent + 0.3 * random.standard_normal((count, width))).astype(np.float32)


def keys(count: int, start: int = 0) -> pa.Array:
    return pa.array([f"k{number}" for number in range(start, start + count)])


def written(folder: Path, rows: np.ndarray, **options) -> VectorSegment:
    write_vector_segment(folder, [(keys(len(rows)), rows)], dimensions=rows.shape[1], **options)
    segment = open_segment(folder, verify=True)
    assert isinstance(segment, VectorSegment)
    return segment


def by_hand(rows: np.ndarray, query: np.ndarray, metric: Metric) -> np.ndarray:
    rows, query = rows.astype(np.float64), query.astype(np.float64)
    if metric is Metric.L2:
        return -((rows - query) ** 2).sum(axis=1)
    if metric is Metric.IP:
        return rows @ query
    return rows @ query / np.linalg.norm(rows, axis=1) / np.linalg.norm(query)


@pytest.mark.parametrize("metric", list(Metric))
def test_exact_scores_are_those_of_the_metric(tmp_path: Path, metric: Metric) -> None:
    rows = vectors(300)
    segment = written(tmp_path / "s", rows, metric=metric)
    query = vectors(1, seed=2)[0]
    found = segment.exact(segment.query(query), 20)
    expected = by_hand(rows, query, metric)
    assert np.allclose(found.scores, np.sort(expected)[::-1][:20], rtol=1e-4, atol=1e-5)
    assert set(found.rows.tolist()) == set(np.argsort(-expected)[:20].tolist())


@pytest.mark.parametrize("precision", list(Precision))
@pytest.mark.parametrize("metric", list(Metric))
def test_a_graph_of_any_precision_finds_nearly_all_and_scores_exactly(
    tmp_path: Path, metric: Metric, precision: Precision
) -> None:
    rows = vectors(3000)
    segment = written(tmp_path / "s", rows, metric=metric, precision=precision, has_graph=True)
    assert segment.graph is not None
    hits = 0
    for query in map(segment.query, vectors(30, seed=3)):
        exact = segment.exact(query, 10)
        fetch = max(segment.graph.expansion, 10 * OVERSAMPLE[precision])
        found = segment.rank(segment.graph.candidates(query, fetch), query, 10)
        hits += len(np.intersect1d(exact.rows, found.rows))
        for row, score in zip(found.rows, found.scores, strict=True):
            assert score == segment.scores(np.array([row]), query)[0]
    assert hits >= 0.95 * 300


@pytest.mark.parametrize("metric", list(Metric))
def test_many_queries_at_once_answer_bit_by_bit_as_one(tmp_path: Path, metric: Metric) -> None:
    rows = vectors(500)
    rows[100:140] = rows[60:100]  # ties
    segment = written(tmp_path / "s", rows, metric=metric)
    queries = np.stack([segment.query(query) for query in vectors(70, seed=4)])
    for query, many in zip(queries, segment.exact_of_each(queries, 7), strict=True):
        one = segment.exact(query, 7)
        assert (many.rows.tolist(), many.scores.tobytes()) == (
            one.rows.tolist(),
            one.scores.tobytes(),
        )


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 40), st.integers(1, 50), st.integers(1, 9), st.integers(0, 10**6))
def test_exact_equals_a_naive_oracle_whatever_the_batches(
    tmp_path_factory: pytest.TempPathFactory, count: int, k: int, batch: int, seed: int
) -> None:
    random = np.random.default_rng(seed)
    rows = random.integers(-1, 2, (count, 3)).astype(np.float32)  # many equal scores
    names = [str(number) for number in random.permutation(count)]
    batches = [
        (pa.array(names[at : at + batch], pa.string()), rows[at : at + batch])
        for at in range(0, count, batch)
    ]
    folder = tmp_path_factory.mktemp("x") / "s"
    write_vector_segment(folder, batches, dimensions=3, metric=Metric.IP)
    segment = open_segment(folder)
    query = segment.query([1, 2, 3])
    scores = rows @ query
    oracle = sorted(range(count), key=lambda row: (-scores[row], names[row]))
    assert segment.exact(query, k).rows.tolist() == oracle[:k]
    some = np.flatnonzero(random.random(count) < 0.4)
    mask = np.zeros(count, bool)
    mask[some] = True
    allowed = [row for row in oracle if row in some][:k]
    assert segment.exact(query, k, rows=some).rows.tolist() == allowed
    assert segment.exact(query, k, mask=mask).rows.tolist() == allowed


def test_rows_stream_to_disk_and_the_segment_is_the_same(tmp_path: Path) -> None:
    rows = vectors(50)
    one = written(tmp_path / "one", rows)
    batches = ((keys(10, at), rows[at : at + 10]) for at in range(0, 50, 10))
    write_vector_segment(tmp_path / "many", batches, dimensions=WIDTH)
    many = open_segment(tmp_path / "many", verify=True)
    assert many.keys.equals(one.keys)
    assert many.vectors.tobytes() == one.vectors.tobytes()


def test_an_empty_segment_opens_and_finds_nothing(tmp_path: Path) -> None:
    write_vector_segment(tmp_path / "s", [], dimensions=4, has_graph=True)
    segment = open_segment(tmp_path / "s", verify=True)
    assert segment.count == 0
    assert len(segment.exact(segment.query([1, 0, 0, 0]), 5)) == 0


def test_a_graph_is_built_only_where_a_scan_is_slower(tmp_path: Path) -> None:
    assert written(tmp_path / "small", vectors(100)).graph is None
    assert written(tmp_path / "asked", vectors(100), has_graph=True).graph is not None


def bad(**changes):
    rows = vectors(6).copy()
    for (row, column), value in changes.get("cells", {}).items():
        rows[row, column] = value
    return rows


@pytest.mark.parametrize(
    ("rows", "names", "code", "says"),
    [
        (bad(cells={(4, 3): np.nan}), None, "E_VECTORS_INVALID", "row 4"),
        (bad(cells={(2, 0): np.inf}), None, "E_VECTORS_INVALID", "row 2"),
        (bad(cells={(1, 0): 1e30}), None, "E_VECTORS_INVALID", "row 1"),
        (np.vstack([bad(), np.zeros((1, WIDTH), np.float32)]), None, "E_VECTORS_INVALID", "row 6"),
        (vectors(6, width=7), None, "E_VECTORS_INVALID", "(6, 7)"),
        (bad(), ["a", "b", "c", "b", "e", "f"], "E_KEYS_INVALID", "'b'"),
        (bad(), ["a", "b", None, "d", "e", "f"], "E_KEYS_INVALID", "Row 2"),
        (bad(), ["a"], "E_KEYS_INVALID", "1 keys for 6"),
        (bad(), [b"a", b"b", b"c", b"d", b"e", b"f"], "E_KEYS_INVALID", "binary"),
        (bad(), [[1], [2], [3], [4], [5], [6]], "E_KEYS_INVALID", "list"),
    ],
)
def test_bad_rows_are_named_and_nothing_is_left(tmp_path: Path, rows, names, code, says) -> None:
    names = pa.array(names) if names else keys(len(rows))
    with pytest.raises(EvigateError) as caught:
        write_vector_segment(tmp_path / "s", [(names, rows)], dimensions=WIDTH)
    assert caught.value.code.name == code
    assert says in caught.value.message
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("query", [[1.0], [np.nan] * WIDTH, [np.inf] * WIDTH, [0] * WIDTH, "words"])
def test_bad_queries_are_refused(tmp_path: Path, query) -> None:
    segment = written(tmp_path / "s", vectors(5))
    with pytest.raises(EvigateError) as caught:
        segment.query(query)
    assert caught.value.code.name == "E_VECTOR_QUERY_INVALID"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole") / "s"
    written(folder, vectors(400), has_graph=True, precision=Precision.BINARY)
    return folder


FILES = ["graph.usearch", "keys.arrow", "segment.json", "thresholds.f32", "vectors.f32"]


def copy_of(whole: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "copy"
    folder.mkdir()
    for path in whole.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    return folder


def refused(folder: Path, code: str, says: str, **options) -> None:
    with pytest.raises(EvigateError) as caught:
        open_segment(folder, **options)
    assert caught.value.code.name == code
    assert says in caught.value.message


def test_the_files_are_the_ones_below(whole: Path) -> None:
    assert sorted(path.name for path in whole.iterdir()) == FILES


@pytest.mark.parametrize("name", FILES)
def test_each_broken_file_is_named(whole: Path, tmp_path: Path, name: str) -> None:
    folder = copy_of(whole, tmp_path)
    data = (folder / name).read_bytes()
    (folder / name).write_bytes(data[:-3])
    refused(folder, "E_SEGMENT_CORRUPT", repr(name))
    middle = len(data) // 2
    (folder / name).write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])
    refused(folder, "E_SEGMENT_CORRUPT", repr(name), verify=True)
    (folder / name).unlink()
    refused(folder, "E_SEGMENT_CORRUPT", repr(name))


def rewritten(folder: Path, **changes) -> None:
    before = manifests.read_manifest(folder)
    fields = {name: getattr(before, name) for name in before.__slots__}
    after = manifests.SegmentManifest(**{**fields, **changes})
    (folder / "segment.json").write_bytes(manifests.manifest_bytes(after))


def test_newer_formats_and_other_libraries_are_told_apart(whole: Path, tmp_path: Path) -> None:
    folder = copy_of(whole, tmp_path)
    rewritten(folder, library="usearch 2.26.5")
    refused(folder, "E_SEGMENT_LIBRARY", "2.26.5")
    rewritten(folder, format=2)
    refused(folder, "E_SEGMENT_FORMAT", "format 2")


def test_a_foreign_graph_under_a_true_manifest_is_corrupt(whole: Path, tmp_path: Path) -> None:
    folder = copy_of(whole, tmp_path)
    other = tmp_path / "other"
    written(other, vectors(100), has_graph=True, precision=Precision.BINARY)
    (folder / "graph.usearch").write_bytes((other / "graph.usearch").read_bytes())
    files = dict(manifests.read_manifest(folder).files)
    files["graph.usearch"] = manifests.file_facts(folder / "graph.usearch")
    rewritten(folder, files=files)
    refused(folder, "E_SEGMENT_CORRUPT", "graph.usearch")


def test_segments_never_change(tmp_path: Path) -> None:
    written(tmp_path / "s", vectors(20))
    with pytest.raises(EvigateError) as caught:
        written(tmp_path / "s", vectors(30))
    assert caught.value.code.name == "E_SEGMENT_EXISTS"
    assert open_segment(tmp_path / "s", verify=True).count == 20


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_full_disk_at_any_step_leaves_nothing_that_looks_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, step, full)
    with pytest.raises(OSError, match="No space"):
        written(tmp_path / "s", vectors(20))
    assert list(tmp_path.iterdir()) == []


def test_what_a_kill_leaves_is_no_segment(tmp_path: Path) -> None:
    written(tmp_path / "s", vectors(20))
    assert [path.name for path in tmp_path.iterdir()] == ["s"]
    refused(tmp_path / f"{STAGING_PREFIX}1", "E_SEGMENT_CORRUPT", "segment.json")


@pytest.mark.parametrize("step", ["batch", "fsync", "replace"])
def test_a_kill_at_any_step_leaves_no_segment_or_a_whole_one(tmp_path: Path, step: str) -> None:
    code = f"""
import os, pathlib, signal
import numpy, pyarrow
from evigate.engine.index import write_vector_segment

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def batches():
    yield pyarrow.array(["a"]), numpy.ones((1, 2), "float32")
    if {step!r} == "batch":
        die()

if {step!r} != "batch":
    os.{step if step != "batch" else "replace"} = die
write_vector_segment(pathlib.Path({str(tmp_path)!r}) / "s", batches(), dimensions=2)
"""
    ran = subprocess.run([sys.executable, "-c", code], check=False)
    assert ran.returncode == -signal.SIGKILL
    assert all(path.name.startswith(STAGING_PREFIX) for path in tmp_path.iterdir())
    assert written(tmp_path / "s", vectors(3)).count == 3


def test_a_broken_segment_answers_exactly_from_its_table(tmp_path: Path) -> None:
    rows = vectors(200)
    whole = written(tmp_path / "s", rows)
    query = vectors(1, seed=5)[0]
    expected = whole.exact(whole.query(query), 9)
    # A new file under the name: `whole` still maps the old one.
    (tmp_path / "s" / "vectors.f32").unlink()
    (tmp_path / "s" / "vectors.f32").write_bytes(b"short")

    def read():
        yield keys(120), rows[:120]
        yield keys(80, 120), rows[120:]

    opened = open_vectors_or_stream(tmp_path / "s", read, dimensions=WIDTH)
    assert "'vectors.f32'" in (opened.note or "")
    found = opened.segment.exact(opened.segment.query(query), 9)
    assert found.rows.tolist() == expected.rows.tolist()
    assert found.scores.tobytes() == expected.scores.tobytes()
    assert opened.segment.vector_of(150).tobytes() == whole.vector_of(150).tobytes()
