"""The verbs on mutable tables and sessions through a handle, and in a tenant's SQL beside sources."""

import pyarrow as pa
import pytest

from evigate.base.errors import EvigateError
from evigate.engine.engine import Engine
from evigate.engine.mutable.verbs import MutableVerbs
from evigate.engine.sessions.verbs import SessionVerbs

SCHEMA = pa.schema([("id", pa.string()), ("n", pa.int64()), ("label", pa.string())])


def test_the_verbs_and_sql_beside_a_source(db: Engine) -> None:
    mutable = MutableVerbs(db.core, db.subject)
    made = mutable.create("labels", SCHEMA, primary_key="id", order_column="n")
    assert (made.row_count, made.schema["n"], made.primary_key) == (0, "int64", ("id",))
    assert mutable.insert("labels", [{"id": f"d{n}", "n": n} for n in range(1000)]) == 1000
    assert mutable.upsert("labels", {"id": "d7", "label": "good"}) == 1
    assert mutable.update("labels", {"label": "bad"}, "n > $1", [997]) == 2
    assert mutable.delete("labels", "n = 0") == 1
    assert mutable.get("labels", "d7") == {"id": "d7", "n": 7, "label": "good"}
    assert mutable.get_many("labels", ["d9", "d0", "d8"])["id"].to_pylist() == ["d9", "d8"]
    assert mutable.scan("labels", where="label = 'bad'", order_by="-n").rows()[0]["n"] == 999
    assert mutable.scan_after("labels", 990, 2, columns=["n"]).read_all()["n"].to_pylist() == [
        991,
        992,
    ]
    before = mutable.version("labels")
    assert mutable.execute("UPDATE labels SET n = n")["count"].to_pylist() == [999]
    assert mutable.version("labels") != before
    assert [table.name for table in mutable.list()] == ["labels"]
    assert mutable.describe("labels").row_count == mutable.count("labels") == 999
    db.sources.add("docs", pa.table({"id": ["d7", "d8", "dx"], "text": ["a", "b", "c"]}), key="id")
    found = db.sql("SELECT docs.text, n FROM docs JOIN Labels USING (id) WHERE n < 8")
    assert found.to_pylist() == [{"text": "a", "n": 7}]
    names = db.sql("SELECT table_name FROM information_schema.tables")["table_name"].to_pylist()
    assert {"docs", "labels"} <= set(names)
    with mutable.transaction() as tx:
        tx.insert("labels", {"id": "new", "n": 5000})
        assert tx.count("labels") == 1000
    assert mutable.drop("labels") and not mutable.drop("labels", if_exists=True)
    with pytest.raises(EvigateError):
        mutable.drop("labels")
    with pytest.raises(EvigateError):
        db.sql("SELECT * FROM labels")


def test_a_session_is_not_in_sql_and_ends_with_the_engine(db: Engine) -> None:
    with SessionVerbs(db.core, db.subject).open(timeout_s=60) as session:
        session.create_table("scratch", SCHEMA, primary_key="id")
        session.insert("scratch", {"id": "a"})
        assert session.sql("SELECT id FROM {scratch}")["id"].to_pylist() == ["a"]
        db.sources.add("docs", pa.table({"id": ["a", "b"], "text": ["x", "y"]}), key="id")
        found = session.sql(
            "SELECT text FROM {scratch} JOIN docs USING (id) WHERE id = $k", {"k": "a"}
        )
        assert found.to_pylist() == [{"text": "x"}]
        assert MutableVerbs(db.core, db.subject).list() == []
        with pytest.raises(EvigateError):
            db.sql("SELECT * FROM scratch")
