"""OpenML, UCI and Hugging Face, as a server on this machine answers in their place."""

import asyncio
import io
import json
from collections.abc import AsyncIterator

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from evigate.base.errors import EvigateError
from evigate.evidence import fetch_url
from evigate.papers.datasets.packing import unpack
from evigate.papers.datasets.remote import Repositories, arff_to_csv, fetch_dataset

ARFF = b"""% a comment
@relation irises
@ATTRIBUTE 'petal length' REAL
@attribute width NUMERIC
@attribute class {setosa,'two words'}
@data
1.4,0.2,setosa
?,0.3,setosa
4.7,1.4,'two words'
5.1,1.5,'two words'
"""


def parquet(texts: list[str], labels: list[int]) -> bytes:
    out = io.BytesIO()
    pq.write_table(pa.table({"sentence": texts, "label": labels}), out)
    return out.getvalue()


def answers(base: str) -> dict[str, bytes]:
    said = {
        "name": "irises",
        "licence": "Public",
        "url": f"{base}/irises.arff",
        "default_target_attribute": "class",
    }
    uci = {
        "name": "Little",
        "data_url": f"{base}/little.csv",
        "variables": [
            {"name": "a", "role": "Feature"},
            {"name": "id", "role": "ID"},
            {"name": "k", "role": "Target"},
        ],
    }
    files = {"default": {"train": [f"{base}/train.parquet"], "test": [f"{base}/test.parquet"]}}
    return {
        "/api/v1/json/data/61": json.dumps({"data_set_description": said}).encode(),
        "/irises.arff": ARFF,
        "/api/dataset?id=53": json.dumps({"data": uci}).encode(),
        "/little.csv": b"id,a,k\n7,1,x\n8,2,y\n",
        "/api/datasets/owner/set": json.dumps({"cardData": {"license": "mit"}}).encode(),
        "/api/datasets/owner/set/parquet": json.dumps(files).encode(),
        "/train.parquet": parquet(["good", "bad"], [1, 0]),
        "/test.parquet": parquet(["fine", "hidden"], [1, -1]),
        "/api/v1/json/data/9": b"<html>busy</html>",
    }


@pytest.fixture
async def base() -> AsyncIterator[str]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        body = answers(root).get(head.split()[1].decode())
        status = b"200 OK" if body is not None else b"404 Not Found"
        length = len(body or b"")
        writer.write(b"HTTP/1.1 %b\r\nContent-Length: %d\r\n\r\n%b" % (status, length, body or b""))
        writer.close()

    server = await asyncio.start_server(handle, "127.0.0.1", 0)
    root = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    yield root
    server.close()


async def get(url: str) -> bytes:
    return await fetch_url(url, max_bytes=100_000, rule=lambda address, port: True)


async def test_openml_gives_a_table_with_its_target(base: str) -> None:
    made = await fetch_dataset("openml:61", "irises", get, Repositories(openml=base))
    assert made.entry.classes == ("setosa", "two words") and made.entry.rows == 3
    assert made.entry.licence == "PDDL-1.0" and made.entry.source == "OpenML 61"
    assert unpack(made.content)["X"].tolist() == [[1.4, 0.2], [4.7, 1.4], [5.1, 1.5]]


async def test_uci_gives_the_features_that_it_names(base: str) -> None:
    made = await fetch_dataset("uci:53", "little", get, Repositories(uci=base))
    assert made.entry.columns == ("a",) and made.entry.classes == ("x", "y")
    assert made.entry.licence == "CC-BY-4.0"


async def test_hugging_face_gives_texts_with_their_split(base: str) -> None:
    made = await fetch_dataset("huggingface:owner/set", "hf", get, Repositories(huggingface=base))
    arrays = unpack(made.content)
    assert arrays["text"].tobytes().decode().split("\0") == ["good", "bad", "fine"]
    assert arrays["split"].tolist() == [0, 0, 1] and arrays["y"].tolist() == [1, 0, 1]
    assert made.entry.has_fixed_split and made.entry.licence == "MIT"


@pytest.mark.parametrize(
    ("reference", "code"),
    [
        ("openml:9", "E_DATASET_INVALID"),
        ("openml:404", "E_FETCH_FAILED"),
        ("kaggle:x", "E_DATASET_INVALID"),
        ("openml:", "E_DATASET_INVALID"),
    ],
)
async def test_what_goes_wrong_has_a_code(base: str, reference: str, code: str) -> None:
    with pytest.raises(EvigateError) as caught:
        await fetch_dataset(reference, "x", get, Repositories(openml=base))
    assert caught.value.code.name == code


def test_sparse_arff_is_not_taken_for_dense() -> None:
    with pytest.raises(EvigateError, match="Sparse"):
        arff_to_csv(b"@attribute a real\n@data\n{0 1}\n")
