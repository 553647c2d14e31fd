from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "people"
    verbose_name = _("人员与地区")

    def ready(self):
        from people import checks  # noqa: F401  (registers them)
