"""What the tests of the PDF engine share; the fonts and the validator outlive a run in pytest's cache."""

import fcntl
import hashlib
import os
from pathlib import Path

import pytest

from certificates import pdf
from certificates.pdf import fonts as font_maker
from certificates.pdf import keys

VERAPDF = Path(__file__).parents[1] / "servers" / "verapdf"


def cached(request, name: str, made_from: Path, make) -> Path:
    """A folder that outlives the run and is made anew when `made_from` changes; one process makes it, others wait."""
    digest = hashlib.sha256(made_from.read_bytes()).hexdigest()[:12]
    folder = Path(request.config.cache.mkdir(f"qingmiao-{name}-{digest}"))
    with open(folder.with_suffix(".lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        make(folder)
    return folder


@pytest.fixture(scope="session")
def fonts(request) -> Path:
    return cached(request, "fonts", Path(font_maker.__file__), pdf.prepare_fonts)


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
