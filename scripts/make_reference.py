"""Write docs/reference/codes.md: every error code, what it means for a caller, what to do.

A test holds the page equal to the codes; run this after adding one.
"""

from pathlib import Path

from evigate.base.errors import EXIT_CODES
from evigate.boot.registry import all_codes

TARGET = Path(__file__).parent.parent / "docs" / "reference" / "codes.md"


def codes_page() -> str:
    """Return the page: a row a code, by name."""
    lines = [
        "# Error codes",
        "",
        "Every failure carries one of these, over HTTP as `code` of a problem (RFC 9457), on the",
        "command line in front of the message; the exit code goes by the kind.",
        "",
        "| Code | HTTP | Exit | Try again | What to do |",
        "|---|---|---|---|---|",
    ]
    for code in all_codes():
        again = "yes" if code.is_retryable else ""
        exit_code = EXIT_CODES[code.kind]
        advice = code.remediation.replace("|", "\\|")
        lines.append(f"| `{code.name}` | {code.status} | {exit_code} | {again} | {advice} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TARGET.write_text(codes_page())
