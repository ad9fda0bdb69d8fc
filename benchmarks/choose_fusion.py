"""How the default fusion was chosen: documents found by their own titles, no test query looked at.

From each collection 700 documents are drawn; their titles are taken out of their texts and become
the queries. Words and the built-in encoder each rank the texts, and every candidate fusion merges
the same two pools of 100. Prints mean nDCG@10 a collection and a candidate.

    python benchmarks/choose_fusion.py
"""

import json
import os
import statistics
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa

REPOSITORY = Path(__file__).parent.parent
sys.path.insert(0, str(REPOSITORY))

from evigate.engine.index import lexical_in_memory  # noqa: E402
from evigate.engine.models import BUILT_IN, DEFAULT_MODEL, ModelHost  # noqa: E402
from evigate.engine.search.fusion import Fusion, FusionMethod, Ranking, fuse  # noqa: E402

DOCUMENT_COUNT = 700
POOL = 100
WEIGHTS = (0.3, 0.4, 0.5, 0.6, 0.7)
Pool = tuple[Ranking, Ranking]


def documents(folder: Path) -> list[tuple[str, str]]:
    """Return (title, text without it) of the documents drawn."""
    rows = [json.loads(line) for line in (folder / "corpus.jsonl").open()]
    long = [row for row in rows if len(row["title"].split()) > 3 and len(row["text"].split()) > 40]
    drawn = np.random.default_rng(1).permutation(len(long))[:DOCUMENT_COUNT]
    return [(long[at]["title"], long[at]["text"].removeprefix(long[at]["title"])) for at in drawn]


def pools(host: ModelHost, pairs: list[tuple[str, str]]) -> list[Pool]:
    """Return for each title the pools of vectors and of words."""
    model = BUILT_IN[DEFAULT_MODEL]
    texts = host.encode(model, [text for _, text in pairs]).vectors
    titles = host.encode(model, [title for title, _ in pairs]).vectors
    batch = pa.RecordBatch.from_pydict(
        {"id": list(range(len(pairs))), "text": [text for _, text in pairs]}
    )
    words = lexical_in_memory([batch], key="id", columns=["text"])
    found = []
    for (title, _), query in zip(pairs, titles, strict=True):
        scores = texts @ query
        near = np.argsort(-scores, kind="stable")[:POOL]
        hits = words.best(words.query(title), POOL)
        found.append((Ranking(near, scores[near]), Ranking(hits.rows, hits.scores)))
    return found


def quality(pool: list[Pool], fusion: Fusion, floor: float | None) -> float:
    """Return mean nDCG@10 of finding each title's own document."""
    gains = []
    for wanted, (near, words) in enumerate(pool):
        fused = fuse(
            [
                Ranking(near.ids, near.scores, 1 - fusion.lexical_weight, floor),
                Ranking(words.ids, words.scores, fusion.lexical_weight, floor),
            ],
            fusion,
        )
        order = fused.ids[np.argsort(-fused.scores, kind="stable")].tolist()[:10]
        gains.append(1 / np.log2(order.index(wanted) + 2) if wanted in order else 0.0)
    return statistics.mean(gains)


def main() -> None:
    """Print the table."""
    shared = Path(os.environ.get("EVIGATE_SHARED", REPOSITORY.parent / "shared")) / "data/engine"
    candidates = [
        ("rrf 60", Fusion(FusionMethod.RRF), None),
        ("rrf 10", Fusion(FusionMethod.RRF, damping=10), None),
        *((f"floor {weight}", Fusion(lexical_weight=weight), 0.0) for weight in WEIGHTS),
        *((f"min-max {weight}", Fusion(lexical_weight=weight), None) for weight in WEIGHTS),
    ]
    with tempfile.TemporaryDirectory() as name:
        host = ModelHost(Path(name), threads=2)
        both = [pools(host, documents(shared / part)) for part in ("cranfield", "scifact")]
        host.close()
    print(f"{'':12} {'cranfield':>10} {'scifact':>10} {'mean':>10}")
    for label, fusion, floor in candidates:
        values = [quality(pool, fusion, floor) for pool in both]
        print(f"{label:12} {values[0]:10.4f} {values[1]:10.4f} {statistics.mean(values):10.4f}")


if __name__ == "__main__":
    main()
