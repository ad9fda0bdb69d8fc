"""Evidence: modules and their documents, parsed into text with places.

What enters: bytes that someone calls a document. What leaves: typed pages, words and boxes, and
rows that say which module owns them. Always true: a quote that this room confirms stands on the
page it names.
"""

from evigate.evidence.parsing.models import Box, Page, ParsedDocument, Word

__all__ = ["Box", "Page", "ParsedDocument", "Word"]
