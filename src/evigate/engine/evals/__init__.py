"""Evals: how good are the answers, with how much doubt, and is one way better than another.

What enters are answers and what they should have been: judged queries, labelled rows, forecasts
with their outcomes. What leaves is a run: its measures, their intervals, its cohorts, and one row a
query or row, kept under an id, so that two runs are compared query by query. A run that fails stays
as a row with its error. The measures are pure functions of arrays and know no table.
"""
