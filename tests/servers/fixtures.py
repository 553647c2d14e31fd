"""Fixtures of the real servers, for every test (tests/conftest.py loads them)."""

import fcntl

import pytest

from .installation import Installation, build_template, install
from .redis import redis_server


@pytest.fixture(scope="session")
def migrated_template(tmp_path_factory, worker_id):
    """Built once in a run, whichever of xdist's workers asks first."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    with (shared / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "template-is-ready").exists():
            build_template(shared / "template")
            (shared / "template-is-ready").touch()
    return shared / "template"


@pytest.fixture
def installation(migrated_template, tmp_path) -> Installation:
    return install(migrated_template, tmp_path / "data")


@pytest.fixture(scope="session")
def redis_url():
    with redis_server() as url:
        yield url
