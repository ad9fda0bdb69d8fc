"""Cedar's policies as policies of ours, by rule and without looking at what is expected.

A Cedar expression may fail (a missing attribute), and a policy that fails has no say. So every
expression is written twice, where it is true and where it is false, each without failing; the
negation of a test also asks that its attributes are there. An entity is the text of its name; what
it has and what it stands in are beside it, at the name followed by `@`, so that `owner == principal`
compares names and `owner.level` follows them. What the language of conditions cannot say raises
`Inexpressible` with Cedar's word for it.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from evigate.kernel.policies import Policy, PolicyDraft, parse_policy

DEPTH = 4
NETWORKS = {
    "isLoopback": ("127.0.0.0/8", "::1/128"),
    "isMulticast": ("224.0.0.0/4", "ff00::/8"),
}
ORDERS = {"<": "$lt", "<=": "$lte", ">": "$gt", ">=": "$gte"}
DECIMALS = {
    "lessThan": "$lt",
    "lessThanOrEqual": "$lte",
    "greaterThan": "$gt",
    "greaterThanOrEqual": "$gte",
}
TRUE, FALSE = {"principal": {"$exists": True}}, {"principal": {"$exists": False}}


class Inexpressible(Exception):
    """The language of conditions has no word for this."""


def name_of(entity: Mapping[str, Any]) -> str:
    """Return an entity's name as Cedar writes it."""
    inner = entity.get("__entity", entity)
    return f"{inner['type']}::{json.dumps(inner['id'], ensure_ascii=False)}"


def is_entity(value: Any) -> bool:
    return isinstance(value, dict) and (set(value) == {"type", "id"} or set(value) == {"__entity"})


def extension_of(value: Any) -> Mapping[str, Any] | None:
    inner = value.get("__extn", value) if isinstance(value, dict) else None
    return inner if isinstance(inner, dict) and set(inner) == {"fn", "arg"} else None


def instant(text: str) -> str:
    """Return a moment so that the order of texts is that of time."""
    found = datetime.fromisoformat(re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", text))
    return found.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@dataclass(slots=True)
class World:
    """The entities of a case, by name, and which attributes' names mean entities or sets."""

    entities: dict[str, Mapping[str, Any]]
    parents: dict[str, set[str]]
    decimals: frozenset[str] = frozenset()
    entity_names: set[str] = field(default_factory=set)
    set_names: set[str] = field(default_factory=set)

    def learn(self, attributes: Any) -> None:
        """Note which names hold entities, and which hold sets."""
        if isinstance(attributes, dict) and not is_entity(attributes):
            for name, value in attributes.items():
                if is_entity(value):
                    self.entity_names.add(name)
                if isinstance(value, list):
                    self.set_names.add(name)
                    for each in value:
                        self.learn(each)
                self.learn(value)

    def ancestors(self, name: str) -> list[str]:
        """Return an entity's own name and all that it stands in."""
        found, waiting = [name], [name]
        while waiting:
            for parent in sorted(self.parents.get(waiting.pop(), ())):
                if parent not in found:
                    found.append(parent)
                    waiting.append(parent)
        return found

    def beside(self, name: str, depth: int) -> dict[str, Any]:
        """Return what stands beside an entity's name."""
        type_, _, id_ = name.rpartition("::")
        attributes = self.entities.get(name, {})
        held = self.record(attributes, depth - 1) if depth else {}
        return {**held, "@in": self.ancestors(name), "@type": type_, "@id": json.loads(id_)}

    def record(self, attributes: Mapping[str, Any], depth: int = DEPTH) -> dict[str, Any]:
        """Return a record as a document."""
        found: dict[str, Any] = {}
        for name, value in attributes.items():
            found[name] = self.value(name, value, depth)
            if is_entity(value):
                found[f"{name}@"] = self.beside(found[name], depth)
        return found

    def value(self, name: str, value: Any, depth: int) -> Any:
        if is_entity(value):
            return name_of(value)
        if (extension := extension_of(value)) is not None:
            text = extension["arg"]
            if extension["fn"] == "decimal":
                return float(text)
            return instant(text) if extension["fn"] == "datetime" else text
        if isinstance(value, list):
            return [self.value(name, each, depth) for each in value]
        if isinstance(value, dict):
            return self.record(value, depth)
        return float(value) if name in self.decimals and isinstance(value, str) else value

    def document(self, request: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a request is asked of."""
        found = self.record(request["context"])
        document: dict[str, Any] = {"context": found}
        for name in ("principal", "action", "resource"):
            document[name] = request[name]
            document[f"{name}@"] = self.beside(request[name], DEPTH)
        return document


class Translator:
    """One policy file's expressions, over the names that a world knows."""

    def __init__(self, world: World) -> None:
        self._world = world

    def policies(self, est: Mapping[str, Any], links: Sequence[Any] = ()) -> list[Policy]:
        """Return the static policies, and those that templates are linked to."""
        found = [self._policy(id_, each) for id_, each in est["staticPolicies"].items()]
        for link in links:
            named = {each.get("annotations", {}).get("id", id_): each
                     for id_, each in est["templates"].items()}  # fmt: skip
            text = json.dumps(named[link["template_id"]])
            for slot, name in link["args"].items():
                type_, _, id_ = name.rpartition("::")
                entity = json.dumps({"type": type_, "id": json.loads(id_)})
                text = text.replace(f'"slot": "{slot}"', f'"entity": {entity}')
            found.append(self._policy(link["link_id"], json.loads(text)))
        return found

    def _policy(self, id_: str, policy: Mapping[str, Any]) -> Policy:
        parts = [self._scope(name, policy[name]) for name in ("principal", "action", "resource")]
        for each in policy["conditions"]:
            parts.append(self.holds(each["body"], is_true=each["kind"] == "when"))
        effect = {"permit": "allow", "forbid": "deny"}[policy["effect"]]
        name = policy.get("annotations", {}).get("id", id_)
        return parse_policy(name, PolicyDraft(name, effect, ("*",), ("*",), {"$and": parts}))

    def _scope(self, name: str, scope: Mapping[str, Any]) -> dict[str, Any]:
        several = scope.get("entities") or ([scope["entity"]] if "entity" in scope else [])
        names = [name_of(each) for each in several]
        match scope["op"]:
            case "All":
                return TRUE
            case "==":
                return {name: names[0]}
            case "in":
                return {f"{name}@.@in": {"$in": names}}
            case "is":
                inside = scope.get("in")
                found: dict[str, Any] = {f"{name}@.@type": scope["entity_type"]}
                return found | ({f"{name}@.@in": name_of(inside["entity"])} if inside else {})
        raise Inexpressible(scope["op"])

    def holds(self, expression: Any, *, is_true: bool) -> dict[str, Any]:
        """Return where an expression is true, or where it is false, and does not fail."""
        ((operator, body),) = expression.items()
        match operator:
            case "Value" if isinstance(body, bool):
                return TRUE if body is is_true else FALSE
            case "&&" | "||":
                return self._joined(operator, body, is_true)
            case "!":
                return self.holds(body["arg"], is_true=not is_true)
            case "if-then-else":
                asked, other = (
                    {"$and": [self.holds(body["if"], is_true=way),
                              self.holds(body[branch], is_true=is_true)]}
                    for way, branch in ((True, "then"), (False, "else"))
                )  # fmt: skip
                return {"$or": [asked, other]}
            case "!=":
                return self.holds({"==": body}, is_true=not is_true)
        test, paths = self._test(operator, body)
        present = [{path: {"$exists": True}} for path in paths]
        return {"$and": [*present, test if is_true else {"$nor": [test]}]}

    def _joined(self, operator: str, body: Any, is_true: bool) -> dict[str, Any]:
        left, right = body["left"], body["right"]
        ends = operator == "||"  # what the left must be to decide alone
        if is_true is ends:
            rest = [self.holds(left, is_true=not ends), self.holds(right, is_true=is_true)]
            return {"$or": [self.holds(left, is_true=ends), {"$and": rest}]}
        return {"$and": [self.holds(left, is_true=is_true), self.holds(right, is_true=is_true)]}

    def _test(self, operator: str, body: Any) -> tuple[dict[str, Any], list[str]]:
        """Return a test as a condition, and the attributes without which Cedar fails."""
        if operator in ("Var", "."):
            path = self._path({operator: body})
            return {path: True}, [path]
        if operator in NETWORKS:
            path = self._path(body[0])
            several = [{path: {"$ip": {"cidr": each}}} for each in NETWORKS[operator]]
            return {"$or": several}, [path]
        if operator == "isInRange":
            path = self._path(body[0])
            return {path: {"$ip": {"cidr": self._literal(body[1])}}}, [path]
        if operator in DECIMALS:
            path = self._path(body[0])
            return {path: {DECIMALS[operator]: float(self._literal(body[1]))}}, [path]
        if operator == "has":
            path = self._path(body["left"])
            return {f"{self._into(path)}.{body['attr']}": {"$exists": True}}, [path]
        if operator == "is":
            path = self._path(body["left"])
            return {f"{path}@.@type": body["entity_type"]}, [path]
        if operator in ("contains", "containsAll", "containsAny", "in", "==", *ORDERS):
            return self._between(operator, body["left"], body["right"])
        raise Inexpressible(operator)

    def _between(self, operator: str, left: Any, right: Any) -> tuple[dict[str, Any], list[str]]:
        if operator == "contains" and "Set" in left:
            path = self._path(right)
            return {path: {"$in": [self._literal(each) for each in left["Set"]]}}, [path]
        if self._is_literal(left) and not self._is_literal(right):
            swapped = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}
            if operator not in swapped:
                raise Inexpressible(f"{operator} of a literal")
            return self._between(swapped[operator], right, left)
        path = self._path(left)
        if operator == "contains" and "Record" in right:
            named = {name: self._operand(each) for name, each in right["Record"].items()}
            inner = {name: {"$eq": each} for name, (each, _) in named.items()}
            paths = [each for _, several in named.values() for each in several]
            return {path: {"$elemMatch": inner}}, [path, *paths]
        operand, paths = self._operand(right)
        if operator in ORDERS:
            return {path: {ORDERS[operator]: operand}}, [path, *paths]
        if operator == "in":
            is_set = "Set" in right or (
                paths and paths[0].rpartition(".")[2] in self._world.set_names
            )
            return {f"{path}@.@in": {"$in" if is_set else "$eq": operand}}, [path, *paths]
        if operator == "containsAll":
            empty = {paths[0]: {"$size": 0}} if paths else FALSE
            return {"$or": [empty, {path: {"$all": operand}}]}, [path, *paths]
        if operator == "containsAny":
            return {path: {"$in": operand}}, [path, *paths]
        if isinstance(right, dict) and "ip" in right:
            return {path: {"$ip": {"cidr": operand}}}, [path, *paths]
        return {path: {"$eq": operand}}, [path, *paths]

    def _operand(self, expression: Any) -> tuple[Any, list[str]]:
        if self._is_literal(expression):
            return self._literal(expression), []
        path = self._path(expression)
        return {"$ref": path}, [path]

    def _is_literal(self, expression: Any) -> bool:
        return next(iter(expression)) in ("Value", "Set", "ip", "datetime", "decimal")

    def _literal(self, expression: Any) -> Any:
        ((kind, body),) = expression.items()
        if kind == "Set":
            return [self._literal(each) for each in body]
        if kind in ("ip", "decimal"):
            return self._literal(body[0])
        if kind == "datetime":
            return instant(self._literal(body[0]))
        if kind != "Value":
            raise Inexpressible(kind)
        return name_of(body) if is_entity(body) else body

    def _path(self, expression: Any) -> str:
        ((kind, body),) = expression.items()
        if kind == "Var":
            return str(body)
        if kind != ".":
            raise Inexpressible(kind)
        if "." in body["attr"]:
            raise Inexpressible("a name with a full stop")
        return f"{self._into(self._path(body['left']))}.{body['attr']}"

    def _into(self, path: str) -> str:
        """Return where a path's own attributes are: beside it for an entity, within it else."""
        last = path.rpartition(".")[2]
        is_root = path in ("principal", "action", "resource")
        return f"{path}@" if is_root or last in self._world.entity_names else path
