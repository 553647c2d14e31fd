"""The tests: production's rules on a throw-away data folder and fast password hashes."""

import tempfile
from pathlib import Path

from .production import *  # noqa: F403
from .production import env

SECRET_KEY = "tests"
FIELD_KEY = "dGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtMTIz"
ALLOWED_HOSTS = ["*"]
SITE_URL = "http://testserver"
DATA_DIR = (
    Path(env.str("QINGMIAO_TEST_DATA", default=""))
    if env.str("QINGMIAO_TEST_DATA", default="")
    else Path(tempfile.mkdtemp(prefix="qingmiao-test-"))
)
MEDIA_ROOT = DATA_DIR / "media"
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
SECURE_SSL_REDIRECT = False
ALLAUTH_TRUSTED_PROXY_COUNT = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # 0.2 s a hash is spent in one test, on purpose
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
