"""Which systems of others a project names, and what the library knows of them. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from evigate.studio import fields
from evigate.studio.library import Hit, Integration, Library, match_integrations
from evigate.studio.specification.models import Said, Source, System
from evigate.studio.specification.things import source_of

NAMING = (fields.EXISTING_SYSTEMS, fields.INTEGRATIONS)


def systems_of(
    claims: Sequence[Said], messages: Mapping[str, str], library: Library
) -> Iterator[System]:
    """Yield the systems that somebody named; one that only could do the work is none of them."""
    entries = {each.key: each for each in library.integrations}
    named: dict[str, list[Source]] = {}
    for message, text in messages.items():
        for match in match_integrations(text, library):
            names = {name.lower() for name in entries[match.key].names}
            for hit in match.hits:
                if hit.phrase.lower() in names:
                    named.setdefault(match.key, []).append(_said(hit, message, claims))
    for key, entry in entries.items():
        if key in named:
            yield _system(entry, named[key])


def _said(hit: Hit, message: str, claims: Sequence[Said]) -> Source:
    """Return the claim that names a system, else the words alone."""
    for claim in claims:
        is_there = claim.message == message and claim.start < hit.end and hit.start < claim.end
        if is_there and claim.field in NAMING:
            return source_of(claim)
    return Source("message", message, message, hit.quote, hit.start, hit.end)


def _system(entry: Integration, sources: Sequence[Source]) -> System:
    return System(
        key=entry.key,
        title=entry.title,
        summary=entry.summary,
        auth=entry.auth,
        secrets=tuple(entry.secrets),
        operations=tuple((each.name, each.call, each.use) for each in entry.operations),
        webhooks=tuple(entry.webhooks),
        setup=tuple(entry.setup),
        limits=entry.limits,
        sources=tuple(dict.fromkeys(sources)),
    )
