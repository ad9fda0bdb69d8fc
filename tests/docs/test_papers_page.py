"""The page on reading claims says what its scripts found."""

import subprocess
import sys

from tests.conftest import REPOSITORY


def test_the_page_is_rendered_from_what_was_measured() -> None:
    code = "import papers_page; print(papers_page.page(), end='')"
    shown = subprocess.run(
        [sys.executable, "-c", code],
        cwd=REPOSITORY / "scripts" / "evals",
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert shown == (REPOSITORY / "docs" / "papers.md").read_text()
