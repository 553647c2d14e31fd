"""What is owed is paid, once, however often the worker is killed in the middle of it: over Redis and over files.

Real worker processes, `kill -9`, a real job: texts owed to people, through a gateway slow enough to be hit.
"""

import os
import signal
import time
from collections import Counter
from pathlib import Path

import pytest

from config.management.commands.quickstart import SWEEP, WORKER, celery_command
from config.processes import Child, stop_all

pytestmark = pytest.mark.servers
TEXTS = 12
KILLS = 4
OWE_TEXTS = """
import django, sys, time
django.setup()
from django.utils import timezone
from people.services import owe_message
for n in range({texts}):
    phone = f"139000000{{n:02d}}"
    owe_message(user=None, channel="sms", kind="reminder", address=phone, body="学习", now=timezone.now())
time.sleep(3)  # let the thread beside us ring
"""


class Scene:
    def __init__(self, installation, broker: str, *, sweep: bool) -> None:
        self.book = installation.folder / "book"
        self.book.touch()
        installation.environment |= {
            "CELERY_BROKER_URL": broker,
            "SMS_PROVIDER": "tests.servers.slow_sms.SlowSms",
            "SLOW_SMS_BOOK": str(self.book),
            "SLOW_SMS_SECONDS": "0.4",
            "OWED_LEASE_SECONDS": "3",
            "SWEEP_SECONDS": "1",
        }
        self.installation = installation
        self.worker = Child("worker", celery_command(*WORKER), installation.environment)
        self.children = [self.worker]
        if sweep:
            self.children.append(Child("sweep", celery_command(*SWEEP), installation.environment))

    def lines(self, verb: str) -> list[str]:
        return [line.split()[1] for line in self.book.read_text().splitlines() if line.startswith(verb)]

    def kill_in_the_middle(self, whole: bool) -> None:
        """This will wait until a text is on its way, then kill -9: the worker and its child, or the child alone."""
        begun = len(self.lines("begun"))
        _until(lambda: len(self.lines("begun")) > begun, 60)
        if whole:
            os.killpg(self.worker.process.pid, signal.SIGKILL)
            self.worker.process.wait()
            self.worker.restart()
        else:
            children = (
                Path(f"/proc/{self.worker.process.pid}/task/{self.worker.process.pid}/children").read_text().split()
            )
            os.kill(int(children[0]), signal.SIGKILL)

    def owed(self) -> int:
        return self.installation.ask("SELECT count(*) FROM people_message WHERE state <> 'done'")[0][0]


@pytest.fixture(params=["redis", "files"])
def broker(request):
    return request.getfixturevalue("redis_url") if request.param == "redis" else ""


def _until(is_so, seconds: float) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_so():
            return True
        time.sleep(0.02)
    return bool(is_so())


def _play(scene: Scene, *, kills: int, wait: float) -> None:
    try:
        scene.installation.run("-c", OWE_TEXTS.format(texts=TEXTS))
        for n in range(kills):
            scene.kill_in_the_middle(whole=n % 2 == 0)
        _until(lambda: scene.owed() == 0, wait)
    finally:
        stop_all(scene.children)


def test_nothing_is_lost_and_nothing_doubled_when_the_worker_is_killed(installation, broker):
    scene = Scene(installation, broker, sweep=True)

    _play(scene, kills=KILLS, wait=120)

    sent = Counter(scene.lines("sent"))
    assert len(scene.lines("begun")) >= TEXTS + KILLS  # the kills did hit
    assert scene.owed() == 0
    assert sent == {f"139000000{n:02d}": 1 for n in range(TEXTS)}


def test_twin_rings_without_the_sweep_lose_what_was_in_hand(installation):
    """The same queue, the same kills, and nobody who looks at the rows: the reason for the sweep."""
    scene = Scene(installation, "", sweep=False)

    _play(scene, kills=1, wait=30)

    assert len(scene.lines("begun")) > len(scene.lines("sent"))
    assert scene.owed() >= 1
