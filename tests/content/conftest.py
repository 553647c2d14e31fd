"""A trainer at the desk."""

import pytest
from wagtail.models import Collection, Page

from config.review import build_review
from config.roles import build_groups
from courses.models import LessonPage
from people.models import RoleGrant
from tests.content.editor_desk import seated
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


@pytest.fixture
def lesson(planted, settings):
    settings.MFA_REQUIRED_FOR_STAFF = False
    build_groups()
    build_review()
    return LessonPage.objects.get(course__code="C04", number=4, locale__language_code="zh-hans")


@pytest.fixture
def editor(client, lesson):
    """Somebody of each role at the lesson's editor."""
    return seated(client, lesson)
