"""The engine: sources, SQL, embeddings, search, tables, topics, evals and training in one library.

What enters is a tenant's data (files, databases, tables in memory) and questions about it; what
leaves is Arrow. Always true: a handle belongs to one tenant for its life; what another tenant owns
does not exist for it; a published version never changes; equal scores are ordered by row id.

The engine is synchronous: its compute releases the interpreter's lock, and a thread a caller costs
less than a loop. Asynchronous doors call its verbs in threads.
"""
