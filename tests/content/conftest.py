"""A trainer at the desk."""

import pytest
from wagtail.models import Collection, Page

from config.roles import build_groups
from people.models import RoleGrant
from tests.factories.people import RoleGrantFactory


@pytest.fixture
def trainer(db):
    assert Page.get_first_root_node()
    assert Collection.get_first_root_node()
    build_groups()
    return RoleGrantFactory(role=RoleGrant.Role.TRAINER).user


@pytest.fixture
def desk(client, trainer, settings):
    """A signed-in trainer's browser. The second factor is tested elsewhere."""
    settings.MFA_REQUIRED_FOR_STAFF = False
    client.force_login(trainer)
    return client
