"""Judged queries: what people ask, and which rows answer it how well."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa

from evigate.base.errors import EvigateError
from evigate.engine.evals.columns import (
    check_ids,
    cohorts_of,
    digest_of,
    filled,
    need_columns,
    numbers_of,
    texts_of,
)
from evigate.engine.evals.errors import E_EVAL_NOTHING, E_EVAL_ROWS
from evigate.engine.evals.models import Golden

QUERY_ID, QUERY_TEXT, RELEVANT_ID = "query_id", "query_text", "relevant_id"
GRADES = ("grade", "relevance_grade")
GRADE_MAX = 1_000_000


@dataclass(frozen=True, slots=True)
class Query:
    """A query with the grade of each judged id; empty where nothing answers it."""

    id: str
    text: str
    grades: Mapping[str, int]
    cohorts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Judgments:
    """Queries in the order of their first rows."""

    queries: Sequence[Query]
    golden: Golden

    @property
    def grades(self) -> dict[str, Mapping[str, int]]:
        """The grades by query id."""
        return {query.id: query.grades for query in self.queries}


def read_judgments(table: pa.Table, cohorts: Sequence[str] = ()) -> Judgments:
    """
    Read judgments, one a row.

    Args:
        table: query_id, query_text, relevant_id and perhaps grade (or relevance_grade), a whole
            number from 0, without which each row counts 1. A row without relevant_id says that
            nothing answers its query. Ids are compared as texts.
        cohorts: further columns, equal in all rows of a query.

    Raises:
        EvigateError[E_EVAL_COLUMNS]: a column is not there or holds something else.
        EvigateError[E_EVAL_ROWS]: rows of one query disagree, or a value is missing.
        EvigateError[E_EVAL_NOTHING]: there is no row.
    """
    need_columns(table.schema, (QUERY_ID, QUERY_TEXT, RELEVANT_ID, *cohorts))
    if table.num_rows == 0:
        raise EvigateError(E_EVAL_NOTHING, "There are no judgments.")
    ids = filled(texts_of(table, QUERY_ID), QUERY_ID)
    check_ids(ids, QUERY_ID)
    texts = filled(texts_of(table, QUERY_TEXT), QUERY_TEXT)
    relevant = texts_of(table, RELEVANT_ID)
    grades = _grades(table)
    places = cohorts_of(table, cohorts)
    found: dict[str, Query] = {}
    kept: dict[str, dict[str, int]] = {}
    for row, query_id in enumerate(ids):
        query = found.get(query_id)
        if query is None:
            kept[query_id] = {}
            query = Query(query_id, texts[row], kept[query_id], places[row])
            found[query_id] = query
        elif (query.text, query.cohorts) != (texts[row], places[row]):
            message = f"Row {row} tells another text or cohort of the query {query_id!r}."
            raise EvigateError(E_EVAL_ROWS, message)
        _judge(kept[query_id], relevant[row], grades[row], row)
    return Judgments(list(found.values()), _golden(found.values()))


def _judge(grades: dict[str, int], relevant: str | None, grade: int, row: int) -> None:
    if relevant is not None and grades.setdefault(relevant, grade) != grade:
        message = f"Row {row} grades {relevant!r} otherwise than a row before it did."
        raise EvigateError(E_EVAL_ROWS, message)


def _grades(table: pa.Table) -> list[int]:
    name = next((name for name in GRADES if name in table.schema.names), None)
    if name is None:
        return [1] * table.num_rows
    values = numbers_of(table, name)
    is_odd = (values != values.round()) | (values < 0) | (values > GRADE_MAX)
    if is_odd.any():
        row = int(is_odd.argmax())
        message = f"Row {row} has the grade {values[row]:g}; grades are whole numbers from 0."
        raise EvigateError(E_EVAL_ROWS, message)
    return [int(value) for value in values]


def _golden(queries: Iterable[Query]) -> Golden:
    rows: list[tuple[str, str, str | None, int]] = []
    for query in queries:
        pairs = query.grades.items() or ((None, 0),)
        rows.extend((query.id, query.text, key, grade) for key, grade in pairs)
    return digest_of(rows)
