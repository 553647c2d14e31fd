"""Two guards around every door: the second factor of staff, and a sign-in that stays polite in an outage."""

import logging

from django.conf import settings
from django.db import InterfaceError, OperationalError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from redis.exceptions import RedisError

from people.services import match_groups

logger = logging.getLogger(__name__)

# Where somebody of the staff without a second factor may still go: to set one up, to prove herself, to leave.
SETTING_UP = {
    "account_logout",
    "account_reauthenticate",
    "account_set_password",
    "account_large",
    "mfa_index",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_list_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
}


class StaffGuard:
    """Sends staff without a second factor to its set-up page, and brings Wagtail's groups up to today's grants."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if not request.user.is_authenticated:
            return None
        if needs_second_factor(request.user) and request.resolver_match.url_name not in SETTING_UP:
            return redirect("mfa_index")
        if request.path.startswith(reverse("wagtailadmin_home")):
            match_groups(user=request.user, on_date=timezone.localdate())
        return None


def needs_second_factor(user) -> bool:
    """Has the person power over others' records today, and no second factor? (ASVS 6.3.3)"""
    if not settings.MFA_REQUIRED_FOR_STAFF:
        return False
    return (user.is_superuser or user.holds_staff_role) and not user.has_second_factor


class SignInOutage:
    """Cache or database away: sign-in says so and when to come back (503); nobody gets past the limits."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if not isinstance(exception, RedisError | OperationalError | InterfaceError | OSError):
            return None
        if not request.path.startswith(_accounts_root()):
            return None
        logger.error("sign-in is out of order: %s", exception, exc_info=exception)
        response = render(request, "people/busy.html", {"is_outage": True}, status=503)
        response["Retry-After"] = "60"
        return response


def _accounts_root() -> str:
    return reverse("account_login").removesuffix("login/")
