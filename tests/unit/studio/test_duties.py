"""Rows of the matrix of roles: who does what, where several people are told apart."""

import itertools

from evigate.studio.extraction import extract
from evigate.studio.fields import ROLES_AND_ACCESS


def duties(text: str) -> list[str]:
    return [each.value for each in extract(text).claims if each.rule == "duty"]


def test_several_people_with_work_of_their_own_have_roles() -> None:
    text = "A tool library is wanted. Members reserve a saw. The warden marks returns, and admins add tools."
    assert duties(text) == ["Members reserve a saw", "warden marks returns", "admins add tools"]


def test_one_person_alone_has_none() -> None:
    assert duties("Members reserve a saw and return it. They rate it afterwards.") == []
    assert duties("I want to count sheep and print a list.") == []


def test_what_is_said_of_rights_outright_is_not_said_again() -> None:
    text = "Members enter a dive. Only the buddy can sign the dive, and the club checks the log."
    found = [each for each in extract(text).claims if each.field_path == ROLES_AND_ACCESS]
    places = sorted((each.start, each.end) for each in found)
    assert len(places) > 1
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(places))
    assert all(text[each.start : each.end] == each.quote for each in found)


def test_people_in_general_have_no_role() -> None:
    assert duties("People pick a slot. The usher scans the ticket.") == ["usher scans the ticket"]
