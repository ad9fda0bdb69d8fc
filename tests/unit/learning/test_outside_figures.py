"""The figures of scripts/evals/learning.py do not fall below what they were."""

import importlib.util
from types import ModuleType

import pytest
from tests.conftest import REPOSITORY, need, shared_folder


@pytest.fixture(scope="module")
def evals() -> ModuleType:
    path = REPOSITORY / "scripts" / "evals" / "learning.py"
    spec = importlib.util.spec_from_file_location("learning_evals", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_grading_transfers_to_modules_and_questions_it_never_saw(evals: ModuleType) -> None:
    data = shared_folder() / "data" / "learning"
    need("the outside sets of learning", is_there=data.is_dir())
    found = evals.grading(data)
    for by, science, circuits in (("by_module", 0.66, 0.71), ("by_question", 0.66, 0.74)):
        assert found[by]["sciEntsBank"]["macro_f1"] >= science
        assert found[by]["beetle"]["macro_f1"] >= circuits
        assert min(found[by][name]["sure_is_right"] for name in evals.SETS) >= 0.85


def test_fsrs_predicts_real_reviews_better_than_their_average(evals: ModuleType) -> None:
    data = shared_folder() / "data" / "learning"
    need("the outside sets of learning", is_there=data.is_dir())
    found = evals.recall(data)
    assert found["n"] == 5329
    assert found["log_loss"] <= 0.459 < found["constant"]
