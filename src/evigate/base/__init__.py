"""Pure values that every room must be able to say: ids, errors, hashes, time, pages.

Nothing enters and nothing leaves but values; the room imports only the standard library, does no
I/O except reading the clock in `clock.py`, and knows no other room.
"""
