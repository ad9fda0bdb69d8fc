"""Redaction: every form a secret takes is masked, plain text is left alone, and time is bounded."""

import time
from typing import Any

import pytest
import structlog
from tests.conftest import slowness

from evigate.kernel.secrets import redact, redact_event

SECRET = "hunter2-Zx9"


@pytest.mark.parametrize(
    "text",
    [
        "token evg_" + SECRET,
        f"Authorization: Bearer {SECRET}",
        f"authorization: Basic {SECRET}==",
        f'{{"Authorization": "Bearer {SECRET}"}}',
        f"Cookie: session={SECRET}; csrf={SECRET}",
        f"postgresql://app:{SECRET}@localhost:5432/db",
        f"postgresql://app:a:b@{SECRET}@localhost/db",
        f"https://user:{SECRET}@host/x and redis://:{SECRET}@other",
        f"/blobs/a/b?expires=1&filename=x&signature={SECRET}",
        f"https://s3/b?X-Amz-Signature={SECRET}&X-Amz-Date=1",
        f"password={SECRET}",
        f"password: '{SECRET} with spaces'",
        f'{{"password": "{SECRET}", "x": 1}}',
        f"db_password={SECRET}&y=1",
        f"EVIGATE_SEALING_KEY={SECRET}",
        f"api_key={SECRET}",
        f"aws_secret_access_key = {SECRET}",
        f"key sk-{SECRET}abcdefghijklmnop",
    ],
)
def test_no_secret_is_left_standing(text: str) -> None:
    masked = redact(text)
    assert SECRET not in masked and "hunter2" not in masked
    assert "[redacted]" in masked
    assert redact(masked) == masked


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The model has 3 tokens per word and passes 12 tests.",
        "postgresql://localhost:5432/db",
        "http://host:8080/papers/1?page=2",
        "signature of the method: f(x)",
        "basic facts",
        "accuracy = 0.977, loss: 0.1",
        "mail me at a@b.example",
    ],
)
def test_plain_text_is_left_alone(text: str) -> None:
    assert redact(text) == text


def test_what_stands_around_a_secret_stays() -> None:
    assert (
        redact(f"GET /blobs/a?expires=9&signature={SECRET}&x=1 from postgresql://u:{SECRET}@h/d")
        == "GET /blobs/a?expires=9&signature=[redacted]&x=1 from postgresql://u:[redacted]@h/d"
    )


def test_an_event_is_masked_by_name_and_by_form_at_every_depth() -> None:
    event: dict[str, Any] = {
        "event": f"failed with evg_{SECRET}",
        "password": SECRET,
        "token_count": 7,
        "request": {"headers": [{"authorization": SECRET}, ("url", f"pg://u:{SECRET}@h")]},
        "error": ValueError(f"password={SECRET}"),
        "body": f"Bearer {SECRET}".encode(),
        "run_id": "0189",
        "is_done": True,
    }
    masked = redact_event(None, "info", event)
    assert SECRET not in repr(masked)
    assert masked["password"] == "[redacted]"
    assert (masked["token_count"], masked["run_id"], masked["is_done"]) == (7, "0189", True)


def test_it_works_as_a_structlog_processor() -> None:
    with structlog.testing.capture_logs(processors=[redact_event]) as logs:
        structlog.get_logger().info("signed_in", password=SECRET, user="ada")
    assert logs == [
        {"event": "signed_in", "log_level": "info", "password": "[redacted]", "user": "ada"}
    ]


@pytest.mark.parametrize(
    "text",
    [
        "a" * 200_000,
        "password" * 20_000,
        "://" * 60_000,
        "x_" * 100_000,
        ":" * 200_000,
        '="' * 90_000,
    ],
)
def test_hostile_text_takes_bounded_time(text: str) -> None:
    begun = time.process_time()
    redact(text)
    assert time.process_time() - begun < 2 * slowness()
