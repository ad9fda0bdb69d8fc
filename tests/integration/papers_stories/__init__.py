"""Stories through their real doors."""
