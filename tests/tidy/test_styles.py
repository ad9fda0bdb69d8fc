"""The style sheets: rooms share them, so a class is laid out in one place."""

import re
from collections import Counter

from tests.conftest import REPOSITORY

STYLES = REPOSITORY / "src/evigate/kernel/pages/static/css"


def test_a_class_is_laid_out_once() -> None:
    sheets = sorted(STYLES.glob("*.css"))
    alone = Counter(
        name for sheet in sheets for name in re.findall(r"^(\.[\w-]+) \{", sheet.read_text(), re.M)
    )
    assert len(alone) > 50
    assert [name for name, times in alone.items() if times > 1] == []
