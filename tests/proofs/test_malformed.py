"""F5: malformed forms, queries, JSON and files through the real views never make an error of the server."""

import json

import pytest

from tests.proofs.conftest import FULL
from tests.servers.installation import install

pytestmark = pytest.mark.servers  # a process of its own, on a database of its own
SEED = 20261125
CASES, TWIN_CASES = (20_000, 400) if FULL else (1_500, 60)


@pytest.fixture(scope="module")
def demo(demo_template, tmp_path_factory):
    return install(demo_template, tmp_path_factory.mktemp("malformed"))


def run(demo, *words) -> dict:
    return json.loads(demo.run("-m", "tests.proofs.malformed", "--seed", str(SEED), *words).splitlines()[-1])


def test_malformed_input_is_answered_and_leaves_nothing_behind(demo, say):
    found = run(demo, "--cases", str(CASES))
    say("f5", **{key: value for key, value in found.items() if key not in ("faults", "slowest")})

    assert found["faults"] == {}
    assert found["server_errors"] == 0
    assert found["orphans"] == []
    assert found["over_2_s"] == []
    assert found["peak_rss_mb"] < 512
    # the walk found what there is to fill in, and the cases got past the door
    assert found["forms"] > 100
    assert found["upload_forms"] >= 10
    assert found["statuses"]["200"] > CASES / 4
    assert found["statuses"]["400"] > CASES / 50


def test_twin_stock_picture_fields_fail(demo, say):
    """Wagtail's own field, which opens what it is given."""
    found = run(demo, "--cases", str(TWIN_CASES), "--twin")
    say(
        "f5",
        twin=f"{found['server_errors']} of {found['cases']} answers are server errors with Wagtail's picture field",
    )

    assert found["server_errors"] > 0
