"""Feedback: what people made of what was offered to them, and what the house learns of it.

What enters: an offer that was taken, corrected or dismissed, a rating, a comment. What leaves: how
often each question's offers are taken, how sure each source really is, and which suggestion is not
made again. Always true: a tenant learns from its own people alone.
"""
