"""Plants what every installation begins with: the two trees, the register of laws, the frame, the site's own pages.

Each verb may be called again: what is there stays as it is, also when somebody has edited it since.
"""

import json
import tomllib
from pathlib import Path

from django.db import transaction
from wagtail.models import Locale, Page, Site

from content.demo.writing import info_blocks, read_draft
from content.models import (
    Competency,
    GuidanceTask,
    HelpLine,
    HomePage,
    InfoPage,
    Law,
    LawClause,
    PolicyIndexPage,
    PolicyPage,
    SiteWords,
)

HERE = Path(__file__).parent
LANGUAGES = {"zh": "zh-hans", "en": "en"}
HOME = {
    "zh": ("青苗", "给守护农村留守儿童的人：学会看见、记录、报告，当天拿到证书。"),
    "en": (
        "Qingmiao",
        "For the people who look after rural left-behind children: learn, pass, and hold a certificate.",
    ),
}
POLICIES = {
    "zh": ("法律和政策", "课程站在这些法律和文件上。每一条都用我们自己的话转述，点进去能看到哪一课在教。"),
    "en": (
        "Laws and policies",
        "What the courses stand on, each clause in our own words, with the lessons that teach it.",
    ),
}
# about, privacy and help hang under home; help's pages under help
INFO_PAGES = (
    "about",
    "privacy",
    "help",
    "help-learner",
    "help-trainer",
    "help-staff",
    "help-registrar",
    "help-administrator",
    "help-verifier",
)


def read_toml(path: Path) -> dict:
    """This will read a data file."""
    with path.open("rb") as file:
        return tomllib.load(file)


def locale_of(language: str) -> Locale:
    """This will give Wagtail's locale of zh or en."""
    return Locale.objects.get_or_create(language_code=LANGUAGES[language])[0]


@transaction.atomic
def plant_trees() -> dict[str, HomePage]:
    """This will make the two home pages, translations of each other, and point the site at the Chinese one."""
    homes = {}
    zh = HomePage.objects.filter(locale=locale_of("zh")).first()
    if zh is None:
        root = Page.get_first_root_node() or Page.add_root(instance=Page(title="Root", slug="root"))
        zh = root.add_child(
            instance=HomePage(title=HOME["zh"][0], slug="qingmiao", summary=HOME["zh"][1], locale=locale_of("zh"))
        )
        site = Site.objects.filter(is_default_site=True).first() or Site(hostname="localhost", is_default_site=True)
        welcome = site.root_page if site.pk else None
        site.root_page, site.site_name = zh, "青苗"
        site.save()
        if welcome is not None and welcome.specific_class is Page and welcome.depth > 1:
            welcome.delete()  # Wagtail's own page of greeting
    homes["zh"] = zh
    en = HomePage.objects.filter(locale=locale_of("en"), translation_key=zh.translation_key).first()
    if en is None:
        en = HomePage(
            title=HOME["en"][0],
            slug="qingmiao-en",
            summary=HOME["en"][1],
            locale=locale_of("en"),
            translation_key=zh.translation_key,
        )
        zh.get_parent().add_child(instance=en)
    homes["en"] = en
    return homes


@transaction.atomic
def plant_frame() -> None:
    """This will make the competencies K1 to K9 and the tasks of the Guidance."""
    frame = read_toml(HERE / "frame.toml")
    for model, rows in ((Competency, frame["competencies"]), (GuidanceTask, frame["tasks"])):
        for code, title in rows.items():
            model.objects.get_or_create(code=code, defaults={"title_zh": title["zh"], "title_en": title["en"]})


@transaction.atomic
def plant_laws() -> None:
    """This will make the register of laws and the clauses that lessons and questions cite."""
    for given in read_toml(HERE / "laws.toml")["law"]:
        law, _made = Law.objects.get_or_create(
            key=given["key"],
            version_date=given["version"],
            defaults={
                "title_zh": given["title"]["zh"],
                "title_en": given["title"]["en"],
                "review_note": given["review_note"],
                "issuers_zh": given["issuers"]["zh"],
                "issuers_en": given["issuers"]["en"],
                "document_number": given.get("document_number", ""),
                "issued_date": given["issued"],
                "in_force_date": given["in_force"],
            },
        )
        for article, gist in given["clauses"].items():
            LawClause.objects.get_or_create(
                law=law,
                article=article,
                defaults={
                    "gist_zh": gist["zh"],
                    "gist_en": gist["en"],
                    "heading_zh": gist.get("heading", {}).get("zh", ""),
                    "heading_en": gist.get("heading", {}).get("en", ""),
                },
            )
        if law.live and law.latest_revision_id is None:  # what a first change is compared with
            law.live_revision = law.save_revision(changed=False, clean=False)
            law.save(update_fields=["live_revision"])


@transaction.atomic
def plant_policies(homes: dict[str, HomePage]) -> None:
    """This will make a page for each law and rule of the register, below one index in each language."""
    first: dict[str, Page] = {}
    for language, home in homes.items():
        title, summary = POLICIES[language]
        index = _child(home, PolicyIndexPage(title=title, slug="policies", summary=summary), first)
        for given in read_toml(HERE / "laws.toml")["law"]:
            law = Law.objects.get(key=given["key"], version_date=given["version"])
            title, summary = given["title"][language], given["summary"][language]
            _child(index, PolicyPage(title=title, slug=given["slug"], summary=summary, law=law), first)


def _child(parent: Page, page: Page, first: dict[str, Page]) -> Page:
    """The page below its parent, made and published if it is not there; a translation of the first of its slug."""
    there = type(page).objects.child_of(parent).filter(slug=page.slug).first()
    if there is None:
        page.locale = parent.locale
        if page.slug in first:
            page.translation_key = first[page.slug].translation_key
        parent.add_child(instance=page)
        page.save_revision().publish(log_action=False)
        there = page
    first.setdefault(page.slug, there)
    return there


@transaction.atomic
def plant_info_pages(homes: dict[str, HomePage]) -> None:
    """This will make the about page, the privacy notice and the help pages in both languages."""
    keys = {}
    for language, home in homes.items():
        for name in INFO_PAGES:
            parent_name, _dash, slug = name.rpartition("-")
            parent = (
                InfoPage.objects.child_of(home).get(slug=parent_name) if parent_name else Page.objects.get(pk=home.pk)
            )
            page = InfoPage.objects.child_of(parent).filter(slug=slug).first()
            if page is None:
                facts, body = read_draft(HERE / "pages" / f"{name}.{language}.md")
                page = InfoPage(
                    title=facts["title"],
                    slug=slug,
                    summary=facts["summary"],
                    review_notes="\n".join(facts["review_notes"]),
                    body=json.dumps(info_blocks(body, "info", name)),
                    locale=home.locale,
                )
                if name in keys:
                    page.translation_key = keys[name]
                parent.add_child(instance=page)
                page.save_revision().publish(log_action=False)
            keys.setdefault(name, page.translation_key)


@transaction.atomic
def plant_help(help_block: dict) -> None:
    """This will fill the help block: whom to ring, and when. Numbers that differ by county stay to be filled in."""
    words = SiteWords.for_site(Site.objects.get(is_default_site=True))
    if words.help_lines.exists():
        return
    for part in ("title", "intro", "closing", "privacy"):
        for language in LANGUAGES:
            setattr(words, f"help_{part}_{language}", help_block[part][language])
    words.review_note = "每个号码按本县确认；标着“待填”的由县管理员填写。"
    words.save()
    for order, line in enumerate(help_block["line"]):
        placeholder = line.get("placeholder", {"zh": "", "en": ""})
        HelpLine.objects.create(
            words=words,
            sort_order=order,
            number=line["number"],
            name_zh=line["name"]["zh"],
            name_en=line["name"]["en"],
            when_zh=line["when"]["zh"],
            when_en=line["when"]["en"],
            placeholder_zh=placeholder["zh"],
            placeholder_en=placeholder["en"],
            review_note=line["note"]["zh"],
        )
