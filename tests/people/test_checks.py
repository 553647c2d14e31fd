"""What `manage.py check` refuses, and what an account page does."""

import json

import pytest
from django.core.checks import Tags, run_checks
from django.urls import reverse

from people.models import AuditEntry, Consent
from tests.factories.people import MembershipFactory, UserFactory

CACHE = "django.core.cache.backends.{}"


def found() -> set[str]:
    return {message.id for message in run_checks(tags=[Tags.security]) if message.id.startswith("people.")}


def test_the_tests_own_settings_pass():
    assert found() == set()


@pytest.mark.parametrize("backend", ["locmem.LocMemCache", "dummy.DummyCache"])
def test_a_cache_of_one_process_is_refused(settings, backend):
    settings.CACHES = {"default": {"BACKEND": CACHE.format(backend)}}

    assert found() == {"people.E001"}


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("ALLAUTH_TRUSTED_PROXY_COUNT", None, "people.E002"),
        ("SECRET_KEY", "", "people.E003"),
        ("FIELD_KEY", "", "people.E004"),
        ("FIELD_KEY", "short", "people.E004"),
        ("SECRET_KEY", "not-secret-this-is-the-demo", "people.E005"),
        ("SMS_PROVIDER", "", "people.W001"),
    ],
)
def test_what_is_missing_is_named(settings, name, value, expected):
    setattr(settings, name, value)

    assert found() == {expected}


@pytest.mark.django_db
def test_the_account_page_masks_her_phone_and_names_her_post(client):
    member = MembershipFactory(user=UserFactory(phone="13800005678"))
    client.force_login(member.user)

    page = client.get(reverse("account")).content.decode()

    assert "138****5678" in page
    assert "13800005678" not in page
    assert member.organisation.name in page
    assert "data-outbox" in page


@pytest.mark.django_db
def test_she_takes_her_data_along(client):
    member = MembershipFactory()
    client.force_login(member.user)

    answer = client.get(reverse("account_data"))

    data = json.loads(answer.content)
    assert data["person"]["phone"] == member.user.phone
    assert data["work"][0]["organisation"] == member.organisation.name
    assert "attachment" in answer["Content-Disposition"]
    assert AuditEntry.objects.get().verb == "own_data_taken"


@pytest.mark.django_db
def test_language_and_letters_and_consent(client):
    user = UserFactory()
    client.force_login(user)

    assert client.post(reverse("account_language"), {"language": "en"})["Location"] == "/en/accounts/me/"
    assert client.post(reverse("account_language"), {"language": "xx"}).status_code == 404
    client.get(reverse("account_large"))
    assert client.cookies["large"].value == "1"
    client.get(reverse("account_large"))
    assert client.cookies["large"].value == ""
    for is_given in ("1", "1", "0"):
        client.post(reverse("account_reminders"), {"is_given": is_given})
    assert list(Consent.objects.order_by("pk").values_list("is_given", flat=True)) == [True, False]


def test_big_letters_lead_back_only_within_the_house(client):
    answer = client.get(reverse("account_large"), headers={"referer": "https://evil.example/"})

    assert answer["Location"] == reverse("home")
