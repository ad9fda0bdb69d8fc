"""The repository as data: what must not stand in it, and who may call what."""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import REPOSITORY

SOURCE = REPOSITORY / "src" / "evigate"
BLOB_BYTES_MAX = 2_000_000

# A call, who alone may make it, and what others call instead.
BANNED = [
    (
        r"\bsubprocess\b",
        ("kernel/db/", "kernel/sandbox/", "papers/runs/", "kits/runs/verifying.py", "papers/environments/uv.py"),
        "kernel.sandbox, papers.runs or the embedded server",
    ),
    (r"\bpsycopg\.connect\(|AsyncConnection\.connect\(", ("kernel/db/", "kernel/jobs/life.py", "boot/doctor.py"), "Database.tx"),
    (r"\bos\.environ\b", ("boot/settings.py", "papers/runs/", "papers/notebook/"), "Settings"),
    (r"\bdatetime\.now\(|\btime\.time\(\)|utcnow\(", ("base/clock.py",), "base.clock"),
    (r"^\s*(?:import|from) ray\b", ("papers/runs/ray_executor.py",), "papers.runs.RayExecutor"),
    (r"^(?:import|from) procrastinate\b", ("kernel/jobs/worker.py",), "kernel.jobs"),
    (r"^(?:import|from) pypdfium2\b", ("evidence/parsing/pdf.py", "evidence/parsing/pdf_pages.py"), "evidence.read_pdf"),
    (r"^(?:import|from) lxml\b", ("evidence/parsing/markup.py", "learning/exchange/markup.py"), "evidence.parse_document"),
    # One file reads Word documents, one writes them.
    (
        r"^(?:import|from) docx\b",
        ("evidence/parsing/word_files.py", "specification/export_docx.py"),
        "evidence.parse_document",
    ),
    (r"^(?:import|from) pptx\b", ("evidence/parsing/slides.py",), "evidence.parse_document"),
    (r"^(?:import|from) obstore\b", ("kernel/storage/objects.py",), "kernel.storage"),
    (r"^(?:import|from) argon2\b", ("kernel/tenancy/proofs.py",), "kernel.tenancy"),
    (r"^(?:import|from) httpcore\b", ("evidence/fetch.py",), "evidence.fetch_url"),
    (r"^(?:import|from) httpx\b", ("client/", "engine/models/openai_endpoint.py", "learning/practice/records.py", "web/tools/calling.py"), "evidence.fetch_url"),
    (r"^(?:import|from) onnxruntime\b", ("engine/models/onnx_session.py",), "engine.models"),
    (r"^(?:import|from) onnx\b", ("engine/models/minilm_graph.py",), "engine.models"),
    (r"^(?:import|from) tokenizers\b", ("engine/models/tokenizer.py",), "engine.models"),
    (r"^(?:import|from) safetensors\b", ("engine/models/weights.py",), "engine.models"),
    (r"^(?:import|from) aiosql\b", ("kernel/db/queries.py",), "kernel.db.load_queries"),
    (r"^(?:import|from) usearch\b", ("engine/index/graph.py",), "engine.index"),
    (r"^(?:import|from) tantivy\b", ("engine/index/lexicon.py",), "engine.index"),
    (r"^(?:import|from) cryptography\b", ("kernel/secrets/",), "kernel.secrets"),
    (r"^(?:import|from) duckdb\b", ("engine/federation/duck.py",), "engine.federation.duck"),
    (r"^(?:import|from) sqlglot\b", ("engine/mutable/allowed.py", "engine/mutable/syntax.py", "engine/topics/predicate.py"), "engine.mutable"),
    (r"^(?:import|from) pytrec_eval\b", ("engine/evals/retrieval.py",), "engine.evals.retrieval"),
    (r"^(?:import|from) prometheus_client\b", ("engine/server/metrics.py",), "engine.server.metrics"),
    (r"^(?:import|from) jinja2\b", ("kernel/pages/",), "kernel.pages"),
    (r"^\s*(?:import|from) nats\b", ("engine/topics/relay.py",), "engine.topics"),
    (r"^\s*(?:import|from) spacy\b", ("language/parser.py",), "language.parser"),
    (r"^\s*(?:import|from) snowballstemmer\b", ("language/words.py",), "language.words"),
    (r"^\s*(?:import|from) py3langid\b", ("language/detect.py",), "language.detect"),
    (r"^\s*(?:import|from) jsonschema\b", ("gate/shapes.py",), "gate.shapes"),
    (r"^\s*(?:import|from) fsrs\b", ("learning/schedule.py",), "learning.schedule"),
    (r"^\s*(?:import|from) genanki\b", ("learning/exchange/anki.py",), "learning.exchange"),
    (r"^\s*(?:import|from) (?:pydantic_ai|openai|anthropic)\b", ("agents/providers/pydantic_ai.py",), "agents.providers"),
    (r"^\s*(?:import|from) xllamacpp\b", ("agents/providers/local.py",), "agents.providers"),
    (r"^\s*(?:import|from) yaml\b", ("studio/yamlfiles.py",), "studio.yamlfiles"),
    (r"^\s*(?:import|from) liquid\b", ("studio/kits/templates.py",), "studio.kits.templates"),
    (r"^\s*(?:import|from) jsonpath\b", ("studio/kits/selecting.py",), "studio.kits.selecting"),
    (r"^\s*(?:import|from) mcp\b", ("web/tools/server.py",), "web.tools"),
    (r"\bprint\(", ("kernel/console.py", "kernel/sandbox/", "cli/", "commands.py", "notebook/code.py", "recipes/", "papers/runs/"), "kernel.console"),
]  # fmt: skip


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    return [REPOSITORY / name for name in listed.stdout.split("\0") if name]


def texts() -> Iterator[tuple[Path, str]]:
    for path in tracked():
        if path.is_file() and path.suffix not in (".pdf", ".png", ".gz"):
            yield path, path.read_text(errors="ignore")


def modules() -> Iterator[tuple[str, str]]:
    for path in sorted(SOURCE.rglob("*.py")):
        yield str(path.relative_to(SOURCE)), path.read_text()


def test_only_the_room_that_knows_a_thing_calls_it() -> None:
    for name, text in modules():
        for pattern, allowed, instead in BANNED:
            if not any(part in name for part in allowed):
                found = re.search(pattern, text, re.M)
                assert not found, f"{name} has {found and found[0]!r}: call {instead} instead"


def test_no_machine_path_and_no_registry_host_is_tracked() -> None:
    paths = re.compile(r"(?<![\w.-])/(?:work|root|home/\w+)/\w")
    hosts = re.compile(
        "|".join(["py" + r"pi\.org", "pythonhosted" + r"\.org", "registry" + r"\.npmjs"])
    )
    for path, text in texts():
        assert not paths.search(text), f"{path} holds a machine's path"
        assert not hosts.search(text), f"{path} names a package registry's host"


def test_large_files_are_few_and_named() -> None:
    allowed = {"1711.07831.pdf"}
    for path in tracked():
        if path.is_file() and path.stat().st_size > BLOB_BYTES_MAX:
            assert path.name in allowed, f"{path} is {path.stat().st_size} bytes"


def test_every_module_opens_with_a_paragraph() -> None:
    for name, text in modules():
        if text.strip():
            assert ast.get_docstring(ast.parse(text)), f"{name} says nothing of itself"


def test_public_functions_say_what_they_promise() -> None:
    silent = [
        f"{name}:{node.name}"
        for name, text in modules()
        for node in ast.parse(text).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not silent, silent


def test_functions_fit_a_screen_and_files_can_be_read() -> None:
    for name, text in modules():
        assert text.count("\n") <= 700, f"{name} has {text.count(chr(10))} lines"
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                nested = sum(
                    (inner.end_lineno or 0) - inner.lineno + 1
                    for inner in node.body
                    if isinstance(inner, ast.FunctionDef | ast.AsyncFunctionDef)
                )
                length = (node.end_lineno or 0) - node.lineno + 1 - nested
                assert length <= 75, f"{name}:{node.name} has {length} lines"


def test_nothing_is_left_for_later() -> None:
    marks = re.compile(r"#\s*(?:TODO|FIXME|XXX)|\bNotImplementedError")
    for name, text in modules():
        assert not marks.search(text), f"{name} is unfinished"


def test_sql_never_comes_from_a_format_string() -> None:
    pattern = re.compile(r"execute\(\s*f[\"']")
    for name, text in modules():
        allowed = name in (
            "kernel/db/database.py",
            "kernel/db/sync.py",
        )  # LISTEN takes a literal type, checked statically
        assert allowed or not pattern.search(text), f"{name} formats SQL"
