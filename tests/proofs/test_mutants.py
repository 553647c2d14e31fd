"""Whoever takes one permission check out of the product is found out by the tests of rights (issue 4, section 6)."""

import json
import os
import subprocess
import sys

import pytest
from django.conf import settings

from tests.proofs.checks import find_checks
from tests.proofs.conftest import FULL

pytestmark = pytest.mark.servers  # a process of its own, on a database of its own
SAMPLE, SEED, LEAST = 12, 20261125, 0.95


def test_removed_checks_are_found(say):
    asked = [] if FULL else ["--sample", str(SAMPLE)]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "DATABASE_URL"))}
    done = subprocess.run(
        [sys.executable, "-m", "tests.proofs.mutants", "--seed", str(SEED), *asked],
        cwd=settings.BASE_DIR,
        env=environment | {"DJANGO_SETTINGS_MODULE": "config.settings.test"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    say(found.pop("figure"), **found)

    assert found["written_down"] >= found["checks"] * 0.75, (
        "many new checks: make proof-mutants, and commit noticed.json"
    )
    # of twelve, one may be among the five in a hundred
    assert found["ratio"] >= LEAST or (not FULL and len(found["survive"]) <= 1), found["survive"]


def test_the_finder_knows_the_ways_a_check_is_written():
    rules = {check.rule for check in find_checks()}

    assert {
        "audience: signed in",
        "audience: role",
        "filter: asked_by",
        "filter: learner",
        "filter: live",
        "filter: of",
        "filter: on the day",
        "filter: role",
        "filter: user",
        "filter: user__is_active",
        "refusal",
        "scope: as_q",
        "scope: covers",
        "scope: memberships",
        "scope: of its places",
    } <= rules
