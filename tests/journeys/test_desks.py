"""Whoever came to work is led to her desk; whoever learns stays with her lessons, also when she holds a role."""

import pytest
from django.utils import timezone

from courses.services import enrol_learner
from people.models import RoleGrant
from tests.factories.content import course_with_lessons
from tests.factories.people import RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "desk"),
    [
        (RoleGrant.Role.STAFF, "/desk/"),
        (RoleGrant.Role.REGISTRAR, "/desk/certificates/"),
        (RoleGrant.Role.SEAL_KEEPER, "/admin/certificate-designs/"),
        (RoleGrant.Role.TRAINER, "/admin/"),
        (RoleGrant.Role.ADMINISTRATOR, "/desk/roles/"),
    ],
)
def test_a_role_leads_to_its_desk(client, role, desk):
    client.force_login(RoleGrantFactory(role=role).user)

    assert client.get("/").headers["Location"] == desk


def test_an_officer_who_learns_sees_her_lessons(client):
    course = course_with_lessons()
    officer = RoleGrantFactory(role=RoleGrant.Role.STAFF).user
    enrol_learner(learner=officer, course=course, enrolled_at=timezone.now())
    client.force_login(officer)

    assert client.get("/").status_code == 200


def test_a_learner_without_courses_is_told_where_to_begin(client):
    client.force_login(UserFactory())

    assert client.get("/").status_code == 200
