"""Evidence channels: what may be said of a hit, by whom, in which columns and in which order.

What enters are declarations and contributions; what leaves are hits with more columns. Columns are
only ever added. `retrieved_by` and `annotated_by` name the channels that found or spoke of a row.
"""
