"""Phases: where a project stands, and what must be true before it goes on.

What enters is what the other parts of the studio left in the database, as facts; what leaves is the
next phase, or a checklist of what is missing. Always true: a project is in one phase, a phase is
left only when its gate's conditions hold over the facts of that moment, two who advance at once are
told apart, and going back names all that it makes stale.
"""
