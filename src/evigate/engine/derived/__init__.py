"""Derived tables: graphs over vectors, vectors over graphs, and what was known when.

What enters are tables and sources; what leaves are tables that name their inputs.
Nothing is refused for its size: edges stream, and matrices lie in files.
"""
