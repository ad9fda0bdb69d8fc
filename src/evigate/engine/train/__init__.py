"""Training: a queue of jobs with leases, and the models that they make.

What enters is a relation of pairs, labels, edges or values, and a model whose vectors stay as they
are; what leaves is a model, a candidate until it has been judged beside its base. Always true: only
who holds a job's lease publishes; a job that was killed goes on from its last checkpoint and makes
the same bytes; a candidate serves nobody.
"""
