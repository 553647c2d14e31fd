"""One machine, no containers: what `quickstart` starts. Each line relaxes one of production's."""

from .production import *  # noqa: F403
from .production import DATA_DIR, MIDDLEWARE, env

SECRET_KEY = env.str("SECRET_KEY", default="not-secret-this-is-the-demo")
FIELD_KEY = env.str("FIELD_KEY", default="bm90LXNlY3JldC10aGlzLWlzLXRoZS1kZW1vLWtleSE=")
DEBUG = env.bool("DEBUG", default=False)  # our own error pages, also at home
ALLOWED_HOSTS = ["*"]  # the LAN address of a demo is not known beforehand
SITE_URL = env.str("SITE_URL", default="http://localhost:8000")
WAGTAILADMIN_BASE_URL = SITE_URL
SESSION_COOKIE_SECURE = False
CSRF_COOKIE_SECURE = False
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 0
ALLAUTH_TRUSTED_PROXY_COUNT = 0
DEMO = True
MFA_REQUIRED_FOR_STAFF = False  # the sign-in page says so
SMS_PROVIDER = env.str("SMS_PROVIDER", default="people.sms.Console")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
DATA_DIR.mkdir(parents=True, exist_ok=True)
STATIC_ROOT = DATA_DIR / "static-built"  # stays empty: WhiteNoise serves from the sources
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
# no nginx stands in front of a demo: it compresses its own pages (README, "For real", for the real one)
MIDDLEWARE.insert(0, "django.middleware.gzip.GZipMiddleware")
