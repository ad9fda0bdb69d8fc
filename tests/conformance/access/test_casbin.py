"""Casbin's examples, translated into policies of ours: the same answers.

A line of a Casbin policy and the model's matcher become one policy with a condition; what Casbin
computes from its grouping lines (who has which role, in which domain) is data, as our grants are.
Effects become priorities: "some allow" and "and none denies" are ours at one priority, the first
match and the nearest role are a priority for each line.
"""

import ast
import configparser
import csv
import json
import re
from collections import defaultdict
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from evigate.base.errors import EvigateError
from evigate.kernel.policies import Policy, PolicyDraft, Question, decide, parse_policy

FOLDER = Path(__file__).parent / "casbin"
CASES: list[dict[str, Any]] = json.loads((FOLDER / "expected.json").read_text())
NOW = datetime(2026, 1, 1, tzinfo=UTC)
Lines = dict[str, list[list[str]]]


@cache
def model(name: str) -> configparser.ConfigParser:
    found = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    found.read_string((FOLDER / name).read_text())
    return found


@cache
def lines(name: str) -> Lines:
    found: Lines = defaultdict(list)
    for row in csv.reader((FOLDER / name).read_text().splitlines(), skipinitialspace=True):
        if row:
            found[row[0]].append([each.strip() for each in row[1:]])
    return found


def reached(edges: list[list[str]], start: str) -> list[dict[str, str]]:
    """Every role that a name has, through others too, with the domain if there is one."""
    found, waiting = [], [(start, "")]
    while waiting:
        name, domain = waiting.pop()
        for edge in edges:
            within = edge[2] if len(edge) > 2 else ""
            if edge[0] == name and domain in ("", within):
                found.append({"role": edge[1], "domain": within})
                waiting.append((edge[1], within))
    return found


class Matcher(ast.NodeVisitor):
    """A matcher and a line of the policy as a condition."""

    def __init__(self, values: dict[str, str]) -> None:
        self.values = values

    def condition(self, expression: str) -> dict[str, Any]:
        text = expression.replace("&&", " and ").replace("||", " or ")
        found: dict[str, Any] = self.visit(ast.parse(text, mode="eval").body)
        return found

    def visit_BoolOp(self, node: ast.BoolOp) -> Any:
        name = "$and" if isinstance(node.op, ast.And) else "$or"
        return {name: [self.visit(each) for each in node.values]}

    def visit_Compare(self, node: ast.Compare) -> Any:
        path, wanted = ast.unparse(node.left), self.value(node.comparators[0])
        names = {ast.Eq: "$eq", ast.In: "$in", ast.Gt: "$gt", ast.Lt: "$lt"}
        return {path: {names[type(node.ops[0])]: wanted}}

    def visit_Call(self, node: ast.Call) -> Any:
        name = ast.unparse(node.func)
        if name == "eval":
            return self.condition(self.value(node.args[0]))
        path, wanted = ast.unparse(node.args[0]), self.value(node.args[1])
        if re.fullmatch(r"g\d?", name):
            held: dict[str, Any] = {"role": wanted}
            if len(node.args) > 2:
                held["domain"] = self.values["dom"]
            return {"$or": [{path: wanted}, {f"held.{name}": {"$elemMatch": held}}]}
        if name == "ipMatch":
            return {path: {"$ip": {"cidr": wanted}}}
        return {path: {"$regex": PATTERNS[name](wanted)}}

    def value(self, node: ast.expr) -> Any:
        if isinstance(node, ast.Attribute) and ast.unparse(node).startswith("p"):
            return self.values[node.attr]
        return ast.literal_eval(node)


def glob(pattern: str) -> str:
    body = re.escape(pattern).replace(r"\*", "[^/]*").replace(r"\?", "[^/]")
    body = re.sub(r"\\\[(!?)(.*?)\\\]", lambda m: f"[{'^' if m[1] else ''}{m[2]}]", body)
    return f"^{body.replace(chr(92) + '-', '-')}$"


PATTERNS = {
    "keyMatch": lambda text: "^" + re.escape(text.partition("*")[0]) + ("" if "*" in text else "$"),
    "keyMatch2": lambda text: "^" + re.sub(r":[^/]+", "[^/]+", text).replace("*", ".*") + "$",
    "regexMatch": lambda text: f"^(?:{text})",
    "globMatch": glob,
}


def depth(edges: list[list[str]], name: str) -> int:
    return max((1 + depth(edges, edge[1]) for edge in edges if edge[0] == name), default=0)


@cache
def policies(model_name: str, policy_name: str) -> tuple[Policy, ...]:
    rules, rows = model(model_name), lines(policy_name)
    effect = rules["policy_effect"]["e"]
    fields = [each.strip() for each in rules["policy_definition"]["p"].split(",")]
    found = []
    if effect.startswith("!some"):
        found.append(parse_policy("all", PolicyDraft("all", "allow", ("*",), ("*",))))
    for number, row in enumerate(rows["p"]):
        values = dict(zip(fields, row, strict=False))
        priority = 0
        if effect.startswith("priority"):
            priority = -1_000 * int(values.get("priority", 0)) - number
        elif effect.startswith("subjectPriority"):
            priority = depth(rows["g"], values["sub"])
        condition = Matcher(values).condition(rules["matchers"]["m"])
        name = f"{policy_name}:{number}"
        draft = PolicyDraft(name, values.get("eft", "allow"), ("*",), ("*",), condition, priority)
        try:
            found.append(parse_policy(name, draft))
        except EvigateError as error:
            # A line whose effect is neither; Casbin passes over it when it decides.
            assert error.code.name == "E_POLICY_INVALID" and "intdeterminate" in error.message
    return tuple(found)


@pytest.mark.parametrize("case", CASES, ids=[f"{n}-{each['test']}" for n, each in enumerate(CASES)])
def test_a_request_is_decided_as_casbin_does(case: dict[str, Any]) -> None:
    rules, rows = model(case["model"]), lines(case["policy"])
    names = [each.strip() for each in rules["request_definition"]["r"].split(",")]
    request = dict(zip(names, case["request"], strict=True))
    held = {
        name: reached(rows[name], request["obj" if name == "g2" else "sub"])
        for name in rules["role_definition"] if name
    } if rules.has_section("role_definition") else {}  # fmt: skip
    question = Question("any:do", "any:1", {"r": request, "held": held})
    decision = decide(question, policies(case["model"], case["policy"]), [], now=NOW)
    assert decision.is_allowed is case["allow"], decision


def test_all_of_them_were_asked() -> None:
    assert len(CASES) == 94
