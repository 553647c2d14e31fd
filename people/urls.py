"""Signing in and one's own page. Of allauth, what is used and no more: nobody signs up here."""

from allauth.account import views as allauth
from django.urls import include, path, re_path

from people.views import account, inbox, sign_in, slip

urlpatterns = [
    path("login/", sign_in.sign_in, name="account_login"),
    path("slip/", sign_in.with_slip, name="sign_in_slip"),
    path("slip/<uuid:person_uuid>/", slip.issue_slip, name="issue_slip"),
    path("me/", account.account, name="account"),
    path("me/language/", account.language, name="account_language"),
    path("me/reminders/", account.reminders, name="account_reminders"),
    path("me/messages/", inbox.inbox, name="account_messages"),
    path("me/data/", account.my_data, name="account_data"),
    path("large/", account.large, name="account_large"),
    # allauth's own
    path("logout/", allauth.logout, name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
    path("password/change/", allauth.password_change, name="account_change_password"),
    path("password/set/", allauth.password_set, name="account_set_password"),
    path("password/reset/", allauth.password_reset, name="account_reset_password"),
    path("password/reset/done/", allauth.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        allauth.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        allauth.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("2fa/", include("allauth.mfa.urls")),
]
