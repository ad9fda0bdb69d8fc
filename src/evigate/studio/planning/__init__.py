"""Planning: what the chosen features ask, what is known of it already, and what comes of it.

What enters are a board, what was said and the tenant's library; what leaves are answers, and the
blueprint and implementation plan that the gate approves. Always true: what is filled in beforehand
says by what, how surely and why, and counts only once a person takes it; an answer is never lost or
overwritten; a pattern hides no required question that it does not answer, and gives back what it
hid; nothing with an open blocking finding is approved.
"""
