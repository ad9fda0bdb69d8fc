"""What a notebook run used and tried, as facts for pages and the command line alike."""

from typing import Any

from evigate.papers.models import NotebookRun


def resource_facts(run: NotebookRun) -> list[tuple[str, Any]]:
    """Return what a notebook run used and tried, as facts for a page; what is not known is None."""
    peak = run.peak_memory_bytes
    facts: list[tuple[str, Any]] = [
        ("CPU time", None if run.cpu_seconds is None else f"{run.cpu_seconds:.1f} s"),
        ("Peak memory", None if peak is None else f"{peak / 2**20:.0f} MiB"),
    ]
    if run.executor != "local":
        facts.append(("Ran on", run.executor))
    found = [(each["code"], f"{each['what']} ({each['count']}×), refused") for each in run.findings]
    return [*facts, *found]
