"""Short chapters of several fields, written for these tests, and how they become a source."""

import uuid
from functools import lru_cache
from pathlib import Path

from evigate.evidence import parse_document
from evigate.learning.generate import Generated, SourceText, generate, source_of

CHAPTER = Path(__file__).parents[4] / "examples" / "learning" / "states-of-consciousness.md"
DOCUMENT = uuid.UUID(int=7)

LAW = """# Contract Formation

## Offer and acceptance

A contract is an agreement between two or more parties that a court will enforce.
An offer is a statement of terms on which the offeror is willing to be bound.
An invitation to treat is a statement that invites others to make an offer.
A revocation takes effect only when it reaches the offeree.
Duress makes a contract voidable because the consent of the victim was obtained by pressure.

## Remedies

Damages are a sum of money that compensates the claimant for a loss.
Specific performance is an order of the court that compels a party to carry out the contract.
An injunction is an order that forbids a party to do a certain act.
Past consideration is an act that was completed before the promise was made.
Promissory estoppel is a doctrine that prevents a party from going back on a promise.
"""

PROGRAMS = """# Memory and Processes

## Learning Objectives

By the end of this section, you will be able to:

- Explain how virtual memory works
- Compare a thread with a process

## Memory

A process is a running program with its own address space.
A thread is a sequence of instructions that the scheduler can run within a process.
Garbage collection refers to the automatic release of memory that a program can no longer reach.
A dangling pointer is a reference to memory that has already been released.
A page fault occurs when a process touches a page that is not present in physical memory.
A semaphore is a counter that limits how many threads may use a resource at once.
Deadlock occurs when two or more threads wait for locks that the others hold.

```python
total = sum(values)
```

## Handling a page fault

The operating system handles a page fault in the following steps:

1. The processor traps into the kernel.
2. The kernel checks that the address is valid.
3. The kernel reads the page from disk into the frame.
4. The processor restarts the instruction.

## Review Questions

1. A semaphore is a counter that limits how many visitors may enter a museum at once?
"""

HISTORY = """# The League

## Origins

In 1241, Lübeck and Hamburg signed a treaty that protected the road between both towns.
In 1356, the first general diet of the league met in the town hall of Lübeck.
In 1370, the Treaty of Stralsund gave the league control of four castles in Scania.
In 1494, Ivan III of Russia closed the trading post in Novgorod and arrested its merchants.
In 1598, Queen Elizabeth of England closed the Steelyard in London to German merchants.
"""


def source(text: str, *, name: str = "chapter.md") -> SourceText:
    return source_of(DOCUMENT, parse_document(text.encode(), name))


@lru_cache(maxsize=8)
def made(text: str) -> Generated:
    return generate(source(text))


@lru_cache(maxsize=1)
def chapter() -> tuple[SourceText, Generated]:
    given = source(CHAPTER.read_text(encoding="utf-8"))
    return given, generate(given)
