from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContentConfig(AppConfig):
    name = "content"
    verbose_name = _("内容")

    def ready(self):
        from content import about, notices  # noqa: F401 - where messages about a review lead
        from content.exports import disarm_csv  # Wagtail's views need every app to be there

        from . import comments

        disarm_csv()
        notices.connect()
        comments.connect()
