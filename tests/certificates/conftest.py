"""What the tests of the PDF engine share; the validator outlives a run in pytest's cache."""

import os
from pathlib import Path

import pytest

from certificates.pdf import keys
from tests.prepared import cached

VERAPDF = Path(__file__).parents[1] / "servers" / "verapdf"


@pytest.fixture(scope="session")
def key(tmp_path_factory) -> keys.SigningKey:
    return keys.demonstration(tmp_path_factory.mktemp("key"))


@pytest.fixture(scope="session")
def verapdf(request):
    """verapdf({name: data}) -> {(name, flavour): the rules broken}."""
    from tests.certificates.pdf_help import needs, run

    needs("java", "javac", "mvn")
    start, environment = VERAPDF / "verapdf", os.environ | {"LC_ALL": "C.UTF-8"}

    def make(folder):
        if not (folder / "ready").exists():
            done = run("bash", start, folder, "3a", env=environment)
            assert (folder / "ready").exists(), done.stderr.decode()

    jars = cached(request, "verapdf", VERAPDF / "pom.xml", make)

    def check(files: dict[str, bytes], folder: Path) -> dict[tuple[str, str], list[str]]:
        for name, data in files.items():
            (folder / name).write_bytes(data)
        done = run("bash", start, jars, "3a,ua1", *files, cwd=folder, env=environment)
        lines = [line.split() for line in done.stdout.decode().splitlines()]
        assert len(lines) == 2 * len(files), done.stderr.decode()[-2000:]
        return {(name, flavour): rules if verdict == "fail" else [] for verdict, flavour, name, *rules in lines}

    return check
