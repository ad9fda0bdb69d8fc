"""OpenFGA's models as policies of ours, by rule and without looking at what is expected.

A relation of a type becomes a policy that allows `type:relation` on things of the type, with the
relation's definition as its condition. Tuples are data, as grants are: a thing's document holds who
was given which relation, and the things it stands in. A set of subjects (`team:x#member`) is found by
asking the same policies for each set that a tuple names, as roles are found from roles.

A relation that holds where it holds on a parent (`viewer from parent`) is asked of all that stands above,
which is data; a condition is of finite depth, so any other way of being defined by itself is
inexpressible (`recursion`). A tuple's condition is expressible where it compares what the tuple says
with what the question says; the end of a span that begins at a time is data, as a grant's end is. Other
expressions of OpenFGA's are named as such (`condition`).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from evigate.kernel.policies import Policy, PolicyDraft, Question, decide, parse_policy

NOW = datetime(2026, 1, 1, tzinfo=UTC)
TOKEN = re.compile(r"\[[^\]]*\]|\(|\)|but not|[\w.-]+")
WORDS = {"and": "$and", "or": "$or"}
NEVER = {"type": {"$in": []}}
SPAN = re.compile(r"(\d+)(h|m|s)")
SECONDS = {"h": 3600, "m": 60, "s": 1}
ENDS = re.compile(r"(\w+) < (\w+) \+ (\w+)")
AT_MOST = re.compile(r"(\w+) <= (\w+)")
AMONG = re.compile(r"(\w+)\[\"(\w+)\"\] in (\w+)")


class Inexpressible(Exception):
    """The language of conditions has no word for this."""


@dataclass(slots=True)
class Relation:
    """A definition: who may be given it, and the tree of what else makes it hold."""

    given: list[str]
    tree: Any


@dataclass(slots=True)
class Model:
    """Types with their relations."""

    types: dict[str, dict[str, Relation]] = field(default_factory=dict)
    conditions: dict[str, str] = field(default_factory=dict)

    def read(self, text: str) -> None:
        """Add what a model's text defines; `extend type` adds to a type."""
        named = ""
        for name, body in re.findall(r"condition (\w+)\([^)]*\)\s*\{(.*?)\}", text, re.S):
            self.conditions[name] = " ".join(body.split())
        for line in re.sub(r"(^|\s)#.*", "", text).splitlines():
            if found := re.match(r"\s*(?:extend )?type ([\w-]+)", line):
                named = found[1]
                self.types.setdefault(named, {})
            elif found := re.match(r"\s*define ([\w-]+)\s*:\s*(.+)", line):
                tokens = TOKEN.findall(found[2])
                tree = _tree(tokens)
                assert not tokens, line
                given = [
                    each.strip()
                    for part in re.findall(r"\[([^\]]*)\]", found[2])
                    for each in part.split(",")
                ]
                self.types[named][found[1]] = Relation(given, tree)


def _tree(tokens: list[str]) -> Any:
    """Read terms joined by `or`, `and` and `but not`; a mixture stands in parentheses."""
    left = _term(tokens)
    while tokens and tokens[0] in WORDS:
        word = tokens.pop(0)
        left = (word, left, _term(tokens))
    return left


def _term(tokens: list[str]) -> Any:
    token = tokens.pop(0)
    if token == "(":
        found = _tree(tokens)
        assert tokens.pop(0) == ")"
        return found
    if token.startswith("["):
        return ("given",)
    if tokens and tokens[0] == "from":
        tokens.pop(0)
        return ("from", token, tokens.pop(0))
    return ("relation", token)


class Store:
    """A model with its tuples, which answers."""

    def __init__(self, path: Path) -> None:
        source = yaml.safe_load(path.read_text())
        self.model = Model()
        for text in _models(path, source):
            self.model.read(text)
        self.tuples = list(source.get("tuples") or ())
        if "tuple_file" in source:
            self.tuples += yaml.safe_load((path.parent / source["tuple_file"]).read_text())
        self.tests = source.get("tests") or ()
        self._policies: dict[tuple[str, str], Policy] = {}

    def may(
        self,
        user: str,
        relation: str,
        thing: str,
        extra: list[Mapping[str, Any]],
        context: Mapping[str, Any],
    ) -> bool:
        """Answer a check; `extra` are tuples that hold for this question."""
        asking = _Asking(self, [*self.tuples, *extra], {"context": _told(context)})
        return asking.holds(relation, thing, asking.names_of(user))

    def policy(self, type_: str, relation: str) -> Policy:
        """Return the policy of a relation.

        Raises:
            Inexpressible: with the word that is missing.
        """
        known = self._policies.get((type_, relation))
        if known is None:
            condition = self._condition(type_, relation, "resource.", ())
            draft = PolicyDraft(f"{type_}:{relation}", "allow", (f"{type_}:{relation}",), (f"{type_}:*",), condition)  # fmt: skip
            known = self._policies[type_, relation] = parse_policy(draft.name, draft)
        return known

    def _condition(
        self, type_: str, relation: str, at: str, above: tuple[Any, ...]
    ) -> dict[str, Any]:
        """Return where a relation holds; `above` are (type, relation) being defined, and closures."""
        if (type_, relation) in above:
            raise Inexpressible("recursion")
        above = (*above, (type_, relation))

        def write(tree: Any, above: tuple[Any, ...]) -> dict[str, Any]:
            match tree:
                case ("given",):
                    return self._given(type_, relation, at)
                case ("relation", name):
                    return self._condition(type_, name, at, above)
                case ("from", name, parent):
                    return self._inherited(type_, name, parent, at, above)
                case ("or", left, right):
                    return {"$or": [write(left, above), write(right, above)]}
                case ("and", left, right):
                    # What is above is not met through ors alone any more.
                    return {"$and": [write(each, (*above, "and")) for each in (left, right)]}
                case ("but not", left, right):
                    without = {"$nor": [write(right, (*above, "and"))]}
                    return {"$and": [write(left, (*above, "and")), without]}
            raise AssertionError(tree)

        return write(self.model.types[type_][relation].tree, above)

    def _given(self, type_: str, relation: str, at: str) -> dict[str, Any]:
        found = [{f"{at}given.{relation}": {"$in": {"$ref": "user.names"}}}]
        for each in self.model.types[type_][relation].given:
            if " with " in each:
                name = each.partition(" with ")[2]
                element = {"user": {"$in": {"$ref": "user.names"}}, "condition": name}
                told = {
                    "$or": [_compared(one) for one in self.model.conditions[name].split(" || ")]
                }
                found.append({f"{at}when.{relation}": {"$elemMatch": {**element, **told}}})
        return {"$or": found}

    def _inherited(
        self, type_: str, relation: str, parent: str, at: str, above: tuple[Any, ...]
    ) -> dict[str, Any]:
        given = self.model.types[type_][parent].given
        types = {each.partition("#")[0].partition(":")[0] for each in given}
        several = []
        for each in sorted(types):
            if relation not in self.model.types.get(each, {}):
                continue
            if (each, relation, parent) in above:
                several.append(NEVER)  # asked of all that is above, where it was met first
                continue
            reach, inside = "in", above
            if (each, relation) in above:
                if "and" in above[above.index((each, relation)) :]:
                    raise Inexpressible("recursion")
                reach, inside = "above", ((each, relation, parent),)
            condition = self._condition(each, relation, "", inside)
            test = {"type": each, "$and": [condition]}
            several.append({f"{at}{reach}.{parent}": {"$elemMatch": test}})
        return {"$or": several}


class _Asking:
    """One question's tuples and context."""

    def __init__(self, store: Store, tuples: list[Any], context: dict[str, Any]) -> None:
        self._store, self._tuples, self._context = store, tuples, context

    def names_of(self, user: str) -> list[str]:
        """Return what a user is known as: the name, everybody's, and every set the user is in."""
        names = {user, f"{user.partition(':')[0]}:*"}
        sets = {str(each["user"]) for each in self._tuples if "#" in str(each["user"])}
        while True:
            known = sorted(names)
            found = {
                each for each in sets - names
                if self.holds(each.partition("#")[2], each.partition("#")[0], known)
            }  # fmt: skip
            if not found:
                return known
            names |= found

    def holds(self, relation: str, thing: str, names: list[str]) -> bool:
        type_ = thing.partition(":")[0]
        policy = self._store.policy(type_, relation)
        document = {
            "user": {"names": names},
            "resource": self._document(thing, ()),
            **self._context,
        }
        question = Question(f"{type_}:{relation}", thing, document)
        decision = decide(question, [policy], (), now=NOW)
        assert all(each.result is not None for each in decision.considered)
        return decision.is_allowed

    def _document(self, thing: str, below: tuple[str, ...]) -> dict[str, Any]:
        type_ = thing.partition(":")[0]
        relations = self._store.model.types.get(type_, {})
        own = [each for each in self._tuples if each["object"] == thing]
        given: dict[str, list[str]] = {each: [] for each in relations}
        when: dict[str, list[Any]] = {}
        for each in own:
            told, user = each.get("condition"), str(each["user"])
            if told is None:
                given.setdefault(each["relation"], []).append(user)
            else:
                # What the tuple says of a parameter comes before what the question says.
                known = {**self._context["context"], **_told(told.get("context") or {})}
                entry = {**known, "user": user, "condition": told["name"]}
                when.setdefault(each["relation"], []).append(entry)
        inside = {
            relation: [
                self._document(each, (*below, thing))
                for each in several if "#" not in each and (*below, thing).count(each) < 2
            ]
            for relation, several in given.items()
        }  # fmt: skip
        above = {name: [*_all_above(several, name)] for name, several in inside.items()}
        return {"type": type_, "given": given, "when": when, "in": inside, "above": above}


def _all_above(several: list[dict[str, Any]], relation: str) -> Iterator[dict[str, Any]]:
    for each in several:
        yield each
        yield from each["above"].get(relation, ())


def _told(context: Mapping[str, Any]) -> dict[str, Any]:
    """Return a context as data: times in one order, and the end of each span."""
    found = {name: _instant(value) if _is_time(value) else value for name, value in context.items()}
    for start, value in context.items():
        for span, length in context.items():
            if _is_time(value) and (parts := SPAN.findall(str(length))) and not _is_time(length):
                seconds = sum(int(number) * SECONDS[unit] for number, unit in parts)
                moment = datetime.fromisoformat(value) + timedelta(seconds=seconds)
                found[f"{start} and {span}"] = _instant(moment.isoformat())
    return found


def _is_time(value: Any) -> bool:
    return isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\dT", value) is not None


def _instant(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).isoformat()


def _compared(expression: str) -> dict[str, Any]:
    """Return a comparison of what a tuple says with what the question says."""
    if found := ENDS.fullmatch(expression):
        asked, start, span = found.groups()
        return {f"{start} and {span}": {"$gt": {"$ref": f"context.{asked}"}}}
    if found := AT_MOST.fullmatch(expression):
        return {found[2]: {"$gte": {"$ref": f"context.{found[1]}"}}}
    if found := AMONG.fullmatch(expression):
        return {found[3]: {"$eq": {"$ref": f"context.{found[1]}.{found[2]}"}}}
    raise Inexpressible("condition")


def _models(path: Path, source: Mapping[str, Any]) -> Iterator[str]:
    if "model" in source:
        yield source["model"]
        return
    file = path.parent / source["model_file"]
    if file.suffix != ".mod":
        yield file.read_text()
        return
    for each in yaml.safe_load(file.read_text())["contents"]:
        yield (file.parent / each).read_text()
