"""The matrix, asked: every row × viewer × relation. Denied cells change nothing and show nothing."""

import pytest
from django.apps import apps
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from tests.authz.doors import OUR_APPS, doors
from tests.authz.matrix import KEYED, RELATIONS, ROWS, UNKEYED, VIEWERS
from tests.authz.world import build_world

pytestmark = pytest.mark.django_db
COUNTED = [m for m in apps.get_models() if m._meta.app_label in OUR_APPS | {"mfa", "auth"} and m._meta.managed]


@pytest.fixture
def world():
    cache.clear()
    return build_world()


def client_of(world, viewer) -> Client:
    client = Client(raise_request_exception=False)
    if world.viewers[viewer] is not None:
        client.force_login(world.viewers[viewer].user)
    return client


def rows_by_table() -> dict[str, int]:
    return {model._meta.label: model.objects.count() for model in COUNTED}


def is_denied(answer) -> bool:
    """Inside Wagtail's admin a refusal is a way home: back to /admin/ and nowhere below it."""
    return answer.status_code in (403, 404, 405) or (
        answer.status_code == 302
        and (
            answer["Location"].startswith(("/accounts/login/", "/accounts/reauthenticate/"))
            or answer["Location"] == "/admin/"
        )
    )


def text_of(answer) -> str:
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode("utf-8", "replace") + repr(dict(answer.headers))


def leaks(world, answer, *, but_not_of=()) -> list[str]:
    """Canaries of everybody on the page, without those of the people named."""
    text = text_of(answer)
    everybody = list(world.people.values()) + [viewer for viewer in world.viewers.values() if viewer]
    skipped = [id(person) for person in but_not_of if person]
    return [
        token
        for person in everybody
        if id(person) not in skipped
        for token in person.canaries.values()
        if token in text
    ]


@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize("row", KEYED, ids=str)
def test_one_person_seen_from_every_side(world, row, viewer):
    client, me = client_of(world, viewer), world.viewers[viewer]
    wrong = []
    for relation in RELATIONS:
        person, before = world.people[relation], rows_by_table()
        path = reverse(row.name, kwargs=row.kwargs(person))

        answer = getattr(client, row.method)(path, row.data(world))

        if (viewer, relation) in row.allow:
            allowed = {person.canaries[name] for name in row.reveals}
            shown = set(leaks(world, answer, but_not_of=[me]))
            if answer.status_code not in row.ok or is_denied(answer) or shown - allowed:
                wrong.append(f"{relation}: should open, {answer.status_code}, shows {shown - allowed}")
        else:
            if not is_denied(answer):
                wrong.append(f"{relation}: should be denied, {answer.status_code}")
            if found := leaks(world, answer, but_not_of=[me]):
                wrong.append(f"{relation}: shows {found}")
            if rows_by_table() != before:
                wrong.append(f"{relation}: denied, and yet it changed rows")

    assert wrong == []


@pytest.mark.parametrize("viewer", VIEWERS)
@pytest.mark.parametrize("row", UNKEYED, ids=str)
def test_a_page_shows_whom_it_may_and_nobody_else(world, row, viewer):
    client, me, before = client_of(world, viewer), world.viewers[viewer], rows_by_table()

    answer = getattr(client, row.method)(reverse(row.name), row.data(world))

    if viewer not in row.viewers:
        assert is_denied(answer), answer.status_code
        assert rows_by_table() == before
        assert leaks(world, answer, but_not_of=[me]) == []
        return
    assert answer.status_code in row.ok
    assert not is_denied(answer)
    everybody = world.viewers | world.people
    shown = set(row.shows.get(viewer, ()))
    text = text_of(answer)
    assert {r for r in RELATIONS if world.people[r].canaries["name"] in text} == shown & set(RELATIONS)
    allowed = {everybody[r].canaries[c] for r in shown for c in row.reveals | {"name"}}
    if row.nameless:
        nameless = row.nameless[viewer]
        assert {r for r in RELATIONS if any(world.people[r].canaries[c] in text for c in row.reveals)} == nameless
        allowed |= {everybody[r].canaries[c] for r in nameless for c in row.reveals}
    assert set(leaks(world, answer, but_not_of=[me])) <= allowed


def test_own_data_holds_every_canary_of_mine(world):
    me = world.viewers["learner"]

    text = text_of(client_of(world, "learner").get(reverse("account_data")))

    assert [token for token in me.canaries.values() if token not in text] == []


def test_every_keyed_address_of_people_is_in_the_table():
    keyed = {d.name for d in doors() if d.is_ours and d.view.__module__.startswith("people.") and "<" in d.route}

    assert keyed <= {row.name for row in ROWS}


@pytest.mark.django_db
def test_the_matrix_would_notice_a_leak(world):
    """Planted: a page that carries a canary is found, wherever on the page it stands."""
    from django.http import HttpResponse

    planted = HttpResponse("x", headers={"X-Note": world.people["beside"].canaries["phone"]})

    assert leaks(world, planted) == [world.people["beside"].canaries["phone"]]
