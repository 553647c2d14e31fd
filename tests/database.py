"""The test database on SQLite, migrated once and copied: some two hundred migrations cost more than most tests."""

import contextlib
import hashlib
import json
import sqlite3
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.prepared import cached

HERE = Path(__file__).resolve().parent.parent


def _what_a_schema_is_made_of(folder: Path) -> Path:
    """A file whose content changes when a migration of ours or the locked set of packages does."""
    made_from = sorted([*HERE.glob("*/migrations/*.py"), HERE / "requirements.lock"])
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in made_from)).hexdigest()
    stamp = folder / "schema.sha256"
    stamp.write_text(digest)
    return stamp


@pytest.fixture(scope="session")
def django_db_setup(
    request, django_test_environment, django_db_blocker, django_db_modify_db_settings, tmp_path_factory
):
    """pytest-django's own fixture on PostgreSQL; on SQLite the same database, out of a file made in an earlier run."""
    creation = connection.creation
    with django_db_blocker.unblock():
        old_name = settings.DATABASES["default"]["NAME"]
        if connection.vendor == "sqlite":
            stamp = _what_a_schema_is_made_of(tmp_path_factory.mktemp("schema"))
            folder = cached(request, "schema", stamp, _migrate_into)
            if connection.settings_dict["NAME"] == old_name:
                _open_in_memory()
                with contextlib.closing(sqlite3.connect(folder / "migrated.sqlite3")) as template:
                    template.backup(connection.connection)
        else:
            creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        # what migrations made, for putting back after a test that empties every table (tests/conftest.py)
        connection._test_serialized_contents = _content_types_first(creation.serialize_db_to_string())
    yield
    with django_db_blocker.unblock():
        creation.destroy_test_db(old_name, verbosity=0)


def _content_types_first(rows: str) -> str:
    """Saving a page asks for its content type, which would make a second one where the first is not back yet."""
    return json.dumps(sorted(json.loads(rows), key=lambda row: row["model"] != "contenttypes.contenttype"))


def _open_in_memory() -> None:
    connection.close()
    name = connection.creation._get_test_db_name()
    settings.DATABASES["default"]["NAME"] = connection.settings_dict["NAME"] = name
    connection.ensure_connection()


def _migrate_into(folder: Path) -> None:
    """Migrates in memory, then keeps a copy. Leaves the migrated database open: this process need not copy it back."""
    file = folder / "migrated.sqlite3"
    if file.exists():
        return
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    unfinished = folder / "unfinished.sqlite3"
    with contextlib.closing(sqlite3.connect(unfinished)) as copy:
        connection.connection.backup(copy)
    unfinished.rename(file)
