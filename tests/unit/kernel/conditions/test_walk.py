"""Walking a condition: every test in it, under any connective."""

from evigate.kernel.conditions import parse_condition, walk_tests


def test_each_test_is_met_once_in_order() -> None:
    condition = parse_condition(
        {"a.b": 1, "$or": [{"c": {"$gt": 2, "$lt": 9}}, {"$nor": [{"d": {"$in": [1]}}]}], "e": None}
    )
    found = [(".".join(each.path), each.operator) for each in walk_tests(condition)]
    assert sorted(found) == [("a.b", "$eq"), ("c", "$gt"), ("c", "$lt"), ("d", "$in"), ("e", "$eq")]


def test_what_is_always_true_holds_no_test() -> None:
    assert list(walk_tests(parse_condition(None))) == []
    elements = parse_condition({"list": {"$elemMatch": {"x": 1}}})
    assert [each.operator for each in walk_tests(elements)] == ["$elemMatch"]
