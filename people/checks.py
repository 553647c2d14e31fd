"""What an installation must have before anybody may sign in: `manage.py check` refuses the rest."""

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.checks import Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured

LOCAL_CACHES = ("locmem.LocMemCache", "dummy.DummyCache")


@register(Tags.security)
def check_shared_cache(app_configs, **kwargs):
    """Rate limits count in the cache: 20 of 200 parallel wrong passwords got through a process-local one."""
    backend = settings.CACHES["default"]["BACKEND"]
    if backend.endswith(LOCAL_CACHES):
        return [
            Error(
                f"The cache {backend} is not shared by all processes: the limits on sign-in would not hold.",
                hint="Set REDIS_URL, or leave it empty for the table in the database.",
                id="people.E001",
            )
        ]
    return []


@register(Tags.security)
def check_proxy_count(app_configs, **kwargs):
    if settings.ALLAUTH_TRUSTED_PROXY_COUNT is None:
        return [
            Error(
                "Nobody said how many proxies stand in front: all visitors would look like one address.",
                hint="Set TRUSTED_PROXY_COUNT (0 for none).",
                id="people.E002",
            )
        ]
    return []


@register(Tags.security)
def check_keys(app_configs, **kwargs):
    found = []
    secret = _secret_key()
    if not secret:
        found.append(Error("SECRET_KEY is missing.", hint="Set SECRET_KEY to 50 random characters.", id="people.E003"))
    try:
        Fernet(settings.FIELD_KEY)
    except ValueError:
        found.append(
            Error(
                "FIELD_KEY is missing or is not 32 bytes in base64: secrets of second factors could not be encrypted.",
                hint="python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'",
                id="people.E004",
            )
        )
    if not settings.DEMO and "demo" in secret:
        found.append(Error("SECRET_KEY is the demo's, and this is no demo.", id="people.E005"))
    return found


def _secret_key() -> str:
    try:
        return settings.SECRET_KEY
    except ImproperlyConfigured:  # Django's word for an empty one
        return ""


@register(Tags.security)
def check_sms_provider(app_configs, **kwargs):
    if not settings.SMS_PROVIDER:
        return [
            Warning(
                "No SMS_PROVIDER: one-time codes cannot be sent, people sign in by slip or password.",
                hint="Name a class with send(phone, text), as people.sms.Console.",
                id="people.W001",
            )
        ]
    return []
