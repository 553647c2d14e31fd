"""What every test needs. No mocks of our own code; the network is closed but for this machine."""

import contextlib
import socket
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import TransactionTestCase
from django.utils import timezone, translation

from certificates import pdf
from certificates.pdf import fonts as font_maker
from certificates.pdf.installed import fonts_folder
from courses.demo.content import load_content
from people.models import ledger
from tests.prepared import cached

pytest_plugins = ["tests.database", "tests.servers.fixtures"]


@pytest.fixture(autouse=True)
def _closed_network(monkeypatch):
    """A test that reaches for another machine is a test that fails somewhere else."""
    connect = socket.socket.connect

    def only_this_machine(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise OSError(f"the tests' network is closed: {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_this_machine)


@pytest.fixture(autouse=True)
def _no_language_left_over():
    """A request for an English page leaves English active in its thread; the next test begins as a process does."""
    translation.activate(settings.LANGUAGE_CODE)
    yield
    translation.deactivate()


@pytest.fixture(scope="session")
def fonts(request) -> Path:
    return cached(request, "fonts", Path(font_maker.__file__), pdf.prepare_fonts)


@pytest.fixture(scope="session", autouse=True)
def _installed_fonts(fonts):
    """Issuing a certificate asks whether the name can be printed; the throw-away data folder borrows the fonts."""
    link = fonts_folder()
    link.parent.mkdir(parents=True, exist_ok=True)
    if not link.exists():
        with contextlib.suppress(FileExistsError):  # another process of the same run was first
            link.symlink_to(fonts, target_is_directory=True)


_teardown = TransactionTestCase._fixture_teardown


def _empty_with_seals_lifted(self):
    """Emptying a test database deletes rows of ledgers too, and what migrations made: the first goes, the second returns.

    Without it every later test of the same process misses Wagtail's root page and collection.
    """
    self.serialized_rollback = True  # Django then leaves content types and permissions to what is put back
    with ledger.unsealed():
        _teardown(self)
    with ledger.unsealed():
        connection.creation.deserialize_db_from_string(connection._test_serialized_contents)


TransactionTestCase._fixture_teardown = _empty_with_seals_lifted


@pytest.fixture(scope="module")
def planted(django_db_setup, django_db_blocker):
    """The demo's courses, laws and pages once for a file, in a transaction that is rolled back at its end.

    Gives C04. Each test works in a savepoint of it, so what it changes is gone for the next.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_content(now=timezone.now())
        transaction.set_rollback(True)
