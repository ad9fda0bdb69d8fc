"""Claims: the numbers that a paper reports, each tied to the place where it is printed.

What enters: a parsed document. What leaves: tables with labelled cells, and claims with quotes
that were found on their pages. Always true: no claim without its quote, no network, no chance.
"""

from evigate.papers.claims.extract import extract_claims
from evigate.papers.claims.jsonl import claims_jsonl
from evigate.papers.claims.tables import Cell, Heading, Table, find_tables

__all__ = ["Cell", "Heading", "Table", "claims_jsonl", "extract_claims", "find_tables"]
