"""Every recipe on texts, really run on a small corpus whose classes its words give away."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.integration.papers_runs.helpers import run
from tests.unit.papers.notebook.test_build import plan_of

from evigate.base.canonical import sha256_hex
from evigate.papers.datasets import Catalog, DataKind, Prepared, using_catalog, write_file
from evigate.papers.datasets.adding import DatasetSpec, make_dataset
from evigate.papers.datasets.catalog import STORED
from evigate.papers.notebook import build_notebook
from evigate.papers.recipes import RECIPES
from evigate.papers.runs import RunStatus

ON_TEXTS = [recipe for recipe in RECIPES if DataKind.TEXT in recipe.kinds]
WORDS = (("dull", "slow", "flat"), ("bright", "quick", "warm"))


def corpus() -> bytes:
    lines = []
    for number in range(120):
        label = number % 2
        told = WORDS[label][number % 3]
        lines.append(f"{label} the film {number % 7} was {told} and long enough to say so")
    return "\n".join(lines).encode()


@pytest.mark.parametrize("recipe", ON_TEXTS, ids=lambda recipe: recipe.name)
async def test_a_method_on_texts_learns_what_words_give_away(recipe: Any, tmp_path: Path) -> None:
    if recipe.missing_packages:
        pytest.skip(f"{recipe.missing_packages} comes with the extra {recipe.extra!r}")
    made = make_dataset(DatasetSpec("films", "sentences", licence="MIT"), [corpus()])
    loader = Prepared(STORED, (), sha256_hex(made.content))
    entry = replace(made.entry, loader=loader)
    write_file(tmp_path / "data", entry, made.content)
    with using_catalog(Catalog(added=[entry])):
        plan = plan_of([recipe], "films", {"kind": "k_fold", "folds": 3, "seeds": [42]})
        document = plan.to_json()
        if "epochs" in recipe.defaults:
            document["models"][0]["parameters"] = {
                "epochs": 60 if recipe.name == "text_embedding_bag" else 4,
                "embedding_size": 16,
            }
        plan = type(plan).model_validate(document)
        content = build_notebook(plan, paper_title="Films", plan_hash="h")
    values = []
    for attempt in ("1", "2"):
        work = tmp_path / attempt
        work.mkdir()
        outcome, _ = await run(content, work, budget_s=120, data=tmp_path / "data")
        assert outcome.status is RunStatus.SUCCEEDED, outcome.error_message
        assert outcome.failures == {}
        values.append(outcome.metrics["accuracy"])
    assert values[0] == values[1]
    # Networks are cut to a few passes here: enough to see that they learn at all.
    assert values[0] >= (0.7 if recipe.packages else 0.95)


async def test_the_data_folder_cannot_be_written_and_other_data_are_refused(tmp_path: Path) -> None:
    from tests.integration.papers_runs.helpers import notebook

    data, work = tmp_path / "data", tmp_path / "work"
    data.mkdir()
    work.mkdir()
    (data / "x.npz").write_bytes(b"kept")
    content = notebook(
        "import os\nfolder = os.environ['EVIGATE_DATA']\nprint(open(folder + '/x.npz').read())",
        "try:\n    open(folder + '/x.npz', 'w')\nexcept OSError as error:\n    print('refused', error.errno)",
    )
    outcome, heard = await run(content, work, data=data)
    assert outcome.status is RunStatus.SUCCEEDED
    assert heard.lines()[:2] == ["kept", "refused 30"] or "refused" in heard.lines()[1]
    assert (data / "x.npz").read_bytes() == b"kept"
