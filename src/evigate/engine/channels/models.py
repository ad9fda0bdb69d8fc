"""The channels that every tenant has, and the types that columns may be of."""

import re
from collections.abc import Mapping

import pyarrow as pa

from evigate.engine.catalog.models import Channel

NAME = re.compile(r"[a-z][a-z0-9_]{0,63}\Z")

TYPES: Mapping[str, pa.DataType] = {
    "Float32": pa.float32(),
    "Float64": pa.float64(),
    "Int32": pa.int32(),
    "Int64": pa.int64(),
    "Utf8": pa.string(),
    "Boolean": pa.bool_(),
}


# Names, priorities and columns of the first three are those of the engine this one replaces.
BUILT_IN: tuple[Channel, ...] = (
    Channel("vector", 1, {"similarity": "Float32"}, True),
    Channel(
        "inference",
        2,
        {
            "inference_model": "Utf8",
            "inference_task": "Utf8",
            "inference_confidence": "Float32",
        },
        True,
    ),
    Channel("bm25", 3, {"bm25_score": "Float32", "bm25_rank": "Int64"}, True),
    Channel(
        "conformal",
        4,
        {"prediction_set": "Utf8", "lower": "Float64", "upper": "Float64", "alpha": "Float64"},
        True,
    ),
    Channel(
        "uncertainty",
        5,
        {
            "predicted_mean": "Float64",
            "predicted_std": "Float64",
            "quantiles": "Utf8",
            "context_ref": "Utf8",
        },
        True,
    ),
)
