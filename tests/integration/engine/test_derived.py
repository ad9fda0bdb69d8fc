"""Derived tables: hand-checked numbers, oracles, cache, lineage and the cascade."""

import math

import numpy as np
import pyarrow as pa
import pytest
from tests.integration.engine.conftest import documents

from evigate.base.errors import EvigateError
from evigate.engine.engine import Engine


def vectors(db: Engine, count: int = 40, width: int = 8, name: str = "points") -> np.ndarray:
    rng = np.random.default_rng(3)
    made = rng.normal(size=(count, width)).astype(np.float32)
    keys = [f"p{n:03d}" for n in range(count)]
    db.sources.add(
        name, pa.table({"id": keys, "value": np.arange(count, dtype=np.float64)}), key="id"
    )
    db.tables.import_vectors(
        f"{name}_vectors", pa.table({"id": keys, "vector": list(made)}), source=name
    )
    return made / np.linalg.norm(made, axis=1, keepdims=True)


def edges(db: Engine, pairs: list[tuple[str, str]], name: str = "links") -> None:
    table = pa.table({"src": [a for a, _ in pairs], "dst": [b for _, b in pairs]})
    db.sources.add(name, table, replace=True)


@pytest.mark.parametrize("exact", [True, False])
def test_the_neighbour_graph_is_each_rows_nearest(db: Engine, exact: bool) -> None:
    unit = vectors(db)
    done = db.derive.neighbor_graph("points_vectors", name="graph", k=3, exact=exact)
    assert (done.row_count, done.cache) == (120, "computed")
    rows = db.tables.read("graph").rows()
    scores = unit @ unit.T
    np.fill_diagonal(scores, -np.inf)
    for n in (0, 17, 39):
        own = [row for row in rows if row["src"] == f"p{n:03d}"]
        assert [row["rank"] for row in own] == [1, 2, 3]
        best = np.argsort(-scores[n])[:3]
        assert [row["dst"] for row in own] == [f"p{m:03d}" for m in best]
        assert np.allclose([row["similarity"] for row in own], scores[n][best], atol=1e-5)
    assert db.derive.neighbor_graph("points_vectors", name="graph", k=3, exact=exact).cache == "hit"


def test_mutual_edges_go_both_ways_and_a_threshold_cuts(db: Engine) -> None:
    unit = vectors(db)
    db.derive.neighbor_graph("points_vectors", name="mutual", k=3, mutual=True, exact=True)
    pairs = {(row["src"], row["dst"]) for row in db.tables.read("mutual").rows()}
    scores = unit @ unit.T
    np.fill_diagonal(scores, -np.inf)
    near = {(a, b) for a in range(40) for b in np.argsort(-scores[a])[:3]}
    expected = {(f"p{a:03d}", f"p{b:03d}") for a, b in near if (b, a) in near}
    assert pairs == expected
    db.derive.neighbor_graph("points_vectors", name="strong", k=39, min_similarity=0.5, exact=True)
    found = db.tables.read("strong")["similarity"].to_numpy()
    assert len(found) == int((scores >= 0.5).sum()) and found.min() >= 0.5
    found = db.sql("SELECT g.src, p.value FROM mutual g JOIN points p ON p.id = g.dst").num_rows
    assert found == len(expected)


def test_two_hops_of_propagation_by_hand(db: Engine) -> None:
    """A path a - b - c, unit vectors, a = 0.1: D^-1/2 (A + I) D^-1/2 with degrees 2, 3, 2."""
    keys = ["a", "b", "c"]
    own = np.eye(3, dtype=np.float32)
    db.tables.import_vectors("x", pa.table({"id": keys, "vector": list(own)}))
    edges(db, [("a", "b"), ("b", "c"), ("c", "b"), ("b", "b"), ("a", "zzz")])
    db.derive.propagate("x", "links", name="z", hops=2, restart=0.1)
    s = 1 / math.sqrt(6)
    step = np.array([[0.5, s, 0.0], [s, 1 / 3, s], [0.0, s, 0.5]])
    state = own.astype(np.float64)
    for _ in range(2):
        state = 0.9 * (step @ state) + 0.1 * own
    expected = state / np.linalg.norm(state, axis=1, keepdims=True)
    found = np.array(db.tables.read("z")["vector"].to_pylist())
    assert np.allclose(found, expected, atol=1e-6)
    lineage = db.tables.derives_from("z")
    assert {(edge.kind, edge.input) for edge in lineage.inputs} == {
        ("table", "x"),
        ("source", "links"),
    }


def test_directions_weightings_and_jumping_knowledge(db: Engine) -> None:
    keys = ["a", "b", "c"]
    db.tables.import_vectors(
        "x", pa.table({"id": keys, "vector": list(np.eye(3, dtype=np.float32))})
    )
    edges(db, [("a", "b")])
    options = {"hops": 1, "restart": 0.0, "weighting": "uniform"}

    def made(name: str, **more: object) -> list[list[float]]:
        db.derive.propagate("x", "links", name=name, **{**options, **more})  # type: ignore[arg-type]
        return db.tables.read(name)["vector"].to_pylist()

    assert made("out", direction="out") == [[0, 1, 0], [0, 1, 0], [0, 0, 1]]
    assert made("in_", direction="in") == [[1, 0, 0], [1, 0, 0], [0, 0, 1]]
    assert made("each", direction="undirected") == [[0, 1, 0], [1, 0, 0], [0, 0, 1]]
    jumping = np.array(made("jump", direction="out", output="jumping_knowledge"))
    assert jumping.shape == (3, 6)
    assert np.allclose(np.linalg.norm(jumping, axis=1), 1)
    weighted = pa.table({"src": ["a", "a"], "dst": ["b", "c"], "w": [3.0, 1.0]})
    db.sources.add("weighted", weighted)
    db.derive.propagate(
        "x", "weighted", name="w", columns=["src", "dst", "w"], hops=1, restart=0.0,
        weighting="edge_similarity", direction="out",
    )  # fmt: skip
    first = np.array(db.tables.read("w")["vector"].to_pylist()[0])
    assert np.allclose(first, np.array([0, 3, 1]) / math.sqrt(10), atol=1e-6)
    with pytest.raises(EvigateError) as refusal:
        db.derive.propagate("x", "links", name="far", hops=4)
    assert refusal.value.code.name == "E_DERIVE_INVALID"


def test_propagation_is_the_same_to_the_byte(db: Engine) -> None:
    vectors(db, count=200, width=48)
    pairs = [(f"p{n:03d}", f"p{(n * 7 + 3) % 200:03d}") for n in range(200)]
    edges(db, pairs)
    digests = []
    for name in ("one", "two"):
        db.derive.propagate("points_vectors", "links", name=name)
        digests.append(db.tables.manifest(name)["entries"][0]["file"]["sha256"])
    assert digests[0] == digests[1]
    hits = db.search("points", row_key="p005", k=3, table="one")
    assert hits["id"].to_pylist()[0] == "p005"


def test_structure_vectors_put_like_places_together(db: Engine) -> None:
    """Two cliques joined by one edge: a row is nearer to its own clique's than to the other's."""
    names = [f"n{i}" for i in range(12)]
    db.sources.add("nodes", pa.table({"id": names}), key="id")
    pairs = [(a, b) for group in (names[:6], names[6:]) for a in group for b in group if a < b]
    edges(db, [*pairs, ("n5", "n6")])
    db.derive.structure("links", name="shape", source="nodes", dimensions=64, seed=5)
    hits = db.search("nodes", row_key="n0", k=6, table="shape")
    assert set(hits["id"].to_pylist()) == set(names[:6])
    first = db.tables.manifest("shape")["entries"][0]["file"]["sha256"]
    db.derive.structure(
        "links", name="shape", source="nodes", dimensions=64, seed=5, cache="bypass"
    )
    assert db.tables.manifest("shape")["entries"][0]["file"]["sha256"] == first
    with pytest.raises(EvigateError) as refusal:
        db.search("nodes", "a text", table="shape")
    assert refusal.value.code.name == "E_SEARCH_NO_MODEL"


def test_context_by_nearness_by_edges_and_by_both(db: Engine) -> None:
    unit = vectors(db)
    near = np.argsort(-(unit @ unit[4]))[1:4]
    found = db.derive.context("points", row_key="p004", k=3, value_columns=["value"])
    assert list(found.context_keys) == [f"p{n:03d}" for n in near]
    assert found.context_vector == [pytest.approx(float(near.mean()))]
    assert (found.source, found.context_size) == ("ann", 3)
    edges(db, [("p004", "p010"), ("p004", "p020"), ("p010", "p030"), ("p030", "p004")])
    walked = db.derive.context(
        "points",
        row_key="p004",
        k=9,
        value_columns=["value"],
        aggregator="sum",
        edges="links",
        hops=2,
    )
    assert list(walked.context_keys) == ["p010", "p020", "p030"]
    assert walked.context_vector == [60.0]
    both = db.derive.context("points", row_key="p004", k=4, edges="links", hybrid=True)
    assert list(both.context_keys)[:2] == ["p010", "p020"] and both.context_size == 4
    without = db.derive.context("points", row_key="p004", k=3, exclude_keys=[f"p{near[0]:03d}"])
    assert f"p{near[0]:03d}" not in without.context_keys and without.context_size == 3
    done = db.derive.context_set("points", name="around", k=3, value_columns=["value"])
    assert done.row_count == 40
    row = db.sql("SELECT * FROM around WHERE _key = 'p004'").rows()[0]
    assert row["context_keys"] == [f"p{n:03d}" for n in near]


def test_an_asof_join_is_a_table_with_its_inputs(db: Engine) -> None:
    db.sources.add("trades", pa.table({"sym": ["a", "a", "b"], "t": [5, 10, 7], "n": [1, 2, 3]}))
    db.sources.add(
        "quotes", pa.table({"sym": ["a", "a", "c"], "t": [4, 10, 1], "price": [1.0, 2.0, 9.0]})
    )
    done = db.derive.asof_join(
        "trades", "quotes", name="known", spine_by=["sym"], spine_time="t",
        facts_by=["sym"], facts_time="t", project=["price"],
    )  # fmt: skip
    assert done.row_count == 3
    rows = sorted(db.tables.read("known").rows(), key=lambda row: row["n"])
    assert [row["price"] for row in rows] == [1.0, 2.0, None]
    assert {edge.input for edge in db.tables.derives_from("known").inputs} == {"trades", "quotes"}


def test_a_cascade_makes_everything_downstream_again_once(db: Engine) -> None:
    db.sources.add("docs", documents(12), key="id")
    db.embed("docs", columns=["title"], model="wordllama")
    db.derive.neighbor_graph("docs_vectors", name="graph", k=2)
    db.derive.propagate(
        "docs_vectors", "graph", name="smooth", columns=["src", "dst", "similarity"]
    )
    db.sources.add("docs", documents(14), key="id", replace=True)
    assert str(db.tables.staleness("graph").verdict) == "fresh"
    report = db.tables.recompute("docs_vectors")
    assert [(each.table, each.cache) for each in report] == [
        ("docs_vectors", "computed"), ("graph", None), ("smooth", None),
    ]  # fmt: skip
    assert str(db.tables.staleness("graph").verdict) == "stale"
    done = db.tables.recompute("docs_vectors", cascade="downstream")
    assert [(each.table, each.cache) for each in done] == [
        ("docs_vectors", "hit"), ("graph", "computed"), ("smooth", "computed"),
    ]  # fmt: skip
    assert db.tables.describe("graph").row_count == 28
    assert {str(db.tables.staleness(name).verdict) for name in ("graph", "smooth")} == {"fresh"}
    db.tables.import_vectors("loose", pa.table({"id": ["a"], "vector": [[1.0]]}))
    db.derive.neighbor_graph("loose", name="loose_graph", k=1)
    with pytest.raises(EvigateError) as refusal:
        db.tables.recompute("loose", cascade="downstream")
    assert refusal.value.code.name == "E_NOT_RECOMPUTABLE"
