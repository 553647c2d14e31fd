from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("课程")

    def ready(self):
        from courses import citing, my_data  # noqa: F401 - registers what a person may take along

        citing.connect()
