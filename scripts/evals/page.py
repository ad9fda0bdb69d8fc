"""Write docs/evals.md from what the three scripts beside this one found.

Run it as `python scripts/evals/page.py`; the words are in `judges.md` and `page.md`.
"""

import json
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

from judges import render as render_judges

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"


def page() -> str:
    """Return the page."""
    learning = _load("evals-learning.json")
    items = _load("evals-items.json")
    safety = _load("evals-safety.json")
    missed: dict[str, int] = {}
    for found in items.values():
        for check, count in found["missed"].items():
            missed[check] = missed.get(check, 0) + count
    words = ", ".join(f"{check} {count}" for check, count in sorted(missed.items())) or "nothing"
    text = (Path(__file__).parent / "page.md").read_text(encoding="utf-8")
    return (
        render_judges(_load("evals-judges.json")["judges"])
        + "\n"
        + text.format(
            items="\n".join(_item_row(name, found) for name, found in items.items()),
            missed=words,
            safety_items=safety["items"],
            safety_plain=f"{safety['plain_called_unsafe']:.0%}",
            safety_known=f"{safety['named_in_the_text_called_unsafe']:.0%}",
            safety_found=", ".join(
                f"{name.removeprefix('found_').replace('_', ' ')} {share:.0%}"
                for name, share in safety.items()
                if name.startswith("found_")
            ),
            grading="\n".join(_grading_rows(learning["grading"])),
            lsat7_a=_list(learning["lsat7"]["a"]),
            lsat7_ref=_list(learning["lsat7"]["reference"]["a"]),
            lsat6=learning["lsat6"]["log_likelihood"],
            lsat6_ref=learning["lsat6"]["reference"]["log_likelihood"],
            sat12=", ".join(each.replace("i", "item ") for each in learning["sat12"]["mis_keyed"]),
            fsrs_n=f"{learning['fsrs']['n']:,}",
            fsrs=learning["fsrs"]["log_loss"],
            fsrs_constant=learning["fsrs"]["constant"],
        )
    )


def _load(name: str) -> Any:
    return json.loads((DOCS / name).read_text(encoding="utf-8"))


def _item_row(name: str, found: dict[str, Any]) -> str:
    counts = [found[key] for key in ("drafted", "approved", "waiting", "rejected", "seconds")]
    return " | ".join(["| " + name, f"{found['words']:,}", *map(str, counts)]) + " |"


def _grading_rows(grading: dict[str, Any]) -> list[str]:
    return [
        f"| {name} | {left_out} | {one['n']:,} | {one['macro_f1']:.3f} | {one['kappa']:.3f} "
        f"| {one['auc']:.3f} | {one['correlation']:.3f} "
        f"| {one['sure']:.0%} | {one['sure_is_right']:.0%} |"
        for left_out in ("module", "question")
        for name, one in grading[f"by_{left_out}"].items()
    ]


def _list(values: list[float]) -> str:
    return " ".join(f"{value:.3f}" for value in values)


if __name__ == "__main__":
    (DOCS / "evals.md").write_text(page(), encoding="utf-8")
