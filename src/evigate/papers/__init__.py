"""Papers: a research PDF in, a report of which of its numbers held up out."""
