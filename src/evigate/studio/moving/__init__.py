"""Moving a project: all of it as one zip, and the same project out of that zip elsewhere.

What leaves: rows, events and documents, without secrets; the same project gives the same bytes.
What enters: such a zip, from anywhere, so it is bounded, checked and let in whole or not at all.
Always true: what comes in is one project, and lets out again what came in.
"""
