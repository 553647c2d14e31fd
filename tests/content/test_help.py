"""Help for each role: there, in both languages, first five steps first, and one press from where she works."""

import re

import pytest
from django.utils import translation
from wagtail.models import Locale

from content.demo.planting import plant_info_pages, plant_trees
from content.models import InfoPage
from people.models import Region, RoleGrant
from tests.factories.people import RegionFactory, RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db
Role = RoleGrant.Role
ROLES = ("learner", "trainer", "staff", "registrar", "administrator", "verifier")


@pytest.fixture(autouse=True)
def site(settings):
    settings.MFA_REQUIRED_FOR_STAFF = False  # the second factor has tests of its own
    plant_info_pages(plant_trees())
    with translation.override("zh-hans"):
        yield


def article(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return re.search(r"(?s)<article.*</article>", response.content.decode())[0]


@pytest.mark.parametrize("front", ["", "/en"])
def test_the_way_in_leads_to_the_page_of_every_role(client, front):
    html = article(client, f"{front}/help/")

    assert [f"{front}/help/{role}/" in html for role in ROLES] == [True] * len(ROLES)


@pytest.mark.parametrize("front", ["", "/en"])
@pytest.mark.parametrize("role", ROLES)
def test_each_begins_with_five_steps(client, front, role):
    html = article(client, f"{front}/help/{role}/")

    first = re.search(r"(?s)<ol>(.*?)</ol>", html)
    assert first[1].count("<li>") == 5
    assert html.index("<ol>") - html.index("<h2") < 200  # nothing to read before them


@pytest.mark.parametrize("front", ["", "/en"])
def test_no_link_of_our_own_pages_leads_nowhere_or_into_the_other_language(client, front):
    locale = Locale.objects.get(language_code="en" if front else "zh-hans")
    for page in InfoPage.objects.filter(locale=locale):
        for link in re.findall(r'href="(/[^"]*)"', article(client, page.get_url())):
            assert link.startswith("/en/") == bool(front), page.slug
            assert client.get(link, follow=True).status_code == 200, f"{page.slug}: {link}"


@pytest.mark.parametrize("address", ["/help/nobody/", "/help/about/", "/help/help/", "/en/help/privacy/"])
def test_what_is_not_help_is_not_there(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    ("role", "desk", "help_of"),
    [
        (Role.STAFF, "/desk/", "/help/staff/"),
        (Role.STAFF, "/en/desk/people/", "/en/help/staff/"),
        (Role.REGISTRAR, "/desk/certificates/", "/help/registrar/"),
        (Role.ADMINISTRATOR, "/desk/roles/", "/help/administrator/"),
        (Role.TRAINER, "/admin/", "/help/trainer/"),
    ],
)
def test_every_desk_leads_to_its_own_help(client, role, desk, help_of):
    user = UserFactory()
    RoleGrantFactory(user=user, role=role, region=RegionFactory(level=Region.Level.NATION))
    client.force_login(user)

    html = client.get(desk).content.decode()

    assert f'"{help_of}"' in html.replace("&quot;", '"')
    assert client.get(help_of).status_code == 200


def test_a_learner_finds_it_at_the_foot_of_every_page(client):
    client.force_login(UserFactory())

    for address, help_at in (("/accounts/", "/help/"), ("/en/accounts/", "/en/help/")):
        assert f'href="{help_at}"' in client.get(address).content.decode()
