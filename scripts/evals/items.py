"""Build banks from chapters; say what passes the gate, and why the rest did not; one JSON object.

Run it as `python scripts/evals/items.py [FILE...]`: without files, the bundled chapter and two more
of the outside textbooks, one psychological and one microbiological, none of which the generator was
tuned on. `--print N` also prints every Nth approved item, to be read.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from evigate.base.subject import Subject, job_subject
from evigate.boot import House, Settings
from evigate.learning.bank.models import ItemFilter
from evigate.learning.building.options import BuildOptions
from evigate.learning.items.kinds import answer_of, parse

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT.parent / "shared" / "data" / "learning" / "openstax"
BUNDLED = ROOT / "examples" / "learning" / "states-of-consciousness.md"
# Chapters by book, neither read nor measured while the generator was made.
UNSEEN = {"psychology-2e": "Social Psychology", "microbiology": "Microbial Growth"}
ITEMS_MAX = 120


def chapter(book: str, name: str) -> str:
    """Return a chapter of an outside textbook as the Markdown that a stranger would have of it."""
    parts = []
    for line in (DATA / f"{book}.jsonl").read_text().splitlines():
        section = json.loads(line)
        if section["path"][:1] != [name]:
            continue
        parts.append(f"# {section['title']}")
        heading = None
        for above, paragraph, _ in section["blocks"]:
            if above and above != heading:
                parts.append(f"## {above}")
                heading = above
            parts.append(paragraph)
    return "\n\n".join(parts)


def sources(files: Sequence[Path]) -> dict[str, bytes]:
    """Return the chapters to build from, by name."""
    if files:
        return {path.name: path.read_bytes() for path in files}
    found = {BUNDLED.name: BUNDLED.read_bytes()}
    for book, name in UNSEEN.items():
        found[f"{book}, {name}.md"] = chapter(book, name).encode()
    return found


async def build(house: House, subject: Subject, name: str, data: bytes) -> dict[str, Any]:
    """Build one chapter's bank and return what came of it, with its approved items."""
    learning = house.learning
    module = await learning.modules.create(subject, name)
    store = await house.stores.get(subject, str(module.store_id))
    await house.stores.add(subject, store, data, name.replace("/", "-"))
    run_id = await learning.builds.start(subject, module.id, BuildOptions(items=ITEMS_MAX))
    assert subject.tenant_id is not None
    worker = job_subject(subject.tenant_id, "learning.build")
    await learning.builds.walk(worker, {"run_id": str(run_id)})
    run = await learning.builds.get(subject, run_id)
    summary = await learning.bank.summary(subject, module.id)
    chosen = ItemFilter(module_id=module.id, status="APPROVED")
    listed = await learning.bank.list_items(subject, chosen, limit=500)
    items = [await learning.bank.get(subject, each.id) for each in listed]
    return {
        "words": len(data.split()),
        "seconds": round(run.duration_s or 0, 1),
        "drafted": sum(sum(each.values()) for each in summary.counts.values()),
        "approved": summary.total("APPROVED"),
        "waiting": summary.total("PENDING_EVAL"),
        "rejected": summary.total("REJECTED"),
        "missed": summary.missed,
        "kinds": dict(Counter(each.kind.removeprefix("learning.") for each in listed)),
        "items": [
            (each.item.kind, each.item.question, answer_of(parse(each.item.kind, each.payload)))
            for each in items
        ],
    }


async def main(arguments: argparse.Namespace, folder: Path) -> None:
    """Build each chapter in a house of its own, and print."""
    report = {}
    async with House.open(Settings(data_dir=folder)) as house:
        subject = await house.operator()
        for name, data in sources(arguments.files).items():
            found = await build(house, subject, name, data)
            items = found.pop("items")
            report[name] = found
            if arguments.print:
                for kind, question, answer in items[:: arguments.print]:
                    print(f"{kind[9:]:18} {question} => {answer}", file=sys.stderr)
    print(json.dumps(report, indent=2))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--print", type=int, default=0)
    with tempfile.TemporaryDirectory(prefix="evigate-items-") as made:
        Path(made).chmod(0o755)
        asyncio.run(main(parser.parse_args(), Path(made)))
