"""An installation that has the review over its pages gets the same over its laws.

A new one has none yet: config/review.py makes it, over both, once all tables are there.
"""

from django.db import migrations


def stand_over_laws(apps, schema_editor):
    over_pages = apps.get_model("wagtailcore", "WorkflowPage").objects.filter(page__depth=1).first()
    if over_pages is None:
        return
    law, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label="content", model="law")
    apps.get_model("wagtailcore", "WorkflowContentType").objects.get_or_create(
        content_type=law, defaults={"workflow": over_pages.workflow}
    )


def leave_laws(apps, schema_editor):
    over = apps.get_model("wagtailcore", "WorkflowContentType").objects
    over.filter(content_type__app_label="content", content_type__model="law").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("content", "0005_a_law_is_reviewed"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]
    operations = [migrations.RunPython(stand_over_laws, leave_laws)]
