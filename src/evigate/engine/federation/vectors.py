"""Distances between vectors and aggregates of vectors, as macros over DuckDB's own functions.

Vectors are lists or fixed-size arrays of numbers. A distance to a zero vector is 1, as nothing is
alike to it; a NULL vector gives NULL; an aggregate of no vectors is NULL.
"""

_DOT = "list_inner_product({0}::DOUBLE[], {1}::DOUBLE[])"


def _cosine(a: str, b: str) -> str:
    zero = f"{_DOT.format(a, a)} = 0 OR {_DOT.format(b, b)} = 0"
    return (
        f"CASE WHEN {zero} THEN 0.0 ELSE list_cosine_similarity({a}::DOUBLE[], {b}::DOUBLE[]) END"
    )


def _elementwise(fold: str) -> str:
    rows = "list(v::DOUBLE[]) FILTER (v IS NOT NULL)"
    wide = "list_max(list_transform({0}, lambda x: len(x)))"
    narrow = "list_min(list_transform({0}, lambda x: len(x)))"
    fold_each = (
        "list_transform(range(1, {wide} + 1), "
        "lambda i: {fold}(list_transform({rows}, lambda x: x[i])))"
    )
    return (
        f"CASE WHEN {wide.format(rows)} <> {narrow.format(rows)} "
        "THEN error('The vectors of a group differ in width.') ELSE "
        + fold_each.format(wide=wide.format(rows), rows=rows, fold=fold)
        + " END"
    )


MACROS: tuple[str, ...] = (
    f"CREATE MACRO cosine_similarity(a, b) AS {_cosine('a', 'b')}",
    f"CREATE MACRO cosine_distance(a, b) AS 1.0 - ({_cosine('a', 'b')})",
    f"CREATE MACRO inner_product(a, b) AS {_DOT.format('a', 'b')}",
    f"CREATE MACRO dot(a, b) AS {_DOT.format('a', 'b')}",
    "CREATE MACRO l2_distance(a, b) AS list_distance(a::DOUBLE[], b::DOUBLE[])",
    f"CREATE MACRO vector_sum(v) AS {_elementwise('list_sum')}",
    f"CREATE MACRO vector_mean(v) AS {_elementwise('list_avg')}",
    f"CREATE MACRO vector_max(v) AS {_elementwise('list_max')}",
)
FUNCTIONS = frozenset(
    {
        "cosine_similarity",
        "cosine_distance",
        "inner_product",
        "dot",
        "l2_distance",
        "vector_sum",
        "vector_mean",
        "vector_max",
    }
)
