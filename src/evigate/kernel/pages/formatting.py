"""Values as people read them: numbers, moments, durations, sizes.

What is not known is shown as a dash, never as 0 or as nothing.
"""

from datetime import UTC, datetime
from decimal import Decimal

UNKNOWN = "–"
MINUS = "−"
SIGNIFICANT_DIGITS = 4
# A claim printed with fifteen decimals does not make an observed mean that exact.
LIKE_DECIMALS_MAX = 4


def number(
    value: Decimal | float | str | None,
    *,
    is_signed: bool = False,
    like: Decimal | str | None = None,
) -> str:
    """Return a number for a table.

    Args:
        value: a decimal or text is shown as it was printed, digit by digit; a float with four
            significant digits; None as a dash.
        is_signed: a plus stands before what is above zero.
        like: a printed number, which a float or decimal is held against: it is shown with as many
            decimals, at most four.

    Returns:
        The number, its minus the typographic one; a zero has no sign.
    """
    if value is None:
        return UNKNOWN
    text = _digits(value, like)
    is_zero = not text.strip("-+0.")
    if is_zero:
        return text.lstrip("-+")
    if is_signed and text[0] not in "-+":
        text = f"+{text}"
    return text.replace("-", MINUS, 1) if text[0] == "-" else text


def _digits(value: Decimal | float | str, like: Decimal | str | None) -> str:
    if like is not None and not isinstance(value, str):
        decimals = min(len(str(like).partition(".")[2]), LIKE_DECIMALS_MAX)
        return f"{value:.{decimals}f}"
    if not isinstance(value, float):
        return str(value)
    text = f"{value:.{SIGNIFICANT_DIGITS}g}"
    return f"{value:.0f}" if "e" in text and 1 <= abs(value) < 1e7 else text


def moment(value: datetime | None) -> str:
    """Return a moment in UTC to the minute, as in "2026-01-02 03:04 UTC"."""
    return UNKNOWN if value is None else f"{value.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def duration(seconds: float | None) -> str:
    """Return a duration with the two units that matter, as in "3 min 07 s" or "0.8 s"."""
    if seconds is None:
        return UNKNOWN
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"


def size(size_bytes: int | None) -> str:
    """Return a size in decimal units, as in "1.2 MB"."""
    if size_bytes is None:
        return UNKNOWN
    amount = float(size_bytes)
    for unit in ("bytes", "kB", "MB", "GB"):
        if amount < 1000 or unit == "GB":
            break
        amount /= 1000
    return f"{amount:.0f} bytes" if unit == "bytes" else f"{amount:.1f} {unit}"
