"""Learning: modules of study, items drawn from their evidence, the bank of approved ones, practice.

What enters are documents; what leaves are items that learners answer. Always true: an item shows
the sentence it rests on, and only an approved item on current evidence can be answered.
"""
