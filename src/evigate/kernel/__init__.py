"""The kernel: what every product needs and none is about.

Sub-rooms have doors of their own (`evigate.kernel.db`, `.tenancy`, `.access`, `.jobs`, `.runs`,
`.events`, `.storage`, `.secrets`, `.budgets`, `.http`). What enters are subjects, rows and bytes;
what leaves is the same, committed. Always true: no statement runs outside a `Tx`, no `Tx` exists
without a subject, and an event or a job commits with its cause. The kernel reads no settings and
names no other room: `boot` hands values down and rooms register.
"""
