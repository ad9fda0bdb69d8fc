"""A board under change: choosing with all that comes along, dropping with all that goes.

Pure: a `Draft` begins with the board as it stands and holds what it would become; the service
writes what differs. Nothing is written where a rule is broken.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import NoReturn
from uuid import UUID

from evigate.base.errors import EvigateError
from evigate.base.ids import new_uuid
from evigate.language.words import fold
from evigate.studio.features.closure import Linked, Needed, clashes, closure
from evigate.studio.features.errors import (
    E_FEATURE_EXCLUDED,
    E_FEATURE_INVALID,
    E_FEATURE_NEEDED,
    E_FEATURE_NOT_FOUND,
    E_FEATURE_STALE,
    E_SEED_NOT_FOUND,
)
from evigate.studio.features.models import Board, Candidate, Chosen, Importance, Origin
from evigate.studio.library import Feature, Library

KEY_CHARACTERS = 60


class Draft:
    """What a board becomes; `notices` tell what came along or went with the change."""

    def __init__(self, board: Board) -> None:
        self._board = board
        self._candidates = {each.key: each for each in board.candidates}
        self.features: list[Chosen] = list(board.features)
        self.notices: list[str] = []

    def set_of(self, feature: Chosen) -> UUID | None:
        """Return the set that a feature was chosen from; None for what no set offered."""
        return self._board.curation.candidate_set_id if feature.origin == "candidate" else None

    def select(
        self,
        key: str,
        library: Library,
        *,
        importance: Importance | None,
        version_seen: int | None,
    ) -> None:
        """Choose a feature and what it needs; raises as the service's verb."""
        present = self._find(key)
        self._check_seen(present, version_seen, f"choose it as {importance or 'is proposed'}")
        if importance == "wont":
            raise EvigateError(E_FEATURE_INVALID, "What is chosen is must, should or could.")
        if present is not None and present.is_selected:
            # Named by a person, it stays when what it came along for goes.
            asked = replace(present, importance=importance or present.importance, needed_by=())
            if asked != present:
                self._put(asked)
            return
        feature = self._offered(key, library)
        if importance is not None or feature.importance == "wont":
            feature = replace(feature, importance=importance or "could")
        self._bring_in(feature, library)

    def add(self, feature: Chosen, library: Library) -> None:
        """Choose a feature of one's own and what it needs; again changes nothing."""
        if feature.key in {each.key for each in library.features}:
            message = (
                f"The library has a feature {feature.key!r}; choose that, or name it otherwise."
            )
            raise EvigateError(E_FEATURE_INVALID, message)
        for missing in set(feature.seed_keys) - {each.key for each in self._board.seeds}:
            raise EvigateError(E_SEED_NOT_FOUND, f"The project has no seed {missing!r}.")
        present = self._find(feature.key)
        if present is not None and present.is_selected:
            return
        if present is not None:
            feature = replace(feature, position=present.position)
        self._bring_in(feature, library)

    def deselect(self, key: str, library: Library, *, version_seen: int | None) -> None:
        """Drop a feature, and what came along only for it; raises as the service's verb."""
        present = self._find(key)
        self._check_seen(present, version_seen, "drop it")
        if present is not None and not present.is_selected:
            return
        feature = present or self._offered(key, library)
        by = [each.title for each in self._selected() if key in each.depends]
        if by:
            message = f"{feature.title!r} is needed by {_listed(by)}."
            raise EvigateError(E_FEATURE_NEEDED, message, detail={"needed_by": by})
        self._put(replace(feature, is_selected=False, importance="wont"))
        while orphans := self._orphans():
            for each in orphans:
                self._put(replace(each, is_selected=False, importance="wont", needed_by=()))
                self.notices.append(f"{each.title} went too: nothing needs it any more.")

    def change(
        self,
        key: str,
        *,
        importance: Importance | None,
        notes: str | None,
        version_seen: int | None,
    ) -> None:
        """Change a chosen feature; raises as the service's verb."""
        present = self._chosen(key)
        self._check_seen(present, version_seen, notes or str(importance))
        if importance == "wont":
            raise EvigateError(E_FEATURE_INVALID, "Drop the feature instead.")
        changed = replace(
            present,
            importance=importance or present.importance,
            notes=present.notes if notes is None else notes.strip(),
        )
        if changed != present:
            self._put(changed)

    def move(self, key: str, step: int) -> None:
        """Exchange a chosen feature's place with its neighbour's; at the end nothing happens."""
        selected = self._selected()
        at = [each.key for each in selected].index(self._chosen(key).key)
        if 0 <= at + step < len(selected):
            one, other = selected[at], selected[at + step]
            self._put(replace(one, position=other.position))
            self._put(replace(other, position=one.position))

    # Parts -----------------------------------------------------------------------------

    def _bring_in(self, feature: Chosen, library: Library) -> None:
        links: dict[str, Linked] = {each.key: each for each in library.features}
        links |= {each.key: each for each in self._selected()} | {feature.key: feature}
        present = [each.key for each in self._selected()]
        needed = closure([feature.key], links, present=present)
        if missing := [each for each in needed if each.key not in links]:
            self._refuse_missing(missing[0], links)
        coming = [self._offered(each.key, library) for each in needed]
        new = [*coming, feature]
        if pairs := clashes(new, [*self._selected(), *new]):
            one, other = pairs[0]
            message = f"{one!r} and {other!r} exclude each other."
            raise EvigateError(E_FEATURE_EXCLUDED, message, detail={"excluded": [one, other]})
        for each, why in zip(coming, needed, strict=True):
            by = tuple(links[key].title for key in why.by)
            origin: Origin = "dependency" if each.origin == "library" else each.origin
            importance = _stronger(each.importance, feature.importance)
            self._put(
                replace(each, is_selected=True, origin=origin, needed_by=by, importance=importance)
            )
            need = "needs" if len(by) == 1 else "need"
            self.notices.append(f"{each.title} came along: {_listed(list(by))} {need} it.")
        self._put(replace(feature, is_selected=True, needed_by=()))

    def _refuse_missing(self, needed: Needed, links: dict[str, Linked]) -> NoReturn:
        by = links[needed.by[0]].title
        message = f"{by!r} needs the feature {needed.key!r}, which the library has not."
        raise EvigateError(E_FEATURE_NOT_FOUND, message)

    def _offered(self, key: str, library: Library) -> Chosen:
        """Return a feature as it would be chosen: what was decided of it, a candidate, or any."""
        if (present := self._find(key)) is not None:
            return present
        if (candidate := self._candidates.get(key)) is not None:
            return chosen_of(candidate, "candidate")
        feature = next((each for each in library.features if each.key == key), None)
        if feature is None:
            raise EvigateError(E_FEATURE_NOT_FOUND, f"There is no feature {key!r}.")
        return chosen_of(feature, "library")

    def _put(self, feature: Chosen) -> None:
        at = next((n for n, each in enumerate(self.features) if each.key == feature.key), None)
        if at is None:
            last = max((each.position for each in self.features), default=-1)
            self.features.append(replace(feature, position=last + 1, version=1))
            return
        before = {each.key: each.version for each in self._board.features}
        version = before.get(feature.key, 0) + 1
        self.features[at] = replace(feature, version=version, id=self.features[at].id)

    def _selected(self) -> list[Chosen]:
        chosen = [each for each in self.features if each.is_selected]
        return sorted(chosen, key=lambda each: (each.position, each.key))

    def _orphans(self) -> list[Chosen]:
        needed = {key for each in self._selected() for key in each.depends}
        return [each for each in self._selected() if each.needed_by and each.key not in needed]

    def _find(self, key: str) -> Chosen | None:
        return next((each for each in self.features if each.key == key), None)

    def _chosen(self, key: str) -> Chosen:
        found = self._find(key)
        if found is None or not found.is_selected:
            raise EvigateError(E_FEATURE_NOT_FOUND, f"No feature {key!r} is chosen.")
        return found

    def _check_seen(self, present: Chosen | None, seen: int | None, yours: str) -> None:
        version = present.version if present else 0
        if seen is None or seen == version:
            return
        now = "not decided on"
        if present is not None:
            now = f"{present.importance}: {present.notes}" if present.notes else present.importance
        raise EvigateError(
            E_FEATURE_STALE,
            f"The feature is at version {version}; your change rests on version {seen}.",
            detail={"yours": yours, "present": now, "version": version},
        )


def _stronger(one: Importance, other: Importance) -> Importance:
    order: tuple[Importance, ...] = ("must", "should", "could", "wont")
    return min(one, other, key=order.index)


def chosen_of(offered: Candidate | Feature, origin: Origin) -> Chosen:
    """Return a candidate, or a feature of the library, as it stands on a board."""
    return Chosen(
        id=new_uuid(),
        key=offered.key,
        title=offered.title,
        summary=offered.summary,
        category=offered.category if isinstance(offered, Candidate) else offered.group,
        effort=offered.effort,
        origin=origin,
        needed_by=(),
        depends=tuple(offered.depends),
        excludes=tuple(offered.excludes),
        accept=tuple(offered.accept),
        seed_keys=offered.seed_keys if isinstance(offered, Candidate) else (),
        score=offered.score if isinstance(offered, Candidate) else None,
        is_selected=True,
        importance=offered.importance if isinstance(offered, Candidate) else "could",
        position=0,
        notes="",
        version=1,
    )


def changed(before: Sequence[Chosen], after: Sequence[Chosen]) -> list[Chosen]:
    """Return the features that differ from before, or were not there."""
    known = {each.key: each for each in before}
    return [each for each in after if known.get(each.key) != each]


def slug(title: str) -> str:
    """Return a title as a key: folded words with hyphens; empty where it has no letter."""
    words = re.findall(r"[a-z0-9]+", fold(title))
    while words and not words[0][0].isalpha():
        words.pop(0)
    return "-".join(words)[:KEY_CHARACTERS].rstrip("-")


def _listed(names: Sequence[str]) -> str:
    return ", ".join(repr(name) for name in names)
