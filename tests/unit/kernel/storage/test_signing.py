"""Signed links: what they open, for how long, and that no part of one can be changed."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from evigate.base.errors import EvigateError
from evigate.base.ids import TenantId
from evigate.kernel.storage import SignedBlob, SignedUrls

TENANT = TenantId(UUID("01890000-0000-7000-8000-000000000001"))
DIGEST = "ab" * 32
NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
KEY = b"k" * 32


def _link(urls: SignedUrls | None = None, ttl_s: int = 120) -> tuple[str, str]:
    signed = (urls or SignedUrls(KEY)).sign(
        TENANT, DIGEST, filename="a&b=ü.pdf", media_type="application/pdf", now=NOW, ttl_s=ttl_s
    )
    path, _, query = signed.partition("?")
    return path, query


def test_a_link_opens_what_was_signed_until_its_time_is_over() -> None:
    path, query = _link()
    blob = SignedUrls(KEY).verify(path, query, NOW + timedelta(seconds=119))
    assert blob == SignedBlob(
        TENANT, DIGEST, "a&b=ü.pdf", "application/pdf", NOW + timedelta(seconds=120)
    )
    with pytest.raises(EvigateError) as caught:
        SignedUrls(KEY).verify(path, query, NOW + timedelta(seconds=120))
    assert (caught.value.code.name, caught.value.code.status) == ("E_LINK_EXPIRED", 410)


@pytest.mark.parametrize("field", ["expires", "filename", "media_type", "signature"])
def test_no_field_can_be_changed(field: str) -> None:
    path, query = _link()
    pairs = dict(pair.split("=", 1) for pair in query.split("&"))
    last = pairs[field][-1]
    pairs[field] = pairs[field][:-1] + ("1" if last != "1" else "2")
    changed = "&".join(f"{name}={value}" for name, value in pairs.items())
    with pytest.raises(EvigateError) as caught:
        SignedUrls(KEY).verify(path, changed, NOW)
    assert (caught.value.code.name, caught.value.code.status) == ("E_LINK_INVALID", 403)


@pytest.mark.parametrize(
    "path",
    [
        f"/blobs/{TENANT}/{'ac' * 32}",
        f"/blobs/01890000-0000-7000-8000-000000000002/{DIGEST}",
        f"/other/{TENANT}/{DIGEST}",
    ],
)
def test_the_link_of_one_blob_opens_no_other(path: str) -> None:
    _, query = _link()
    with pytest.raises(EvigateError, match="E_LINK_INVALID"):
        SignedUrls(KEY).verify(path, query, NOW)


def test_a_field_given_twice_an_extra_one_and_a_missing_one_are_refused() -> None:
    path, query = _link()
    for changed in (query + "&filename=x", query + "&x=y", query.rpartition("&")[0], "", "%"):
        with pytest.raises(EvigateError, match="E_LINK_INVALID"):
            SignedUrls(KEY).verify(path, changed, NOW)


def test_another_key_makes_another_signature() -> None:
    path, query = _link(SignedUrls(b"x" * 32))
    with pytest.raises(EvigateError, match="E_LINK_INVALID"):
        SignedUrls(KEY).verify(path, query, NOW)


@pytest.mark.parametrize(
    ("ttl_s", "is_allowed"), [(29, False), (30, True), (3600, True), (3601, False)]
)
def test_lifetimes_outside_30_to_3600_seconds_are_refused(ttl_s: int, is_allowed: bool) -> None:
    if is_allowed:
        assert _link(ttl_s=ttl_s)
        return
    with pytest.raises(EvigateError, match="E_LINK_LIFETIME"):
        _link(ttl_s=ttl_s)


def test_names_that_could_break_a_header_are_not_signed() -> None:
    with pytest.raises(ValueError, match="printable"):
        SignedUrls(KEY).sign(TENANT, DIGEST, filename="a\r\nb", media_type="text/plain", now=NOW)


def test_a_key_shorter_than_its_hash_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        SignedUrls(b"short")


@pytest.mark.parametrize(
    ("media_type", "disposition"),
    [("application/pdf", "inline"), ("text/html", "attachment"), ("image/svg+xml", "attachment")],
)
def test_only_what_cannot_run_script_is_shown_in_place(media_type: str, disposition: str) -> None:
    headers = SignedBlob(TENANT, DIGEST, 'é"x.pdf', media_type, NOW).headers()
    assert headers["content-disposition"] == (
        f"{disposition}; filename=\"__x.pdf\"; filename*=UTF-8''%C3%A9%22x.pdf"
    )
    assert headers["x-content-type-options"] == "nosniff"
