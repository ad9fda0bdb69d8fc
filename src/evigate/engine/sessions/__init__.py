"""Ephemeral sessions: private mutable tables that are gone when the session ends, however it ends.

What enters are tables of a session's own; nothing leaves. Always true: a session's tables are seen
by that session alone; they go at its close, at its time-out, and, where its process died, at the
next sweep, which any process makes when it starts, opens a session or waits for one to end.
"""
