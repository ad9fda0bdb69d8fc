"""One frozen `Settings`, read once from the environment and from `settings.toml` in the data
directory; the environment wins, and a name that is not a setting is an error.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from evigate.base.errors import E_SETTINGS_INVALID, EvigateError

PREFIX = "EVIGATE_"
FILE_NAME = "settings.toml"
# Read by the test suite and by CI, not by the program.
# What other programs call these keys; ours of the same name, with the prefix, win.
SHARED_NAMES = ("anthropic_api_key", "openai_api_key")
FOREIGN = ("EVIGATE_TEST_", "EVIGATE_SHARED")


class Settings(BaseModel):
    """Every setting; each may be given as EVIGATE_<NAME> or in settings.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    data_dir: Path = Field(
        default=Path(".evigate"), description="Folder of the embedded database, blobs and key."
    )
    database_url: str | None = Field(
        default=None, description="libpq URL of a server's database, as its owner; else embedded."
    )
    pg_bin: str | None = Field(
        default=None, description="Folder of PostgreSQL programs for the embedded server."
    )
    key: str | None = Field(
        default=None, description="Sealing key, base64 of 32 bytes; else the file `key`."
    )
    storage_url: str | None = Field(
        default=None, description="file:// or s3://bucket/prefix; else the folder `blobs`."
    )
    storage_endpoint_url: str | None = Field(
        default=None, description="Address of an S3-compatible server."
    )
    storage_region: str | None = Field(default=None, description="Region of the bucket.")
    storage_access_key_id: str | None = Field(default=None, description="S3 access key's id.")
    storage_secret_access_key: str | None = Field(default=None, description="S3 secret key.")
    host: str = Field(default="127.0.0.1", description="Address that `evigate serve` listens on.")
    port: int = Field(default=8400, ge=0, le=65535, description="Its port; 0 takes a free one.")
    public_url: str | None = Field(
        default=None, description="Address under which people reach the server, for links."
    )
    tenant: str = Field(default="home", description="Slug of the tenant the command line acts for.")
    owner_email: str = Field(
        default="owner@localhost", description="Address of the first tenant's first owner."
    )
    upload_max_bytes: int = Field(
        default=15 * 1024 * 1024, ge=1024, description="Largest PDF that is taken in."
    )
    claim_confidence_min: float = Field(
        default=0.0, ge=0, le=1, description="Claims less sure than this are shown on request only."
    )
    document_max_bytes: int = Field(
        default=200 * 1024 * 1024, ge=1024, description="Largest document that a store takes in."
    )
    xapi_url: str | None = Field(
        default=None, description="xAPI endpoint that practice is told to; else statements wait."
    )
    xapi_user: str = Field(default="", description="User name at the xAPI endpoint.")
    xapi_password: str = Field(default="", description="Password at the xAPI endpoint.")
    anthropic_api_key: str | None = Field(
        default=None, description="Anthropic key of the home tenant's agents; or ANTHROPIC_API_KEY."
    )
    openai_api_key: str | None = Field(
        default=None, description="OpenAI key of the home tenant's agents; or OPENAI_API_KEY."
    )
    agent_recordings: Path | None = Field(
        default=None, description="Folder of recorded exchanges with models; none unless given."
    )
    agent_recording_mode: Literal["record", "replay"] = Field(
        default="record", description="Write exchanges there, or answer from there alone."
    )
    run_gpu: bool = Field(
        default=False,
        description="Whether notebooks may use a GPU; else asking for one is refused.",
    )
    run_ray: str | None = Field(
        default=None,
        description="Address of a Ray cluster that notebooks run on, or `local`; else here.",
    )
    datasets_dir: Path | None = Field(
        default=None,
        description="Folder of files of data sets, which runs may read; none if unset.",
    )
    run_memory_bytes: int = Field(
        default=4 * 1024**3, ge=512 * 1024**2, description="Memory that a notebook run may have."
    )
    worker_concurrency: int = Field(
        default=2, ge=1, le=64, description="Jobs that one worker does at the same time."
    )
    sql_memory_bytes: int = Field(
        default=4 * 1024**3, ge=64 * 1024**2, description="Memory of one tenant's SQL."
    )
    sql_timeout_s: float = Field(
        default=300.0, gt=0, description="Seconds after which a SQL statement is ended."
    )
    model_memory_bytes: int = Field(
        default=2 * 1024**3, ge=64 * 1024**2, description="Memory that loaded models may take."
    )
    nats_url: str | None = Field(
        default=None, description="NATS server that topics with the broker `nats` are relayed to."
    )
    engine_threads: int = Field(
        default=2, ge=1, le=256, description="Threads of SQL and of embedding."
    )
    flight_port: int | None = Field(
        default=None, ge=0, le=65535, description="Port of Arrow Flight; not served unless given."
    )
    flight_certificate: Path | None = Field(
        default=None, description="PEM file of Flight's TLS certificate; with its key, TLS is on."
    )
    flight_private_key: Path | None = Field(
        default=None, description="PEM file of the certificate's key."
    )
    source_roots: str = Field(
        default="", description="Folders, parted by `:`, whose files callers of a server may name."
    )
    message_max_bytes: int = Field(
        default=64 * 1024**2, ge=1024, description="Largest message that the engine's doors take."
    )
    calls_max: int = Field(
        default=64, ge=1, le=1024, description="Engine calls that run together, of all tenants."
    )
    tenant_calls_max: int = Field(
        default=16, ge=1, le=1024, description="Engine calls that run together, of one tenant."
    )
    streams_max: int = Field(
        default=256, ge=1, le=4096, description="Streams and subscriptions that are open together."
    )
    call_timeout_s: float = Field(
        default=600.0, gt=0, description="Seconds after which an engine call is ended."
    )
    log_format: Literal["text", "json"] = Field(default="text", description="Form of log lines.")

    @property
    def model_keys(self) -> dict[str, str]:
        """The keys of model providers that there are, by provider."""
        keys = {"anthropic": self.anthropic_api_key, "openai": self.openai_api_key}
        return {name: key for name, key in keys.items() if key}


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read the settings.

    Raises:
        EvigateError[E_SETTINGS_INVALID]: an unknown name or a value that does not fit; the message
            names it.
    """
    source = os.environ if environment is None else environment
    given = {
        name.removeprefix(PREFIX).lower(): value
        for name, value in source.items()
        if name.startswith(PREFIX) and not name.startswith(FOREIGN)
    }
    shared = {name: source[name.upper()] for name in SHARED_NAMES if source.get(name.upper())}
    data_dir = Path(given.get("data_dir", Settings.model_fields["data_dir"].default)).absolute()
    values: dict[str, Any] = {
        **shared,
        **_read_file(data_dir / FILE_NAME),
        **given,
        "data_dir": data_dir,
    }
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(str(part) for part in first["loc"])
        fault = f"is wrong: {first['msg']}"
        if first["type"] == "extra_forbidden":
            fault = "does not exist"
        message = f"The setting {PREFIX}{name.upper()} {fault}."
        raise EvigateError(E_SETTINGS_INVALID, message) from error


def _read_file(path: Path) -> dict[str, Any]:
    if not path.is_file():
        return {}
    try:
        return tomllib.loads(path.read_text())
    except tomllib.TOMLDecodeError as error:
        raise EvigateError(E_SETTINGS_INVALID, f"{path} is not TOML: {error}.") from error
