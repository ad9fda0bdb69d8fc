"""Other engines and the bare libraries, each as somebody who knows it would use it.

A side builds a store in a folder once, and is opened there by a fresh process for each round, which
answers one query after the other. Runs in the environment of `requirements/bench.txt`. Hybrid
answers are ids; answers over the generated table are row numbers, and whoever stores columns
returns them too.
"""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from data import DIMENSIONS, Collection, K, Large

Answer = Callable[[int], Sequence[Any]]
POOL = 100


class Side:
    """One peer; a method that it lacks is a line that it is not in."""

    name = ""

    def build_collection(self, folder: Path, data: Collection) -> None:
        """Write a collection's texts and vectors."""

    def hybrid(self, folder: Path, data: Collection) -> Answer:
        """Open it for hybrid search, or vector search where there is no other."""
        raise LookupError(self.name)

    def build_large(self, folder: Path, large: Large) -> None:
        """Write the generated table."""

    def nearest(self, folder: Path, large: Large) -> Answer:
        """Open it for vector search."""
        raise LookupError(self.name)


class Glue(Side):
    """tantivy, usearch and reciprocal ranks by hand: ids, nothing read, nothing checked."""

    name = "glue"

    def build_collection(self, folder: Path, data: Collection) -> None:
        import tantivy
        from usearch.index import Index

        words = folder / "words"
        words.mkdir()
        index = tantivy.Index(self._schema(), path=str(words))
        writer = index.writer(num_threads=1)
        for row in data.documents:
            text = f"{row['title']} {row['text']}"
            writer.add_document(tantivy.Document(id=row["_id"], text=text))
        writer.commit()
        writer.wait_merging_threads()
        graph = Index(ndim=DIMENSIONS, metric="ip", dtype="bf16")
        graph.add(np.arange(len(data.vectors)), data.vectors)
        graph.save(str(folder / "graph"))

    def _schema(self) -> Any:
        import tantivy

        builder = tantivy.SchemaBuilder()
        builder.add_text_field("id", stored=True, tokenizer_name="raw")
        builder.add_text_field("text", tokenizer_name="en_stem")
        return builder.build()

    def hybrid(self, folder: Path, data: Collection) -> Answer:
        import tantivy
        from usearch.index import Index

        index = tantivy.Index.open(str(folder / "words"))
        searcher = index.searcher()
        graph = Index(ndim=DIMENSIONS, metric="ip", dtype="bf16")
        graph.view(str(folder / "graph"))
        ids = [row["_id"] for row in data.documents]
        texts = ["".join(c if c.isalnum() else " " for c in q["text"]) for q in data.queries]

        def answer(number: int) -> Sequence[str]:
            scores: dict[str, float] = {}
            query = index.parse_query(texts[number], ["text"])
            for rank, (_, address) in enumerate(searcher.search(query, POOL, count=False).hits):
                scores[searcher.doc(address)["id"][0]] = 1 / (61 + rank)
            found = graph.search(data.query_vectors[number], POOL).keys.tolist()
            for rank, row in enumerate(found):
                scores[ids[row]] = scores.get(ids[row], 0) + 1 / (61 + rank)
            return sorted(scores, key=lambda row: (-scores[row], row))[:K]

        return answer


class Usearch(Side):
    """The graph library alone, at the expansion that the product's own graph uses: row numbers."""

    name = "usearch"

    def build_large(self, folder: Path, large: Large) -> None:
        from usearch.index import Index

        index = Index(ndim=DIMENSIONS, metric="cos", dtype="bf16", expansion_add=128)
        index.add(np.arange(len(large.vectors)), large.vectors, threads=0)
        index.save(str(folder / "graph"))

    def nearest(self, folder: Path, large: Large) -> Answer:
        from usearch.index import Index

        index = Index(ndim=DIMENSIONS, metric="cos", dtype="bf16")
        index.view(str(folder / "graph"))
        index.expansion_search = int(os.environ.get("BENCH_EXPANSION", "96"))
        return lambda n: index.search(large.queries[n], K, threads=1).keys.tolist()


class Hnswlib(Side):
    """hnswlib: row numbers."""

    name = "hnswlib"

    def build_large(self, folder: Path, large: Large) -> None:
        import hnswlib

        index = hnswlib.Index(space="ip", dim=DIMENSIONS)
        index.init_index(max_elements=len(large.vectors), M=16, ef_construction=100)
        index.add_items(large.vectors, np.arange(len(large.vectors)))
        index.save_index(str(folder / "graph"))

    def nearest(self, folder: Path, large: Large) -> Answer:
        import hnswlib

        index = hnswlib.Index(space="ip", dim=DIMENSIONS)
        index.load_index(str(folder / "graph"))
        index.set_ef(int(os.environ.get("BENCH_EXPANSION", "96")))
        index.set_num_threads(1)
        return lambda n: index.knn_query(large.queries[n], K)[0][0].tolist()


def _table(ids: Sequence[Any], vectors: Any, columns: dict[str, Any]) -> Any:
    import pyarrow as pa

    flat = pa.array(np.ascontiguousarray(vectors).reshape(-1))
    return pa.table(
        {"id": ids, **columns, "vector": pa.FixedSizeListArray.from_arrays(flat, DIMENSIONS)}
    )


class Lancedb(Side):
    """LanceDB embedded: its full-text index and reranker, its graph index; rows with columns."""

    name = "lancedb"

    def build_collection(self, folder: Path, data: Collection) -> None:
        import lancedb

        texts = [f"{d['title']} {d['text']}" for d in data.documents]
        rows = _table([d["_id"] for d in data.documents], data.vectors, {"text": texts})
        lancedb.connect(folder).create_table("t", rows).create_fts_index("text")

    def hybrid(self, folder: Path, data: Collection) -> Answer:
        import lancedb
        from lancedb.rerankers import RRFReranker

        table = lancedb.connect(folder).open_table("t")
        reranker = RRFReranker()
        texts = ["".join(c if c.isalnum() else " " for c in q["text"]) for q in data.queries]

        def answer(number: int) -> Sequence[str]:
            query = table.search(query_type="hybrid").vector(data.query_vectors[number])
            found = query.text(texts[number]).rerank(reranker).limit(POOL).to_arrow()
            return found.column("id").slice(0, K).to_pylist()

        return answer

    def build_large(self, folder: Path, large: Large) -> None:
        import lancedb

        columns = large.columns()
        rows = _table(columns.pop("id"), large.vectors, columns)
        table = lancedb.connect(folder).create_table("t", rows)
        table.create_index(
            metric="cosine", vector_column_name="vector", index_type="IVF_HNSW_SQ",
            num_partitions=1, m=16, ef_construction=100,
        )  # fmt: skip

    def nearest(self, folder: Path, large: Large) -> Answer:
        import lancedb

        table = lancedb.connect(folder).open_table("t")
        names = ["id", "group", "title", "text"]

        def answer(number: int) -> Sequence[int]:
            query = table.search(large.queries[number]).distance_type("cosine").ef(96)
            found = query.refine_factor(2).select(names).limit(K).to_arrow()
            return found.column("id").to_pylist()

        return answer


class Chromadb(Side):
    """Chroma embedded, its graph: ids and documents; dense only."""

    name = "chromadb"

    def _add(self, folder: Path, ids: Sequence[str], vectors: Any, texts: Sequence[str]) -> None:
        import chromadb

        client = chromadb.PersistentClient(str(folder))
        made = client.create_collection("table", configuration={"hnsw": {"space": "cosine"}})
        for start in range(0, len(ids), 5_000):
            part = slice(start, start + 5_000)
            made.add(ids=ids[part], embeddings=vectors[part], documents=texts[part])

    def build_collection(self, folder: Path, data: Collection) -> None:
        texts = [f"{d['title']} {d['text']}" for d in data.documents]
        self._add(folder, [d["_id"] for d in data.documents], data.vectors, texts)

    def hybrid(self, folder: Path, data: Collection) -> Answer:
        return self._asked(folder, data.query_vectors)

    def build_large(self, folder: Path, large: Large) -> None:
        columns = large.columns()
        self._add(folder, [str(n) for n in columns["id"]], large.vectors, columns["text"])

    def nearest(self, folder: Path, large: Large) -> Answer:
        return self._asked(folder, large.queries)

    def _asked(self, folder: Path, queries: Any) -> Answer:
        import chromadb

        collection = chromadb.PersistentClient(str(folder)).get_collection("table")
        wanted = ["documents", "distances"]

        def answer(number: int) -> Sequence[str]:
            found = collection.query(
                query_embeddings=queries[number : number + 1], n_results=K, include=wanted
            )
            ids: Sequence[str] = found["ids"][0]
            return ids

        return answer


class Qdrant(Side):
    """qdrant-client's local mode, which compares all rows: ids and payloads; dense only."""

    name = "qdrant"

    def _client(self, folder: Path) -> Any:
        from qdrant_client import QdrantClient

        return QdrantClient(path=str(folder))

    def build_collection(self, folder: Path, data: Collection) -> None:
        from qdrant_client import models

        client = self._client(folder)
        params = models.VectorParams(size=DIMENSIONS, distance=models.Distance.COSINE)
        client.create_collection("t", vectors_config=params)
        payload = [{"id": d["_id"], "text": f"{d['title']} {d['text']}"} for d in data.documents]
        client.upload_collection("t", data.vectors, payload, ids=range(len(payload)))
        client.close()

    def hybrid(self, folder: Path, data: Collection) -> Answer:
        client = self._client(folder)

        def answer(number: int) -> Sequence[str]:
            query = data.query_vectors[number]
            found = client.query_points("t", query=query, limit=K, with_payload=True)
            return [point.payload["id"] for point in found.points]

        return answer


class Jammi(Side):
    """jammi-ai embedded: vectors imported, rows of a Parquet file, its own fusion by ranks."""

    name = "jammi"

    def _build(self, folder: Path, columns: dict[str, Any], vectors: Any, is_text: bool) -> None:
        import jammi
        import pyarrow as pa
        import pyarrow.parquet as pq

        pq.write_table(pa.table(columns), folder / "rows.parquet")
        keys = [str(each) for each in columns["id"]]
        rows = _table(keys, vectors, {}).rename_columns(["_row_id", "vector"])
        pq.write_table(rows, folder / "vectors.parquet")
        session = jammi.connect(f"file://{folder}/lab")
        session.add_source("docs", url=f"file://{folder}/rows.parquet", format="parquet")
        session.import_embeddings(
            source="docs", model="local:none", vectors_url=f"file://{folder}/vectors.parquet",
            key="id", text_columns=["text"], dimensions=DIMENSIONS,
        )  # fmt: skip
        if is_text:
            session.build_lexical_index("docs", columns=["title", "text"], key="id")
        session.close()

    def build_collection(self, folder: Path, data: Collection) -> None:
        columns = {name: [d[name] for d in data.documents] for name in ("title", "text")}
        columns = {"id": [d["_id"] for d in data.documents], **columns}
        self._build(folder, columns, data.vectors, True)

    def hybrid(self, folder: Path, data: Collection) -> Answer:
        import jammi

        session = jammi.connect(f"file://{folder}/lab")

        def answer(number: int) -> Sequence[str]:
            vector = data.query_vectors[number].tolist()
            near = session.search("docs", query=vector, k=POOL)
            words = session.lexical_search("docs", text=data.queries[number]["text"], k=POOL)
            lists = [table.column("_row_id").to_pylist() for table in (near, words)]
            return [key for key, _ in session.rrf_fuse(lists)][:K]

        return answer

    def build_large(self, folder: Path, large: Large) -> None:
        columns = large.columns()
        columns["id"] = [str(each) for each in columns["id"]]
        self._build(folder, columns, large.vectors, False)

    def nearest(self, folder: Path, large: Large) -> Answer:
        import jammi

        session = jammi.connect(f"file://{folder}/lab")

        def answer(number: int) -> Sequence[str]:
            found = session.search("docs", query=large.queries[number].tolist(), k=K)
            keys: Sequence[str] = found.column("id").to_pylist()
            return keys

        return answer


SIDES = {
    side.name: side
    for side in (Glue(), Usearch(), Hnswlib(), Lancedb(), Chromadb(), Qdrant(), Jammi())
}
