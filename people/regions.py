"""The national region tree, from data/regions (attribution in its README).

The tree is ragged: the parent is read, never derived from the code.
"""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction

from people.models import Region

FOLDER = Path(settings.BASE_DIR) / "data" / "regions"
ROOT_CODE, ROOT_NAME = "CN", "全国"
STANDS_FROM = date(1949, 10, 1)  # the source names no days


@dataclass(frozen=True)
class Division:
    """One row of the source."""

    code: str
    name: str
    level: int
    parent: str


@dataclass(frozen=True)
class Loaded:
    created: int
    kept: int


def read_divisions(folder: Path = FOLDER) -> Iterator[Division]:
    """This will read the source, provinces first and townships last. A .gz beside or instead of a .tsv will do."""
    for name in ("divisions.tsv", "townships.tsv"):
        plain = folder / name
        source = partial(open, plain) if plain.exists() else partial(gzip.open, f"{plain}.gz")
        with source(mode="rt", encoding="utf-8") as lines:
            for line in lines:
                if not line.startswith("#"):
                    code, title, level, parent = line.rstrip("\n").split("\t")
                    yield Division(code, title, int(level), parent or ROOT_CODE)


@transaction.atomic
def load_regions(*, folder: Path = FOLDER) -> Loaded:
    """This will load what is missing of the standing tree and leave the rest alone: repeating changes nothing."""
    standing = {region.code: region for region in Region.objects.filter(valid_to_date=None)}
    kept = len(standing)
    if ROOT_CODE not in standing:
        standing[ROOT_CODE] = Region.objects.create(
            code=ROOT_CODE,
            name=ROOT_NAME,
            level=Region.Level.NATION,
            path=f"{ROOT_CODE}/",
            full_name=ROOT_NAME,
            valid_from_date=STANDS_FROM,
        )
    by_level: dict[int, list[Division]] = {}
    for division in read_divisions(folder):
        by_level.setdefault(division.level, []).append(division)
    for level in sorted(by_level):
        missing = [_region(d, standing[d.parent]) for d in by_level[level] if d.code not in standing]
        Region.objects.bulk_create(missing, batch_size=1000)
        standing |= {region.code: region for region in missing}
    return Loaded(created=len(standing) - kept, kept=kept)


def _region(division: Division, parent: Region) -> Region:
    return Region(
        code=division.code,
        name=division.name,
        level=division.level,
        parent=parent,
        path=f"{parent.path}{division.code}/",
        full_name=division.name if parent.code == ROOT_CODE else f"{parent.full_name}·{division.name}",
        valid_from_date=STANDS_FROM,
    )
