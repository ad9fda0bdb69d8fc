"""The extra `torch`: absent it is named, present it gives the vectors of our own graph."""

import importlib.util
import sys
from pathlib import Path

import numpy as np
import pytest

from evigate.base.errors import EvigateError
from evigate.engine.catalog.models import ModelTask
from evigate.engine.models import BUILT_IN, ModelHost, minilm, weights

needs_extra = pytest.mark.skipif(
    importlib.util.find_spec("sentence_transformers") is None, reason="the extra torch is not here"
)


def test_a_library_that_is_not_installed_is_named(
    host: ModelHost, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(EvigateError, match=r"E_MODEL_EXTRA.*pip install evigate\[torch\]"):
        host.resolve(f"st:{tmp_path}")
    assert host.loaded() == []


@needs_extra
@pytest.mark.filterwarnings("ignore")
def test_the_library_and_our_graph_agree(host: ModelHost) -> None:
    folder = weights.package_folder(minilm.PACKAGE) / minilm.WEIGHTS_FOLDER
    model = host.resolve(f"st:{folder}", name="published")
    texts = ["the lift of a wing", "", "bread"]
    theirs = host.encode(model, texts)
    ours = host.encode(host.resolve("minilm", options={"precision": "f32"}), texts)
    assert theirs.ok.tolist() == [True, False, True]
    assert np.allclose(theirs.vectors, ours.vectors, atol=1e-4)
    assert (theirs.vectors * host.encode(BUILT_IN["minilm"], texts).vectors).sum(axis=1)[0] > 0.98


@needs_extra
@pytest.mark.filterwarnings("ignore")
def test_the_library_is_not_asked_to_download(host: ModelHost) -> None:
    with pytest.raises(EvigateError, match=r"E_MODEL_LOAD.*'no-model@1'"):
        host.resolve("st:nobody/no-model", task=ModelTask.RERANK)
