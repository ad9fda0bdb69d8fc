"""A portfolio as an RO-Crate: a zip that says in JSON-LD what its files are.

The metadata follow RO-Crate 1.1 (https://w3id.org/ro/crate/1.1): a descriptor, a root data set with
its parts, and an entity for each paper and for the program that made the verdicts.
"""

from datetime import datetime
from typing import Any

from evigate.base.canonical import sha256_hex
from evigate.papers.portfolio.models import Portfolio

CONTEXT = "https://w3id.org/ro/crate/1.1/context"
PROFILE = "https://w3id.org/ro/crate/1.1"
DESCRIPTOR = "ro-crate-metadata.json"
FORMATS = {"csv": "text/csv", "json": "application/json", "html": "text/html"}
PROGRAM = "#evigate"


def crate_metadata(
    portfolio: Portfolio, files: dict[str, bytes], *, published: datetime, version: str
) -> dict[str, Any]:
    """Return the crate's JSON-LD for files by name; the same values give the same document."""
    parts, subjects = _parts(files), _subjects(portfolio)
    root = {
        "@id": "./",
        "@type": "Dataset",
        "name": "Which numbers of papers held up",
        "description": (
            f"Verdicts on {len(portfolio.rows)} claims of {portfolio.paper_count} papers; "
            f"{portfolio.whole.reproduced} of {portfolio.whole.compared} compared were reproduced."
        ),
        "datePublished": published.date().isoformat(),
        "license": {"@id": "#license"},
        "hasPart": [{"@id": each["@id"]} for each in parts],
        "about": [{"@id": each["@id"]} for each in subjects],
        "mentions": [{"@id": "#reproduction"}],
    }
    return {
        "@context": CONTEXT,
        "@graph": [
            {
                "@id": DESCRIPTOR,
                "@type": "CreativeWork",
                "conformsTo": {"@id": PROFILE},
                "about": {"@id": "./"},
            },
            root,
            *parts,
            *subjects,
            {
                "@id": "#license",
                "@type": "CreativeWork",
                "name": "No licence given",
                "description": "Whoever publishes this crate says under which licence.",
            },
            {
                "@id": PROGRAM,
                "@type": "SoftwareApplication",
                "name": "Evigate",
                "version": version,
            },
            {
                "@id": "#reproduction",
                "@type": "CreateAction",
                "name": "Reproduction of the claims",
                "instrument": {"@id": PROGRAM},
                "object": [{"@id": each["@id"]} for each in subjects],
                "result": [{"@id": each["@id"]} for each in parts],
            },
        ],
    }


def _parts(files: dict[str, bytes]) -> list[dict[str, Any]]:
    return [
        {
            "@id": name,
            "@type": "File",
            "name": f"Verdicts on claims as {name.rsplit('.', 1)[-1].upper()}",
            "encodingFormat": FORMATS[name.rsplit(".", 1)[-1]],
            "contentSize": str(len(content)),
            "sha256": sha256_hex(content),
        }
        for name, content in sorted(files.items())
    ]


def _subjects(portfolio: Portfolio) -> list[dict[str, Any]]:
    papers = {row.paper_id: row for row in portfolio.rows}
    subjects = [
        {
            "@id": f"https://arxiv.org/abs/{row.arxiv_id}"
            if row.arxiv_id
            else f"#paper-{paper_id}",
            "@type": "ScholarlyArticle",
            "name": row.paper,
            **({"datePublished": str(row.year)} if row.year else {}),
        }
        for paper_id, row in papers.items()
    ]
    return list({each["@id"]: each for each in subjects}.values())
