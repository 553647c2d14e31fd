"""An installation of its own for tests of whole processes: a migrated SQLite in a data folder, its own environment."""

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


class Installation:
    """What the processes under test share: a folder and an environment. The test looks into the database itself."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.environment = {
            **{key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "REDIS_URL"}},
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "QINGMIAO_DATA_DIR": str(folder),
            "PYTHONPATH": str(ROOT),
            **environment,
        }

    def run(self, *words: str) -> str:
        """This will run `python words…` in the installation and return what it said."""
        return subprocess.run(
            [sys.executable, *words], cwd=ROOT, env=self.environment, check=True, stdout=subprocess.PIPE, text=True
        ).stdout

    def ask(self, sql: str) -> list[tuple]:
        database = sqlite3.connect(self.folder / "qingmiao.sqlite3", timeout=20)
        try:
            return database.execute(sql).fetchall()
        finally:
            database.close()


def build_template(folder: Path) -> None:
    """This will migrate once; the tests copy the result. Half a minute of somebody's processor."""
    folder.mkdir(parents=True)
    fresh = Installation(folder)
    fresh.run("manage.py", "migrate", "--verbosity", "0")
    fresh.run("manage.py", "createcachetable")
    fresh.ask("PRAGMA wal_checkpoint(TRUNCATE)")


def install(template: Path, folder: Path, **environment: str) -> Installation:
    shutil.copytree(template, folder, dirs_exist_ok=True, symlinks=True)
    return Installation(folder, **environment)
