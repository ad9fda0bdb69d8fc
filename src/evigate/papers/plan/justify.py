"""Find the paper's own words for its data, its method and its configuration."""

import re
from collections.abc import Callable, Sequence

from evigate.evidence import ParsedDocument, quote_is_on_page
from evigate.papers.datasets import DatasetEntry, find_mentions
from evigate.papers.plan.methods import SettledMethod
from evigate.papers.plan.models import Citation, Justification, Justifications
from evigate.papers.plan.text import Sentence, mentions_family, own_statements
from evigate.papers.recipes.lexicon import find_family

_USED = re.compile(r"\b(?:used|using|evaluat\w+|experiment\w*|train\w*|applied|classif\w+)\b", re.I)


def _best(sentences: Sequence[Sentence], about: Callable[[Sentence], bool]) -> Sentence | None:
    """The first short sentence about something that also says it was used; else the first."""
    candidates = [sentence for sentence in sentences if about(sentence)]
    used = [sentence for sentence in candidates if _USED.search(sentence.text)]
    short = [sentence for sentence in used if sentence.quote == sentence.text]
    return next(iter(short or used or candidates), None)


def _names_dataset(entry: DatasetEntry) -> Callable[[Sentence], bool]:
    return lambda sentence: any(found == entry for found, _ in find_mentions(sentence.text))


def _from(sentence: Sentence | None, fallback: Citation) -> Justification:
    if sentence is None:
        return Justification(quote=fallback.quote, citation=f"page {fallback.page}")
    section = f"{sentence.heading}, " if sentence.heading else ""
    return Justification(quote=sentence.quote, citation=f"{section}page {sentence.page}")


def justify(
    document: ParsedDocument,
    sentences: Sequence[Sentence],
    first: SettledMethod,
    citations: Sequence[Citation],
) -> Justifications:
    """
    Quote the paper for the plan's data set, method and configuration.

    Where the paper says nothing of one, the words of the first claim stand for it: they are the
    reason why it is in the plan at all. A sentence that does not stand on its page word for word is
    not taken.
    """
    pages = {page.number: page for page in document.pages}
    own = [
        sentence
        for sentence in own_statements(sentences)
        # A first page's names and addresses read as a sentence, and bear nothing out.
        if "@" not in sentence.quote and quote_is_on_page(pages[sentence.page], sentence.quote)
    ]
    draft = first.claims[0].draft
    claim = Citation(field="claim", value=str(draft.value), quote=draft.quote, page=draft.page)
    family = find_family(first.method)
    stated = [*first.citations, *citations]
    config = stated[0] if stated else claim
    return Justifications(
        dataset=_from(_best(own, _names_dataset(first.entry)), claim),
        model=_from(
            _best(own, lambda s: family is not None and mentions_family(s.text, family)), claim
        ),
        config=Justification(quote=config.quote, citation=f"page {config.page}"),
    )
