"""Mutable tables: rows that a tenant inserts, changes and removes in place, by key and by SQL.

What enters are Arrow rows, dictionaries or statements; what leaves are Arrow rows and counts.
Always true: each table is a table of the database behind the tenant's wall, what runs is what was
checked, and a table's version is equal at two moments only if nothing was committed in between.
"""
