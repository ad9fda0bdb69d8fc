"""Building a bank: from a module's documents to judged items, as one durable run."""
