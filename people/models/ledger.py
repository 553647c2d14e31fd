"""A ledger is a table whose rows are never changed: the database itself refuses."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.apps import apps
from django.db import connection, migrations, models


class LedgerChanged(Exception):
    """Somebody tried to change or delete a row of a ledger. A correction is a new row."""


class LedgerQuerySet(models.QuerySet):
    def update(self, **kwargs):
        raise LedgerChanged(self.model._meta.label)

    def delete(self):
        raise LedgerChanged(self.model._meta.label)


class Ledger(models.Model):
    """Base of append-only rows (design, section 3.6). Seal each with `seal()` in its migration."""

    objects = LedgerQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args, **kwargs):
        if not self._state.adding:
            raise LedgerChanged(self._meta.label)
        super().save(*args, **kwargs)

    def delete(self, *args, **kwargs):
        raise LedgerChanged(self._meta.label)


def seal(model_label: str) -> migrations.RunPython:
    """This will make the database refuse UPDATE and DELETE on a model's table, also past Django.

    Takes the model's label, as 'people.AuditEntry'. PostgreSQL and SQLite only.
    """

    def forwards(state_apps, schema_editor):
        _seal_table(schema_editor.connection, _table(model_label))

    def backwards(state_apps, schema_editor):
        _unseal_table(schema_editor.connection, _table(model_label))

    return migrations.RunPython(forwards, backwards)


def _table(label: str) -> str:
    return label.lower().replace(".", "_")


def _seal_table(conn, table: str) -> None:
    with conn.cursor() as cursor:
        if conn.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION ledger_refuses() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'ledger % is append-only', TG_TABLE_NAME; END $$"
            )
            cursor.execute(
                f'CREATE TRIGGER "{table}_sealed" BEFORE UPDATE OR DELETE ON "{table}" '
                "FOR EACH ROW EXECUTE FUNCTION ledger_refuses()"
            )
        else:
            for verb in ("UPDATE", "DELETE"):
                cursor.execute(
                    f'CREATE TRIGGER "{table}_sealed_{verb.lower()}" BEFORE {verb} ON "{table}" '
                    f"BEGIN SELECT RAISE(ABORT, 'ledger {table} is append-only'); END"
                )


def _unseal_table(conn, table: str) -> None:
    with conn.cursor() as cursor:
        if conn.vendor == "postgresql":
            cursor.execute(f'DROP TRIGGER IF EXISTS "{table}_sealed" ON "{table}"')
        else:
            for verb in ("update", "delete"):
                cursor.execute(f'DROP TRIGGER IF EXISTS "{table}_sealed_{verb}"')


def sealed_tables() -> list[str]:
    """This will name the tables of all ledgers, in no particular order."""
    return [m._meta.db_table for m in apps.get_models() if issubclass(m, Ledger)]


@contextmanager
def unsealed() -> Iterator[None]:
    """This will lift the seals inside a transaction: for removing demo data and for emptying a test database only."""
    for table in sealed_tables():
        _unseal_table(connection, table)
    try:
        yield
    finally:
        for table in sealed_tables():
            _seal_table(connection, table)
