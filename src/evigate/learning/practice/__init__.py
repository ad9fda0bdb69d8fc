"""Practice: sessions and attempts, feedback with the source, schedules and abilities."""
