"""The smallest valid words: small trees of pages, a law with a clause, bytes of pictures."""

from datetime import UTC, date, datetime
from io import BytesIO

import factory
from PIL import Image
from wagtail.models import Locale, Page, Site

from content.models import HomePage, Law, LawClause
from courses.models import CataloguePage, Course, CoursePage, LessonPage
from courses.services import publish_release
from tests.factories.courses import CourseFactory


class LawFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Law

    key = factory.Sequence(lambda n: f"法律{n}")
    title_zh = factory.SelfAttribute("key")
    title_en = factory.Sequence(lambda n: f"Law {n}")
    version_date = date(2024, 4, 26)


class LawClauseFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = LawClause

    law = factory.SubFactory(LawFactory)
    article = "11"


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), **saving) -> bytes:
    """This will draw a small picture."""
    file = BytesIO()
    Image.new("RGB", size, (29, 107, 71)).save(file, kind, **saving)
    return file.getvalue()


def home_page(language: str = "zh-hans") -> HomePage:
    """This will give the home page of a language, made with its catalogue where it is missing."""
    locale, _made = Locale.objects.get_or_create(language_code=language)
    home = HomePage.objects.filter(locale=locale).first()
    if home is None:
        home = Page.get_first_root_node().add_child(
            instance=HomePage(title="青苗", slug=f"home-{language}", locale=locale)
        )
        home.add_child(instance=CataloguePage(title="课程", slug=f"courses-{language}", locale=locale))
        if language == "zh-hans":
            Site.objects.update_or_create(
                is_default_site=True, defaults={"hostname": "testserver", "root_page": home, "site_name": "青苗"}
            )
    return home


def course_with_lessons(
    *, code: str = "C04", lessons: int = 3, languages: tuple[str, ...] = ("zh-hans",), body=None, **fields
) -> Course:
    """This will make a course, its pages in the languages and its first release. body: raw StreamField rows."""
    course = CourseFactory(code=code, title_zh="看见、记录、报告", title_en="See, record, report", **fields)
    keys: dict[int, object] = {}
    for language in languages:
        home = home_page(language)
        catalogue = CataloguePage.objects.child_of(home).get()
        page = catalogue.add_child(
            instance=CoursePage(title="看见、记录、报告", slug=code.lower(), course=course, locale=home.locale)
        )
        for number in range(1, lessons + 1):
            lesson = LessonPage(
                title=f"第{number}课的题目" if language == "zh-hans" else f"Title of lesson {number}",
                slug=str(number),
                number=number,
                module_title="识别",
                locale=home.locale,
                body=body or [],
            )
            if number in keys:
                lesson.translation_key = keys[number]
            page.add_child(instance=lesson)
            lesson.save_revision().publish()
            keys[number] = lesson.translation_key
    publish_release(course=course, released_at=datetime(2026, 1, 1, tzinfo=UTC))
    return course
