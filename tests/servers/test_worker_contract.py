"""What is owed is paid, once, however often the worker is killed in the middle of it: over Redis and over files.

Real worker processes, `kill -9`, real jobs: certificates' PDFs, and texts through a gateway slow enough to be hit.
"""

import os
import signal
import time
from collections import Counter
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

from config.processes import SWEEP, WORKER, Child, celery_command, stop_all

pytestmark = pytest.mark.servers
TEXTS = 12
CERTIFICATES = 6
BUNDLED = 40
KILLS = 4
LATER = 20  # seconds
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


OWE_FOR_LATER = """
import django
django.setup()
from datetime import timedelta
from django.utils import timezone
from people.services import owe_message
from tests.factories.people import UserFactory
now = timezone.now()
user = UserFactory()
for n, seconds in enumerate(({soon}, 3600)):
    due = now + timedelta(seconds=seconds)
    owe_message(user=user, channel="app", kind="later", body="到时候了", about=str(n), now=now, due_at=due)
"""


ISSUE_CERTIFICATES = """
import django, time
django.setup()
from django.db import transaction
from django.utils import timezone
from tests.factories.certificates import CertificateFactory, IssuerFactory
from tests.factories.people import RegionFactory
issuer, region = IssuerFactory(), RegionFactory()
for n in range({certificates}):
    with transaction.atomic():
        CertificateFactory(issuer=issuer, region=region, issued_at=timezone.now(), learner__name="王春梅")
time.sleep(3)
"""


OWE_A_BUNDLE = """
import django, time
django.setup()
from datetime import timedelta
from django.utils import timezone
from certificates.models import CertificatePdf
from people.scope import Scope
from reports.bundles import Wanted, owe_bundle
from tests.factories.certificates import CertificateFactory, IssuerFactory
from tests.factories.people import RegionFactory, UserFactory
issuer, region, now = IssuerFactory(), RegionFactory(), timezone.now()
for n in range({certificates}):
    CertificateFactory(issuer=issuer, region=region, issued_at=now, learner__name="王春梅")
CertificatePdf.objects.update(due_at=now + timedelta(days=1))  # so that the bundle makes them, and is long at it
scope = Scope(on_date=timezone.localdate(), region_paths=(region.path,))
owe_bundle(actor=UserFactory(), scope=scope, wanted=Wanted(), count={certificates}, asked_at=now)
time.sleep(3)
"""


class Scene:
    """Real processes over one broker. What is in hand and what is owed is asked of the database."""

    def __init__(self, installation, broker: str, *, sweep: bool, table: str) -> None:
        self.book = installation.folder / "book"
        self.book.touch()
        installation.environment |= {
            "CELERY_BROKER_URL": broker,
            "SMS_PROVIDER": "tests.servers.slow_sms.SlowSms",
            "SLOW_SMS_BOOK": str(self.book),
            "SLOW_SMS_SECONDS": "0.4",
            "OWED_LEASE_SECONDS": "5",
            "SWEEP_SECONDS": "1",
        }
        self.installation, self.table, self.sweep = installation, table, sweep

    def start(self) -> None:
        self.worker = Child("worker", celery_command(*WORKER), self.installation.environment)
        self.children = [self.worker]
        if self.sweep:
            self.children.append(Child("sweep", celery_command(*SWEEP), self.installation.environment))

    def lines(self, verb: str) -> list[str]:
        return [line.split()[1] for line in self.book.read_text().splitlines() if line.startswith(verb)]

    def number(self, what: str) -> int:
        return self.installation.ask(f"SELECT {what} FROM {self.table}")[0][0] or 0

    def owed(self) -> int:
        return self.number("sum(state <> 'done')")

    def leases_taken(self) -> int:
        return self.number("sum(attempts)")

    def kill_in_the_middle(self, whole: bool) -> None:
        """This will wait until a worker takes a lease, then kill -9: the worker and its child, or the child alone."""
        taken = self.leases_taken()
        assert _until(lambda: self.leases_taken() > taken, 60), "nobody took a lease"
        time.sleep(0.1)  # into the job
        self.kill(whole)

    def kill(self, whole: bool) -> None:
        """This will kill -9; a worker without children (no broker) is always killed whole. It is started again."""
        main = self.worker.process.pid
        children = Path(f"/proc/{main}/task/{main}/children").read_text().split()
        if children and not whole:
            os.kill(int(children[0]), signal.SIGKILL)
            return
        os.killpg(self.worker.process.pid, signal.SIGKILL)
        self.worker.process.wait()
        self.worker.restart()


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


def _play(scene: Scene, script: str, *, kills: int, wait: float) -> None:
    scene.installation.run("-c", script)  # the rings wait in the broker
    scene.start()
    try:
        for n in range(kills):
            scene.kill_in_the_middle(whole=n % 2 == 0)
        _until(lambda: scene.owed() == 0, wait)
    finally:
        stop_all(scene.children)


def test_no_text_is_lost_and_none_doubled_when_the_worker_is_killed(installation, broker):
    scene = Scene(installation, broker, sweep=True, table="people_message")

    _play(scene, OWE_TEXTS.format(texts=TEXTS), kills=KILLS, wait=120)

    sent = Counter(scene.lines("sent"))
    assert len(scene.lines("begun")) >= TEXTS + KILLS // 2  # the kills did hit
    assert scene.owed() == 0
    assert sent == {f"139000000{n:02d}": 1 for n in range(TEXTS)}


def test_what_is_owed_for_a_later_hour_is_there_at_that_hour_and_not_before(installation, broker):
    scene = Scene(installation, broker, sweep=True, table="people_message")
    asked = time.monotonic()
    installation.run("-c", OWE_FOR_LATER.format(soon=LATER))
    scene.start()
    try:
        assert _until(lambda: scene.owed() == 1, 90), "it never came"
    finally:
        stop_all(scene.children)

    assert time.monotonic() - asked >= LATER
    assert installation.ask("SELECT about, body FROM people_message WHERE state = 'done'") == [("0", "到时候了")]
    assert installation.ask("SELECT about, attempts FROM people_message WHERE state = 'owed'") == [("1", 0)]


def test_no_pdf_is_lost_and_none_doubled_when_the_worker_is_killed(installation, broker):
    scene = Scene(installation, broker, sweep=True, table="certificates_certificatepdf")

    _play(scene, ISSUE_CERTIFICATES.format(certificates=CERTIFICATES), kills=KILLS, wait=180)

    rows = installation.ask("SELECT certificate_id, file, sha256 FROM certificates_certificatepdf")
    made = {str(path.relative_to(installation.folder)) for path in installation.folder.glob("certificates/*/*.pdf")}
    assert scene.owed() == 0
    assert len(rows) == len({certificate for certificate, *_ in rows}) == CERTIFICATES
    assert made == {file for _, file, _ in rows}
    assert all(sha256((installation.folder / file).read_bytes()).hexdigest() == digest for _, file, digest in rows)
    assert scene.leases_taken() > CERTIFICATES  # the kills did hit


def test_a_bundle_of_certificates_is_whole_when_the_worker_is_killed(installation, broker):
    scene = Scene(installation, broker, sweep=True, table="reports_export")

    _play(scene, OWE_A_BUNDLE.format(certificates=BUNDLED), kills=2, wait=180)

    ((file, written, attempts),) = installation.ask("SELECT file, rows_written, attempts FROM reports_export")
    folder = installation.folder / "exports"
    assert scene.owed() == 0
    assert (written, attempts > 1) == (BUNDLED, True)  # the kills did hit
    assert [path.name for path in folder.iterdir()] == [file]  # no half file is left
    with ZipFile(folder / file) as bundle:
        assert bundle.testzip() is None
        assert len(bundle.namelist()) == len(set(bundle.namelist())) == BUNDLED + 1
    assert installation.ask("SELECT count(*) FROM people_message WHERE kind = 'bundle_ready'") == [(1,)]


def test_a_worker_killed_while_it_waits_still_works(installation, broker):
    """A pool that shares one lock never wakes after this: decision 0004."""
    scene = Scene(installation, broker, sweep=True, table="people_message")
    installation.run("-c", OWE_TEXTS.format(texts=1))
    scene.start()
    try:
        assert _until(lambda: scene.lines("sent"), 60), "the worker never began"
        for _n in range(2):
            time.sleep(1)  # it waits for work
            scene.kill(whole=False)
        installation.run("-c", OWE_TEXTS.format(texts=TEXTS))
        assert _until(lambda: scene.owed() == 0, 120)
    finally:
        stop_all(scene.children)

    assert len(scene.lines("sent")) == 1 + TEXTS


def test_twin_rings_without_the_sweep_lose_what_was_in_hand(installation):
    """The same queue, the same kill, and nobody who looks at the rows: the reason for the sweep."""
    scene = Scene(installation, "", sweep=False, table="people_message")

    _play(scene, OWE_TEXTS.format(texts=TEXTS), kills=1, wait=30)

    assert len(scene.lines("begun")) > len(scene.lines("sent"))
    assert scene.owed() >= 1
