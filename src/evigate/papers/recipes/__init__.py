"""How methods named in papers are run: recipes, the lexicon that finds them, and metrics.

A recipe is a method as legible notebook code with named settings. A method's name as printed
enters the lexicon; a recipe leaves, or the reason why there is none.
"""

from evigate.papers.recipes.lexicon import MethodMatch, match_method
from evigate.papers.recipes.metrics import METRICS, Metric, MetricKind, find_metric
from evigate.papers.recipes.models import FitSize, Recipe, Setting
from evigate.papers.recipes.registry import RECIPES, SHARED, find_recipe

__all__ = [
    "METRICS",
    "RECIPES",
    "SHARED",
    "FitSize",
    "MethodMatch",
    "Metric",
    "MetricKind",
    "Recipe",
    "Setting",
    "find_metric",
    "find_recipe",
    "match_method",
]
