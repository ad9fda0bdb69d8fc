"""What fits an action and what does not; a wait that would close a circle is found with its path."""

from itertools import pairwise
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from evigate.base.errors import EvigateError
from evigate.studio.tasks.actions import (
    ApproveReject,
    ExternalLink,
    FileUpload,
    FormField,
    FormSubmit,
    MultiSelect,
    SingleSelect,
    TextInput,
)
from evigate.studio.tasks.circles import path_between
from evigate.studio.tasks.models import ActionDraft, TaskDraft

FORM = FormSubmit(
    fields=(
        FormField(name="host", label="Host"),
        FormField(name="port", label="Port", type="number"),
        FormField(name="since", label="Since", type="date", is_required=False),
        FormField(name="is_live", label="Live", type="boolean"),
        FormField(name="token", label="Token", type="secret"),
    )
)


@pytest.mark.parametrize(
    ("config", "data", "kept"),
    [
        (TextInput(), {"text": "  Half the fee.  "}, {"text": "Half the fee."}),
        (SingleSelect(options=("a", "b")), {"choice": "b"}, {"choice": "b"}),
        (MultiSelect(options=("a", "b", "c")), {"choices": ["c", "a"]}, {"choices": ["a", "c"]}),
        (ApproveReject(), {"decision": "approve"}, {"decision": "approve", "reason": ""}),
        (ExternalLink(url="https://example.org/x"), {"done": "true"}, {"done": True}),
        (
            FORM,
            {"host": "h", "port": "8", "since": "2026-02-03", "is_live": "true", "token": "s3"},
            {"host": "h", "port": 8, "since": "2026-02-03", "is_live": True},
        ),
    ],
)
def test_what_fits_is_kept_in_its_own_form(config: Any, data: Any, kept: Any) -> None:
    assert config.check(data).data == kept


@pytest.mark.parametrize(
    ("config", "data", "words"),
    [
        (TextInput(), {"text": "   "}, "Nothing was written"),
        (TextInput(longest=3), {"text": "four"}, "4 characters"),
        (TextInput(), {"text": "a\x00b"}, "NUL"),
        (SingleSelect(options=("a", "b")), {"choice": "c"}, "'c' is none of the options: a, b"),
        (SingleSelect(options=("a", "b")), {}, "None is none"),
        (MultiSelect(options=("a", "b"), fewest=2), {"choices": ["a"]}, "2 to 2 of the options"),
        (ApproveReject(), {"decision": "reject"}, "needs its reason"),
        (ExternalLink(url="http://example.org"), {}, "done = true"),
        (FileUpload(), {"name": "a.pdf", "content": b""}, "not empty"),
        (FileUpload(endings=("pdf",)), {"name": "../../a.exe", "content": b"1"}, "'a.exe' is none"),
        (FileUpload(bytes_max=2), {"name": "a", "content": b"123"}, "3 bytes"),
    ],
)
def test_what_does_not_fit_is_named(config: Any, data: Any, words: str) -> None:
    with pytest.raises(EvigateError, match=words):
        config.check(data)


def test_a_form_names_every_fault_at_once_and_hides_its_secret() -> None:
    with pytest.raises(EvigateError) as caught:
        FORM.check({"port": "many", "colour": "red"})
    assert caught.value.message == (
        "Colour: there is no such field; host: is missing; port: 'many' is no number;"
        " token: is missing."
    )
    found = FORM.check({"host": "h", "port": "1.5", "token": "s3cret"})
    assert found.secrets == {"token": "s3cret"}
    assert "s3cret" not in str(found.data)


def test_a_file_is_named_without_its_folders() -> None:
    found = FileUpload().check({"name": "C:\\papers\\fee.pdf", "content": b"x"})
    assert found.data["name"] == "fee.pdf"
    assert found.files == {"fee.pdf": b"x"}


def test_drafts_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValidationError, match="named twice"):
        SingleSelect(options=("a", "a"))
    with pytest.raises(ValidationError, match="names a host"):
        ExternalLink(url="javascript:alert(1)")
    with pytest.raises(ValidationError, match="a decision needs"):
        TaskDraft(kind="DECIDE", title="Which?")
    with pytest.raises(ValidationError, match="not both"):
        TaskDraft(kind="PROVIDE", title="X", assignee_id=UUID(int=1), assignee_role="editor")
    asked = TaskDraft(kind="REVIEW", title="Look").asked()
    assert [each.config.type for each in asked] == ["APPROVE_REJECT"]
    own = ActionDraft(label="Say", config=TextInput())
    assert TaskDraft(kind="REVIEW", title="Look", actions=(own,)).asked() == (own,)


IDS = st.integers(0, 7).map(lambda n: UUID(int=n))


@given(st.sets(st.tuples(IDS, IDS), max_size=25), IDS, IDS)
def test_a_path_is_one_and_is_found_where_there_is_one(
    edges: set[tuple[UUID, UUID]], start: UUID, end: UUID
) -> None:
    reach, rim = {start}, {start}
    while rim:
        rim = {b for a, b in edges if a in rim} - reach
        reach |= rim
    path = path_between(edges, start, end)
    assert (path is not None) == (end in reach)
    if path is not None:
        assert (path[0], path[-1]) == (start, end)
        assert all(pair in edges for pair in pairwise(path))
        assert len(set(path)) == len(path)
