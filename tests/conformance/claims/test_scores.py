"""Claims against gold annotations of real papers, scored by the script that came with the gold.

Origin: the `p2n` folder of the shared material; its README names the source and the licence of
each part. PDFs are read in place and never copied. Counts run: 20 papers, 191 leaderboard tuples
that are printed in them, 299 cells of 3 tables annotated exhaustively. The floors are a little
under what was measured when this was written: table cells F1 1.000, data set + metric + value
recall .738 over all claims and .487 over the 20 surest of each paper, own-method flags 299 of 299.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.conftest import need, shared_folder

from evigate.evidence import find_quote, quote_is_on_page, read_pdf
from evigate.papers.claims import claims_jsonl, extract_claims

pytestmark = pytest.mark.slow


@dataclass(frozen=True)
class Predictions:
    folder: Path
    every: Path
    surest: Path


@pytest.fixture(scope="module")
def predictions(tmp_path_factory: pytest.TempPathFactory) -> Predictions:
    folder = shared_folder() / "data" / "p2n"
    need("the folder of annotated papers", is_there=(folder / "score_claims.py").is_file())
    out = tmp_path_factory.mktemp("claims")
    found = Predictions(folder, out / "every.jsonl", out / "surest.jsonl")
    with found.every.open("w") as every, found.surest.open("w") as surest:
        for path, lines in _lines(folder):
            assert lines, f"{path.name} gives no claims"
            every.writelines(f"{line}\n" for line in lines)
            surest.writelines(f"{line}\n" for line in lines[:20])
    return found


def _lines(folder: Path) -> Iterator[tuple[Path, list[str]]]:
    manifest = json.loads((folder / "eval_pdf" / "manifest.json").read_text())
    for entry in manifest:
        if entry["split"] != "dev":
            continue
        path = folder / "eval_pdf" / entry["file"]
        document = read_pdf(path.read_bytes())
        claims = extract_claims(document)
        for claim in claims:
            page = document.pages[claim.page - 1]
            assert quote_is_on_page(page, claim.quote), claim
            assert find_quote(page, claim.quote) is not None, claim
        yield path, list(claims_jsonl(entry["paper"], claims))


def _score(predictions: Predictions, file: Path, *options: str) -> str:
    script = predictions.folder / "score_claims.py"
    done = subprocess.run(
        [sys.executable, str(script), str(file), *options],
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def _recall(scores: str, level: str) -> float:
    line = next(line for line in scores.splitlines() if line.startswith(f"{level} "))
    match = re.search(r"micro P \S+ R (\S+)", line)
    assert match
    return float(match[1])


def test_table_cells(predictions: Predictions) -> None:
    last = _score(predictions, predictions.every, "--tables").splitlines()[-1]
    match = re.search(r"F1 (\S+)", last)
    assert match
    assert float(match[1]) >= 0.98, last


def test_data_set_metric_and_value(predictions: Predictions) -> None:
    scores = _score(predictions, predictions.every, "--split", "dev")
    assert _recall(scores, "V") >= 0.83
    assert _recall(scores, "DMV") >= 0.70


def test_the_twenty_surest_claims_of_each_paper(predictions: Predictions) -> None:
    scores = _score(predictions, predictions.surest, "--split", "dev")
    assert _recall(scores, "DMV") >= 0.45


def test_own_methods_are_told_from_compared_ones(predictions: Predictions) -> None:
    said: dict[tuple[object, ...], bool] = {}
    for line in predictions.every.read_text().splitlines():
        claim = json.loads(line)
        key = tuple(claim[k] for k in ("paper", "table", "page", "row", "column", "value"))
        said[key] = claim["own_method"]
    gold = (predictions.folder / "eval_pdf" / "table_gold.jsonl").read_text().splitlines()
    cells = [json.loads(line) for line in gold]
    asked = [
        (cell["own_method"], said.get(key))
        for cell in cells
        if (key := tuple(cell[k] for k in ("paper", "table", "page", "row", "column", "value")))
        and any(known[0] == cell["paper"] for known in said)
    ]
    right = sum(own == found for own, found in asked)
    assert len(asked) >= 299
    assert right >= 0.95 * len(asked)
