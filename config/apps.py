from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "青苗"

    def ready(self):
        # Django sends it only for apps with models; ours has none
        post_migrate.connect(_after_migrate, sender=apps.get_app_config("people"))


def _after_migrate(sender, using, plan=None, apps=None, **kwargs):
    """Roles need their groups as soon as there are tables for them: not while migrating to before Wagtail."""
    if plan is not None and "grouppagepermission" not in apps.all_models["wagtailcore"]:
        return
    from config.review import build_review
    from config.roles import build_groups

    build_groups(using)
    if "rolereview" in apps.all_models["content"]:
        build_review(using)
