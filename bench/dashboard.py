"""A nation's and a county's figures at 10,000 learners, kept sums beside a plain GROUP BY over the people themselves.

    python -m bench.dashboard [LEARNERS]

One process for each database; the two take turns in one run, and only their ratio is claimed. The numbers of both are
compared first: a fast wrong figure is worth nothing. The whole pages are timed as well, as an officer opens them.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.servers.postgres import postgres_server

LEARNERS = 10_000
COUNTIES, TOWNSHIPS = 60, 6
ROUNDS = 15
ROOT = Path(__file__).parents[1]


def plant(number: int):
    """This will make one province of counties and townships, and put people in every state into their stations."""
    from datetime import date, timedelta

    from django.utils import timezone

    from courses.models import Allocation, Standing
    from courses.services.standing import rebuild_tallies
    from people.models import Membership, Region, User
    from tests.factories.courses import ProgrammeFactory
    from tests.factories.people import OrganisationFactory, RegionFactory

    level, dice, today = Region.Level, random.Random(4), timezone.localdate()
    nation = RegionFactory(code="000000", name="全国", level=level.NATION)
    province = RegionFactory(code="980000", name="苍岭省", level=level.PROVINCE, parent=nation)
    stations = []
    for n in range(101, 101 + COUNTIES):
        county = RegionFactory(code=f"98{n:04d}", name=f"县{n}", level=level.COUNTY, parent=province)
        for t in range(TOWNSHIPS):
            town = RegionFactory(code=f"98{n:04d}{t:03d}", name=f"镇{t}", level=level.TOWNSHIP, parent=county)
            stations.append(OrganisationFactory(name=f"站{n}-{t}", region=town))
    programme = ProgrammeFactory(code="C04", title_zh="看见、记录、报告")
    rules = programme.requirement_sets.get()
    users = User.objects.bulk_create([User(name=f"学员{n}", login_number=f"{40_000_000 + n}") for n in range(number)])
    places = [stations[n % len(stations)] for n in range(number)]
    now = timezone.now()
    memberships = Membership.objects.bulk_create(
        Membership(
            user=user,
            organisation=station,
            region=station.region,
            worker=dice.choice(["village_director", "social_worker"]),
            started_date=date(2026, 1, 1),
        )
        for user, station in zip(users, places, strict=True)
    )
    allocations = Allocation.objects.bulk_create(
        Allocation(learner=user, programme=programme, requirement_set=rules, allocated_at=now) for user in users
    )
    states = [*Standing.State.values]
    Standing.objects.bulk_create(
        Standing(
            user=user,
            programme=programme,
            allocation=allocation,
            membership=membership,
            region=station.region,
            organisation=station,
            state=(state := dice.choice(states)),
            due_date=today + timedelta(days=dice.randint(-60, 200)),
            valid_until_date=today + timedelta(days=dice.randint(-60, 400)) if state == "certified" else None,
            changed_at=now,
        )
        for user, station, membership, allocation in zip(users, places, memberships, allocations, strict=True)
    )
    rebuild_tallies()
    return nation, province, programme


def measure(number: int) -> None:
    """Inside one database's process; prints one line of JSON."""
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.utils import timezone

    from people.models import RoleGrant
    from people.scope import Scope
    from reports import places, selectors
    from tests.factories.people import RoleGrantFactory, UserFactory

    settings.ALLOWED_HOSTS, settings.MFA_REQUIRED_FOR_STAFF = ["*"], False
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    nation, province, programme = plant(number)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    today = timezone.localdate()
    scope = Scope(on_date=today, region_paths=(nation.path,))
    client, officer = Client(), UserFactory()
    RoleGrantFactory(user=officer, role=RoleGrant.Role.STAFF, region=nation)
    client.force_login(officer)
    figures: dict[str, dict] = {}
    for region in (nation, province):
        place = places.of_region(region)

        def kept(place=place):
            return selectors._tallied(place=place, programme=programme, on_date=today)

        def grouped(place=place):
            return selectors._counted(scope=scope, place=place, programme=programme, on_date=today)

        def page(place=place):
            answer = client.get(f"/desk/?{place.query}&programme={programme.code}")
            if answer.status_code != 200:
                raise RuntimeError(f"the page answers {answer.status_code}")

        if {pk: counts for pk, counts in grouped().items() if counts.learners} != kept():
            raise RuntimeError(f"{region.name}: the kept sums are not what is counted")
        took: dict[str, list[float]] = {"kept sums": [], "GROUP BY": [], "whole page": []}
        for turn in range(ROUNDS + 1):  # the first warms up
            cases = list(zip(took, (kept, grouped, page), strict=True))
            for name, call in cases if turn % 2 else reversed(cases):
                start = time.perf_counter()
                call()
                if turn:
                    took[name].append((time.perf_counter() - start) * 1000)
        ms = {name: round(statistics.median(values), 2) for name, values in took.items()}
        ratio = round(ms["GROUP BY"] / ms["kept sums"], 1)
        figures[region.name] = {
            "median_ms": ms,
            "GROUP BY / kept sums": ratio,
        }
    print(json.dumps({connection.vendor: figures, "learners": number, "equal": True}, ensure_ascii=False))


def main(number: int) -> None:
    with tempfile.TemporaryDirectory() as scratch, postgres_server() as postgres:
        for database in (f"sqlite:///{scratch}/bench.sqlite3", postgres):
            environment = os.environ | {"DJANGO_SETTINGS_MODULE": "config.settings.test", "DATABASE_URL": database}
            command = [sys.executable, "-m", "bench.dashboard", "--measure", str(number)]
            answer = subprocess.check_output(command, env=environment, cwd=ROOT, text=True)
            print(answer.strip().splitlines()[-1], flush=True)


if __name__ == "__main__":
    if "--measure" in sys.argv:
        measure(int(sys.argv[-1]))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else LEARNERS)
