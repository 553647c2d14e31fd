"""The second of the two commands, from outside: it brings everything up, and everything ends with it."""

import os
import pty
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from config import doctor
from config.processes import Child, stop_all
from tests.servers.installation import install
from tests.servers.ports import free_port

pytestmark = pytest.mark.servers
ROOT = Path(__file__).resolve().parents[2]
UP = "Ctrl-C stops"
STARTED: list[subprocess.Popen] = []


@pytest.fixture(scope="module")
def folder(tmp_path_factory, migrated_template):
    """One data folder for the module, as a first start left it: these are second starts."""
    return install(migrated_template, tmp_path_factory.mktemp("quickstart")).folder


@pytest.fixture(autouse=True)
def _nothing_stays_behind():
    """A test that fails half-way must not leave a site running on the developer's machine."""
    yield
    while STARTED:
        if (process := STARTED.pop()).poll() is None:
            process.terminate()
            process.wait(30)


class Quickstart:
    def __init__(self, folder: Path, port: int, **popen) -> None:
        self.port, self.log = port, folder / f"log-{port}"
        environment = os.environ | {"QINGMIAO_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings.dev"}
        self.out = self.log.open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "manage.py", "quickstart", "--no-demo", "--host", "127.0.0.1", "--port", str(port)],
            cwd=ROOT,
            env=environment,
            **({"stdout": self.out, "stderr": subprocess.STDOUT} | popen),
        )

        STARTED.append(self.process)

    def said(self) -> str:
        return self.log.read_text("utf-8", errors="replace")

    def wait_until_up(self, seconds: float = 240) -> float:
        start = time.monotonic()
        while time.monotonic() < start + seconds and self.process.poll() is None:
            if UP in self.said():
                return time.monotonic() - start
            time.sleep(0.1)
        raise AssertionError(f"not up (exit {self.process.poll()}):\n{self.said()}")

    def family(self) -> set[int]:
        """Every process that descends from this one, by /proc."""
        children: dict[int, set[int]] = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                parent = int(stat.read_text().rsplit(")", 1)[1].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
            children.setdefault(parent, set()).add(int(stat.parent.name))
        found, todo = set(), [self.process.pid]
        while todo:
            for pid in children.get(todo.pop(), set()):
                found.add(pid)
                todo.append(pid)
        return found

    def whole_family(self) -> set[int]:
        """The web and its two, the worker, the sweep: the site answers before the last is born."""
        until = time.monotonic() + 60
        while len(family := self.family()) < 5 and time.monotonic() < until:
            time.sleep(0.1)
        return family

    def get(self, path: str) -> int:
        try:
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=20).status
        except urllib.error.HTTPError as answer:
            return answer.code


def _alive(pids: set[int]) -> set[int]:
    """Those that still run: a zombie that nobody has reaped yet holds nothing."""
    alive = set()
    for pid in pids:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state not in "ZX":
            alive.add(pid)
    return alive


def _gone_within(pids: set[int], seconds: float) -> set[int]:
    until = time.monotonic() + seconds
    while _alive(pids) and time.monotonic() < until:
        time.sleep(0.1)
    return _alive(pids)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_everything_ends_with_it_however_it_ends(folder, number):
    quickstart = Quickstart(folder, free_port())
    quickstart.wait_until_up()
    family = quickstart.whole_family()

    assert quickstart.get("/accounts/login/") == 200
    assert len(family) >= 5

    quickstart.process.send_signal(number)
    quickstart.process.wait(30)

    assert _gone_within(family, 30) == set()
    if number != signal.SIGKILL:
        assert "已停下" in quickstart.said()
        assert quickstart.process.returncode == 0


def test_it_ends_when_the_terminal_is_closed(folder):
    ours, theirs = pty.openpty()
    quickstart = Quickstart(
        folder,
        free_port(),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        start_new_session=True,
        preexec_fn=lambda: __import__("fcntl").ioctl(0, __import__("termios").TIOCSCTTY, 0),
    )
    os.close(theirs)
    said, until = b"", time.monotonic() + 240
    while UP.encode() not in said and time.monotonic() < until:
        said += os.read(ours, 4096)
    family = quickstart.whole_family()

    os.close(ours)
    quickstart.process.wait(30)

    assert len(family) >= 5
    assert _gone_within(family, 30) == set()


def test_a_dead_worker_or_sweep_is_started_again(folder):
    quickstart = Quickstart(folder, free_port())
    quickstart.wait_until_up()
    try:
        for verb in ("worker", "beat"):
            dead = min(_celery(quickstart, verb))  # the parent was there before its children
            os.kill(dead, signal.SIGKILL)

            until = time.monotonic() + 60
            while not (new := _celery(quickstart, verb) - {dead}) and time.monotonic() < until:
                time.sleep(0.2)

            assert new
    finally:
        quickstart.process.terminate()
        quickstart.process.wait(30)


def _celery(quickstart: Quickstart, verb: str) -> set[int]:
    """The processes that quickstart itself started with `celery … verb`."""
    found = set()
    for pid in quickstart.family():
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
            parent = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
        if b"celery" in words and verb.encode() in words and parent == quickstart.process.pid:
            found.add(pid)
    return found


def test_a_taken_port_is_named_with_a_free_one(folder):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        quickstart = Quickstart(folder, port)
        quickstart.process.wait(60)

    assert quickstart.process.returncode == 1
    assert f"端口 {port} 已被占用" in quickstart.said()
    assert "quickstart --port " in quickstart.said()


def test_twin_a_child_of_an_ordinary_kind_outlives_us():
    """Without the process group, what a child started stays: the reason for `Child`."""
    plain = subprocess.Popen(["bash", "-c", "sleep 61 & echo $!; wait"], stdout=subprocess.PIPE, text=True)
    orphan = int(plain.stdout.readline())
    plain.kill()
    plain.wait()
    try:
        assert _alive({orphan}) == {orphan}
    finally:
        os.kill(orphan, signal.SIGKILL)

    child = Child("test", ["bash", "-c", "trap '' TERM; sleep 62 & wait; sleep 63"], dict(os.environ))
    time.sleep(0.5)
    grandchildren = {
        int(p.parent.name)
        for p in Path("/proc").glob("[0-9]*/stat")
        if int(p.read_text().rsplit(")", 1)[1].split()[1]) == child.process.pid
    }
    child.process.kill()
    stop_all([child])
    assert grandchildren
    assert _gone_within(grandchildren, 5) == set()


def test_without_pango_the_doctor_names_the_one_missing_command():
    (finding,) = doctor.libraries(loads=lambda name: False)

    assert not finding.is_well
    assert not finding.stops
    assert finding.mend == f"{doctor.APT} libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


def test_pango_without_its_subsetter_is_told_as_slow():
    pango, subset = doctor.libraries(loads=lambda name: "harfbuzz" not in name)

    assert pango.is_well
    assert not subset.is_well
    assert "7 秒" in subset.zh


def test_an_old_python_and_a_wrong_clock_are_told():
    assert not doctor.python((3, 10, 9)).is_well
    assert doctor.python((3, 11, 2)).is_well
    assert not doctor.clock(now=0).is_well
    assert doctor.clock().is_well


@pytest.mark.django_db
def test_a_broker_a_cache_and_a_search_store_that_are_away_are_told(settings):
    settings.CELERY_BROKER_URL = f"redis://127.0.0.1:{free_port()}/0"
    settings.ELASTICSEARCH_URL = f"http://127.0.0.1:{free_port()}"
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

    away = [doctor.broker(), doctor.shared_cache(), doctor.search_store()]

    assert [finding.is_well for finding in away] == [False, False, False]
    assert all(finding.mend for finding in away)
    assert not any(finding.stops for finding in away)
