"""Runs of kits over a project: phases that are kept, a plan that a person approves, a bundle.

What enters: a kit, a version of a project's specification, a person's approval of the plan. What
leaves: a bundle, each file with how it checked, and the log of the kit's own tests. Always true:
nothing is applied without an approved plan, nothing is applied twice, and no secret is in a record.
"""
