"""Reading entries: what is refused, and that the message names file, entry and field."""

import subprocess
import sys
from pathlib import Path

import orjson
import pytest
import yaml

from evigate.base.errors import EvigateError
from evigate.studio.library import packaged_library
from evigate.studio.library.compiled import compiled_library
from evigate.studio.library.loader import COMPILED, ROOT, dump_yaml, read_entries

FEATURE = """
- key: tea-round
  title: Tea round
  summary: Somebody is drawn who makes the tea.
  group: work
  effort: 1
  signals: [tea round]
  accept: [Given four people when a round is drawn then one of them is named.]
"""


def refused(kind: str, text: str) -> str:
    with pytest.raises(EvigateError) as caught:
        read_entries(kind, text, path=f"{kind}/x.yaml")
    assert caught.value.code.name == "E_LIBRARY_INVALID"
    return caught.value.message


def test_an_entry_reads_and_writes_to_the_same() -> None:
    (feature,) = read_entries("features", FEATURE, path="features/x.yaml")
    assert read_entries(
        "features", dump_yaml([yaml.safe_load(dump_yaml(feature))]), path="again"
    ) == [feature]


def test_every_packaged_entry_reads_back_from_what_it_writes() -> None:
    for domain in packaged_library().domains:
        assert read_entries("domains", dump_yaml(domain), path="again") == [domain]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("effort: 1", "effort: 4"), "features/x.yaml: entry tea-round: effort:"),
        (("group: work", "groop: work"), "groop"),
        (("title: Tea round", "title: 7"), "title"),
        (("key: tea-round", "key: Tea Round"), "key"),
        (("signals: [tea round]", "signals: []"), "signals"),
        (("effort: 1", "effort: 1\n  effort: 2"), "stands twice"),
        (("[tea round]", "*tea"), "aliases"),
        (("[tea round]", "[tea round"), "no YAML"),
        (("[tea round]", "!!python/object:os.system [x]"), "no YAML"),
    ],
)
def test_what_is_wrong_is_named(change: tuple[str, str], said: str) -> None:
    assert said in refused("features", FEATURE.replace(*change))


def test_a_wrong_type_a_wrong_step_and_a_wrong_rule_are_named() -> None:
    text = (ROOT / "domains" / "appointments.yaml").read_text(encoding="utf-8")
    wrong = text.replace("starts_at: datetime!", "starts_at: instant!", 1)
    assert "entities.appointment.attributes" in refused("domains", wrong)
    wrong = text.replace("requested -> confirmed |", "requested to confirmed |", 1)
    assert "entities.appointment.transitions" in refused("domains", wrong)
    wrong = text.replace("{$gt: {$ref: starts_at}}", "{$where: x}", 1)
    assert "$where" in refused("domains", wrong)
    wrong = text.replace(
        "    options: [never, for new clients, for long or dear services, always]\n", "", 1
    )
    assert "deposit-taken" in refused("domains", wrong)


def test_the_json_twin_is_that_of_the_yaml() -> None:
    fresh = compiled_library(ROOT).model_dump(mode="json", by_alias=True, exclude_defaults=True)
    assert orjson.loads(COMPILED.read_bytes()) == fresh, "run scripts/compile_library.py"


def test_the_library_is_read_in_under_300_ms(tmp_path: Path) -> None:
    script = (
        "import time\n"
        "import evigate.studio.library.loader as loader\n"
        "start = time.process_time()\n"
        "loader.packaged_library()\n"
        "print(time.process_time() - start)\n"
    )
    best = min(
        float(
            subprocess.run([sys.executable, "-c", script], capture_output=True, check=True).stdout
        )
        for _ in range(3)
    )
    assert best < 0.3
