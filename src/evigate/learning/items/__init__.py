"""Items: what a learner is asked, as typed payloads; how each kind is read, shown and compared."""
