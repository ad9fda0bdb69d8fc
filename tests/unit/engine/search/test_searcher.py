"""Search from end to end, against what sorting everything by hand gives."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.engine.search.memory_rows import MemoryRows

from evigate.base.errors import EvigateError
from evigate.engine.index import (
    Metric,
    StreamedVectors,
    open_segment,
    write_lexical_segment,
    write_vector_segment,
)
from evigate.engine.search import (
    Fusion,
    FusionMethod,
    GoneHit,
    Mode,
    Rerank,
    Searcher,
    SearchRequest,
)

COUNT, WIDTH = 4000, 24
WORDS = ["wing", "lift", "heat", "flow", "plate", "shock", "layer", "drag", "tail", "jet"]
COLUMNS = ["id", "score", "retrieved_by", "annotated_by", "similarity", "bm25_score", "bm25_rank"]


def make_table(count: int = COUNT) -> pa.Table:
    random = np.random.default_rng(2)
    texts = [" ".join(random.choice(WORDS, 6)) for _ in range(count)]
    return pa.table(
        {
            "id": [f"k{number}" for number in range(count)],
            "year": random.integers(0, 1000, count),
            "text": texts,
        }
    )


def make_vectors(count: int = COUNT) -> np.ndarray:
    random = np.random.default_rng(3)
    latent = random.standard_normal((count, 6)) @ random.standard_normal((6, WIDTH))
    rows = (latent + 0.3 * random.standard_normal((count, WIDTH))).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


TABLE, VECTORS = make_table(), make_vectors()
KEYS = TABLE.column("id").chunk(0)
QUERY = VECTORS[17] + 0.1


def write_vectors(folder: Path, rows: np.ndarray, *, has_graph: bool = False):
    some = (KEYS.take(pa.array(rows)), VECTORS[rows])
    write_vector_segment(folder, [some], dimensions=WIDTH, has_graph=has_graph)
    return open_segment(folder)


def write_texts(folder: Path, rows: np.ndarray):
    batch = TABLE.take(pa.array(rows)).select(["id", "text"]).combine_chunks().to_batches()[0]
    write_lexical_segment(folder, [batch], key="id", columns=["text"])
    return open_segment(folder)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("search")


@pytest.fixture(scope="module")
def vectors(folder: Path):
    return write_vectors(folder / "v", np.arange(COUNT), has_graph=True)


@pytest.fixture(scope="module")
def texts(folder: Path):
    return write_texts(folder / "t", np.arange(COUNT))


@pytest.fixture
def rows() -> MemoryRows:
    return MemoryRows(TABLE, "id")


@pytest.fixture
def searcher(rows: MemoryRows, vectors, texts) -> Searcher:
    return Searcher(rows, key_column="id", vectors=[vectors], texts=[texts])


def near(vector=QUERY, **more) -> SearchRequest:
    return SearchRequest(Mode.VECTOR, vector=vector, **more)


def ids(hits) -> list[str]:
    return hits.table.column("id").to_pylist()


def oracle(query: np.ndarray, allowed: np.ndarray, k: int) -> list[str]:
    scores = np.vecdot(VECTORS[allowed], (query / np.linalg.norm(query)).astype(np.float32))
    order = sorted(range(len(allowed)), key=lambda at: (-scores[at], f"k{allowed[at]}"))
    return [f"k{allowed[at]}" for at in order[:k]]


def test_the_table_has_evidence_then_the_sources_columns(searcher: Searcher) -> None:
    hits = searcher.search(SearchRequest(Mode.HYBRID, "wing lift", QUERY, k=5))
    assert hits.table.schema.names == [*COLUMNS, "year", "text"]
    assert str(hits.table.schema.field("score").type) == "float"
    assert str(hits.table.schema.field("bm25_rank").type) == "int64"
    assert hits.table.column("annotated_by").to_pylist() == [[]] * 5
    at = [int(name[1:]) for name in ids(hits)]
    assert hits.table.column("text").to_pylist() == TABLE.take(at).column("text").to_pylist()
    chosen = searcher.search(near(k=3, select=["year"]))
    assert chosen.table.schema.names == [*COLUMNS, "year"]


def test_hybrid_says_which_channel_found_each_row(searcher: Searcher) -> None:
    hits = searcher.search(SearchRequest(Mode.HYBRID, "wing lift", QUERY, k=60, pool=40)).table
    by_vector = ids(searcher.search(near(k=60, exact=True)))
    by_words = ids(searcher.search(SearchRequest(Mode.LEXICAL, "wing lift", k=60)))
    kinds = set()
    for row in hits.to_pylist():
        finders = [
            *(["vector"] if row["id"] in by_vector else []),
            *(["bm25"] if row["id"] in by_words else []),
        ]
        assert row["retrieved_by"] == finders
        assert (row["similarity"] is not None) == ("vector" in finders)
        assert (row["bm25_score"] is not None) == ("bm25" in finders)
        assert row["bm25_rank"] == (by_words.index(row["id"]) if "bm25" in finders else None)
        kinds.add(tuple(finders))
    assert len(kinds) >= 2
    scores = hits.column("score").to_pylist()
    assert scores == sorted(scores, reverse=True)


def test_fusion_by_ranks_is_reciprocal(searcher: Searcher) -> None:
    request = SearchRequest(Mode.HYBRID, "wing", QUERY, k=3, fusion=Fusion(FusionMethod.RRF))
    first_words = ids(searcher.search(SearchRequest(Mode.LEXICAL, "wing", k=1)))
    scores = dict(
        zip(ids(hits := searcher.search(request)), hits.table["score"].to_pylist(), strict=True)
    )
    assert max(scores.values()) >= 1 / 61 - 1e-9
    if scores.keys() & set(first_words):
        assert scores[first_words[0]] >= np.float32(1 / 61)


@pytest.mark.parametrize("limit", [1, 4, 10, 100, 500, 1000])
def test_a_filter_gives_k_full_results_at_any_selectivity(searcher: Searcher, limit: int) -> None:
    allowed = np.flatnonzero(TABLE.column("year").to_numpy() < limit)
    expected = oracle(QUERY, allowed, 10)
    exact = searcher.search(near(where=f"year < {limit}", exact=True))
    assert ids(exact) == expected
    found = ids(searcher.search(near(where=f"year < {limit}")))
    assert len(found) == min(10, len(allowed))
    assert len(set(found) & set(expected)) >= 0.9 * len(expected)
    words = searcher.search(
        SearchRequest(Mode.LEXICAL, "wing", where="year < $y", parameters={"y": limit})
    )
    everything = ids(searcher.search(SearchRequest(Mode.LEXICAL, "wing", k=COUNT)))
    inside = {f"k{row}" for row in allowed}
    assert ids(words) == [name for name in everything if name in inside][:10]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 1000), st.integers(0, 30), st.integers(0, COUNT - 1))
def test_exact_filtered_search_equals_sorting_by_hand(limit: int, k: int, row: int) -> None:
    hits = HAND.search(near(VECTORS[row], k=k, where=f"year < {limit}", exact=True))
    allowed = np.flatnonzero(TABLE.column("year").to_numpy() < limit)
    assert ids(hits) == oracle(VECTORS[row], allowed, k)


HAND = Searcher(
    MemoryRows(TABLE, "id"),
    key_column="id",
    vectors=[
        StreamedVectors("all", lambda: [(KEYS, VECTORS)], dimensions=WIDTH, metric=Metric.COSINE)
    ],
)


def test_a_predicate_is_resolved_once(searcher: Searcher, rows: MemoryRows) -> None:
    for _ in range(3):
        searcher.search(near(where="year < 5"))
        searcher.search(near(where="year < $y", parameters={"y": 5}))
    searcher.search(near(where="year < $y", parameters={"y": 6}))
    assert rows.selected == ["year < 5", "year < $y", "year < $y"]


def test_only_the_hits_are_read_from_the_source(searcher: Searcher, rows: MemoryRows) -> None:
    searcher.search(SearchRequest(Mode.HYBRID, "wing", QUERY, k=7))
    assert rows.taken == 7


def test_the_graph_answers_nearly_as_the_oracle(searcher: Searcher) -> None:
    shared = 0
    for row in range(40):
        shared += len(
            set(ids(searcher.search(near(VECTORS[row] + 0.05))))
            & set(oracle(VECTORS[row] + 0.05, np.arange(COUNT), 10))
        )
    assert shared >= 0.95 * 400


def test_a_narrower_walk_is_asked_for_and_finds_less(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    rows = random.standard_normal((20_000, WIDTH)).astype(np.float32)
    keys = pa.array([f"k{number}" for number in range(len(rows))])
    write_vector_segment(tmp_path / "v", [(keys, rows)], dimensions=WIDTH, has_graph=True)
    searcher = Searcher(
        MemoryRows(pa.table({"id": keys}), "id"), key_column="id",
        vectors=[open_segment(tmp_path / "v")],
    )  # fmt: skip
    queries = random.standard_normal((40, WIDTH)).astype(np.float32)
    exact = [ids(searcher.search(near(query, k=2, exact=True))) for query in queries]
    found = {}
    for width in (1, 48):
        hits = [searcher.search(near(query, k=2, expansion=width)) for query in queries]
        assert {each.routes for each in hits} == {("vector:graph",)}
        found[width] = sum(
            len({*ids(each)} & {*right}) for each, right in zip(hits, exact, strict=True)
        )
    assert 0 < found[1] < found[48]


def test_newer_segments_and_deletions_mask_older_rows(tmp_path: Path, rows: MemoryRows) -> None:
    # k17 is moved far away by a newer segment, k18 is deleted.
    moved = -VECTORS[17:18]
    write_vector_segment(tmp_path / "new", [(KEYS.slice(17, 1), moved)], dimensions=WIDTH)
    old = write_vectors(tmp_path / "old", np.arange(COUNT))
    bytes_before = {path.name: path.read_bytes() for path in (tmp_path / "old").iterdir()}
    new = open_segment(tmp_path / "new")
    searcher = Searcher(
        rows, key_column="id", vectors=[old, new], vectors_deleted=pa.array(["k18"])
    )
    hits = searcher.search(near(VECTORS[17], k=COUNT))
    assert len(ids(hits)) == len(set(ids(hits))) == COUNT - 1
    assert "k18" not in ids(hits)
    assert hits.table.to_pylist()[-1]["id"] == "k17"
    assert hits.table.to_pylist()[-1]["similarity"] == pytest.approx(-1, abs=1e-5)
    assert {path.name: path.read_bytes() for path in (tmp_path / "old").iterdir()} == bytes_before


def test_two_segments_answer_as_one(tmp_path: Path, rows: MemoryRows, vectors) -> None:
    halves = [
        write_vectors(tmp_path / "a", np.arange(0, COUNT, 2)),
        write_vectors(tmp_path / "b", np.arange(1, COUNT, 2), has_graph=True),
    ]
    one = Searcher(rows, key_column="id", vectors=[vectors])
    two = Searcher(rows, key_column="id", vectors=halves)
    for more in ({}, {"where": "year < 30"}):
        expected = one.search(near(exact=True, k=15, **more)).table
        assert two.search(near(exact=True, k=15, **more)).table.equals(expected)


def test_equal_scores_come_by_key_over_segments(tmp_path: Path) -> None:
    names = [str(number) for number in range(30)]
    table = pa.table({"id": names})
    same = np.ones((15, 2), np.float32)
    for name, part in (("a", names[15:]), ("b", names[:15])):
        write_vector_segment(tmp_path / name, [(pa.array(part), same)], dimensions=2)
    segments = [open_segment(tmp_path / name) for name in "ab"]
    searcher = Searcher(MemoryRows(table, "id"), key_column="id", vectors=segments)
    for k in (1, 4, 30):
        assert ids(searcher.search(near([1, 1], k=k))) == sorted(names)[:k]


def test_rows_gone_from_the_source_are_reported_and_k_live_ones_come(vectors, texts) -> None:
    gone_rows = [int(name[1:]) for name in oracle(QUERY, np.arange(COUNT), 4)]
    live = np.setdiff1d(np.arange(COUNT), gone_rows)
    rows = MemoryRows(TABLE.take(pa.array(live)), "id")
    searcher = Searcher(rows, key_column="id", vectors=[vectors], texts=[texts])
    for exact in (True, False):
        hits = searcher.search(near(k=10, exact=exact))
        assert ids(hits) == oracle(QUERY, live, 10)
        assert [hit.key for hit in hits.gone] == [f"k{row}" for row in gone_rows]
        assert all(isinstance(hit, GoneHit) and hit.channel == "vector" for hit in hits.gone)
        assert "4 hits are no longer in the source" in hits.notes[0]
    # A lost row fulfils no predicate.
    assert searcher.search(near(where="year >= 0")).gone == ()
    assert len(ids(searcher.search(SearchRequest(Mode.HYBRID, "wing", QUERY, k=10)))) == 10


def test_no_hits_wanted_gives_the_schema(searcher: Searcher) -> None:
    for mode in Mode:
        vector = None if mode is Mode.LEXICAL else QUERY
        empty = searcher.search(SearchRequest(mode, "wing", vector, k=0)).table
        full = searcher.search(SearchRequest(mode, "wing", vector, k=2)).table
        assert empty.num_rows == 0
        assert empty.schema == full.schema


def test_a_row_finds_its_like_itself_first(searcher: Searcher) -> None:
    hits = searcher.search(SearchRequest(Mode.VECTOR, row_key="k99", k=3))
    assert ids(hits)[0] == "k99"
    with pytest.raises(EvigateError) as caught:
        searcher.search(SearchRequest(Mode.VECTOR, row_key="nobody"))
    assert caught.value.code.name == "E_ROW_KEY_UNKNOWN"


@pytest.mark.parametrize("mode", list(Mode))
def test_a_batch_answers_as_single_searches(searcher: Searcher, mode: Mode) -> None:
    requests = [
        SearchRequest(mode, "wing heat", None if mode is Mode.LEXICAL else VECTORS[row], k=row % 7)
        for row in range(20)
    ]
    requests += [
        SearchRequest(
            mode, "jet", None if mode is Mode.LEXICAL else QUERY, where="year < 50", select=["year"]
        )
    ]
    for one, many in zip(
        map(searcher.search, requests), searcher.search_batch(requests), strict=True
    ):
        assert many.table.equals(one.table)
    assert searcher.search_batch([]) == []


@pytest.mark.parametrize("limit", [0, 4, 40, 400, 1000])
@pytest.mark.parametrize("is_walked", [False, True])
def test_a_batch_under_one_filter_is_the_oracles(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch, limit: int, is_walked: bool
) -> None:
    if is_walked:
        monkeypatch.setattr("evigate.engine.search.plan.PRODUCT_US", 1.0)
    allowed = np.flatnonzero(np.asarray(TABLE.column("year")) < limit)
    where = {"where": "year < $y", "parameters": {"y": limit}}
    requests = [near(VECTORS[row] + 0.05, **where) for row in range(130)]
    shared = wanted = 0
    for row, hits in enumerate(searcher.search_batch(requests)):
        expected = oracle(VECTORS[row] + 0.05, allowed, 10)
        assert len(ids(hits)) == len(expected), "k come if k are allowed"
        shared += len(set(ids(hits)) & set(expected))
        wanted += len(expected)
        if not is_walked:
            assert ids(hits) == expected
    assert shared >= 0.95 * wanted


def test_threads_get_the_answers_that_one_gets(searcher: Searcher) -> None:
    requests = [SearchRequest(Mode.HYBRID, "wing", VECTORS[row], k=5) for row in range(200)]
    alone = [searcher.search(request).table for request in requests]
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda request: searcher.search(request).table, requests))
    assert all(a.equals(b) for a, b in zip(alone, together, strict=True))


def test_a_reranker_reorders_and_is_recorded(searcher: Searcher) -> None:
    asked: list[tuple[str, int]] = []

    def by_length_of_wings(query: str, texts: list[str]) -> np.ndarray:
        asked.append((query, len(texts)))
        return np.array([text.count("wing") for text in texts], np.float32)

    request = SearchRequest(
        Mode.HYBRID, "lift", QUERY, k=8, rerank=Rerank(by_length_of_wings, ("text",), 30)
    )
    hits = searcher.search(request).table
    assert asked == [("lift", 30)]
    assert hits.schema.names[: len(COLUMNS) + 1] == [*COLUMNS, "rerank_score"]
    counts = [text.count("wing") for text in hits.column("text").to_pylist()]
    assert counts == hits.column("rerank_score").to_pylist() == sorted(counts, reverse=True)
    for wrong in (lambda _, texts: np.ones(2), lambda _, texts: np.full(len(texts), np.nan)):
        with pytest.raises(EvigateError) as caught:
            searcher.search(SearchRequest(Mode.LEXICAL, "lift", rerank=Rerank(wrong, ("text",))))
        assert caught.value.code.name == "E_RERANK_FAILED"


def test_a_sources_column_with_our_name_is_kept_under_another(tmp_path: Path) -> None:
    table = pa.table({"id": [1, 2], "score": [7, 8]})
    write_vector_segment(
        tmp_path / "s", [(pa.array([1, 2]), np.eye(2, dtype=np.float32))], dimensions=2
    )
    searcher = Searcher(
        MemoryRows(table, "id"), key_column="id", vectors=[open_segment(tmp_path / "s")]
    )
    hits = searcher.search(near([1, 0], k=1)).table
    assert hits.column("score_source").to_pylist() == [7]
    assert hits.column("id").to_pylist() == [1]


def test_lexical_segments_mask_and_merge(tmp_path: Path, rows: MemoryRows, texts) -> None:
    newer = pa.RecordBatch.from_pydict({"id": ["k3", "k4"], "text": ["zebra wing", "zebra"]})
    write_lexical_segment(tmp_path / "new", [newer], key="id", columns=["text"])
    searcher = Searcher(
        rows,
        key_column="id",
        texts=[texts, open_segment(tmp_path / "new")],
        texts_deleted=pa.array(["k4"]),
    )
    assert ids(searcher.search(SearchRequest(Mode.LEXICAL, "zebra"))) == ["k3"]
    old_words = set(TABLE.column("text")[3].as_py().split()) - {"wing"}
    everything = ids(searcher.search(SearchRequest(Mode.LEXICAL, " ".join(old_words), k=COUNT)))
    assert "k3" not in everything
    assert "k4" not in everything
    assert len(everything) == len(set(everything)) > COUNT / 2


def test_modes_and_methods_may_be_written_as_words(searcher: Searcher) -> None:
    hits = searcher.search(SearchRequest("lexical", "wing"))
    assert hits.table.equals(searcher.search(SearchRequest(Mode.LEXICAL, "wing")).table)
    for wrong in (lambda: SearchRequest("psychic", "wing"), lambda: Fusion("borda")):
        with pytest.raises(EvigateError) as caught:
            wrong()
        assert caught.value.code.name == "E_SEARCH_INVALID"


def test_a_filter_that_comes_again_answers_the_same(searcher: Searcher) -> None:
    first, *others = (searcher.search(near(where="year < 40", exact=True)) for _ in range(4))
    assert first.routes == ("vector:gather",)
    assert others[-1].routes == ("vector:packed",)
    assert all(hits.table.equals(first.table) for hits in others)


def test_heavy_libraries_load_on_use() -> None:
    code = (
        "import sys, evigate.engine.search, evigate.engine.index;"
        "print([name for name in ('usearch', 'tantivy', 'duckdb', 'pandas') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("request_", "code", "says"),
    [
        (SearchRequest(Mode.VECTOR, "words"), "E_SEARCH_INVALID", "neither vector nor row key"),
        (SearchRequest(Mode.VECTOR, None, QUERY, "k1"), "E_SEARCH_INVALID", "both"),
        (SearchRequest(Mode.HYBRID, None, QUERY), "E_SEARCH_INVALID", "no text"),
        (near(k=-1), "E_SEARCH_INVALID", "-1"),
        (near(k=2.5), "E_SEARCH_INVALID", "2.5"),
        (near(select=["ghost"]), "E_SEARCH_INVALID", "'ghost'"),
        (near([1.0, 2.0]), "E_VECTOR_QUERY_INVALID", "24 numbers"),
        (near(np.full(WIDTH, np.nan)), "E_VECTOR_QUERY_INVALID", "finite"),
        (SearchRequest(Mode.LEXICAL, '"wing', strict=True), "E_QUERY_INVALID", "wing"),
    ],
)
def test_bad_requests_are_named(searcher: Searcher, request_, code, says) -> None:
    for ask in (searcher.search, lambda request: searcher.search_batch([request])):
        with pytest.raises(EvigateError, match=says) as caught:
            ask(request_)
        assert caught.value.code.name == code


def test_keys_of_another_type_are_compared_if_they_can_be(tmp_path: Path) -> None:
    write_vector_segment(
        tmp_path / "s", [(pa.array(["1", "2"]), np.eye(2, dtype=np.float32))], dimensions=2
    )
    segment = open_segment(tmp_path / "s")
    rows = MemoryRows(pa.table({"id": pa.array([2, 1], pa.int32())}), "id")
    hits = Searcher(rows, key_column="id", vectors=[segment]).search(near([1, 0], k=2))
    assert ids(hits) == [1, 2]
    dates = MemoryRows(pa.table({"id": pa.array([1, 2], pa.date32())}), "id")
    with pytest.raises(EvigateError, match="date32"):
        Searcher(dates, key_column="id", vectors=[segment])


def test_a_missing_table_is_named(rows: MemoryRows, texts) -> None:
    with pytest.raises(EvigateError) as caught:
        Searcher(rows, key_column="id", texts=[texts]).search(near())
    assert caught.value.code.name == "E_SEARCH_NO_INDEX"
    with pytest.raises(EvigateError) as caught:
        HAND.search(SearchRequest(Mode.LEXICAL, "wing"))
    assert caught.value.code.name == "E_SEARCH_NO_INDEX"
