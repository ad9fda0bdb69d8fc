"""The page on judges and items says what its scripts found."""

import subprocess
import sys

from tests.conftest import REPOSITORY


def test_the_page_is_rendered_from_what_was_measured() -> None:
    code = "import page; print(page.page(), end='')"
    shown = subprocess.run(
        [sys.executable, "-c", code],
        cwd=REPOSITORY / "scripts" / "evals",
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert shown == (REPOSITORY / "docs" / "evals.md").read_text()
