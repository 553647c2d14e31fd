"""The whole national tree, loaded once for this module: counts, ragged places, full names, renames."""

import time
from datetime import date

import pytest
from django.core.management import call_command
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from people import services
from people.models import Region
from people.regions import load_regions
from tests.factories.people import MembershipFactory, OrganisationFactory, RoleGrantFactory


@pytest.fixture(scope="module")
def tree(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        start = time.perf_counter()
        call_command("load_regions", verbosity=0)
        yield time.perf_counter() - start
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def _database(tree, db):
    """Each test in a savepoint inside the loaded tree."""


def named(full_name) -> Region:
    return Region.objects.get(full_name=full_name)


def test_every_row_is_there():
    by_level = dict(Region.objects.values_list("level").annotate(Count("pk")).order_by("level"))

    assert by_level == {0: 1, 1: 34, 2: 333, 3: 2847, 4: 38730}
    assert sum(by_level[level] for level in (1, 2, 3)) == 3214


def test_it_takes_seconds(tree):
    assert tree < 30


def test_a_second_load_adds_nothing():
    before = list(Region.objects.order_by("pk").values_list("pk", "path", "full_name"))

    loaded = load_regions()

    assert (loaded.created, loaded.kept) == (0, len(before))
    assert list(Region.objects.order_by("pk").values_list("pk", "path", "full_name")) == before


@pytest.mark.parametrize(
    ("full_name", "path"),
    [
        ("全国", "CN/"),
        ("北京市·东城区", "CN/110000/110101/"),
        ("北京市·东城区·东华门街道", "CN/110000/110101/110101001/"),
        ("河南省·济源市", "CN/410000/419001/"),
        ("湖北省·仙桃市", "CN/420000/429004/"),
        ("海南省·五指山市", "CN/460000/469001/"),
        ("新疆维吾尔自治区·石河子市", "CN/650000/659001/"),
        ("广东省·东莞市", "CN/440000/441900/"),
    ],
)
def test_the_ragged_places_hang_where_they_hang(full_name, path):
    assert named(full_name).path == path


@pytest.mark.parametrize("name", ["东莞市", "中山市", "儋州市", "嘉峪关市"])
def test_four_cities_have_nothing_below(name):
    city = Region.objects.get(name=name, level=2)

    assert list(Region.objects.below(city)) == [city]


def test_the_repeated_county_names_are_told_apart():
    repeated = (
        Region.objects.at(3)
        .values("name")
        .annotate(times=Count("pk"))
        .filter(times__gt=1)
        .values_list("name", flat=True)
    )

    assert len(repeated) == 28
    full_names = list(Region.objects.at(3).filter(name__in=list(repeated)).values_list("full_name", flat=True))
    assert len(full_names) == len(set(full_names))
    assert {"北京市·朝阳区", "吉林省·长春市·朝阳区"} <= set(full_names)


def test_every_path_is_its_parents_and_its_code():
    rows = {
        pk: (path, code, parent)
        for pk, path, code, parent in Region.objects.values_list("pk", "path", "code", "parent")
    }

    wrong = [code for path, code, parent in rows.values() if parent and path != f"{rows[parent][0]}{code}/"]
    assert wrong == []
    assert [code for _, code, parent in rows.values() if parent is None] == ["CN"]


def test_a_subtree_is_a_prefix():
    province = Region.objects.get(name="青海省")

    assert Region.objects.below(province).exclude(full_name__startswith="青海省").count() == 0
    assert Region.objects.below(province).count() == Region.objects.filter(full_name__startswith="青海省").count()


def test_a_renamed_region_is_a_new_row_and_the_old_tree_still_stands_on_old_days():
    old = named("湖北省·仙桃市")
    member = MembershipFactory(organisation=OrganisationFactory(region=old))
    RoleGrantFactory(region=old)

    new = services.rename_region(
        region=old, name="沔阳市", on_date=date(2027, 1, 1), renamed_by=None, now=timezone.now()
    )

    old.refresh_from_db()
    assert (old.successor, old.valid_to_date) == (new, date(2027, 1, 1))
    assert (new.code, new.path, new.full_name) == (old.code, old.path, "湖北省·沔阳市")
    before, after = (Region.objects.on(day).get(code=old.code) for day in (date(2026, 12, 31), date(2027, 1, 1)))
    assert (before, after) == (old, new)
    assert {r.full_name[:8] for r in Region.objects.filter(parent=new)} == {"湖北省·沔阳市·"}
    assert member in type(member).objects.in_region(new)
