"""Embedding and text tables: a source's rows, keyed, as vectors or words, version after version.

What enters is a source, its columns and a model; what leaves is a published version. A refresh
touches only rows whose text has changed; a build that was killed goes on where it stopped.
"""
