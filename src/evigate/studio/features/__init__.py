"""Features: what a discovery calls for, what the library offers for it, and what people chose.

What enters are accepted claims and the tenant's library; what leaves is a board of chosen features.
Always true: a seed has a claim and its literal words; a set of candidates never changes; what a
chosen feature needs is chosen too, and two that exclude each other are not chosen together.
"""
