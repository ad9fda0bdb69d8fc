"""Turn `results.json` into `docs/benchmarks.md` and its plots, so that no figure is typed by hand.

python benchmarks/render.py [--json benchmarks/results.json] [--docs docs]
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
TITLES = {
    "hybrid": "Hybrid search, end to end",
    "vector": "Vector search",
    "filtered": "Filtered search",
    "topics": "Topics",
    "rows": "Mutable tables and row-level security",
    "join": "Federated join",
    "start": "Starting",
    "memory": "Memory",
}
# Why a line is where it is, by how its name begins; shown where the line is missed.
REASONS = {
    "hybrid": "The retrievals themselves are a third of the time; the rest is reading the rows, "
    "the provenance, the audit's record and the model's call, which the glue does not do.",
    "vector": "The peer weighs fewer candidates and finds fewer of the nearest rows; see quality.",
    "2 threads": "Both threads share the interpreter for what is not walk or read.",
    "batch of 100": "Calls already walk the graph on one core at full speed; two cores can at most "
    "double that, and the rest of a call is too small to save a third of.",
    "filter 0.1%, batch": "Each answer still has its own exact scores, its own table and its own "
    "record of the audit: some 60 microseconds, against 37 by hand for the whole.",
    "filter 0.1%": "A gather of a few hundred rows takes some ten microseconds by hand; a call of "
    "ours has a fixed cost of about 0.2 ms (catalog, request, hydration, audit).",
    "filter 1.0%": "The same fixed cost, against a gather that takes about as long.",
    "filter 50.0%": "Ours walks at the graph's calibrated depth and scores each candidate exactly.",
    "publish one": "An offset without gaps needs a lock, the topic's row and the last batch's end "
    "beside the insert, and a note to other processes.",
    "build": "The graph is held in memory while it is made, and the rows are mapped beside it.",
    "publish to subscriber": "The durable commit is the larger part; the rest is the thread that "
    "wakes.",
    "compact": "Pages of the mapped vectors and of the graph being built count while they are in "
    "the page cache; the process's own memory is given beside.",
    "join": "Our part (parse, resolve, rewrite) is a few milliseconds of it.",
    "policy": "An aggregate over the whole table evaluates the policy's comparison for each row.",
    "point get": "Checking the name, the key's types and the row's is most of it.",
}
PARTS = {"hybrid", "vector", "topics", "rows", "join", "start", "memory"}
PLOTS = ("hybrid", "vector", "topics")
INK, MUTED, OURS, THEIRS = "#24292f", "#6e7781", "#0969da", "#afb8c1"


def figure(value: float) -> str:
    """Return a number with three digits that count."""
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if size >= 10 else f"{value:.2f}"


def table(lines: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the table of some lines."""
    rows = [
        "| line | ours | yard-stick | ratio | goal | verdict | quality, ours / theirs |",
        "|---|---|---|---|---|---|---|",
    ]
    for line in lines:
        theirs = f"{figure(line['theirs'])} {line['unit']} ({line['yardstick']})"
        rows.append(
            f"| {line['name']} | {figure(line['ours'])} {line['unit']} | {theirs} "
            f"| {figure(line['ratio'])} | {line['goal']} | {line['verdict']} | {line['quality']} |"
        )
    return rows


def sides_table(found: Mapping[str, Mapping[str, Any]], quality: str) -> list[str]:
    """Return the table of all sides of a race, fastest first."""
    rows = [
        f"| side | p50 ms | p95 ms | CPU ms a query | {quality} | cold ms | build s | MB |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for name, side in sorted(found.items(), key=lambda item: item[1]["p50_ms"]):
        times = " | ".join(figure(side[each]) for each in ("p50_ms", "p95_ms", "cpu_ms"))
        rest = " | ".join(figure(side[each]) for each in ("cold_ms", "build_s"))
        size = figure(side["bytes"] / 1e6)
        rows.append(f"| {name} | {times} | {side['quality']:.3f} | {rest} | {size} |")
    return rows


def missed(lines: Sequence[Mapping[str, Any]]) -> list[str]:
    """Say plainly which lines miss their goal, with verdict or, on a loaded machine, by ratio."""
    found = []
    for line in lines:
        if line["is_met"] is False:
            why = next((why for name, why in REASONS.items() if line["name"].startswith(name)), "")
            loaded = "" if line["verdict"] == "missed" else f" (verdict: {line['verdict']})"
            found.append(
                f"- **{line['name']}** beside {line['yardstick']}: {figure(line['ratio'])}, "
                f"goal {line['goal']}{loaded}. {why}".rstrip()
            )
    return found or ["Nothing."]


def unmeasured(parts: Mapping[str, Any]) -> list[str]:
    """Say what has a goal and was not measured in this run."""
    found = [
        f"- **{TITLES[name]}** was not measured." for name in TITLES if name in PARTS - parts.keys()
    ]
    memory = parts.get("memory", {}).get("facts", {})
    if memory and ("compact" not in memory["stages"] or memory["rows"] < 1_000_000):
        found.append("- **Compaction of a million rows** was not measured; `--full` does.")
    return found


def document(result: Mapping[str, Any], images: Sequence[str]) -> str:
    """Return the whole page."""
    parts, machine, plan = result["parts"], result["machine"], result["plan"]
    lines = [line for part in parts.values() for line in part["lines"]]
    loads = [part["load"] for part in parts.values()]
    text = [
        "# Benchmarks",
        "",
        "Made by `make bench`; this page is rendered from `benchmarks/results.json` by "
        "`benchmarks/render.py`, so no figure in it was typed.",
        "",
        "## How it was measured",
        "",
        f"- Machine: {machine['cpu']}, {machine['cores']} cores, {machine['system']}, "
        f"Python {machine['python']}; load of the last minute when the parts ended: "
        f"{min(loads):.1f} to {max(loads):.1f}.",
        "- Ours goes through `evigate.connect` and the public verbs: text or vector to hydrated "
        "rows with provenance, each search in the audit.",
        "- Peers are those of `requirements/bench.txt`, in an environment of their own. "
        "The floors (the glue of tantivy and usearch, bare usearch, hnswlib) return ids and check "
        "nothing.",
        "- A store is built once; then each side is opened by a fresh process, in turns, for "
        f"{plan['rounds']} rounds. Each query is answered once unmeasured and once measured.",
        "- Within one process, ours and the yard-stick alternate. Figures are medians; a ratio is "
        "the median of the ratios of rounds that follow on each other.",
        "- A line has no verdict where the load was above 3, or where the yard-stick's own rounds "
        "differ by more than 1.6.",
        "- The collections' vectors are the same for all sides; ours looks a query's vector up "
        "through a callable model. The generated table has 32 latent directions with noise.",
        "- Writes are durable on both sides (the server's default, `synchronous_commit = on`).",
        "",
        "## Lines and goals",
        "",
        "Ratios are ours / yard-stick: of times where the unit is a time, of throughputs where it "
        "is a rate. For mutable tables and policies it is yard-stick / ours, so 1 is as fast.",
        "",
    ]
    for group, title in TITLES.items():
        own = [line for line in lines if line["group"] == group]
        if own:
            text += [f"### {title}", "", *table(own), ""]
    text += ["## All sides", ""]
    for part in parts.values():
        for task, found in part.get("sides", {}).items():
            quality = "recall@10" if task == "large" else "nDCG@10"
            name = f"{plan['rows']:,} x 384" if task == "large" else task.capitalize()
            text += [f"### {name}", "", *sides_table(found, quality), ""]
    text += ["chromadb and qdrant-client search the collections by vector alone.", ""]
    text += [f"![{name}](images/bench-{name}.png)" for name in images]
    text += ["", "## What is missed", "", *missed(lines), *unmeasured(parts), ""]
    text += ["## Run it", ""]
    text += [
        "`make bench` takes about ten minutes on a quiet machine of two cores; "
        "`python benchmarks/run.py --quick` takes less than two; `--full` measures memory on a "
        "million rows; `--only topics` measures one part anew and keeps the others; "
        "`--without hnswlib` leaves a side out.",
        "",
    ]
    return "\n".join(text)


def plots(result: Mapping[str, Any], folder: Path) -> list[str]:
    """Draw what there is; return the names of the plots."""
    import matplotlib as mpl

    mpl.use("Agg")
    mpl.rcParams.update({"font.size": 10, "text.color": INK, "axes.labelcolor": INK})
    mpl.rcParams.update({"axes.edgecolor": MUTED, "xtick.color": MUTED, "ytick.color": INK})
    parts = result["parts"]
    names = []
    for part, quality in (("hybrid", "nDCG@10"), ("vector", "recall@10")):
        sides = parts.get(part, {}).get("sides", {})
        if sides:
            _race(sides, quality, folder / f"bench-{part}.png")
            names.append(part)
    lines = [line for part in parts.values() for line in part["lines"]]
    topics = [line for line in lines if line["group"] == "topics" and line["unit"] != "ms"]
    if topics:
        _ratios(topics, folder / "bench-topics.png")
        names.append("topics")
    return names


def _race(sides: Mapping[str, Mapping[str, Any]], quality: str, target: Path) -> None:
    import matplotlib.pyplot as plt

    figure_, axes = plt.subplots(
        1, len(sides), figsize=(4.8 * len(sides), 3.2), facecolor="white", squeeze=False
    )
    for axis, (task, found) in zip(axes[0], sides.items(), strict=True):
        order = sorted(found, key=lambda name: -found[name]["p50_ms"])
        times = [found[name]["p50_ms"] for name in order]
        colours = [OURS if name.startswith("evigate") else THEIRS for name in order]
        bars = axis.barh(order, times, color=colours, height=0.62)
        labels = [f"{found[n]['p50_ms']:.2f} ms, {found[n]['quality']:.3f}" for n in order]
        axis.bar_label(bars, labels, padding=4, fontsize=8.5, color=INK)
        axis.set_xscale("log")
        axis.set_xlim(min(times) / 2, max(times) * 12)
        axis.set_title(f"{task}: p50 and {quality}", fontsize=10, loc="left")
        axis.spines[["top", "right"]].set_visible(False)
        axis.set_xlabel("ms a query, log scale")
    figure_.tight_layout()
    figure_.savefig(target, dpi=110)
    plt.close(figure_)


def _ratios(lines: Sequence[Mapping[str, Any]], target: Path) -> None:
    import matplotlib.pyplot as plt

    figure_, axis = plt.subplots(figsize=(7.2, 2.6), facecolor="white")
    names = [f"{line['name']}\nbeside {line['yardstick']}" for line in lines][::-1]
    ratios = [line["ratio"] for line in lines][::-1]
    bars = axis.barh(names, ratios, color=OURS, height=0.6)
    axis.bar_label(bars, [f"{ratio:.2f}x" for ratio in ratios], padding=4, fontsize=8.5)
    axis.axvline(1, color=MUTED, linewidth=1)
    axis.set_xlim(0, max(*ratios, 1) * 1.15)
    axis.tick_params(axis="y", labelsize=8)
    axis.set_xlabel("throughput, ours / yard-stick")
    axis.spines[["top", "right"]].set_visible(False)
    figure_.tight_layout()
    figure_.savefig(target, dpi=110)
    plt.close(figure_)


def main() -> None:
    """Render."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, default=REPOSITORY / "benchmarks" / "results.json")
    parser.add_argument("--docs", type=Path, default=REPOSITORY / "docs")
    given = parser.parse_args()
    result = json.loads(given.json.read_text())
    (given.docs / "images").mkdir(parents=True, exist_ok=True)
    images = plots(result, given.docs / "images")
    (given.docs / "benchmarks.md").write_text(document(result, images))


if __name__ == "__main__":
    main()
