"""A session: the conversation that finds out what is needed, as events and what they leave.

What enters is what was said; what leaves are events. Always true: replaying the events gives the
session, exactly; a turn asks one question at most; no question is put a fourth time.
"""
