"""What the benchmarks measure on, and how good an answer is; needs numpy alone.

Read by the product's side and by the peers' sides, which run under different environments, so both
ask the same questions of the same rows. Outside data lies in the folder EVIGATE_SHARED, by default
`shared` beside the checkout; without it the lines that need it are left out.
"""

import json
import os
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Matrix = npt.NDArray[np.float32]
REPOSITORY = Path(__file__).resolve().parent.parent
DIMENSIONS = 384
LATENT = 32
K = 10
COLLECTIONS = ("cranfield", "scifact")


def shared_folder() -> Path | None:
    """Return the folder of outside data, None where there is none."""
    found = Path(os.environ.get("EVIGATE_SHARED", REPOSITORY.parent / "shared"))
    return found if (found / "data" / "engine").is_dir() else None


@dataclass
class Collection:
    """A test collection with the vectors that all sides use."""

    documents: list[dict[str, str]]
    queries: list[dict[str, str]]
    judged: dict[str, dict[str, int]]
    vectors: Matrix
    query_vectors: Matrix

    @classmethod
    def load(cls, name: str) -> "Collection":
        """Read one by its name; the folder must be there."""
        shared = shared_folder()
        assert shared is not None
        folder = shared / "data" / "engine" / name
        judged: dict[str, dict[str, int]] = {}
        for line in (folder / "qrels.tsv").read_text().splitlines()[1:]:
            query, document, grade = line.split("\t")
            judged.setdefault(query, {})[document] = int(grade)
        return cls(
            [json.loads(line) for line in (folder / "corpus.jsonl").open()],
            [json.loads(line) for line in (folder / "queries.jsonl").open()],
            judged,
            np.load(folder / "doc_minilm_f16.npy").astype(np.float32),
            np.load(folder / "query_minilm_f16.npy").astype(np.float32),
        )

    def ndcg(self, answers: Sequence[Sequence[str]]) -> float:
        """Return nDCG@10, linear gains, over the judged queries; an answer for each query."""
        discounts = 1 / np.log2(np.arange(2, 12))
        values = []
        for query, answer in zip(self.queries, answers, strict=True):
            grades = self.judged.get(query["_id"])
            if grades:
                gains = [grades.get(row, 0) for row in answer[:10]]
                ideal = sorted(grades.values(), reverse=True)[:10]
                best = float(np.dot(ideal, discounts[: len(ideal)]))
                values.append(float(np.dot(gains, discounts[: len(gains)])) / best)
        return statistics.mean(values)


def generated(count: int, query_count: int, start: int = 0) -> tuple[Matrix, Matrix]:
    """Return unit vectors of 32 latent directions with noise, and queries of the same kind.

    `start` gives other rows of the same distribution; queries depend on nothing but their count.
    """
    return vectors_like(count, 1000 + start), vectors_like(query_count, 7)


def vectors_like(count: int, seed: int) -> Matrix:
    """Return other unit vectors of the same kind; the same for the same seed."""
    mixing = np.random.default_rng(5).standard_normal((LATENT, DIMENSIONS), dtype=np.float32)
    random = np.random.default_rng(seed)
    latent = random.standard_normal((count, LATENT), dtype=np.float32)
    noise = random.standard_normal((count, DIMENSIONS), dtype=np.float32)
    rows = latent @ mixing + np.float32(LATENT**0.5 * 0.25) * noise
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


@dataclass
class Large:
    """The generated table: vectors, queries, a column to filter by (0..999), and the truth."""

    vectors: Matrix
    queries: Matrix
    group: npt.NDArray[np.int64]

    @classmethod
    def make(cls, count: int, query_count: int) -> "Large":
        """Make it; the same for the same counts."""
        vectors, queries = generated(count, query_count)
        return cls(vectors, queries, np.random.default_rng(6).integers(0, 1000, count))

    def nearest(self, limit: int = 1000) -> list[set[int]]:
        """Return the k nearest rows of each query among those of a group below the limit."""
        allowed = np.flatnonzero(self.group < limit)
        scores = self.queries @ self.vectors[allowed].T
        return [set(allowed[np.argsort(-line, kind="stable")[:K]].tolist()) for line in scores]

    def columns(self) -> dict[str, Any]:
        """Return the rows' other columns, by name."""
        numbers = range(len(self.vectors))
        return {
            "id": list(numbers),
            "group": self.group.tolist(),
            "title": [f"the title of row {row}" for row in numbers],
            "text": [f"row {row} says " + "something " * 20 for row in numbers],
        }


def recall(truth: Sequence[set[int]], answers: Sequence[Sequence[Any]]) -> float:
    """Return how much of the truth the answers hold, on average over the answers given."""
    shares = [
        len(right & {int(each) for each in answer}) / len(right)
        for right, answer in zip(truth, answers, strict=False)
    ]
    return statistics.mean(shares)
