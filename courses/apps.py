from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CoursesConfig(AppConfig):
    name = "courses"
    verbose_name = _("课程")

    def ready(self):
        # where messages lead, which lessons cite a law, what a person may take along
        from courses import about, citing, my_data  # noqa: F401

        citing.connect()
