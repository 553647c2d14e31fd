"""quickstart's settings with one more address: the floor (bench/floor.py)."""

from config.settings.dev import *  # noqa: F403

ROOT_URLCONF = "bench.floor"
