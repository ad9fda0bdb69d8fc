"""The search audit: a signed and chained record of every search, written by the search itself.

What enters is an answer; what leaves is a chain that `verify` walks. Records are written a few
hundredths of a second after the answer, many in one transaction; a process that is killed loses
those that were waiting, and a handle that closes, or `flush`, loses none.
"""
