"""Result tables: Parquet, a manifest, and one row that makes them visible.

What enters is rows and the definition that made them; what leaves are versions that never change.
Order of publication: files whole and synced, then the manifest, then one transaction. A kill leaves
the old version or the new, and stray files that `reconcile` names.
"""
