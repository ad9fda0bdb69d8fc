"""Sources: files, tables in memory, object storage and databases, with versions that are true.

What enters is a target and a tenant's context; what leaves are facts to keep, relations for SQL,
rows by position, and the version the content has now. Always true: what is wrong with a source is
said when it is registered and names the thing; a source with a tenant column shows its tenant's
rows in every way in.
"""
