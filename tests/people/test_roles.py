"""What a grant opens and what its end closes at once, in Wagtail's admin too."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.utils import timezone
from wagtail.models import Page

from people import services
from people.models import AuditEntry, RoleGrant
from people.scope import roles_of
from tests.factories.people import RegionFactory, UserFactory

pytestmark = pytest.mark.django_db
Role = RoleGrant.Role
WAGTAIL_ROLES = [
    Role.TRAINER,
    Role.REVIEWER,
    Role.LEGAL,
    Role.SAFEGUARDING,
    Role.REGISTRAR,
    Role.SEAL_KEEPER,
    Role.ADMINISTRATOR,
]


def today():
    return timezone.localdate()


def grant(role, *, from_days=0, user=None):
    return services.grant_role(
        user=user or UserFactory(), role=role, region=RegionFactory(), from_date=today() + timedelta(days=from_days)
    )


def opens_admin(client, user) -> bool:
    client.force_login(user)
    return client.get("/admin/").status_code == 200


@pytest.mark.parametrize("role", list(Role))
def test_four_roles_open_wagtails_admin(client, role):
    assert opens_admin(client, grant(role).user) is (role in WAGTAIL_ROLES)


def test_somebody_without_a_role_is_sent_away(client):
    assert not opens_admin(client, UserFactory())


@pytest.mark.parametrize("role", WAGTAIL_ROLES)
def test_an_ended_grant_closes_it_at_the_next_request(client, role):
    given = grant(role, from_days=-10)
    assert opens_admin(client, given.user)

    services.end_role(grant=given, to_date=today(), ended_by=None)

    assert client.get("/admin/").status_code == 302
    assert list(given.user.groups.all()) == []


def test_a_grant_runs_out_by_its_date_alone(client):
    trainer = grant(Role.TRAINER, from_days=-10)
    reviewer = grant(Role.REVIEWER, from_days=-10, user=trainer.user)
    RoleGrant.objects.filter(pk=reviewer.pk).update(to_date=today())  # as if the day had come
    assert {g.name for g in trainer.user.groups.all()} == {"培训师", "审核人"}

    assert opens_admin(client, trainer.user)

    assert {g.name for g in trainer.user.groups.all()} == {"培训师"}


def test_a_grant_that_begins_tomorrow_opens_nothing_today(client):
    assert not opens_admin(client, grant(Role.TRAINER, from_days=1).user)


def test_a_group_without_a_grant_is_worth_nothing(client):
    user = UserFactory()
    user.groups.add(Group.objects.get(name="系统管理员"))

    assert not opens_admin(client, user)
    assert not user.groups.exists()


@pytest.mark.parametrize(
    ("role", "may"),
    [
        (Role.TRAINER, False),  # the review publishes (config/review.py)
        (Role.REVIEWER, False),
        (Role.LEGAL, False),
        (Role.SAFEGUARDING, False),
        (Role.REGISTRAR, False),
        (Role.SEAL_KEEPER, False),
        (Role.ADMINISTRATOR, True),
    ],
)
def test_who_publishes_pages(role, may):
    user = grant(role).user

    assert Page.get_first_root_node().permissions_for_user(user).can_publish_subpage() is may


@pytest.mark.parametrize("role", WAGTAIL_ROLES)
@pytest.mark.parametrize(
    "path", ["users/", "groups/", "users/1/", "users/add/", "bulk/people/user/delete/", "account/"]
)
def test_people_are_not_kept_in_wagtail(client, role, path):
    client.force_login(grant(role).user)

    answer = client.get(f"/admin/{path}")

    if path == "account/":
        assert answer.status_code == 200
    else:
        assert answer.status_code == (404 if role == Role.ADMINISTRATOR else 403)


def test_a_repeated_grant_is_one_grant_and_each_change_is_audited():
    first = grant(Role.STAFF)
    again = services.grant_role(user=first.user, role=Role.STAFF, region=first.region, from_date=today())
    services.end_role(grant=first, to_date=today() + timedelta(days=3), ended_by=None)

    assert again == first
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == ["role_granted", "role_ended"]
    assert roles_of(first.user, today()) == {"staff"}
    assert roles_of(first.user, today() + timedelta(days=3)) == frozenset()
