"""Names of data sets: resolved, blocked, unknown or complex; never something like it."""

import hashlib
import importlib

import numpy as np
import pytest

from evigate.papers.datasets import (
    REGISTRY,
    DatasetEntry,
    Loader,
    find_mentions,
    is_licence_compliant,
    resolve,
)

BUNDLED = [entry for entry in REGISTRY if isinstance(entry.loader, Loader)]


@pytest.mark.parametrize(
    ("name", "entry"),
    [
        ("WDBC", "breast_cancer"),
        ("Wisconsin Diagnostic Breast Cancer (WDBC) dataset[22]", "breast_cancer"),
        ("Breast Cancer Wisconsin (Diagnostic)", "breast_cancer"),
        ("UCI Iris dataset", "iris"),
        ("Wine", "wine"),
        ("load_digits", "digits"),
        ("CIFAR-10 (test)", "cifar10"),
        ("MNIST handwritten digits", "mnist"),
        ("glue/sst2", "sst2"),
    ],
)
def test_an_alias_resolves_to_its_entry(name: str, entry: str) -> None:
    resolution = resolve(name)
    assert resolution.status == "resolved"
    assert resolution.entry is not None
    assert resolution.entry.name == entry


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("ImageNet", "blocked"),
        ("Open Images", "blocked"),
        ("taxi + weather", "complex"),
        ("Iris, Wine and Digits", "complex"),
        ("a subset of our logs", "complex"),
        ("Fooset", "unknown"),
        ("digitz", "unknown"),
        ("", "unknown"),
        ("Wisconsin Breast Cancer", "unknown"),
    ],
)
def test_other_names_say_why_not(name: str, status: str) -> None:
    resolution = resolve(name)
    assert resolution.status == status
    assert not resolution.is_runnable
    assert resolution.reason


def test_a_near_miss_is_only_suggested() -> None:
    assert resolve("digitz").suggestions == ("digits",)


@pytest.mark.parametrize("name", ["NELL", "SST-2 Binary classification"])
def test_a_name_unlike_all_others_suggests_nothing(name: str) -> None:
    assert resolve(name).suggestions == ()


def test_an_unknown_licence_does_not_pass() -> None:
    by_name = {entry.name: entry for entry in REGISTRY}
    assert not is_licence_compliant(by_name["cifar10"])
    assert is_licence_compliant(by_name["iris"])


@pytest.mark.parametrize("entry", BUNDLED, ids=lambda entry: entry.name)
def test_an_offline_set_is_what_the_registry_says(entry: DatasetEntry) -> None:
    assert isinstance(entry.loader, Loader)
    bunch = getattr(importlib.import_module(entry.loader.module), entry.loader.function)()
    features = np.ascontiguousarray(bunch.data, dtype=np.float64)
    targets = np.ascontiguousarray(bunch.target, dtype=np.float64)
    digest = hashlib.sha256(features.tobytes() + targets.tobytes()).hexdigest()
    assert digest == entry.loader.sha256
    assert features.shape == (entry.rows, entry.features)
    if entry.classes:
        assert tuple(str(name) for name in bunch.target_names) == entry.classes
        assert tuple(np.bincount(bunch.target).tolist()) == entry.class_rows
    assert is_licence_compliant(entry)


def test_plain_words_are_no_mention_unless_data_stand_beside_them() -> None:
    assert find_mentions("Good wine has few digits and an iris on its label.") == []
    assert [e.name for e, _ in find_mentions("the Wine data set and the WDBC")] == [
        "wine",
        "breast_cancer",
    ]


def test_a_list_of_names_before_the_word_data_set_counts_for_each() -> None:
    found = find_mentions("on the Iris, Wine and Wisconsin Diagnostic Breast Cancer data sets.")
    assert {entry.name for entry, _ in found} == {"iris", "wine", "breast_cancer"}
    assert find_mentions("We taste wine. We use data sets.") == []


def test_a_name_inside_a_longer_name_is_not_counted() -> None:
    assert [e.name for e, _ in find_mentions("We use Fashion-MNIST.")] == ["fashion_mnist"]
