"""A ledger's rows cannot be changed, not even past Django; and every ledger is sealed."""

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from people.models import AuditEntry, Ledger
from people.models.ledger import LedgerChanged, unsealed

pytestmark = pytest.mark.django_db


def entry() -> AuditEntry:
    return AuditEntry.objects.create(actor=None, verb="looked", object_kind="user", recorded_at=timezone.now())


def test_django_refuses_to_change_a_row():
    row = entry()
    row.verb = "never"

    with pytest.raises(LedgerChanged):
        row.save()
    with pytest.raises(LedgerChanged):
        row.delete()
    with pytest.raises(LedgerChanged):
        AuditEntry.objects.update(verb="never")


@pytest.mark.parametrize("model", [m for m in apps.get_models() if issubclass(m, Ledger)], ids=lambda m: m.__name__)
def test_every_ledger_is_sealed_in_the_database(model):
    table = model._meta.db_table
    query = (
        "SELECT count(*) FROM pg_trigger WHERE tgname = %s"
        if connection.vendor == "postgresql"
        else "SELECT count(*) / 2 FROM sqlite_master WHERE type = 'trigger' AND name LIKE %s || '%%'"
    )

    with connection.cursor() as cursor:
        cursor.execute(query, [f"{table}_sealed"])
        assert cursor.fetchone()[0] == 1


@pytest.mark.parametrize("sql", ["UPDATE people_auditentry SET verb = 'never'", "DELETE FROM people_auditentry"])
def test_the_database_refuses_raw_sql(sql):
    entry()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
    assert AuditEntry.objects.get().verb == "looked"


def test_unsealed_lifts_the_seal_and_puts_it_back():
    row = entry()

    with unsealed(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_auditentry WHERE id = %s", [row.pk])

    entry()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM people_auditentry")
