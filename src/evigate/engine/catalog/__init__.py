"""What exists and in which state: sources, models, tables, segments; rows under their tenant's wall.

What enters is a `SyncTx`; what leaves are frozen values. The catalog never opens a file.
"""
