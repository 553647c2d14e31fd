"""What each role may do in Wagtail's admin, written as data. Whoever stands in no table may do nothing there.

The groups carry it because Wagtail asks groups about pages and collections; who is in a group follows the dated grants
(people.services.match_groups, people.auth.Backend). Records of people are in no table: Wagtail never edits them.
"""

from django.apps import apps as installed
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page
from wagtail.snippets.models import create_extra_permissions

from people.models import RoleGrant
from people.services import GROUPS

ALL = ("add", "change", "delete", "view")
Role = RoleGrant.Role

# The words and the questions; a learner's rows, frozen versions and people are not among them.
# A clause is written inside its law, and what is written is a draft until the review is through, as with a page. A law
# is never deleted, lessons cite it: an administrator takes it away.
LAW, CLAUSES = "content.law", {"content.lawclause": ("view",)}
AUTHORED = (
    "content.competency",
    "content.guidancetask",
    "assessments.questionbank",
    "assessments.question",
    "assessments.option",
    "assessments.quiz",
)

# A question is retired, not deleted: learners met it.
KEPT = dict.fromkeys(
    ("assessments.questionbank", "assessments.question", "assessments.option", "assessments.quiz"),
    ("add", "change", "view"),
)

MODELS: dict[str, dict[str, tuple[str, ...]]] = {
    # a trainer names the test and the hours of her course; which courses there are is the administrator's
    Role.TRAINER: dict.fromkeys(AUTHORED, ALL)
    | KEPT
    | CLAUSES
    | {LAW: ("add", "change", "view"), "courses.course": ("change", "view")},
    Role.REVIEWER: dict.fromkeys(AUTHORED, ("change", "view"))
    | CLAUSES
    | {LAW: ("change", "view", "lock", "unlock"), "courses.course": ("view",)},
    Role.LEGAL: CLAUSES | {LAW: ("add", "change", "view")},
    Role.SAFEGUARDING: CLAUSES | {LAW: ("change", "view")},
    # the words of the certificate are the registrar's, who issues it; the seal is another hand's, and nobody else's
    Role.REGISTRAR: {
        "certificates.issuer": ("change", "view"),
        "certificates.certificatedesign": ("change",),
        "courses.programme": ("view",),
    },
    Role.SEAL_KEEPER: {"certificates.certificatedesign": ("view",), "certificates.seal": ("change",)},
    Role.ADMINISTRATOR: dict.fromkeys(AUTHORED, ALL)
    | KEPT
    | CLAUSES
    | {
        LAW: ("add", "change", "view", "publish", "lock", "unlock"),
        "content.sitewords": ("change",),
        "certificates.issuer": ALL,
        "certificates.certificatedesign": ("change",),
        "courses.course": ALL,
        "courses.programme": ("add", "change", "view"),  # people hold its certificates: it is never deleted
        "wagtailcore.site": ("change", "view"),
        "wagtailcore.collection": ("add", "change", "delete"),
        "wagtailcore.workflow": ALL,
        "wagtailcore.task": ALL,
    },
}

PAGES: dict[str, tuple[str, ...]] = {
    # what they write is published by the last step of the review (config/review.py); past it goes an administrator only
    Role.TRAINER: ("add_page", "change_page"),
    Role.REVIEWER: ("change_page", "lock_page", "unlock_page"),
    Role.LEGAL: ("change_page",),
    Role.SAFEGUARDING: ("change_page",),
    Role.ADMINISTRATOR: (
        "add_page",
        "change_page",
        "publish_page",
        "bulk_delete_page",
        "lock_page",
        "unlock_page",
    ),
}

# Pictures, recordings and papers hang in collections.
_FILES = ("wagtailimages.image", "wagtaildocs.document", "wagtailmedia.media")
COLLECTIONS: dict[str, tuple[str, ...]] = {
    Role.TRAINER: ("add", "change", "choose"),
    Role.REVIEWER: ("choose",),
    Role.LEGAL: ("choose",),
    Role.SAFEGUARDING: ("choose",),
    Role.ADMINISTRATOR: ("add", "change", "delete", "choose"),
}


def build_groups(using: str = "default") -> None:
    """This will make the groups hold exactly what the tables say. Run after every migrate; safe to repeat."""
    for app in installed.get_app_configs():
        create_permissions(app, verbosity=0, using=using)
    create_extra_permissions(installed.get_app_config("wagtailsnippets"), using=using)  # to publish and to lock
    permissions = {
        f"{p.content_type.app_label}.{p.codename}": p
        for p in Permission.objects.using(using).select_related("content_type")
    }
    for role, name in GROUPS.items():
        group, _ = Group.objects.using(using).get_or_create(name=name)
        wanted = ["wagtailadmin.access_admin"]
        for label, verbs in MODELS.get(role, {}).items():
            app_label, model = label.split(".")
            wanted += [f"{app_label}.{verb}_{model}" for verb in verbs]
        group.permissions.set([permissions[codename] for codename in wanted])
        _set_pages(group, [permissions[f"wagtailcore.{codename}"] for codename in PAGES.get(role, ())], using)
        files = [label.split(".") for label in _FILES]
        codes = [f"{app}.{verb}_{model}" for app, model in files for verb in COLLECTIONS.get(role, ())]
        _set_collections(group, [permissions[code] for code in codes if code in permissions], using)


def _set_pages(group: Group, permissions: list[Permission], using: str) -> None:
    root = Page.objects.using(using).filter(depth=1).first()
    rows = GroupPagePermission.objects.using(using).filter(group=group)
    if root is None:  # a test emptied the database
        return
    rows.exclude(page=root, permission__in=permissions).delete()
    for permission in permissions:
        GroupPagePermission.objects.using(using).get_or_create(group=group, page=root, permission=permission)


def _set_collections(group: Group, permissions: list[Permission], using: str) -> None:
    root = Collection.objects.using(using).filter(depth=1).first()
    rows = GroupCollectionPermission.objects.using(using).filter(group=group)
    if root is None:
        return
    rows.exclude(collection=root, permission__in=permissions).delete()
    for permission in permissions:
        GroupCollectionPermission.objects.using(using).get_or_create(
            group=group, collection=root, permission=permission
        )
