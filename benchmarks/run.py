"""Every measurement beside its yard-stick, into one file that the report is rendered from.

    python benchmarks/run.py [--quick] [--full] [--only NAME ...] [--without SIDE ...] [--json FILE]

Peers are installed from `requirements/bench.txt` into `.bench/venv`, apart from the product; where
that cannot be done it is said and the rest runs. A peer's store is built once; then for each round
every side is opened by a process of its own, one after the other, so the machine's moods fall on
all alike. `--quick` takes a smaller table and fewer peers, `--full` measures memory on a million
rows (a quarter of an hour more). With `--only` the parts named are measured anew and the others
kept as they are in the file; `--without` leaves sides out.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from data import COLLECTIONS, REPOSITORY, shared_folder
from lines import LOAD_MAX, Line

HERE = REPOSITORY / "benchmarks"
PEERS = REPOSITORY / ".bench" / "venv"
PEERS_PYTHON = PEERS / "bin" / "python"
LOCKED = REPOSITORY / "requirements" / "bench.txt"
NDCG_GOALS = {"cranfield": 0.418, "scifact": 0.712}
RECALL_SLACK = 0.01
STARTS = 5
CLOCK = "import time; begun = time.perf_counter()"
SPENT = "print(time.perf_counter() - begun)"


@dataclass
class Plan:
    """How much is measured."""

    rows: int
    rounds: int
    collections: Sequence[str]
    hybrid: Sequence[str]
    large: Sequence[str]
    join_rows: int
    memory_rows: int


FULL = Plan(
    100_000, 3, COLLECTIONS,
    ("glue", "evigate", "evigate rrf", "lancedb", "jammi", "chromadb", "qdrant"),
    ("usearch", "evigate", "evigate narrow", "hnswlib", "lancedb", "jammi"), 10_000_000, 100_000,
)  # fmt: skip
QUICK = Plan(
    20_000, 3, COLLECTIONS[:1], ("glue", "evigate", "lancedb", "jammi"),
    ("usearch", "evigate", "evigate narrow", "jammi"), 1_000_000, 20_000,
)  # fmt: skip


def say(text: str) -> None:
    """Write a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def load() -> float:
    """Return the machine's load of the last minute."""
    return os.getloadavg()[0]


def install_peers() -> str | None:
    """Install the peers where they are not; return why they cannot be had, None if they can."""
    mark = PEERS / ".ready"
    if mark.exists() and mark.stat().st_mtime >= LOCKED.stat().st_mtime:
        return None
    uv = REPOSITORY / ".boot" / "bin" / "uv"
    wanted = f"{sys.version_info.major}.{sys.version_info.minor}"
    steps = (
        ["venv", "--quiet", "--clear", "--python", wanted, str(PEERS)],
        ["pip", "sync", "--quiet", "--python", str(PEERS_PYTHON), "--require-hashes", str(LOCKED)],
    )
    for step in steps:
        try:
            done = subprocess.run([str(uv), *step], capture_output=True, text=True, check=False)
        except OSError as error:
            return f"{uv.name} cannot be run: {error.strerror}"
        if done.returncode:
            return done.stderr.strip().splitlines()[-1][:200]
    mark.touch()
    return None


def python_of(side: str) -> Path:
    """Return the interpreter that has what a side needs."""
    return Path(sys.executable) if side.startswith("evigate") else PEERS_PYTHON


def step(
    side: str, task: str, what: str, folder: Path, rows: int, more: Mapping[str, str]
) -> dict[str, Any] | None:
    """Run one step of one side in a process; None where it failed, which is said."""
    command = [str(python_of(side)), str(HERE / "side.py"), side, task, what, str(folder)]
    done = subprocess.run(
        [*command, "--rows", str(rows)], capture_output=True, text=True, check=False,
        env={**os.environ, **more}, timeout=900,
    )  # fmt: skip
    if done.returncode:
        say(f"  {side} {task} {what}: {(done.stderr.strip().splitlines() or ['failed'])[-1][:160]}")
        return None
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def race(task: str, sides: Sequence[str], root: Path, plan: Plan) -> dict[str, dict[str, Any]]:
    """Build every side's store, then open and ask them in turns; return medians by side."""
    folders: dict[str, Path] = {}
    built: dict[str, Any] = {}
    more: dict[str, str] = {}
    for side in sorted(sides, key=lambda side: not side.startswith("evigate")):
        owner = "evigate" if side.startswith("evigate") else side
        folder = folders[side] = root / f"{task}-{owner}"
        if owner in built:
            built[side] = built[owner]
            continue
        folder.mkdir(mode=0o755)
        built[side] = step(side, task, "build", folder, plan.rows, more)
        if task == "large" and owner == "evigate":
            more = _expansion(folder)
    rounds: dict[str, list[dict[str, Any]]] = {side: [] for side in sides if built[side]}
    for _ in range(plan.rounds):
        for side, found in list(rounds.items()):
            asked = step(side, task, "ask", folders[side], plan.rows, more)
            if asked is None:
                rounds.pop(side)
            else:
                found.append({**asked, "load": load()})
    return {
        side: {**built[side], **_medians(found), "rounds": found, "bytes": _size(folders[side])}
        for side, found in rounds.items()
    }


def _expansion(folder: Path) -> dict[str, str]:
    """Tell the bare graphs how many candidates ours weighs, so that recall is alike."""
    for path in folder.rglob("graph.usearch"):
        options = json.loads((path.parent / "segment.json").read_text())["options"]
        return {"BENCH_EXPANSION": str(options["expansion_search"])}
    return {}


def _medians(rounds: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    return {name: statistics.median(each[name] for each in rounds) for name in rounds[0]}


def _size(folder: Path) -> int:
    """Return the bytes of a store; of ours without the database server's own."""
    root = folder / "lab" / "engine" if (folder / "lab" / "engine").is_dir() else folder
    return sum(file.stat().st_size for file in root.rglob("*") if file.is_file())


def against(
    found: Mapping[str, Mapping[str, Any]],
    group: str,
    name: str,
    ours: str,
    theirs: str,
    goal: str,
    is_met: Callable[[float, float, float, Mapping[str, Any]], bool] | None,
) -> list[Line]:
    """Make the line of two sides of a race, by p50; nothing where one of them is missing."""
    if ours not in found or theirs not in found:
        return []
    left, right = found[ours], found[theirs]
    pairs = [
        (a["p50_ms"], b["p50_ms"]) for a, b in zip(left["rounds"], right["rounds"], strict=True)
    ]
    ratios = [a / b for a, b in pairs]
    ratio = statistics.median(ratios)
    yardstick = [b for _, b in pairs]
    line = Line(
        group, name, theirs, left["p50_ms"], right["p50_ms"], "ms", ratio, goal, None,
        max(yardstick) / min(yardstick), f"{left['quality']:.3f} / {right['quality']:.3f}",
        left["cpu_ms"] * 1e3, right["cpu_ms"] * 1e3,
        max(each["load"] for each in left["rounds"]), ratios,
    )  # fmt: skip
    if is_met is not None:
        line.is_met = is_met(ratio, left["p50_ms"], right["p50_ms"], left)
    return [line]


def hybrid_part(root: Path, plan: Plan) -> dict[str, Any]:
    """Race hybrid search on both collections."""
    if shared_folder() is None:
        say("  the collections are not there: left out")
        return {"lines": [], "sides": {}}
    lines: list[Line] = []
    sides = {}
    for task in plan.collections:
        found = sides[task] = race(task, plan.hybrid, root, plan)
        floor = NDCG_GOALS[task]
        for name, theirs, goal, is_met in (
            ("", "glue", f"p50 at most 2x, nDCG@10 at least {floor}",
             lambda ratio, *rest, floor=floor: ratio <= 2 and rest[-1]["quality"] >= floor),
            ("", "lancedb", "p50 at most 0.2x", lambda ratio, *_: ratio <= 0.2),
            ("", "jammi", "", None),
            (", by ranks", "glue", "", None),
        ):  # fmt: skip
            ours = "evigate rrf" if name else "evigate"
            lines += against(found, "hybrid", f"hybrid {task}{name}", ours, theirs, goal, is_met)
    return {"lines": [line.value() for line in lines], "sides": sides}


def vector_part(root: Path, plan: Plan) -> dict[str, Any]:
    """Race vector search on the generated table, then measure the verb itself on ours."""
    found = race("large", plan.large, root, plan)
    name = f"vector {plan.rows:,} x 384"
    alike = found.get("jammi", {}).get("quality", 0.0) - RECALL_SLACK
    lines = [
        *against(found, "vector", name, "evigate", "usearch", "p50 at most 3x + 1 ms",
                 lambda _, ours, theirs, __: ours <= 3 * theirs + 1),
        *against(found, "vector", f"{name}, narrow", "evigate narrow", "jammi",
                 "p50 at most 0.1x, recall alike",
                 lambda ratio, *rest: ratio <= 0.1 and rest[-1]["quality"] >= alike),
        *against(found, "vector", name, "evigate", "jammi", "", None),
        *against(found, "vector", name, "evigate", "hnswlib", "", None),
        *against(found, "vector", name, "evigate", "lancedb", "", None),
    ]  # fmt: skip
    values = [line.value() for line in lines]
    more = ["--folder", str(root / "large-evigate"), "--rows", str(plan.rows)]
    values += own("bench_engine_calls.py", root, *more)["lines"]
    return {"lines": values, "sides": {"large": found}}


def own(script: str, root: Path, *arguments: str) -> Any:
    """Run one of our own benchmarks and return what it wrote."""
    target = root / f"{script}.json"
    command = [sys.executable, str(HERE / script), "--json", str(target), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=3600)
    if not target.exists():
        last = (done.stderr.strip().splitlines() or ["failed"])[-1][:200]
        say(f"  {script}: {last}")
        return {"lines": []}
    return json.loads(target.read_text())


def topics_part(root: Path, plan: Plan) -> dict[str, Any]:
    """Topics beside a table by hand."""
    return {"lines": own("bench_engine_topics.py", root)["lines"]}


def rows_part(root: Path, plan: Plan) -> dict[str, Any]:
    """Mutable tables and the policy's cost."""
    found = own("bench_engine_rows.py", root)
    lines = []
    for each in found if isinstance(found, list) else []:
        is_policy = each["name"].startswith("policy")
        goal = each["goal"] and f"at least {each['goal']:.2g}x as fast"
        is_met = None if each["goal"] is None else each["ratio"] >= each["goal"]
        yardstick = "without policy" if is_policy else "bare psycopg"
        line = Line(
            "rows", each["name"], yardstick, each["ours_ms"], each["theirs_ms"], "ms a round",
            each["ratio"], goal or "", is_met, load=load(),
        )  # fmt: skip
        lines.append(line.value())
    return {"lines": lines}


def join_part(root: Path, plan: Plan) -> dict[str, Any]:
    """The federated join."""
    found = own("bench_engine_sql.py", root, "--rows", str(plan.join_rows), "--rounds", "7")
    join = found.get("join")
    if join is None:
        return {"lines": []}
    name = f"join: Parquet ({plan.join_rows:,}), PostgreSQL, SQLite, CSV"
    line = Line(
        "join", name, "bare DuckDB", join["ours_ms"], join["bare_ms"], "ms", join["ratio"],
        "at most 1.2x", join["ratio"] <= 1.2, join["spread"], "equal answers", load=join["load"],
    )  # fmt: skip
    return {"lines": [line.value()], "row_store": found["row_store_1m"]}


def start_part(root: Path, plan: Plan) -> dict[str, Any]:
    """Import, cold connect, and the first hybrid answer, each in fresh processes."""
    task = plan.collections[0] if shared_folder() else "large"
    store = root / f"{task}-evigate"
    if not store.is_dir():
        store.mkdir(mode=0o755)
        step("evigate", task, "build", store, QUICK.rows, {})
    lab = str(store / "lab")
    connect = f"import evigate; db = evigate.connect({lab!r})"
    search = (
        f"{connect}; first = db.sql('SELECT min(id) AS i FROM docs')['i'][0].as_py();"
        " db.search('docs', row_key=first, mode='vector')"
    )
    floor = _seconds(sys.executable, "pass")
    imported = _seconds(sys.executable, "import evigate") - floor
    connected = _seconds(sys.executable, f"{CLOCK}; {connect}; {SPENT}", is_told=True)
    searched = _seconds(sys.executable, f"{CLOCK}; {search}; {SPENT}", is_told=True)
    lines = [
        _start("import evigate", imported, "at most 0.3 s", imported <= 0.3, floor),
        _start("connect to a directory, cold", connected, "at most 1 s", connected <= 1, floor),
        _start("connect, SQL, and a first search, cold", searched, "", None, floor),
    ]
    if PEERS_PYTHON.exists():
        theirs = _seconds(str(PEERS_PYTHON), "import lancedb") - floor
        lines.append(
            Line("start", "connect, SQL, and a first search", "import lancedb", searched * 1e3,
                 theirs * 1e3, "ms", searched / theirs, "", None, load=load())
        )  # fmt: skip
    return {"lines": [line.value() for line in lines]}


def _start(name: str, seconds: float, goal: str, is_met: bool | None, floor: float) -> Line:
    return Line(
        "start", name, "bare python", seconds * 1e3, floor * 1e3, "ms", seconds / floor, goal,
        is_met, load=load(),
    )  # fmt: skip


def _seconds(python: str, text: str, *, is_told: bool = False) -> float:
    """Return the median time of a fresh process, or what it tells; the first is not counted."""
    times = []
    for _ in range(STARTS + 1):
        begun = time.perf_counter()
        done = subprocess.run([python, "-c", text], check=True, capture_output=True, text=True)
        wall = time.perf_counter() - begun
        times.append(float(done.stdout.split()[-1]) if is_told else wall)
    return statistics.median(times[1:])


def memory_part(root: Path, plan: Plan) -> dict[str, Any]:
    """Peak memory of building, searching and compacting, against the index's size."""
    found = own("bench_engine_memory.py", root, "--rows", str(plan.memory_rows))
    return memory_lines(found) if "stages" in found else {"lines": []}


def memory_lines(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the lines of what `bench_engine_memory.py` wrote."""
    size = found["index_bytes"]
    is_large = found["rows"] >= 1_000_000
    lines = []
    for name, each in found["stages"].items():
        has_goal = is_large and name != "build"
        goal = "resident below 1.5x the index" if has_goal else ""
        quality = f"own {each['anonymous_ratio']:.2f}x"
        if "recall" in each:
            quality += f", recall {each['recall']:.3f}, first {each['first_ms']:.0f} ms"
        line = Line(
            "memory", f"{name}, {found['rows']:,} x 384", "index size", each["peak_bytes"] / 1e6,
            size / 1e6, "MB", each["peak_ratio"], goal,
            each["peak_ratio"] < 1.5 if has_goal else None, quality=quality,
        )  # fmt: skip
        lines.append(line.value())
    return {"lines": lines, "facts": dict(found)}


PARTS: Mapping[str, Callable[[Path, Plan], dict[str, Any]]] = {
    "hybrid": hybrid_part,
    "vector": vector_part,
    "topics": topics_part,
    "rows": rows_part,
    "join": join_part,
    "start": start_part,
    "memory": memory_part,
}


def machine() -> dict[str, Any]:
    """Return what the figures depend on."""
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    return {
        "cpu": names[0] if names else platform.processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "system": platform.system(),
    }


def main() -> None:
    """Measure, write, and say where a verdict could not be given."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--only", nargs="*", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--without", nargs="*", default=[], metavar="SIDE")
    parser.add_argument("--json", type=Path)
    given = parser.parse_args()
    plan = QUICK if given.quick else FULL
    plan.hybrid = [side for side in plan.hybrid if side not in given.without]
    plan.large = [side for side in plan.large if side not in given.without]
    if given.full:
        plan.memory_rows = 1_000_000
    target = given.json or HERE / ("results-quick.json" if given.quick else "results.json")
    missing = install_peers()
    if missing:
        say(f"peers cannot be installed ({missing}): measuring without them")
    kept = json.loads(target.read_text())["parts"] if target.exists() else {}
    parts = kept if given.only != list(PARTS) else {}
    with tempfile.TemporaryDirectory(prefix="evigate-bench-") as name:
        root = Path(name)
        root.chmod(0o755)
        for part in given.only:
            begun = time.perf_counter()
            say(f"{part}: load {load():.1f}")
            parts[part] = {**PARTS[part](root, plan), "load": load()}
            for line in parts[part]["lines"]:
                figures = f"{line['ours']:12,.2f} {line['theirs']:12,.2f} {line['unit']:10}"
                verdict = f"{line['ratio']:7.2f}  {line['verdict']:13} {line['quality']}"
                say(f"  {line['name']:46} {figures} {verdict}")
            say(f"  took {time.perf_counter() - begun:.0f} s")
    result = {"machine": machine(), "plan": asdict(plan), "peers": missing or "installed"}
    target.write_text(json.dumps({**result, "parts": parts}, indent=1) + "\n")
    if any(part["load"] > LOAD_MAX for part in parts.values()):
        say("The machine was loaded: lines of those minutes have no verdict.")


if __name__ == "__main__":
    main()
