"""`evigate access`: roles, who holds them, policies, and who may do what."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from evigate.base.errors import EvigateError
from evigate.kernel.console import Console, Session, note, print_json
from evigate.kernel.policies import Answered, Asked, Decision, KeptPolicy, PolicyDraft, Role
from evigate.kernel.policies.errors import E_POLICY_INVALID, E_POLICY_NOT_FOUND

if TYPE_CHECKING:
    from evigate.boot import House

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program to read.")]
Action = Annotated[str, typer.Argument(help="What is done, such as appointment:read.")]
Thing = Annotated[str, typer.Argument(help="To what, such as appointment:17.")]
Known = Annotated[str, typer.Option("--resource", help="What is known of it, as a JSON object.")]
Around = Annotated[str, typer.Option("--env", help="Surroundings, as a JSON object.")]
Names = Callable[["Session[House]"], Awaitable[dict[str, UUID]]]
Taking = Callable[["Session[House]", UUID], Awaitable[None]]
Within = Annotated[list[str] | None, typer.Option("--in", help="A thing that it stands in.")]


def access_app(console: "Console[House]") -> typer.Typer:
    """Return `evigate access`."""
    app = typer.Typer(no_args_is_help=True, help="Access: roles, policies, who may do what.")
    _role_commands(app, console)
    _grant_commands(app, console)
    _policy_commands(app, console)
    _removing_commands(app, console)
    _question_commands(app, console)
    return app


def _role_commands(app: typer.Typer, console: "Console[House]") -> None:
    @app.command()
    def roles(as_json: Json = False) -> None:
        """List the house's roles and the tenant's own."""
        found = console.run(lambda s: s.service.policies.list_roles(s.subject))
        if as_json:
            return print_json([asdict(each) for each in found])
        for each in found:
            own = "" if each.id else "  (the house's)"
            print(f"{each.name}{own}  {len(each.capabilities)} capabilities")
        return None

    @app.command("role")
    def role_(
        name: Annotated[str, typer.Argument(help="The role's name.")],
        capabilities: Annotated[list[str], typer.Argument(help="Such as appointment:*.")],
        description: Annotated[str, typer.Option(help="What it is for.")] = "",
        as_json: Json = False,
    ) -> None:
        """Add a role of the tenant's own, or say anew what it may do."""

        async def work(session: "Session[House]") -> Role:
            policies = session.service.policies
            known = await policies.list_roles(session.subject)
            old = next((each for each in known if each.id and each.name == name), None)
            old_id, version = (old.id, old.version) if old else (None, 0)
            role = Role(old_id, name, description, tuple(capabilities), version)
            return await policies.keep_role(session.subject, role)

        kept = console.run(work)
        print_json(asdict(kept)) if as_json else note(f"kept {kept.name}")


def _grant_commands(app: typer.Typer, console: "Console[House]") -> None:
    @app.command()
    def grants(as_json: Json = False) -> None:
        """List who holds which role, where, and until when."""
        found = console.run(lambda s: s.service.policies.list_grants(s.subject))
        if as_json:
            return print_json([asdict(each) for each in found])
        for each in found:
            until = f" until {each.expires_at:%Y-%m-%d %H:%M}" if each.expires_at else ""
            print(f"{each.id}  {each.email}  {each.role} in {each.scope}{until}")
        return None

    @app.command()
    def grant(
        email: Annotated[str, typer.Argument(help="The member's address.")],
        role: Annotated[str, typer.Argument(help="A role of the tenant's own.")],
        scope: Annotated[str, typer.Option(help="tenant, or a thing as project:ID.")] = "tenant",
        until: Annotated[datetime | None, typer.Option(help="When it ends, in UTC.")] = None,
        as_json: Json = False,
    ) -> None:
        """Let a member hold a role within a scope; again changes when it ends."""

        async def work(session: "Session[House]") -> UUID:
            return await session.service.policies.grant(
                session.subject,
                role,
                await _user_id(session, email),
                scope=scope,
                expires_at=until.replace(tzinfo=UTC) if until else None,
            )

        found = console.run(work)
        print_json({"id": found}) if as_json else note(f"{email} is {role} in {scope}")

    @app.command()
    def revoke(
        grant_id: Annotated[UUID, typer.Argument(help="The grant's id.")], as_json: Json = False
    ) -> None:
        """Take a grant away."""
        console.run(lambda s: s.service.policies.revoke(s.subject, grant_id))
        print_json({"id": grant_id}) if as_json else note("revoked")

    @app.command()
    def attributes(
        email: Annotated[str, typer.Argument(help="The member's address.")],
        values: Annotated[str, typer.Argument(help='As JSON: {"salon_id": "s1"}.')],
        as_json: Json = False,
    ) -> None:
        """Say what conditions may know of a member as user.NAME, in place of what was said."""
        known = _object(values, "the attributes")

        async def work(session: "Session[House]") -> None:
            user_id = await _user_id(session, email)
            await session.service.policies.set_attributes(session.subject, user_id, known)

        console.run(work)
        print_json(known) if as_json else note(f"kept {len(known)} of {email}")


def _policy_commands(app: typer.Typer, console: "Console[House]") -> None:
    @app.command()
    def policies(as_json: Json = False) -> None:
        """List the policies, the weightiest first, denials before allowances."""
        found = console.run(lambda s: s.service.policies.list_policies(s.subject))
        if as_json:
            return print_json([_policy_json(each) for each in found])
        for each in found:
            state = "" if each.draft.is_enabled else "  (off)"
            what = f"{','.join(each.draft.actions)} on {','.join(each.draft.resources)}"
            draft = each.draft
            print(f"{draft.priority:>5}  {draft.effect:<5}  {draft.name}: {what}{state}")
        return None

    @app.command("policy")
    def policy_(
        file: Annotated[Path, typer.Argument(help="A JSON file with name, effect, actions ...")],
        as_json: Json = False,
    ) -> None:
        """Add a policy from a file, or change the one that has its name."""
        draft = _draft(file)

        async def work(session: "Session[House]") -> KeptPolicy:
            keeper = session.service.policies
            known = await keeper.list_policies(session.subject)
            old = next((each for each in known if each.draft.name == draft.name), None)
            return await keeper.keep_policy(
                session.subject,
                draft,
                policy_id=old.id if old else None,
                version=old.version if old else 0,
            )

        kept = console.run(work)
        print_json(_policy_json(kept)) if as_json else note(f"kept {kept.draft.name}")


def _removing_commands(app: typer.Typer, console: "Console[House]") -> None:
    async def own_roles(session: "Session[House]") -> dict[str, UUID]:
        found = await session.service.policies.list_roles(session.subject)
        return {each.name: each.id for each in found if each.id}

    async def policies(session: "Session[House]") -> dict[str, UUID]:
        found = await session.service.policies.list_policies(session.subject)
        return {each.draft.name: each.id for each in found}

    def remove(name: str, what: str, known: Names, take: Taking, as_json: bool) -> None:
        async def work(session: "Session[House]") -> None:
            found = (await known(session)).get(name)
            if found is None:
                raise EvigateError(E_POLICY_NOT_FOUND, f"There is no {what} {name!r} of yours.")
            await take(session, found)

        console.run(work)
        print_json({"removed": name}) if as_json else note(f"removed {name}")

    @app.command("remove-role")
    def remove_role(
        name: Annotated[str, typer.Argument(help="The role's name.")], as_json: Json = False
    ) -> None:
        """Take a role away, from everybody who holds it too."""
        remove(
            name,
            "role",
            own_roles,
            lambda s, id_: s.service.policies.remove_role(s.subject, id_),
            as_json,
        )

    @app.command("remove-policy")
    def remove_policy(
        name: Annotated[str, typer.Argument(help="The policy's name.")], as_json: Json = False
    ) -> None:
        """Take a policy away."""
        remove(
            name,
            "policy",
            policies,
            lambda s, id_: s.service.policies.remove_policy(s.subject, id_),
            as_json,
        )


def _question_commands(app: typer.Typer, console: "Console[House]") -> None:
    @app.command()
    def check(
        action: Action,
        thing: Thing,
        resource: Known = "{}",
        env: Around = "{}",
        within: Within = None,
        as_json: Json = False,
    ) -> None:
        """May I do this? A denial, and an allowance to change something, is written down."""
        asked = _asked(action, thing, resource, env, within)
        decision = console.run(lambda s: s.service.access.check(s.subject, asked))
        print_json(asdict(decision)) if as_json else _tell(decision)

    @app.command()
    def explain(
        email: Annotated[str, typer.Argument(help="The member's address.")],
        action: Action,
        thing: Thing,
        resource: Known = "{}",
        env: Around = "{}",
        within: Within = None,
        policy: Annotated[Path | None, typer.Option(help="A policy on trial.")] = None,
        as_json: Json = False,
    ) -> None:
        """May a member do this, and why? Nothing is written down."""
        asked = _asked(action, thing, resource, env, within)
        draft = _draft(policy) if policy else None

        async def work(session: "Session[House]") -> Answered:
            user_id = await _user_id(session, email)
            return await session.service.access.explain(
                session.subject, asked, user_id, draft=draft
            )

        answered = console.run(work)
        print_json(asdict(answered)) if as_json else _tell(answered.decision)

    @app.command("who-can")
    def who_can(
        action: Action,
        thing: Thing,
        resource: Known = "{}",
        env: Around = "{}",
        within: Within = None,
        as_json: Json = False,
    ) -> None:
        """List the members who may do this, and those who may not."""
        asked = _asked(action, thing, resource, env, within)
        found = console.run(lambda s: s.service.access.who_can(s.subject, asked))
        if as_json:
            return print_json([asdict(each) for each in found])
        for each in found:
            print(f"{'yes' if each.decision.is_allowed else 'no ':<3}  {each.email}")
        return None

    @app.command("log")
    def log_(
        denied: Annotated[bool, typer.Option("--denied", help="Denials alone.")] = False,
        limit: Annotated[int, typer.Option(help="How many.", min=1, max=500)] = 50,
        as_json: Json = False,
    ) -> None:
        """List answers that were written down, newest first."""
        found = console.run(
            lambda s: s.service.access.list_evaluations(
                s.subject, is_allowed=False if denied else None, limit=limit
            )
        )
        if as_json:
            return print_json([asdict(each) for each in found])
        for each in found:
            answer = "allowed" if each.is_allowed else each.reason
            print(f"{each.evaluated_at:%Y-%m-%d %H:%M:%S}  {answer}  {each.action} {each.resource}")
        return None


def _asked(action: str, thing: str, resource: str, env: str, within: list[str] | None) -> Asked:
    known, around = _object(resource, "--resource"), _object(env, "--env")
    return Asked(action, thing, known, around, tuple(within or ()))


def _object(text: str, what: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except ValueError as error:
        raise EvigateError(E_POLICY_INVALID, f"{what} is no JSON: {error}") from error
    if not isinstance(found, dict):
        raise EvigateError(E_POLICY_INVALID, f"{what} is no JSON object.")
    return found


def _draft(file: Path) -> PolicyDraft:
    try:
        values = _object(file.read_text(), str(file))
        lists = {name: tuple(values[name]) for name in ("actions", "resources")}
        return PolicyDraft(**{**values, **lists})
    except OSError as error:
        raise EvigateError(E_POLICY_INVALID, f"{file} cannot be read: {error.strerror}.") from error
    except (KeyError, TypeError) as error:
        message = f"{file} is no policy: it names name, effect, actions and resources ({error})."
        raise EvigateError(E_POLICY_INVALID, message) from error


def _policy_json(kept: KeptPolicy) -> dict[str, Any]:
    return {"id": kept.id, "version": kept.version, **asdict(kept.draft)}


async def _user_id(session: "Session[House]", email: str) -> UUID:
    members = await session.service.tenancy.list_members(session.subject)
    found = next((each.user_id for each in members if each.email == email.lower()), None)
    if found is None:
        raise EvigateError(E_POLICY_NOT_FOUND, f"There is no member {email!r}.")
    return found


def _tell(decision: Decision) -> None:
    print("allowed" if decision.is_allowed else f"denied ({decision.reason})")
    for each in decision.considered:
        mark = "*" if each.id in decision.deciding else " "
        met = {True: "met", False: "not met", None: "error"}[each.result]
        print(f"{mark} {each.effect.value:<5} {each.priority:>4}  {each.name}: {met}")
        for step in each.trace:
            found = ", ".join(json.dumps(value, default=str) for value in step.actual) or step.note
            wanted = json.dumps(step.expected, default=str)
            print(f"      {step.path} {step.operator} {wanted}: {found}")
