import pytest

from people.models import RoleGrant
from tests.factories.people import RegionFactory, RoleGrantFactory, UserFactory


@pytest.fixture(autouse=True)
def _without_second_factor(settings):
    settings.MFA_REQUIRED_FOR_STAFF = False  # it has tests of its own


@pytest.fixture
def county():
    return RegionFactory(code="990321", name="青禾县")


@pytest.fixture
def registrar(client, county):
    user = UserFactory(name="发证人甲")
    RoleGrantFactory(user=user, role=RoleGrant.Role.REGISTRAR, region=county)
    client.force_login(user)
    return user
