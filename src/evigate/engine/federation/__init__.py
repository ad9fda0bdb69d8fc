"""SQL over everything a tenant has, and nothing else.

What enters is the text of a SELECT and the caller's catalog; what leaves are Arrow rows. Always
true: each table and each function of a statement is looked up on a list of the caller's before it
reaches DuckDB, so files, the network, settings and other tenants' relations have no name here.
"""
