"""Every address says whom it is for, and does as it says."""

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import resolve
from django.utils import timezone

from people import services
from people.audience import Audience
from people.models import RoleGrant, User
from tests.authz.doors import doors, named
from tests.authz.policy import PUBLIC, SHADOWED, SIGNED_IN, WAGTAIL, rule_for
from tests.factories.people import RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db
ALL = doors()
OURS = [door for door in ALL if door.is_ours and door.is_built]
THEIRS = [door for door in ALL if not door.is_ours]
PASSWORD = "山路十八弯-2026"


@pytest.fixture(autouse=True)
def _fresh_limits():
    cache.clear()


def signed_in_as(role=None, **options) -> Client:
    client = Client(raise_request_exception=False, **options)
    user = UserFactory()
    if role:
        services.grant_role(user=user, role=role, region=RoleGrantFactory().region, from_date=timezone.localdate())
    client.force_login(user)
    return client


def leads_to_sign_in(answer) -> bool:
    """Wagtail sends some to /admin/login/, which is a door of ours that leads on to the one."""
    return answer.status_code == 302 and answer["Location"].startswith(("/accounts/login/", "/admin/login/"))


def test_every_address_has_an_audience():
    undeclared = [named(d) for d in ALL if (d.is_ours and d.is_built and d.audience is None)]
    unlisted = [named(d) for d in THEIRS if rule_for(d.route) is None]

    assert undeclared == []
    assert unlisted == []


def test_the_walk_would_notice_an_address_without_one():
    from tests.authz.doors import Door

    def planted(request): ...

    planted.__module__ = "people.views"
    door = Door("accounts/planted/", "planted", planted)

    assert door.is_ours
    assert door.is_built
    assert door.audience is None
    assert rule_for("3rdparty/login/") is None


@pytest.mark.parametrize("door", OURS, ids=named)
def test_a_stranger_is_let_in_or_sent_to_sign_in_as_declared(door):
    client = Client(raise_request_exception=False)

    answer = client.get(door.path)

    assert answer.status_code < 500
    if door.audience is Audience.PUBLIC:
        return  # some lead to the sign-in page on purpose
    assert leads_to_sign_in(answer)
    assert leads_to_sign_in(client.post(door.path))


@pytest.mark.parametrize("role", [None, *RoleGrant.Role], ids=str)
def test_only_the_declared_role_gets_past_the_door(role):
    client = signed_in_as(role)
    wrong = []
    for door in OURS:
        if door.audience in (Audience.PUBLIC, Audience.LEARNER):
            continue
        answer = client.get(door.path)
        # inside Wagtail's admin its own gate answers first, and turns a refusal into a way home
        refused = answer.status_code == 403 or (door.path.startswith("/admin/") and answer.status_code == 302)
        if refused is (role is not None and role.value in door.audience.roles):
            wrong.append(named(door))

    assert wrong == []


def test_their_addresses_behave_as_the_table_says():
    stranger, learner, trainer = Client(raise_request_exception=False), signed_in_as(), signed_in_as("trainer")
    wrong = []
    for door in THEIRS:
        rule, path = rule_for(door.route), door.path
        to_stranger = stranger.get(path)
        if rule == PUBLIC:
            ok = to_stranger.status_code < 500
        elif rule == SIGNED_IN:
            # allauth answers 403 or sends to sign in
            ok = leads_to_sign_in(to_stranger) or to_stranger.status_code == 403
            ok = ok and learner.get(path).status_code < 500
        elif rule == WAGTAIL:
            ok = all(
                leads_to_sign_in(answer) or answer.status_code in (403, 404)
                for answer in (to_stranger, learner.get(path))
            )
            ok = ok and trainer.get(path).status_code < 500
        else:
            ok = rule == SHADOWED and resolve(path).func.__module__.startswith("people.")
        if not ok:
            statuses = [client.get(path).status_code for client in (stranger, learner, trainer)]
            wrong.append(f"{path} {rule} {statuses} {to_stranger.headers.get('Location')}")

    assert wrong == []


@pytest.mark.parametrize("way", ["password", "code", "slip"])
def test_exactly_one_address_opens_a_session(way):
    person = UserFactory(email="door@example.org")
    person.set_password(PASSWORD)
    person.save()
    code = services.send_sign_in_code(user=person, now=timezone.now())
    _, slip = services.issue_slip(user=person, issued_by=None, now=timezone.now())
    # a superuser would get furthest on Wagtail's and Django's own forms
    User.objects.filter(pk=person.pk).update(is_superuser=True)
    credentials = {
        "way": way,
        "who": person.phone,
        "pw": PASSWORD,
        "tel": person.phone,
        "otp": code,
        "slip": slip,
        "username": person.login_number,
        "login": person.login_number,
        "login_number": person.login_number,
        "email": person.email,
        "phone": person.phone,
        "password": PASSWORD,
        "code": code,
    }

    opened = set()
    for door in ALL:
        client = Client(raise_request_exception=False)
        client.post(door.path, credentials)
        if "_auth_user_id" in client.session:
            opened.add(door.path)

    assert opened == {"/accounts/login/"}


def test_no_address_takes_a_form_without_its_token():
    """Read by an administrator's browser on somebody else's page: nothing happens."""
    client = signed_in_as("administrator", enforce_csrf_checks=True)

    let_through = {named(door): client.post(door.path).status_code for door in ALL}

    assert {route: status for route, status in let_through.items() if status != 403} == {}


@pytest.mark.parametrize("role", [None, "trainer", "staff", "registrar", "administrator"])
def test_unknown_keys_are_never_a_server_error(role):
    client = signed_in_as(role)
    broken = []
    for door in ALL:
        if not door.is_built:
            continue
        for path in [door.path, f"{door.path}?page=-1&q=x", *door.odd_paths()]:
            if client.get(path).status_code >= 500:
                broken.append(path[:80])

    assert broken == []


def test_nobody_is_an_administrator_for_lack_of_a_date():
    client = signed_in_as()

    assert client.get("/admin/users/").status_code == 403
