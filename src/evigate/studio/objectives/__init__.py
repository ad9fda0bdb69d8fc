"""Objectives: what a kind of conversation is to learn, by version, and a dry run of each.

What enters is a configuration that people wrote; what leaves is an objective that sessions pin.
Always true: a version never changes, one version of a kind is active, a configuration that breaks
the schema or cannot be asked is never kept, and a dry run keeps nothing.
"""
