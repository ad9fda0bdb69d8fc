"""The portfolio: rates over what was compared, filters, and an RO-Crate that describes itself."""

import csv
import io
import json
import uuid
import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from evigate.papers.portfolio import Portfolio, PortfolioFilter, PortfolioRow
from evigate.papers.portfolio.export import export_portfolio

NOW = datetime(2026, 3, 4, tzinfo=UTC)
FIRST, SECOND = uuid.UUID(int=1), uuid.UUID(int=2)


def row(verdict: str, **given: Any) -> PortfolioRow:
    values: dict[str, Any] = {
        "paper_id": FIRST,
        "paper": "One <paper>",
        "arxiv_id": "1609.02907",
        "claim_id": uuid.uuid4(),
        "dataset": "Iris",
        "metric": "acc.",
        "method": "=cmd()",
        "is_own_method": True,
        "claimed": Decimal("95.0"),
        "units": "%",
        "observed": None if verdict == "not comparable" else Decimal("94.7"),
        "gap_abs": None,
        "tolerance": None,
        "verdict": verdict,
        "reason": "within",
        "page": 3,
        "reproduction_id": uuid.uuid4(),
        **given,
    }
    return PortfolioRow(**values)


ROWS = (
    row("reproduced"),
    row("reproduced", metric="Accuracy"),
    row("partly", dataset=None),
    row("not reproduced", paper_id=SECOND, paper="Two", arxiv_id=None, is_own_method=False),
    row("not comparable", paper_id=SECOND, paper="Two", arxiv_id=None, metric="BLEU"),
)


def test_a_rate_is_over_what_was_compared() -> None:
    found = Portfolio(ROWS)
    whole = found.whole
    assert (whole.compared, whole.reproduced, whole.share) == (4, 2, 0.5)
    assert [(r.name, r.compared) for r in found.by("metric")] == [("Accuracy", 4), ("BLEU", 0)]
    assert found.by("metric")[1].share is None
    assert [(r.name, r.reproduced) for r in found.by("year")] == [("2016", 2), ("not known", 0)]
    assert [r.name for r in found.by("dataset")] == ["Iris", "not known"]
    assert found.paper_count == 2


def test_filters_choose_by_what_is_shown() -> None:
    def kept(**given: Any) -> int:
        return sum(PortfolioFilter(**given).keeps(each) for each in ROWS)

    assert kept() == 5
    assert kept(metric="Accuracy") == 4
    assert kept(dataset="not known") == 1
    assert kept(year=2016) == 3
    assert kept(verdict="reproduced", own_only=True) == 2


def test_the_files_hold_the_same_rows() -> None:
    found = Portfolio(ROWS)
    lines = list(csv.DictReader(io.StringIO(export_portfolio(found, "csv").decode())))
    document = json.loads(export_portfolio(found, "json"))
    assert len(lines) == len(document["rows"]) == 5
    assert lines[0]["method"] == "'=cmd()" and lines[0]["year"] == "2016"
    html = export_portfolio(found, "html", now=NOW).decode()
    assert "One &lt;paper&gt;" in html and "<script" not in html and html.count("<tr>") > 5


def test_the_crate_says_what_it_holds() -> None:
    data = export_portfolio(Portfolio(ROWS), "zip", now=NOW)
    assert data == export_portfolio(Portfolio(ROWS), "zip", now=NOW)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        crate = json.loads(archive.read("ro-crate-metadata.json"))
        sizes = {name: len(archive.read(name)) for name in names}
    assert crate["@context"] == "https://w3id.org/ro/crate/1.1/context"
    graph = {each["@id"]: each for each in crate["@graph"]}
    assert len(graph) == len(crate["@graph"])
    descriptor, root = graph["ro-crate-metadata.json"], graph["./"]
    assert descriptor["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    assert descriptor["about"] == {"@id": "./"} and root["@type"] == "Dataset"
    assert all(root[name] for name in ("name", "description", "datePublished", "license"))
    parts = {each["@id"] for each in root["hasPart"]}
    assert parts == names - {"ro-crate-metadata.json"}
    for part in parts:
        assert int(graph[part]["contentSize"]) == sizes[part] and graph[part]["@type"] == "File"

    def references(value: Any) -> list[str]:
        if isinstance(value, dict):
            return (
                [value["@id"]]
                if set(value) == {"@id"}
                else [each for item in value.values() for each in references(item)]
            )
        return [e for item in value for e in references(item)] if isinstance(value, list) else []

    outside = {"https://w3id.org/ro/crate/1.1"}
    assert set(references(crate["@graph"])) - outside <= set(graph)
