"""The bench: what the extractor finds, held against gold that people wrote down.

What enters: a folder of papers with gold, or parsed tables with leaderboard annotations. What
leaves: precision and recall by kind of question, with what was missing named. Always true: gold is
read by the scorer alone, never by what it scores, and a paper that is not there is said, not
counted as read.
"""

from evigate.papers.bench.commands import bench_app
from evigate.papers.bench.extraction import ExtractionReport, bench_extraction
from evigate.papers.bench.gold import Gold, read_gold

__all__ = ["ExtractionReport", "Gold", "bench_app", "bench_extraction", "read_gold"]
