"""What of a project the studio's agents are given: documents by search, the rest as a context."""

from uuid import UUID

from evigate.base.ids import ModuleId
from evigate.base.subject import Subject
from evigate.evidence import StoreService
from evigate.studio.context.models import Request
from evigate.studio.context.service import QUERY_CHARACTERS, ContextService
from evigate.studio.reader import NAME, Known
from evigate.studio.research.models import Passage
from evigate.studio.research.service import Passages

FOUND_MAX = 3


def project_passages(stores: StoreService) -> Passages:
    """Return a search over the documents of a project's module; it finds none in an empty one."""

    async def search(subject: Subject, module_id: ModuleId, question: str) -> list[Passage]:
        store = await stores.get(subject, str(module_id))
        if not store.indexed:
            return []
        answer = await stores.search(subject, store, question, k=FOUND_MAX)
        # A passage without a word of the question only resembles it.
        return [
            Passage(each.document, each.document_id, each.page, each.text)
            for each in answer.hits
            if each.words
        ]

    return search


def known_to_reader(contexts: ContextService) -> Known:
    """Return what the reader of messages is given of a project, within its budget."""

    async def known(subject: Subject, project_id: UUID, text: str) -> str:
        asked = Request("agent", NAME, text[:QUERY_CHARACTERS])
        return (await contexts.assemble(subject, project_id, asked)).text

    return known
