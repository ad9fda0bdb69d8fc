"""`evigate papers bench …`: the figures on a screen or as JSON; needs no database."""

from pathlib import Path
from typing import Annotated, Any

import typer

from evigate.kernel.console import note, print_json
from evigate.papers.bench.extraction import TOP_DEFAULT, bench_extraction
from evigate.papers.bench.gold import read_gold
from evigate.papers.bench.tdms import bench_tdms
from evigate.papers.bench.tdms_data import read_corpus

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
_NAMES = {
    "value": "value",
    "dataset_value": "data set + value",
    "dataset_metric_value": "data set + metric + value",
}


def bench_app() -> typer.Typer:
    """Return `evigate papers bench`."""
    app = typer.Typer(no_args_is_help=True, help="Measure the extractor against gold.")

    @app.command()
    def extract(
        gold: Annotated[
            Path,
            typer.Option(help="Folder with manifest.json, gold.jsonl, table_gold.jsonl and PDFs."),
        ],
        top: Annotated[
            int, typer.Option(min=1, help="Also score only so many claims of each paper.")
        ] = TOP_DEFAULT,
        as_json: Json = False,
    ) -> None:
        """Score claims of real papers: tables, values, data sets, metrics, own methods, places."""
        known = read_gold(gold)
        reports = [report.to_json() for report in bench_extraction(known, top=top, say=note)]
        if as_json:
            print_json({"gold": gold.name, "unprinted": known.unprinted, "reports": reports})
            return
        for report in reports:
            _print(report, top)

    @app.command()
    def tdms(
        data: Annotated[
            Path, typer.Option(help="Folder of NLP-TDMS: annotations, splits, parsed tables.")
        ],
        as_json: Json = False,
    ) -> None:
        """Score (task, data set, metric, score) on NLP-TDMS, learnt from its training split."""
        report = bench_tdms(read_corpus(data), say=note)
        if as_json:
            print_json(report)
            return
        _print_tdms(report)

    return app


def _print_tdms(report: dict[str, Any]) -> None:
    trained = report["training"]
    print(f"{report['leaderboards']} leaderboards; learnt from {trained['papers']} papers,")
    print(f"  cross-validated on them: TDMS {_prf(trained['tdms'])}")
    for key, title in (("test", "published test split"), ("beyond_training", "all but training")):
        found = report[key]
        print(f"{title}: {found['papers']} papers, {found['without_text']} without text")
        for level in ("tdms", "tdm"):
            micro, macro = found[level]["micro"], found[level]["macro"]
            print(f"  {level.upper()}: micro {_prf(micro)}; macro {_prf(macro)}")
        print(f"  TDMS against every annotated score: {_prf(found['tdms_of_all_annotated'])}")
    for name, f1 in report["published_micro_f1"].items():
        print(f"published TDMS micro F1, {name}: {f1 / 100:.3f}")


def _print(report: dict[str, Any], top: int) -> None:
    print(f"\n{report['split']}: {report['papers']} papers, {report['claims']} claims")
    for paper, problem in report["missing"].items():
        print(f"  not scored: {paper}: {problem}")
    tables = report["tables"]
    if tables is None:
        print("  table cells: not scored, no gold for these papers")
    else:
        print(f"  table cells: {_prf(tables)} ({tables['wanted']} cells)")
    for label, key in (("all claims", "all"), (f"{top} surest", f"at_{top}")):
        if report[key] is None:
            print(f"  {label}: not scored, no gold for these papers")
            continue
        for level, name in _NAMES.items():
            found = report[key][level]
            print(
                f"  {name}, {label}: micro {_prf(found['micro'])}; macro {_prf(found['macro'])}"
                f" ({found['micro']['wanted']} tuples)"
            )
    own = report["own_method"]
    if own is None:
        print("  own method: not scored, no table gold for these papers")
    else:
        print(
            f"  own method: accuracy {_number(own['accuracy'])} of {own['cells_judged']} cells,"
            f" recall {_number(own['recall'])} of {own['own_cells']} own cells"
        )
    sure = report["calibration"]
    print(f"  calibration error: {_number(sure['ece'])} of {sure['claims_judged']} claims judged")
    cited = report["citations"]
    print(f"  citations found in page and box: {_number(cited['accuracy'])} of {cited['claims']}")
    print(f"  seconds a page: {_number(report['seconds_per_page'])} over {report['pages']} pages")


def _prf(found: dict[str, Any]) -> str:
    return f"P {_number(found['precision'])} R {_number(found['recall'])} F1 {_number(found['f1'])}"


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
