"""Word lists as data: which words name metrics, data sets, splits and settings.

`ATTRIBUTION.md` says where each file came from; `evigate.papers.claims.lexicon` reads them.
"""
