"""The product's prompts are rows and files at once, the same; a tenant may go its own way."""

import psycopg

from evigate.base.subject import Subject
from evigate.boot import House
from evigate.gate.judges.prompts import default_prompts
from evigate.gate.prompts import activate_prompt, active_prompt, add_prompt, list_prompts
from evigate.kernel.db import Migrator

NAME = "judge.groundedness"


async def test_the_librarys_rows_are_the_files_that_judge_without_a_database(
    house: House, owner: Subject
) -> None:
    async with house.database.tx(owner) as tx:
        rows = [
            each
            for each in await list_prompts(tx)
            if each.is_library and each.is_active and each.name.startswith("judge.")
        ]
    kept = {each.name: (each.version, each.content, sorted(each.inputs)) for each in rows}
    files = {
        each.name: (each.version, each.text, sorted(each.inputs)) for each in default_prompts()
    }
    assert kept == files and len(kept) == 7


async def test_a_tenants_version_is_its_own_and_an_upgrade_leaves_its_choice(
    house: House, owner: Subject, stranger: Subject
) -> None:
    async with house.database.tx(owner) as tx:
        mine = await add_prompt(tx, NAME, "mine", "Judge {{claims}} by {{evidence}}.")
        await activate_prompt(tx, mine.id)
    Migrator(house.urls).up()
    async with house.database.tx(owner) as tx:
        assert (await active_prompt(tx, NAME)).id == mine.id
        library = next(e for e in await list_prompts(tx) if e.name == NAME and e.is_library)
        await activate_prompt(tx, library.id)
        assert (await active_prompt(tx, NAME)).id == library.id
    async with house.database.tx(stranger) as tx:
        assert (await active_prompt(tx, NAME)).version == "1"
        assert "mine" not in {each.version for each in await list_prompts(tx)}


async def test_nobody_writes_a_row_of_the_library(house: House, owner: Subject) -> None:
    for statement in (
        "INSERT INTO gate.prompt_versions (tenant_id, name, version, content) VALUES (NULL, 'judge.groundedness', '9', 'x')",
        "INSERT INTO gate.prompt_activations (tenant_id, name, prompt_id) SELECT NULL, name, id FROM gate.prompt_versions",
        "UPDATE gate.prompt_versions SET content = 'x'",
    ):
        try:
            async with house.database.tx(owner) as tx:
                await tx.connection.execute(statement)
        except psycopg.Error:
            continue
        raise AssertionError(statement)
