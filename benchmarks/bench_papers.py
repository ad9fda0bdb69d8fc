"""How well papers are read and run again, where the outside material is: both benches, printed.

    python benchmarks/bench_papers.py

Calls `evigate papers bench extract` on the gold of papers used for tuning, and the reproduction
matrix of the tests, each as anybody would. Without `data/p2n` in the shared folder it says so.
"""

import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent
GOLD = ("data", "p2n", "eval_pdf")


def main() -> int:
    """Run both and return the worse exit code; 0 where there is nothing to run them on."""
    shared = Path(os.environ.get("EVIGATE_SHARED", REPOSITORY.parent / "shared"))
    gold = shared.joinpath(*GOLD)
    if not gold.is_dir():
        print(f"papers: no {'/'.join(GOLD)} in the shared folder; nothing is measured")
        return 0
    program = Path(sys.executable).with_name("evigate")
    commands = (
        [str(program), "papers", "bench", "extract", "--gold", str(gold)],
        [sys.executable, "-m", "pytest", "-q", "-s", "tests/conformance/reproduction"],
    )
    return max(subprocess.run(each, cwd=REPOSITORY, check=False).returncode for each in commands)


if __name__ == "__main__":
    sys.exit(main())
