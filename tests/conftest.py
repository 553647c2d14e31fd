"""What every test needs. No mocks of our own code; the network is closed but for this machine."""

import socket

import pytest
from django.test import TransactionTestCase

from people.models import ledger


@pytest.fixture(autouse=True)
def _closed_network(monkeypatch):
    """A test that reaches for another machine is a test that fails somewhere else."""
    connect = socket.socket.connect

    def only_this_machine(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise OSError(f"the tests' network is closed: {address}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", only_this_machine)


_teardown = TransactionTestCase._fixture_teardown


def _empty_with_seals_lifted(self):
    """Emptying a test database deletes rows of ledgers too; SQLite fires their triggers for that."""
    with ledger.unsealed():
        _teardown(self)


TransactionTestCase._fixture_teardown = _empty_with_seals_lifted
