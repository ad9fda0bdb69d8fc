"""Topics: a tenant's streams with a schema, a predicate, an offset and replay.

What enters are Arrow rows of the topic's schema; what leaves are the same rows with their offset
and the time they were produced. Always true: offsets have no gap and are seen in their order; what
was published is on disk; from replay to live nothing is lost and nothing comes twice.
"""
