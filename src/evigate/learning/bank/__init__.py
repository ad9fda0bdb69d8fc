"""The bank: a module's items with their standing at the gate; lists, search, versions, coverage."""
