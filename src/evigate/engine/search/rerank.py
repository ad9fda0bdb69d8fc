"""Reordering the first hits by a scorer of (query, text) pairs, such as a cross-encoder."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from evigate.base.errors import EvigateError
from evigate.engine.catalog.rows import RowStore
from evigate.engine.index import Ranked, best
from evigate.engine.search.errors import E_RERANK_FAILED
from evigate.engine.search.models import Rerank
from evigate.engine.search.space import Space


def reranked(rerank: Rerank, text: str, ranked: Ranked, rows: RowStore, space: Space) -> Ranked:
    """
    Return the first hits with the reranker's scores, in the total order of those.

    All hits given are scored, because scores of two kinds could not be compared.

    Raises:
        EvigateError[E_RERANK_FAILED]: the scorer gave not one finite number a text.
    """
    docs = ranked.rows
    if len(docs) == 0:
        return ranked
    scores = np.asarray(rerank.score(text, _texts(rows.take(docs, rerank.columns))), np.float32)
    if scores.shape != docs.shape or not bool(np.isfinite(scores).all()):
        raise EvigateError(
            E_RERANK_FAILED,
            f"The reranker gave scores of shape {scores.shape} for {len(docs)} texts, "
            "or one that is not finite.",
        )
    return best(docs, scores, len(docs), space.texts_of)


def _texts(table: pa.Table) -> list[str]:
    columns = [pc.fill_null(pc.cast(column, pa.string()), "") for column in table.columns]
    joined: list[str] = pc.binary_join_element_wise(*columns, " ").to_pylist()
    return joined
