"""The product as one side: through `evigate.connect` and its verbs alone, as a user would."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pyarrow as pa
from data import DIMENSIONS, Collection, K, Large, recall, vectors_like
from peers import Answer, Side


def vector_table(ids: Any, vectors: Any) -> pa.Table:
    """Return keys and vectors as `import_vectors` takes them."""
    flat = pa.array(vectors.reshape(-1))
    return pa.table({"id": ids, "vector": pa.FixedSizeListArray.from_arrays(flat, DIMENSIONS)})


def connect(folder: Path) -> Any:
    """Open the engine of a folder; the embedded database must be able to enter it."""
    import evigate

    return evigate.connect(folder / "lab")


def expansion_of(folder: Path) -> int:
    """Return how many candidates the store's graph was found to need for its recall."""
    manifest = next(folder.rglob("graph.usearch")).parent / "segment.json"
    return int(json.loads(manifest.read_text())["options"]["expansion_search"])


def looked_up(data: Collection) -> Callable[[list[str]], list[Any]]:
    """Return a model that looks vectors up, of documents and of queries, by their text."""
    known = {q["text"]: v for q, v in zip(data.queries, data.query_vectors, strict=True)}
    known |= {
        f"{d['title']} {d['text']}": v for d, v in zip(data.documents, data.vectors, strict=True)
    }
    return lambda texts: [known[text] for text in texts]


class Evigate(Side):
    """Hydrated rows with provenance, each search in the audit."""

    name = "evigate"
    fusion: Mapping[str, Any] | None = None

    def build_collection(self, folder: Path, data: Collection) -> None:
        columns = {name: [d[name] for d in data.documents] for name in ("title", "text")}
        rows = pa.table({"id": [d["_id"] for d in data.documents], **columns})
        with connect(folder) as db:
            db.sources.add("docs", rows, key="id")
            db.models.add_callable("peer", looked_up(data), dimensions=DIMENSIONS)
            vectors = vector_table(rows["id"], data.vectors)
            db.tables.import_vectors("docs_vectors", vectors, source="docs", model="peer")
            db.index("docs", columns=["title", "text"])

    def hybrid(self, folder: Path, data: Collection) -> Answer:
        db = connect(folder)
        db.models.add_callable("peer", looked_up(data), dimensions=DIMENSIONS)
        fusion = self.fusion

        def answer(number: int) -> Sequence[str]:
            found = db.search(
                "docs", data.queries[number]["text"], k=K, mode="hybrid", fusion=fusion
            )
            ids: Sequence[str] = found["id"].to_pylist()
            return ids

        return answer

    def build_large(self, folder: Path, large: Large) -> None:
        with connect(folder) as db:
            rows = pa.table(large.columns())
            db.sources.add("docs", rows, key="id")
            vectors = vector_table(rows["id"], large.vectors)
            db.tables.import_vectors("docs_vectors", vectors, source="docs")

    def nearest(self, folder: Path, large: Large) -> Answer:
        db = connect(folder)
        return lambda n: db.search("docs", vector=large.queries[n], k=K)["id"].to_pylist()


class EvigateRanks(Evigate):
    """The same with reciprocal ranks, which the glue fuses by."""

    name = "evigate rrf"
    fusion: Mapping[str, Any] | None = MappingProxyType({"method": "rrf"})


class EvigateNarrow(Evigate):
    """The same with the narrowest walk that finds nine in ten of other queries' nearest rows."""

    name = "evigate narrow"
    widths = (12, 16, 24, 32, 48, 64, 96, 128)
    recall_aim = 0.9
    tuning_seed = 8

    def nearest(self, folder: Path, large: Large) -> Answer:
        db = connect(folder)
        others = Large(large.vectors, vectors_like(100, self.tuning_seed), large.group)
        truth = others.nearest()

        def answer(query: Any, width: int) -> Sequence[int]:
            found: Sequence[int] = db.search("docs", vector=query, k=K, expansion=width)[
                "id"
            ].to_pylist()
            return found

        width = next(
            (
                width
                for width in self.widths
                if recall(truth, [answer(query, width) for query in others.queries])
                >= self.recall_aim
            ),
            self.widths[-1],
        )
        return lambda number: answer(large.queries[number], width)


SIDES = {side.name: side for side in (Evigate(), EvigateRanks(), EvigateNarrow())}
