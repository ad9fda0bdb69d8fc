"""Whatever a page looks like, claims stand where they say, and nothing fails."""

import random

import pytest
from tests.unit.evidence.minimal_pdf import Text, make_pdf

from evigate.evidence import quote_is_on_page, read_pdf
from evigate.papers.claims import extract_claims

PAGE = (
    "Table 1: 2. Model SVM 93.5 81.2% - Accuracy F1 (a) ours [3] (2017) Cora / \u00b1 0.5 CIFAR-10 "
    "Figure the of with 1% 10% 100% test dev +0.8 x 84.8/88.9 # 12 + 24 Params (M) & e.g. et al. "
    "N/A Abstract"
)
WORDS = PAGE.split()


def scattered(chance: random.Random) -> list[Text]:
    columns = [72 + chance.randint(20, 70) * index for index in range(chance.randint(1, 8))]
    texts: list[Text] = []
    y = 60.0
    for _ in range(chance.randint(1, 25)):
        if chance.random() < 0.15:
            words = " ".join(chance.choices(WORDS, k=chance.randint(1, 9)))
            texts.append(Text(72, y, f"Table {chance.randint(1, 4)}: {words}", 9))
        else:
            for x in columns:
                words = " ".join(chance.choices(WORDS, k=chance.choice([1, 1, 1, 2, 3])))
                shift = chance.choice([0, 0, 0, 0, 4, -3])
                texts.append(Text(x, y + shift, words, chance.choice([9, 9, 9, 6, 12])))
        y += chance.choice([6, 11, 12, 20, 30])
    return texts


@pytest.mark.parametrize("seed", range(60))
def test_claims_of_scattered_words(seed: int) -> None:
    texts = scattered(random.Random(seed))
    document = read_pdf(make_pdf([texts, texts[::-1]]))
    for claim in extract_claims(document):
        page = document.pages[claim.page - 1]
        assert quote_is_on_page(page, claim.quote)
        assert 0 < claim.confidence < 1
        assert -1 <= claim.box.x0 < claim.box.x1
        assert -1 <= claim.box.y0 < claim.box.y1 <= page.height + 1
