"""The Flight door: a stock client of Flight SQL, its metadata, limits, TLS, and two tenants."""

import datetime
import gc
import threading
from collections.abc import Iterator
from pathlib import Path

import adbc_driver_flightsql.dbapi as flight_sql
import pyarrow as pa
import pytest
from adbc_driver_flightsql import DatabaseOptions
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pyarrow import flight
from tests.integration.engine.conftest import documents

import evigate
from evigate.base.errors import EvigateError
from evigate.base.subject import Subject
from evigate.boot import House
from evigate.engine.core import Core
from evigate.engine.engine import Engine
from evigate.engine.server.calls import Calls, ServerLimits
from evigate.engine.server.codec import pack
from evigate.engine.server.flight import FlightDoor, Listen
from evigate.engine.server.messages import read_command, write_command


@pytest.fixture
def calls(core: Core) -> Iterator[Calls]:
    made = Calls(core)
    yield made
    made.close()


@pytest.fixture
def door(calls: Calls) -> Iterator[FlightDoor]:
    made = FlightDoor(calls, Listen())
    yield made
    made.shutdown()


@pytest.fixture
async def token(house: House, owner: Subject) -> str:
    return (await house.tenancy.create_token(owner, "flight"))[1]


@pytest.fixture
async def other_token(house: House, stranger: Subject) -> str:
    return (await house.tenancy.create_token(stranger, "flight"))[1]


def stock(door: FlightDoor, token: str) -> flight_sql.Connection:
    options = {DatabaseOptions.AUTHORIZATION_HEADER.value: f"Bearer {token}"}
    return flight_sql.connect(door.address, db_kwargs=options, autocommit=True)


def test_a_stock_client_asks_and_binds(door: FlightDoor, db: Engine, token: str) -> None:
    db.sources.add("docs", documents(50), key="id")
    with stock(door, token) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT id, year FROM docs ORDER BY id")
        table = cursor.fetch_arrow_table()
        assert table.num_rows == 50
        assert table.column_names == ["id", "year"]
        cursor.execute("SELECT count(*) FROM docs WHERE year >= ? AND id <> ?", (1960, "d0049"))
        assert cursor.fetchone() == (29,)
        cursor.execute("SELECT sum(i) FROM range(1000000) t(i)")
        assert cursor.fetchone() == (499999500000,)
        with pytest.raises(Exception, match="E_SQL_UNKNOWN_RELATION"):
            cursor.execute("SELECT * FROM nowhere")
            cursor.fetchall()


def test_a_prepared_statement_runs_for_each_row_of_parameters(
    door: FlightDoor, db: Engine, token: str
) -> None:
    when = datetime.datetime(2020, 1, 2, 3, 4, 5, tzinfo=datetime.UTC)
    with stock(door, token) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT ? AS a, ? AS b, ? AS c", ("x", 1.5, when))
        assert cursor.fetchone() == ("x", 1.5, when)
        statement = cursor.adbc_statement
        statement.set_sql_query("SELECT $n * 2 AS twice")
        statement.prepare()
        statement.bind(pa.record_batch({"n": [1, 2, 3]}))
        stream, _ = statement.execute_query()
        rows = pa.RecordBatchReader._import_from_c_capsule(stream.__arrow_c_stream__()).read_all()
        assert rows.to_pydict() == {"twice": [2, 4, 6]}


def test_a_stock_client_learns_what_there_is(
    door: FlightDoor, db: Engine, other: Engine, token: str
) -> None:
    db.sources.add("docs", documents(3), key="id")
    db.index("docs", columns=["title"])
    db.topics.register("events", pa.schema([("n", pa.int64())]))
    other.sources.add("theirs", documents(3), key="id")
    with stock(door, token) as connection:
        info = connection.adbc_get_info()
        assert info["vendor_name"] == "Evigate"
        assert sorted(connection.adbc_get_table_types()) == ["mutable", "source", "table", "topic"]
        found = connection.adbc_get_objects(depth="columns").read_all().to_pylist()
        (catalog,) = found
        assert catalog["catalog_name"] == "evigate"
        (schema,) = catalog["catalog_db_schemas"]
        tables = {each["table_name"]: each for each in schema["db_schema_tables"]}
        assert sorted(tables) == ["docs", "docs_words", "events"]
        columns = [each["column_name"] for each in tables["docs"]["table_columns"]]
        assert columns == ["id", "title", "text", "year"]
        only = connection.adbc_get_objects(depth="tables", table_name_filter="doc%").read_all()
        names = only.to_pylist()[0]["catalog_db_schemas"][0]["db_schema_tables"]
        assert sorted(each["table_name"] for each in names) == ["docs", "docs_words"]
        schema = connection.adbc_get_table_schema("docs")
        assert schema.names == ["id", "title", "text", "year"]
        with connection.cursor() as cursor:
            cursor.adbc_statement.set_sql_query("SELECT year FROM docs")
            columns = pa.Schema._import_from_c_capsule(
                cursor.adbc_statement.execute_schema().__arrow_c_schema__()
            )
            assert columns.names == ["year"]


def test_a_stock_client_streams_and_cancels(door: FlightDoor, token: str) -> None:
    with stock(door, token) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT i, i % 7 AS m FROM range(1000000) t(i)")
        reader = cursor.fetch_record_batch()
        assert sum(batch.num_rows for batch in reader) == 1_000_000
        cursor.execute("SELECT 1 AS one UNION ALL SELECT 2 ORDER BY one")
        assert cursor.fetchall() == [(1,), (2,)]
    client = flight.connect(door.address)
    options = flight.FlightCallOptions(headers=[(b"authorization", f"Bearer {token}".encode())])
    slow = "SELECT count(*) AS n FROM range(100000000000) t(i) WHERE i % 7 = 3"
    command = write_command("CommandStatementQuery", {1: slow})
    info = client.get_flight_info(flight.FlightDescriptor.for_command(command), options)
    answers: list[bytes] = []

    def cancel() -> None:
        body = write_command("ActionCancelQueryRequest", {1: info.serialize()})
        for part in client.do_action(flight.Action("CancelQuery", body), options):
            answers.append(part.body.to_pybytes())

    threading.Timer(0.4, cancel).start()
    with pytest.raises(flight.FlightServerError, match="E_SQL_CANCELLED"):
        client.do_get(info.endpoints[0].ticket, options).read_all()
    while not answers:
        threading.Event().wait(0.05)
    assert read_command(answers[0]).fields == {1: [1]}


def test_wide_rows_come_in_messages_that_a_stock_client_takes(
    door: FlightDoor, db: Engine, token: str
) -> None:
    """24,000 vectors of 384 floats are 37 MB; such a client takes 16 MiB at once by default."""
    wide = "SELECT i, [i::float for _ in range(384)] AS v FROM range(24000) t(i)"
    with stock(door, token) as connection, connection.cursor() as cursor:
        cursor.execute(wide)
        found = cursor.fetch_arrow_table()
    assert found.num_rows == 24_000
    assert found["v"][23_999][383].as_py() == 23_999.0
    with evigate.connect(door.address, token=token) as far:
        assert far.sql(wide).equals(found.cast(far.sql(wide).schema))


def test_a_name_and_password_become_a_bearer(door: FlightDoor, token: str) -> None:
    with (
        flight_sql.connect(
            door.address, db_kwargs={"username": "anyone", "password": token}, autocommit=True
        ) as connection,
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
    client = flight.connect(door.address)
    for user, password in (("u", "nonsense"), ("", "")):
        with pytest.raises(flight.FlightUnauthenticatedError, match="E_UNAUTHENTICATED"):
            client.authenticate_basic_token(user, password)


def test_nothing_is_told_without_a_token(door: FlightDoor, db: Engine) -> None:
    client = flight.connect(door.address)
    for body in (b"", b"EVG1", write_command("CommandGetCatalogs", {})):
        with pytest.raises(flight.FlightUnauthenticatedError, match="E_UNAUTHENTICATED"):
            client.do_get(flight.Ticket(body)).read_all()
    with pytest.raises(flight.FlightUnauthenticatedError):
        list(client.do_action(flight.Action("evigate.who", b"")))


def test_malformed_messages_are_refused_by_name(door: FlightDoor, token: str) -> None:
    client = flight.connect(door.address)
    options = flight.FlightCallOptions(headers=[(b"authorization", f"Bearer {token}".encode())])
    bad = [
        b"",
        b"\xff" * 40,
        b"EVG1" + b"\xff" * 20,
        b"EVG1" + (5).to_bytes(8, "big") + b"[1,2]",
        write_command("TicketStatementQuery", {1: b"not json"}),
        write_command("CommandStatementSubstraitPlan", {1: b""}),
    ]
    for body in bad:
        with pytest.raises(flight.FlightServerError, match="E_WIRE_"):
            client.do_get(flight.Ticket(body), options).read_all()
    with pytest.raises(flight.FlightServerError, match="E_WIRE_UNSUPPORTED"):
        list(client.do_action(flight.Action("nonsense", b""), options))
    packed = pack({"verb": "no.such", "arguments": {}})
    with pytest.raises(flight.FlightServerError, match="E_VERB_MISSING"):
        list(client.do_action(flight.Action("evigate.verb", packed), options))
    packed = pack({"verb": "sources.describe", "arguments": {"nome": "x"}})
    with pytest.raises(flight.FlightServerError, match="'name' is missing"):
        list(client.do_action(flight.Action("evigate.verb", packed), options))


def test_two_tenants_stock_clients_at_once(
    door: FlightDoor, db: Engine, other: Engine, token: str, other_token: str
) -> None:
    db.sources.add("docs", documents(6), key="id")
    other.sources.add("docs", documents(4), key="id")
    wrong: list[object] = []

    def ask(of: str, wanted: int) -> None:
        with stock(door, of) as connection, connection.cursor() as cursor:
            for _ in range(25):
                cursor.execute("SELECT count(*) FROM docs WHERE year > ?", (0,))
                if (found := cursor.fetchone()) != (wanted,):
                    wrong.append(found)

    pairs = ((token, 6), (other_token, 4), (token, 6), (other_token, 4))
    threads = [threading.Thread(target=ask, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_handle_of_anothers_statement_shows_ones_own_rows(
    door: FlightDoor, db: Engine, other: Engine, token: str, other_token: str
) -> None:
    db.sources.add("docs", documents(6), key="id")
    client = flight.connect(door.address)
    mine, theirs = (
        flight.FlightCallOptions(headers=[(b"authorization", f"Bearer {each}".encode())])
        for each in (token, other_token)
    )
    command = write_command("CommandStatementQuery", {1: "SELECT count(*) FROM docs"})
    info = client.get_flight_info(flight.FlightDescriptor.for_command(command), mine)
    ticket = info.endpoints[0].ticket
    with pytest.raises(flight.FlightServerError, match="E_SQL_UNKNOWN_RELATION"):
        client.do_get(ticket, theirs).read_all()
    assert client.do_get(ticket, mine).read_all().num_rows == 1


def test_tls_is_served_with_a_certificate(calls: Calls, token: str, tmp_path: Path) -> None:
    certificate, key = self_signed(tmp_path)
    door = FlightDoor(calls, Listen(certificate=certificate, private_key=key))
    try:
        port = door.address.rpartition(":")[2]
        url = f"grpc+tls://localhost:{port}?ca={certificate}"
        with evigate.connect(url, token=token) as far:
            assert far.sources.list() == []
        options = {
            DatabaseOptions.AUTHORIZATION_HEADER.value: f"Bearer {token}",
            DatabaseOptions.TLS_ROOT_CERTS.value: certificate.read_text(),
        }
        with (
            flight_sql.connect(f"grpc+tls://localhost:{port}", options, autocommit=True) as stock_,
            stock_.cursor() as cursor,
        ):
            cursor.execute("SELECT 7")
            assert cursor.fetchone() == (7,)
        with pytest.raises(EvigateError, match="E_SERVER_UNREACHABLE"):
            evigate.connect(f"grpc://localhost:{port}", token=token)
    finally:
        door.shutdown()
    with pytest.raises(EvigateError, match="E_FLIGHT_LISTEN"):
        FlightDoor(calls, Listen(certificate=tmp_path / "none", private_key=key))


def self_signed(folder: Path) -> tuple[Path, Path]:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return certificate, private


def test_a_stream_that_nobody_reads_frees_its_place(core: Core, db: Engine, owner: Subject) -> None:
    calls = Calls(core, ServerLimits(streams_max=2))
    for _ in range(5):
        stream = calls.open(owner, "sql_stream", {"text": "SELECT 1 AS one"}, door="test")
        del stream
        gc.collect()
    kept = [calls.open(owner, "sql_stream", {"text": "SELECT 1"}, door="test") for _ in range(2)]
    with pytest.raises(EvigateError, match="E_SERVER_STREAMS"):
        calls.open(owner, "sql_stream", {"text": "SELECT 1"}, door="test")
    for each in kept:
        assert sum(batch.num_rows for batch in each) == 1
    calls.open(owner, "sql_stream", {"text": "SELECT 1"}, door="test").close()
    calls.close()


def test_the_end_of_a_server_ends_its_calls(core: Core, owner: Subject) -> None:
    calls = Calls(core)
    slow = "SELECT count(*) FROM range(100000000000) t(i) WHERE i % 7 = 3"
    call = calls.start(owner, "sql", {"text": slow}, door="test")
    threading.Event().wait(0.3)
    calls.close()
    with pytest.raises(EvigateError, match="E_SQL_CANCELLED"):
        call.result(10.0)
    with pytest.raises(EvigateError, match="E_ENGINE_CLOSED"):
        calls.start(owner, "sources.list", {}, door="test")
