from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = _("测试")

    def ready(self):
        # which questions cite a law, what a person may take along
        from assessments import citations, my_data  # noqa: F401
