"""Fixtures of the real servers, for every test (tests/conftest.py loads them)."""

import fcntl
import os

import pytest

from .installation import Installation, build_template, install
from .redis import redis_server


@pytest.fixture(scope="session")
def migrated_template(tmp_path_factory, worker_id, fonts):
    """Built once in a run, whichever of xdist's workers asks first."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    with (shared / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "template-is-ready").exists():
            build_template(shared / "template")
            (shared / "template" / "certificate-fonts").symlink_to(fonts, target_is_directory=True)
            (shared / "template-is-ready").touch()
    return shared / "template"


@pytest.fixture(scope="session")
def demo_template(migrated_template, tmp_path_factory, worker_id):
    """The demo, small: every stage of a learner is in it."""
    base = tmp_path_factory.getbasetemp()
    shared = base if worker_id == "master" else base.parent
    with (shared / "demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "demo-is-ready").exists():
            demo = install(migrated_template, shared / "demo")
            demo.run("manage.py", "load_regions")
            demo.run("manage.py", "demo", "--learners", "60")
            demo.ask("PRAGMA wal_checkpoint(TRUNCATE)")
            (shared / "demo-is-ready").touch()
    return shared / "demo"


@pytest.fixture
def installation(migrated_template, tmp_path) -> Installation:
    return install(migrated_template, tmp_path / "data")


@pytest.fixture(scope="session")
def redis_url():
    with redis_server() as url:
        yield url


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """In CI nothing may be skipped for want of a tool: .ci/run installs them. The other database is another run."""
    report = (yield).get_result()
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        reason = str(report.longrepr)
        if "SQLite" not in reason and "PostgreSQL" not in reason:
            report.outcome, report.longrepr = "failed", f"skipped in CI: {reason}"
