"""Evigate: evidence in, gated artifacts out."""
