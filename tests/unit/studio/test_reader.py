"""What a model says of a message is believed only as far as the message bears it out."""

from evigate.studio import fields
from evigate.studio.extraction import extract
from evigate.studio.reader import ReadClaim, verified

TEXT = "A shop for tea. No login. We sell 40 kinds of tea to cafés."


def test_a_quote_that_is_no_literal_part_is_refused() -> None:
    offline = extract(TEXT)
    good = ReadClaim(
        field_path=fields.JOBS, value="sell tea to cafés", quote="sell 40 kinds of tea to cafés"
    )
    claims = [
        good,
        ReadClaim(field_path=fields.JOBS, value="deliver tea", quote="deliver tea"),
        ReadClaim(field_path=fields.JOBS, value="sell", quote="SELL 40 kinds"),
        ReadClaim(field_path="made.up", value="x", quote="A shop for tea"),
        ReadClaim(field_path=fields.FEATURES, value="login", quote="No login"),
    ]
    found = verified(claims, TEXT, offline)
    added = [each for each in found if each not in offline.claims]
    assert [(each.value, each.quote) for each in added] == [(good.value, good.quote)]
    assert all(TEXT[each.start : each.end] == each.quote for each in found)
    assert added[0].confidence < 0.7
