"""F9: hostile words in a certificate fetch nothing, open nothing, and are printed as words.

Seen from inside (the page, its links, what is attached), by a web server that remembers who asked, and by strace, which
sees every connection and every file that the drawing process opens.
"""

import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from django.conf import settings

from certificates import pdf
from certificates.pdf import drawing
from certificates.pdf.finishing import ForeignFont
from tests.certificates.pdf_help import weasyprint_leaves_a_file_open
from tests.certificates.test_pdf_hostile import CANARY, FIELDS, Default, hostile, listener, unescaped
from tests.proofs.conftest import FULL
from tests.proofs.injection import PAYLOADS, judge, prepare

pytestmark = [weasyprint_leaves_a_file_open, pytest.mark.servers]
__all__ = ["listener"]
# the machine makes these: no person writes a word of them
MADE = {
    "hours",
    "from_date",
    "to_date",
    "issued_date",
    "valid_until_date",
    "verify_url",
    "seal_png",
    "credential_json",
    "specimen",
}


@pytest.fixture
def canary(tmp_path_factory):
    folder = Path("/tmp") / f"c{Path(tmp_path_factory.getbasetemp()).stat().st_ino % 10_000}"  # short: one line
    folder.write_text(CANARY)
    yield folder
    folder.unlink()


def test_every_word_that_a_person_writes_is_tried():
    assert {field.name for field in fields(pdf.CertificateFacts)} - MADE == set(FIELDS)
    assert len(PAYLOADS) == 40


@pytest.mark.skipif(not shutil.which("strace"), reason="apt-get install strace")
def test_nothing_is_fetched_opened_or_obeyed(listener, canary, fonts, tmp_path, say):
    address, asked = listener
    log = tmp_path / "strace.log"
    found = prepare(tmp_path, fonts, address, str(canary), FULL)
    done = subprocess.run(
        ["strace", "-f", "-e", "trace=connect,openat,open", "-s", "300", "-o", str(log), sys.executable, "-m",
         "tests.proofs.drawing", str(tmp_path), str(fonts)],
        cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=1200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    wrong = judge(tmp_path, found.pop("jobs"))
    calls = log.read_text("utf-8", "replace").splitlines()
    fetched = [call for call in calls if "connect(" in call and "AF_UNIX" not in call]
    opened = [call for call in calls if str(canary) in call]
    say(
        "f9",
        seed=0,
        **found,
        network=len(fetched) + len(asked),
        files=len(opened),
        markup=len(wrong),
        calls_seen=len(calls),
    )

    assert wrong == []
    assert asked == []
    assert fetched == []
    assert opened == []
    assert found["printed"] >= len(PAYLOADS) * 3
    assert any(re.search(r"openat\(.*certificate\.html", call) for call in calls)  # strace does see files


def test_twin_the_default_fetcher_fetches(listener, canary, fonts, monkeypatch, say):
    """WeasyPrint's own fetcher and a template that escapes nothing."""
    monkeypatch.setattr(drawing, "OnlyNamed", Default)
    monkeypatch.setattr(Default, "files_read", [])
    monkeypatch.setattr(drawing._press(fonts), "template", unescaped())

    for payload in PAYLOADS:
        try:
            pdf.render(hostile(payload.format(net=listener[0], file=f"file://{canary}"), fonts), fonts)
        except (drawing.PageUnsound, ForeignFont, AttributeError, KeyError, IndexError, ValueError):
            continue  # broken mark-up may break the page or its type: what counts is what was fetched before
    say("f9", twin=f"{len(set(listener[1]))} addresses asked, {len(Default.files_read)} files read")

    assert len(set(listener[1])) >= 8, listener[1]
    assert Default.files_read
