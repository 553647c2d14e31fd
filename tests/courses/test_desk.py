"""Signing in as staff leads to the desk; whoever is learning begins with her lessons, staff or not."""

import pytest

from people.models import RoleGrant
from tests.factories.courses import EnrolmentFactory
from tests.factories.people import RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db
Role = RoleGrant.Role


@pytest.fixture(autouse=True)
def _no_second_factor(settings):
    settings.MFA_REQUIRED_FOR_STAFF = False


@pytest.mark.parametrize(
    ("role", "address"), [(Role.STAFF, "/desk/"), (Role.REGISTRAR, "/desk/certificates/"), (Role.TRAINER, "/admin/")]
)
def test_home_leads_staff_to_her_desk(client, role, address):
    client.force_login(RoleGrantFactory(role=role).user)

    assert client.get("/").headers["Location"] == address


def test_an_officer_of_the_english_site_stays_in_it(client):
    client.force_login(RoleGrantFactory().user)

    assert client.get("/en/").headers["Location"] == "/en/desk/"


def test_staff_who_learn_begin_with_their_lessons(client):
    officer = RoleGrantFactory().user
    EnrolmentFactory(learner=officer)
    client.force_login(officer)

    assert client.get("/").status_code == 200


def test_a_learner_stays_at_home(client):
    client.force_login(UserFactory())

    assert client.get("/").status_code == 200
