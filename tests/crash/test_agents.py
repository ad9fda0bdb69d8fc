"""kill -9 of a process whose model is at work: the run is there, and goes on where it stood."""

import asyncio
import subprocess
import time

from tests.conformance.providers.fake_server import KEY, FakeServer, Scene, serving
from tests.crash.test_resume import EVIGATE, WAIT_S, Installation, installation, kill

__all__ = ["installation"]


async def asked(server: FakeServer, count: int) -> None:
    deadline = time.monotonic() + WAIT_S
    while len(server.asked) < count:
        assert time.monotonic() < deadline, "the model was not asked"
        await asyncio.sleep(0.05)


def give_key(place: Installation) -> None:
    command = [EVIGATE, "secrets", "set", "model"]
    subprocess.run(command, env=place.environment, input=KEY, text=True, check=True, timeout=WAIT_S)


async def test_a_run_whose_process_was_killed_is_carried_on(installation: Installation) -> None:
    run = installation.run
    async with serving(Scene(output='{"word": "late"}', delay_s=WAIT_S)) as server:
        server.always = Scene(output='{"word": "evigate"}')
        await asyncio.to_thread(give_key, installation)
        await asyncio.to_thread(
            run, "agents", "choose", "probe", "--provider", "openai_compatible", "--model", "m-1",
            "--base-url", f"{server.url}/v1", "--secret", "model",
        )  # fmt: skip
        process = installation.start("agents", "test", "probe")
        await asked(server, 1)
        await asyncio.to_thread(kill, process)
        [left] = await asyncio.to_thread(run, "agents", "runs")
        assert left["status"] == "running"
        told = await asyncio.to_thread(run, "agents", "resume", left["id"])
        assert told["status"] == "succeeded"
        assert told["output"]["output"] == {"word": "evigate"}
        assert told["output"]["producer"] == "openai_compatible:m-1"
        assert len(server.asked) == 2
        # Whoever asks for it again is told the same, and the model is not.
        again = await asyncio.to_thread(run, "agents", "show", left["id"])
        assert again["output"] == told["output"]
        assert len(server.asked) == 2
        assert server.faults == []
