"""The page of benchmarks holds what was measured, and nothing that was typed."""

import importlib.util
import json

from tests.conftest import REPOSITORY

PAGE = REPOSITORY / "docs" / "benchmarks.md"
IMAGE_BYTES_MAX = 200_000


def test_the_page_is_what_the_results_render_to() -> None:
    spec = importlib.util.spec_from_file_location("render", REPOSITORY / "benchmarks" / "render.py")
    assert spec is not None and spec.loader is not None
    render = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(render)
    result = json.loads((REPOSITORY / "benchmarks" / "results.json").read_text())
    images = [name for name in render.PLOTS if f"images/bench-{name}.png" in PAGE.read_text()]
    assert images
    for name in images:
        image = REPOSITORY / "docs" / "images" / f"bench-{name}.png"
        assert 0 < image.stat().st_size < IMAGE_BYTES_MAX
    assert render.document(result, images) == PAGE.read_text()
