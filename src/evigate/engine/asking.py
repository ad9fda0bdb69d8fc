"""The verb `search` from its arguments to its answer: query vectors, requests, hits, tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.engine.results import Result
from evigate.engine.search import Fusion, FusionMethod, Hits, Mode, Rerank, SearchRequest
from evigate.engine.search.errors import E_SEARCH_INVALID
from evigate.engine.searching import Place, mode_of, no_model

if TYPE_CHECKING:
    from evigate.engine.core import Core

BATCH_MAX = 10_000
AUDIT_QUERY_CHARACTERS = 2_000


@dataclass(frozen=True, slots=True)
class Options:
    """What may be said of a search; see `Engine.search`."""

    k: int = 10
    mode: str | None = None
    vector: Any = None
    row_key: str | int | None = None
    where: str | None = None
    params: Mapping[str, Any] | None = None
    select: Sequence[str] | None = None
    table: str | None = None
    text_table: str | None = None
    version: int | None = None
    exact: bool = False
    oversample: int | None = None
    expansion: int | None = None
    fusion: Mapping[str, Any] | None = None
    weights: Mapping[str, float] | None = None
    rerank: str | None = None
    rerank_columns: Sequence[str] | None = None
    strict: bool = False


def ask(
    core: "Core", subject: Subject, source: str, queries: Sequence[Any], options: Options
) -> list[Result]:
    """Answer queries over one source; each a text, a vector, or None where the options say."""
    core.check_open()
    if len(queries) > BATCH_MAX:
        message = f"{len(queries)} queries are more than the {BATCH_MAX} of one call."
        raise EvigateError(E_SEARCH_INVALID, message)
    searches = core.searches
    place = searches.place(
        subject,
        source,
        table=options.table,
        text_table=options.text_table,
        version=options.version,
    )
    modes = {has_text: _mode(options, place, has_text=has_text) for has_text in (True, False)}
    searcher = searches.searcher(subject, place)
    requests = [
        _request(core, subject, place, modes[isinstance(query, str)], query, options)
        for query in queries
    ]
    if len(requests) == 1:
        found = [searcher.search(requests[0])]
    else:
        found = searcher.search_batch(requests)
    lineage = _lineage(core, subject, place)
    key = place.source.key_column or ""
    return [
        _noted(core, subject, request, each, key, lineage)
        for request, each in zip(requests, found, strict=True)
    ]


def _lineage(core: "Core", subject: Subject, place: Place) -> dict[str, Any]:
    """Return what was searched: the source's version and each table's, with its model."""
    catalog = core.catalog(subject)
    tables = {}
    for table, number in ((place.vectors, place.version), (place.texts, None)):
        version = None if table is None else catalog.version_of(table, number)
        if table is not None and version is not None:
            tables[table.name] = {"version": version.version, "model": table.model}
    source = place.source
    return {"source": source.name, "source_version": source.version.value, "tables": tables}


def _noted(
    core: "Core",
    subject: Subject,
    request: SearchRequest,
    hits: Hits,
    key: str,
    lineage: Mapping[str, Any],
) -> Result:
    record = {
        **lineage,
        "actor": subject.actor,
        "mode": request.mode.value,
        "query": None if request.text is None else request.text[:AUDIT_QUERY_CHARACTERS],
        "row_key": None if request.row_key is None else str(request.row_key),
        "where": request.where,
        "k": request.k,
        "keys": [str(each) for each in hits.table.column(key).to_pylist()],
        "scores": [round(each, 6) for each in hits.table.column("score").to_pylist()],
    }
    query_id = core.audit.note(subject, record)
    gone = [(each.key, each.score) for each in hits.gone]
    return Result(hits.table, gone=gone, notes=hits.notes, query_id=query_id)


def _mode(options: Options, place: Place, *, has_text: bool) -> Mode:
    try:
        mode = mode_of(options.mode, place, has_text=has_text)
    except ValueError as error:
        known = ", ".join(each.value for each in Mode)
        message = f"The mode {options.mode!r} is none of {known}."
        raise EvigateError(E_SEARCH_INVALID, message) from error
    return mode


def _request(
    core: "Core", subject: Subject, place: Place, mode: Mode, query: Any, options: Options
) -> SearchRequest:
    text = query if isinstance(query, str) else None
    vector = options.vector if isinstance(query, str) or query is None else query
    needs_vector = mode is not Mode.LEXICAL and options.row_key is None and vector is None
    if needs_vector and place.vectors is not None and text is not None:
        vector = _encoded(core, subject, place, text)
    return SearchRequest(
        mode=mode,
        text=text,
        vector=vector,
        row_key=options.row_key,
        k=options.k,
        where=options.where,
        parameters=options.params or {},
        select=options.select,
        exact=options.exact,
        oversample=options.oversample,
        expansion=options.expansion,
        fusion=_fusion(options.fusion),
        strict=options.strict,
        weights=options.weights,
        rerank=_rerank(core, subject, place, options),
    )


def _encoded(core: "Core", subject: Subject, place: Place, text: str) -> npt.NDArray[np.float32]:
    assert place.vectors is not None
    if place.vectors.model is None:
        raise no_model(place.vectors)
    return core.models.encode_query(core.model(subject, place.vectors.model), text)


_DEFAULT_FUSION = Fusion()


def _fusion(given: Mapping[str, Any] | None) -> Fusion:
    if given is None:
        return _DEFAULT_FUSION
    values = dict(given)
    try:
        method = FusionMethod(values.pop("method", FusionMethod.CONVEX))
        return Fusion(method=method, **values)
    except (ValueError, TypeError) as error:
        message = (
            "A fusion has a method (rrf or convex), and may have lexical_weight and damping:"
            f" {error}."
        )
        raise EvigateError(E_SEARCH_INVALID, message) from error


def _rerank(core: "Core", subject: Subject, place: Place, options: Options) -> Rerank | None:
    if options.rerank is None:
        return None
    model = core.model(subject, options.rerank)
    columns = options.rerank_columns
    if columns is None and place.texts is not None:
        columns = place.texts.definition["columns"]
    if columns is None and place.vectors is not None:
        columns = place.vectors.definition.get("columns")
    if not columns:
        raise EvigateError(E_SEARCH_INVALID, "Say which columns the reranker reads.")
    return Rerank(
        score=lambda query, texts: core.models.rerank(model, query, texts), columns=tuple(columns)
    )
