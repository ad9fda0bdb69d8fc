"""Pictures of the places where claims are printed, small enough to travel inside one file.

Claims on one line of a page share a picture in which each is outlined, so a table's row is drawn
once, however many numbers it holds.
"""

import base64
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from PIL import Image, ImageDraw

from evigate.evidence import Box, render_page
from evigate.papers.models import Claim

SCALE = 2.2
# Papers with many results get smaller pictures, and beyond the last bound none, so that the file
# stays below about 3 MB: a line takes 5 to 15 kB.
SMALL_FROM = 100
SMALL_SCALE = 1.2
REGIONS_MAX = 300
SAME_LINE_POINTS = 3.0
MARGIN_X_POINTS = 110.0
MARGIN_Y_POINTS = 26.0
COLOURS = 24
OUTLINE = (171, 49, 40)


@dataclass(frozen=True, slots=True)
class Region:
    """Claims on one line of one page, left to right as they come."""

    page: int
    claims: tuple[Claim, ...]

    @property
    def box(self) -> Box:
        """The smallest rectangle that holds every claim's."""
        boxes = [claim.draft.box for claim in self.claims]
        return Box(
            min(box.x0 for box in boxes),
            min(box.y0 for box in boxes),
            max(box.x1 for box in boxes),
            max(box.y1 for box in boxes),
        )


def regions_of(claims: Sequence[Claim]) -> list[Region]:
    """Group claims by page and line, in the order of the pages, from top to bottom."""
    lines: list[list[Claim]] = []
    for claim in sorted(claims, key=lambda each: (each.draft.page, each.draft.box.y0)):
        last = lines[-1][-1].draft if lines else None
        draft = claim.draft
        if (
            last is not None
            and last.page == draft.page
            and abs(last.box.y0 - draft.box.y0) <= SAME_LINE_POINTS
        ):
            lines[-1].append(claim)
        else:
            lines.append([claim])
    return [
        Region(line[0].draft.page, tuple(sorted(line, key=lambda each: each.draft.box.x0)))
        for line in lines
    ]


def draw_regions(pdf: bytes, regions: Sequence[Region]) -> Mapping[UUID, str]:
    """Return a PNG data URI by the id of each region's first claim; blocking.

    Pages are rendered once each; regions beyond `REGIONS_MAX` have no picture.
    """
    scale = SCALE if len(regions) <= SMALL_FROM else SMALL_SCALE
    pictures: dict[UUID, str] = {}
    page_number, page = 0, None
    for region in regions[:REGIONS_MAX]:
        if page is None or region.page != page_number:
            page_number = region.page
            page = Image.open(io.BytesIO(render_page(pdf, page_number, scale=scale))).convert("RGB")
        pictures[region.claims[0].id] = _picture(page, region, scale)
    return pictures


def _picture(page: Image.Image, region: Region, scale: float) -> str:
    box = region.box
    left = max(0, int((box.x0 - MARGIN_X_POINTS) * scale))
    top = max(0, int((box.y0 - MARGIN_Y_POINTS) * scale))
    right = min(page.width, int((box.x1 + MARGIN_X_POINTS) * scale) + 1)
    bottom = min(page.height, int((box.y1 + MARGIN_Y_POINTS) * scale) + 1)
    image = page.crop((left, top, max(right, left + 1), max(bottom, top + 1)))
    pen = ImageDraw.Draw(image)
    for claim in region.claims:
        place = claim.draft.box
        pen.rectangle(
            (
                (place.x0 - 1.5) * scale - left,
                (place.y0 - 1.5) * scale - top,
                (place.x1 + 1.5) * scale - left,
                (place.y1 + 1.5) * scale - top,
            ),
            outline=OUTLINE,
            width=2,
        )
    buffer = io.BytesIO()
    image.quantize(COLOURS).save(buffer, format="PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
