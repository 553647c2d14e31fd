"""Draws the certificates of a folder's jobs: `python -m tests.proofs.drawing FOLDER FONTS`. Runs under strace (F9)."""

import os
import pickle
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.test")
django.setup()

from certificates import pdf  # noqa: E402

folder, fonts = Path(sys.argv[1]), Path(sys.argv[2])
for number, facts in enumerate(pickle.loads((folder / "jobs").read_bytes())):
    (folder / f"{number}.pdf").write_bytes(pdf.render(facts, fonts))
