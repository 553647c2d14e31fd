"""The tests: production's rules on a throw-away data folder and fast password hashes."""

import atexit
import os
import shutil
import tempfile

if "QINGMIAO_TEST_DATA" not in os.environ:
    _own = tempfile.mkdtemp(prefix="qingmiao-test-")
    atexit.register(shutil.rmtree, _own, ignore_errors=True)
os.environ["QINGMIAO_DATA_DIR"] = os.environ.get("QINGMIAO_TEST_DATA") or _own

from .production import *  # noqa: F403

SECRET_KEY = "tests"
FIELD_KEY = "dGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtdGVzdHMtMTI="
ALLOWED_HOSTS = ["*"]
SITE_URL = "http://testserver"
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
SECURE_SSL_REDIRECT = False
ALLAUTH_TRUSTED_PROXY_COUNT = 0
MFA_REQUIRED_FOR_STAFF = False  # tests/people/test_second_factor.py turns it on again
SMS_PROVIDER = "people.sms.Console"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # 0.2 s a hash is spent in one test, on purpose
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
