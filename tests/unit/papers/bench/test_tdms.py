"""Leaderboards from parsed tables: reading, evidence, learning, and what is counted."""

import io
import json
import tarfile
from decimal import Decimal
from pathlib import Path

import pytest

from evigate.base.errors import EvigateError
from evigate.papers.bench.tdms import bench_tdms
from evigate.papers.bench.tdms_data import Board, number_of, read_corpus
from evigate.papers.bench.tdms_evidence import Taxonomy, names_of, usual_score
from evigate.papers.errors import E_BENCH_GOLD_INVALID, E_BENCH_GOLD_MISSING

SQUAD = Board("question_answering", "SQuAD", "F1")
SQUAD_EM = Board("question_answering", "SQuAD", "EM")


def corpus_folder(folder: Path, *, train: int = 10, test: int = 6) -> Path:
    """Papers with one table each: two baselines and our model, F1 and EM on SQuAD.

    Paper 0 is in both splits; the annotations give our model's scores.
    """
    (folder / "annotations").mkdir()
    lines = []
    with tarfile.open(folder / "parsed_text_tables.tar.gz", "w:gz") as archive:
        for number in range(train + test):
            f1, em = f"{80 + number / 10:.1f}", f"{70 + number / 10:.1f}"
            lines.append(
                f"p{number}.pdf\tquestion_answering#SQuAD#F1#{f1}$question_answering#SQuAD#EM#{em}"
                "$question_answering#SQuAD#Number of params#3"
            )
            add(archive, f"pdfFile_table/p{number}.json", json.dumps([table(f1, em)]))
            add(archive, f"pdfFile_txt/p{number}.txt", TEXT)
    (folder / "annotations" / "resultsAnnotation.tsv").write_text("\n".join(lines))
    names = [f"p{number}.pdf" for number in range(train + test)]
    (folder / "split_train_score_ids.txt").write_text("\n".join(names[:train]))
    (folder / "split_test_score_ids.txt").write_text("\n".join([names[0], *names[train:]]))
    return folder


TEXT = (
    "section: title\nReading Nets\nsection: abstract\nQuestion answering on SQuAD.\nsection: 1\nQA."
)


def table(f1: str, em: str) -> dict[str, object]:
    rows = (("Wang et al. 2016", "61.2", "50.9"), ("Seo et al. 2017", "77.3", "67.7"))
    cells = [
        cell(value, row, column, is_bold=False)
        for row, *values in rows
        for value, column in zip(values, ("F1", "EM"), strict=True)
    ]
    cells += [cell(f1, "Our model", "F1", is_bold=True), cell(em, "Our model", "EM", is_bold=True)]
    return {"caption": "Table 1: Results on the SQuAD test set.", "numberCells": cells}


def cell(value: str, row: str, column: str, *, is_bold: bool) -> dict[str, object]:
    return {
        "number": value, "isBolded": is_bold, "associatedRows": [row],
        "associatedColumns": [column], "associatedMergedColumns": [],
    }  # fmt: skip


def add(archive: tarfile.TarFile, name: str, text: str) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(text.encode())
    archive.addfile(info, io.BytesIO(text.encode()))


def test_a_paper_of_both_splits_is_for_training(tmp_path: Path) -> None:
    corpus = read_corpus(corpus_folder(tmp_path))
    assert "p0" in corpus.train
    assert "p0" not in corpus.test
    assert len(corpus.test) == 6
    assert corpus.boards == (SQUAD_EM, SQUAD)


def test_results_are_learnt_and_scored(tmp_path: Path) -> None:
    report = bench_tdms(read_corpus(corpus_folder(tmp_path)))
    micro = report["test"]["tdms"]["micro"]
    assert (micro["right"], micro["said"], micro["wanted"]) == (12, 12, 12)
    # The size of the model is annotated, too, and is no result of the taxonomy.
    assert report["test"]["annotated_scores"] == 18
    assert report["test"]["tdms_of_all_annotated"]["recall"] == pytest.approx(12 / 18)
    assert report["test"]["without_text"] == 0


def test_papers_that_were_not_parsed_are_named_and_count_as_wanted(tmp_path: Path) -> None:
    folder = corpus_folder(tmp_path)
    with (folder / "split_test_score_ids.txt").open("a") as file:
        file.write("\ngone.pdf\n")
    with (folder / "annotations" / "resultsAnnotation.tsv").open("a") as file:
        file.write("\ngone.pdf\tquestion_answering#SQuAD#F1#91.0")
    report = bench_tdms(read_corpus(folder))
    assert report["test"]["not_parsed"] == ["gone"]
    assert report["test"]["tdms"]["micro"]["wanted"] == 13


def test_missing_and_broken_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(EvigateError, match=r"resultsAnnotation\.tsv") as missing:
        read_corpus(tmp_path)
    assert missing.value.code is E_BENCH_GOLD_MISSING
    folder = corpus_folder(tmp_path)
    (folder / "annotations" / "resultsAnnotation.tsv").write_text("p1.pdf\tno triple")
    with pytest.raises(EvigateError, match="line 1") as broken:
        read_corpus(folder)
    assert broken.value.code is E_BENCH_GOLD_INVALID


def test_numbers_are_read_as_printed() -> None:
    assert number_of("1,234.5") == Decimal("1234.5")
    assert number_of("46M") == 46
    assert number_of("-") is None


def test_sibling_boards_are_told_apart_by_the_rest_of_the_metric() -> None:
    board = Board("language_modeling", "Penn Treebank", "Test perplexity")
    other = Board("language_modeling", "Penn Treebank", "Validation perplexity")
    taxonomy = Taxonomy([board, other])
    assert names_of(board).qualifiers == ("test",)
    assert names_of(board).is_lower_better
    assert taxonomy.qualifiers[board[:2]] == {"test", "validation"}


def test_usual_scores_are_known_where_enough_papers_tell() -> None:
    usual = usual_score(names_of(Board("dependency_parsing", "Penn Treebank", "UAS")))
    assert usual is not None
    # The mean of logarithms: unlabelled attachment stands in the nineties.
    assert 4.4 < usual[0] < 4.61
    assert usual_score(names_of(Board("summarization", "Gigaword", "ROUGE-1"))) is None
