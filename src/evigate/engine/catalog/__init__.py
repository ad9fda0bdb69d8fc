"""What exists and in which state: sources, models, tables, segments, each behind its tenant's wall.

What enters is a `SyncTx`; what leaves are frozen values. The catalog never opens a file.
"""
