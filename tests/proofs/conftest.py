"""A proof says its figure in one line of JSON, with its seed, its size and what its twin did."""

import json
import os
from collections import defaultdict

import pytest

FULL = os.environ.get("PROOF") == "full"


@pytest.fixture
def say(record_property):
    """Keep facts of a figure: say("f5", seed=1, cases=20000). The twin of it says twin=…"""

    def keep(figure: str, **facts) -> None:
        record_property("proof", (figure, facts))

    return keep


def pytest_terminal_summary(terminalreporter):
    lines: dict[str, dict] = defaultdict(dict)
    for reports in terminalreporter.stats.values():
        for report in reports:
            for name, value in getattr(report, "user_properties", ()):
                if name == "proof":
                    lines[value[0]] |= value[1]
    for figure, facts in sorted(lines.items()):
        terminalreporter.write_line(json.dumps({"figure": figure, "size": "full" if FULL else "ci"} | facts))
