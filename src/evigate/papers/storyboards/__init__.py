"""Storyboards: a paper told in 5 to 7 pages that a nine-year-old can read, with its own numbers.

What enters is a paper's claims and what a run made of them; what leaves is an artifact that the
gate has judged. Always true: every number on a page is the paper's or the run's, every page has a
drawing made of such numbers with a text in its place, and no page is above the reading grade.
"""

from evigate.papers.storyboards.agent import AGENT as STORYTELLER
from evigate.papers.storyboards.kind import KIND as STORYBOARD_KIND
from evigate.papers.storyboards.service import StoryboardService, StoryboardView

__all__ = ["STORYBOARD_KIND", "STORYTELLER", "StoryboardService", "StoryboardView"]
