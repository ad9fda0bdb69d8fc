"""Research beside a conversation: what the library and the project's documents say of a question.

What enters: a kind of research and a query; what leaves: points with their sources, and what has to
be decided. Always true: every point names its source and whether that is built-in knowledge or a
document of the project; to find nothing is a result; a conversation never waits for it.
"""
