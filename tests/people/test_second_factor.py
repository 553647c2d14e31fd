"""Staff set up a second factor before anything else, and then nobody gets in on the first alone."""

import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse
from django.utils import timezone

from people import services
from people.middleware import SETTING_UP
from people.models import RoleGrant
from tests.factories.people import RoleGrantFactory, UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "山路十八弯-2026"


@pytest.fixture(autouse=True)
def _required(settings):
    settings.MFA_REQUIRED_FOR_STAFF = True
    cache.clear()


def person(role=None):
    user = UserFactory()
    user.set_password(PASSWORD)
    user.save()
    if role:
        RoleGrantFactory(user=user, role=role)
    return user


def sign_in(client, user):
    return client.post("/accounts/login/", {"way": "password", "who": user.phone, "pw": PASSWORD})


def code_of(secret):
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def set_up(client) -> str:
    reauthenticate = client.get("/accounts/2fa/totp/activate/")
    client.post(reauthenticate["Location"], {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    secret = re.search(r'value="([A-Z2-7]{32})"', page).group(1)
    assert client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)}).status_code == 302
    return secret


@pytest.mark.parametrize("role", RoleGrant.STAFF_ROLES)
def test_staff_without_one_get_its_set_up_page_and_nothing_else(client, role):
    sign_in(client, person(role))

    reached = set()
    for name in {name for name in get_resolver().reverse_dict if isinstance(name, str)}:
        try:
            path = reverse(name)
        except NoReverseMatch:
            continue
        answer = client.get(path)
        if answer.status_code != 302 or answer["Location"] != "/accounts/2fa/":
            reached.add(name)
    assert reached <= SETTING_UP | {"mfa_index"}
    assert client.get("/admin/")["Location"] == "/accounts/2fa/"
    assert client.get("/accounts/2fa/").status_code == 200


def test_learners_are_not_asked(client):
    sign_in(client, person())

    assert client.get("/accounts/me/").status_code == 200


def test_somebody_whose_role_ended_is_not_asked(client):
    user = person()
    services.grant_role(user=user, role="staff", region=RoleGrantFactory().region, from_date=timezone.localdate())
    services.end_role(grant=user.role_grants.get(), to_date=timezone.localdate(), ended_by=None)
    sign_in(client, user)

    assert client.get("/accounts/me/").status_code == 200


def test_once_set_up_the_password_alone_opens_nothing(client):
    user = person("trainer")
    sign_in(client, user)
    secret = set_up(client)
    assert client.get("/admin/").status_code == 200

    thief = Client()
    assert sign_in(thief, user)["Location"] == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in thief.session
    assert thief.get("/admin/").status_code == 302
    wrong = thief.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    assert "_auth_user_id" not in thief.session

    cache.clear()  # a code is spent for its half minute
    her = Client()
    sign_in(her, user)
    her.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert "_auth_user_id" in her.session
    assert her.session.get_expiry_age() <= 12 * 3600
    assert her.get("/admin/").status_code == 200


def test_codes_by_sms_lead_to_the_second_factor_too(client):
    user = person("staff")
    sign_in(client, user)
    set_up(client)

    code = services.send_sign_in_code(user=user, now=timezone.now())
    other = Client()
    answer = other.post("/accounts/login/", {"way": "code", "tel": user.phone, "otp": code})

    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert "_auth_user_id" not in other.session


def test_six_wrong_second_factors_close_it(client):
    user = person("staff")
    sign_in(client, user)
    secret = set_up(client)
    cache.clear()
    other = Client()
    sign_in(other, user)
    for _ in range(5):
        other.post("/accounts/2fa/authenticate/", {"code": "000000"})

    other.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})

    assert "_auth_user_id" not in other.session


def test_the_secret_is_encrypted_at_rest(client):
    sign_in(client, person("registrar"))
    secret = set_up(client)

    assert secret not in str(list(Authenticator.objects.values()))


def test_a_passkey_can_be_begun(client):
    sign_in(client, person("registrar"))
    first = client.get("/accounts/2fa/webauthn/add/")
    client.post(first["Location"], {"password": PASSWORD})

    page = client.get("/accounts/2fa/webauthn/add/").content.decode()

    assert '"challenge"' in page
