"""Recipes that need an extra: found by name, and refused by the extra's name where it is missing."""

import ast
from importlib.util import find_spec

import pytest

from evigate.papers.datasets import DataKind, Task
from evigate.papers.recipes import RECIPES, find_recipe, match_method

WITH_EXTRA = [recipe for recipe in RECIPES if recipe.packages]


@pytest.mark.parametrize(
    ("name", "recipe"),
    [("CNN-rand", "text_cnn"), ("fastText", "text_embedding_bag"), ("NBSVM-bi", "text_nbsvm")],
)
def test_methods_on_texts_are_found(name: str, recipe: str) -> None:
    assert match_method(name, Task.CLASSIFICATION, kind=DataKind.TEXT).recipe == recipe
    assert match_method(name, Task.CLASSIFICATION).recipe is None


@pytest.mark.parametrize("recipe", WITH_EXTRA, ids=lambda recipe: recipe.name)
def test_a_recipe_says_what_is_missing(recipe: object) -> None:
    assert recipe.extra in ("stats", "torch")  # type: ignore[attr-defined]
    missing = [name for name in recipe.packages if find_spec(name) is None]  # type: ignore[attr-defined]
    assert recipe.missing_packages == tuple(missing)  # type: ignore[attr-defined]


def test_the_code_of_every_recipe_is_python_that_defines_its_name() -> None:
    for recipe in RECIPES:
        names = [n.name for n in ast.parse(recipe.code).body if isinstance(n, ast.FunctionDef)]
        assert recipe.name in names
    assert find_recipe("telepathy") is None


def test_neither_a_vision_network_nor_pretrained_vectors_are_taken_for_it() -> None:
    for name in ("CNN-static", "CNN-multichannel", "ResNet"):
        assert match_method(name, Task.CLASSIFICATION, kind=DataKind.TEXT).recipe is None
