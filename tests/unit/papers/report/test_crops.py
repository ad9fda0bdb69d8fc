"""The pictures of a claim's place: one a line, cut where the claim is, outlined."""

import base64
import io
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from PIL import Image
from tests.fixtures.papers import wine_paper

from evigate.base.ids import ClaimId, PaperId
from evigate.evidence import Box
from evigate.papers.models import Claim, ClaimDraft
from evigate.papers.report.crops import (
    MARGIN_X_POINTS,
    MARGIN_Y_POINTS,
    OUTLINE,
    REGIONS_MAX,
    SCALE,
    draw_regions,
    regions_of,
)

PAPER = PaperId(UUID(int=1))


def claim(number: int, box: Box, page: int = 1) -> Claim:
    draft = ClaimDraft(
        dataset=None,
        split=None,
        metric="accuracy",
        value=Decimal("98.9"),
        units="%",
        method=None,
        is_own_method=True,
        source_citation="Table 1, p.1",
        page=page,
        box=box,
        quote="98.9",
        confidence=0.9,
    )
    return Claim(ClaimId(UUID(int=number)), PAPER, number, draft, datetime(2026, 1, 1, tzinfo=UTC))


def test_claims_on_one_line_share_a_region_and_stand_left_to_right() -> None:
    right = claim(1, Box(300, 100, 320, 110))
    left = claim(2, Box(100, 101, 120, 111))
    below = claim(3, Box(100, 120, 120, 130))
    other_page = claim(4, Box(100, 100, 120, 110), page=2)
    regions = regions_of([other_page, below, right, left])
    assert [[each.position for each in region.claims] for region in regions] == [[2, 1], [3], [4]]
    assert regions[0].box == Box(100, 100, 320, 111)
    assert regions_of([]) == []


def test_a_picture_is_the_place_with_its_margins_and_an_outline() -> None:
    box = Box(200, 300, 240, 310)
    (region,) = regions_of([claim(7, box)])
    pictures = draw_regions(wine_paper(), [region])
    data = pictures[UUID(int=7)].removeprefix("data:image/png;base64,")
    image = Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")
    # 40 points and twice 110 across, 10 and twice 26 down, within rounding to whole pixels.
    assert abs(image.width - (40 + 2 * MARGIN_X_POINTS) * SCALE) <= 2
    assert abs(image.height - (10 + 2 * MARGIN_Y_POINTS) * SCALE) <= 2
    # The outline's left side: 110 - 1.5 points from the left, at mid height.
    x, y = round((MARGIN_X_POINTS - 1.5) * SCALE), image.height // 2
    colour = image.getpixel((x, y))
    assert isinstance(colour, tuple)
    assert max(abs(a - b) for a, b in zip(colour, OUTLINE, strict=True)) < 40


def test_a_place_at_the_pages_edge_is_cut_there_and_too_many_have_no_picture() -> None:
    corner = claim(1, Box(0, 0, 10, 10))
    far = [
        claim(2 + index, Box(5, 20 + 5 * index, 10, 24 + 5 * index)) for index in range(REGIONS_MAX)
    ]
    pictures = draw_regions(wine_paper(), regions_of([corner, *far]))
    assert len(pictures) == REGIONS_MAX and corner.id in pictures
