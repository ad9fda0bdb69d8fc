"""Values as papers print them, read into numbers, words, or "not given"."""

import re

from evigate.papers.recipes.models import SettingValue

_BLANK = re.compile(r"^(?:n\.?/?a\.?|none|null|nil|[-–—−.]+|)$", re.IGNORECASE)
_POWER = re.compile(
    r"^([+-]?\d+(?:\.\d+)?)?\s*(?:[×x*·]\s*)?10\s*\^?\s*[({]?\s*([+-−–]?\s*\d+)\s*[)}]?$"
)
_PERCENT = re.compile(r"^([+-]?\d+(?:\.\d+)?)\s*%$")
_NUMBER = re.compile(r"^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$", re.IGNORECASE)
_THOUSANDS = re.compile(r"^[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?$")
_SIZES = re.compile(r"^\(?\s*\d+(?:\s*(?:[-–−×x,]|->|→)\s*\d+)+\s*\)?$")


def read_value(text: str) -> SettingValue:
    """
    Read a printed value.

    Numbers may have thousands' commas ("1,000"), exponents ("1e-3", "1 × 10^-3") or a per cent sign
    ("3%" is 0.03); "500-500-500" is a tuple of whole numbers; "true" and "false" are truth values.
    "N/A", "None", a dash and a blank are None: the paper gives no value. Whole numbers written with
    leading noughts keep them as words ("07"), because they are labels. Anything else is its words.
    """
    plain = " ".join(text.replace("−", "-").replace("–", "-").split())
    if _BLANK.match(plain):
        return None
    if plain.lower() in ("true", "false"):
        return plain.lower() == "true"
    if _THOUSANDS.match(plain):
        return _as_number(plain.replace(",", ""))
    if re.match(r"^0\d+$", plain):
        return plain
    if _NUMBER.match(plain):
        return _as_number(plain)
    percent = _PERCENT.match(plain)
    if percent:
        return round(float(percent[1]) / 100, 12)
    power = _POWER.match(plain)
    if power:
        exponent = int(power[2].replace(" ", ""))
        return float(f"{power[1] or '1'}e{exponent}")
    if _SIZES.match(plain):
        return tuple(int(part) for part in re.findall(r"\d+", plain))
    return plain


def _as_number(text: str) -> int | float:
    value = float(text)
    is_whole = value.is_integer() and "." not in text and abs(value) < 2**53
    return int(value) if is_whole and "e-" not in text.lower() else value
