"""The Flight door: a stock client of Flight SQL, its metadata, limits, TLS, and two tenants."""

from collections.abc import Iterator

import adbc_driver_flightsql.dbapi as flight_sql
import pytest
from adbc_driver_flightsql import DatabaseOptions
from tests.integration.engine.conftest import documents

from evigate.base.subject import Subject
from evigate.boot import House
from evigate.engine.core import Core
from evigate.engine.engine import Engine
from evigate.engine.server.calls import Calls
from evigate.engine.server.flight import FlightDoor, Listen


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
