from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = _("测试")

    def ready(self):
        from assessments import (  # noqa: F401 - registers what a person may take along, and which questions cite a law
            citations,
            my_data,
        )
