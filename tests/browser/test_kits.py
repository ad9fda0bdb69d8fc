"""A kit's run in a real browser, by keys alone: dry, whole, approved, looked at, taken along."""

import zipfile
from pathlib import Path

from playwright.async_api import expect

from evigate.base.subject import Subject
from tests.browser.conftest import Site
from tests.browser.test_journeys import look, press
from tests.browser.test_learning import PHONE
from tests.browser.test_stories import shoot
from tests.integration.studio.kit_projects import NOTES, brought, specified

LONG_MS = 60_000


async def test_a_kit_is_run_by_keyboard(site: Site, owner: Subject, tmp_path: Path) -> None:
    project = await specified(site.house, owner, has_worker=True)
    async with site.visitor() as page:
        await site.sign_in(page, owner)
        await page.goto(f"/studio/{project}/spec")
        await press(page.get_by_role("link", name="Kits", exact=True))
        await expect(page.get_by_text("No kit was run yet")).to_be_visible()
        await look(page)
        await shoot(page, "kits-project")
        await press(page.get_by_role("button", name="Start Python service dry"))
        await expect(page.get_by_text("This run was dry: nothing was written.")).to_be_visible(
            timeout=LONG_MS
        )
        await expect(page.get_by_text("Completed", exact=True)).to_be_visible(timeout=LONG_MS)
        await press(page.get_by_role("link", name="Back to the kits"))

        await press(page.get_by_role("button", name="Start Python service", exact=True))
        await expect(page.get_by_text("Waits for an approval")).to_be_visible(timeout=LONG_MS)
        await look(page)
        await shoot(page, "kit-plan")
        # What is done while one looks is drawn without being asked for, phase by phase.
        await press(page.get_by_role("button", name="Approve this plan"))
        await expect(page.get_by_text("Completed", exact=True)).to_be_visible(timeout=LONG_MS)
        await expect(page.get_by_text("Valid", exact=True).first).to_be_visible()
        async with page.expect_download() as downloading:
            await press(page.get_by_role("link", name="Download the bundle"))
        bundle = tmp_path / "bundle.zip"
        await (await downloading.value).save_as(bundle)
        with zipfile.ZipFile(bundle) as archive:
            assert "service/app.py" in archive.namelist()
        await press(page.locator("summary", has_text="Log"))
        await expect(page.locator("#log pre", has_text=" passed")).to_be_visible()
        await look(page)
        await shoot(page, "kit-run")

        # One's own kit, in two versions: what changed is a diff.
        await brought(site.house, owner)
        await page.goto("/studio/kits")
        await expect(page.get_by_text("Notes").first).to_be_visible()
        await look(page)
        await shoot(page, "kits")
        for version, text in (("1.0.0", ""), ("1.1.0", "now with more\n")):
            changed = {**NOTES, "readme.liquid": f"# {{{{ spec.name }}}}\n{text}"}
            changed["kit.yaml"] = NOTES["kit.yaml"].replace("1.0.0", version)
            await brought(site.house, owner, changed)
            await page.goto(f"/studio/{project}/kits")
            await press(page.get_by_role("button", name="Start Notes", exact=True))
            await press(page.get_by_role("button", name="Approve this plan"))
            await expect(page.get_by_text("Completed", exact=True)).to_be_visible(timeout=LONG_MS)
        await press(page.locator("summary", has_text="README.md"))
        await expect(page.locator("ins", has_text="+now with more")).to_be_visible()
        await shoot(page, "kit-diff")
        await page.set_viewport_size({"width": PHONE, "height": 800})
        await look(page)
        await shoot(page, "kit-diff-phone")

        # A credential is sealed on the page, and not seen again.
        await page.goto(f"/studio/{project}/kits")
        await page.get_by_label("Where the platform is").fill("https://api.example.com")
        await page.get_by_label("Value").fill("sk-live-1")
        await press(page.get_by_role("button", name="Seal it"))
        await expect(page.get_by_text("Active", exact=True)).to_be_visible()
        assert "sk-live-1" not in await page.content()
        await press(page.get_by_role("button", name="Revoke service of contract-drift"))
        await expect(page.get_by_text("Revoked", exact=True)).to_be_visible()
        await look(page)
        await shoot(page, "kits-project-phone")
