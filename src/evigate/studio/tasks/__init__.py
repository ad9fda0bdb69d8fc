"""Tasks of a project: what somebody has to give, choose, look over or connect, and what came of it.

What enters: a draft with its actions, targets and what it waits for, later what people submit;
what leaves: an inbox, and a task with all that happened to it. Always true: waiting has no circle;
the same key is written once; what is submitted fits its action; a task that the conversation made
is answered there.
"""
