"""The Celery application. Tasks are doorbells: what is owed stands in a row (docs/decisions/0002)."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

app = Celery("qingmiao")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
