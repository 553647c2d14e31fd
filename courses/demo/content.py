"""Plants the catalogue, C01 and C04: pages in two languages, banks, quizzes. Called by `manage.py demo`.

May be called again: what is there stays, also when a trainer has edited it. `overwrite=True` puts the drafts' lessons
back as new revisions, for whoever writes the drafts.
"""

import json
import re
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from django.core.files.images import ImageFile
from django.db import transaction
from wagtail.models import Page

from assessments.models import Option, Question, QuestionBank, Quiz
from assessments.services import publish_quiz
from content.demo import planting
from content.demo.writing import info_blocks
from content.models import Competency, GuidanceTask, HomePage, LawClause, Picture
from courses.demo.drafts import LessonDraft, read_lesson
from courses.models import CataloguePage, Course, CoursePage, LessonPage
from courses.services import publish_release

HERE = Path(__file__).parent
WRITTEN = ("c01", "c04")  # courses whose drafts are whole, each in a folder of that name
OPEN_FOR = timedelta(days=420)  # how long its courses have been open where the demo's people learn: before the first
GUIDANCE = "2017年五部门意见"  # its clauses are numbered by the tasks' codes
CATALOGUE = {
    "zh": ("全部课程", "先学上岗必修，再学其余。"),
    "en": ("All courses", "Start with what your post requires."),
}


@transaction.atomic
def load_content(*, now: datetime, opened_at: datetime | None = None, overwrite: bool = False) -> Course:
    """This will plant everything a learner can read and be tested on, and give the course C04, which the demo is about.

    opened_at: where invented people are to have learnt it for long; else the courses open now, and the days of whoever
    waits for them begin.
    """
    homes = planting.plant_trees()
    planting.plant_frame()
    planting.plant_laws()
    planting.plant_policies(homes)
    planting.plant_info_pages(homes)
    planting.plant_help(planting.read_toml(HERE / "c04" / "help.toml"))
    catalogues = plant_catalogue(homes)
    plant_courses_in_preparation(catalogues)
    for folder in WRITTEN:
        course = plant_course(HERE / folder, catalogues, overwrite=overwrite)
        plant_quiz(HERE / folder, course, now=now)
        publish_release(course=course, released_at=opened_at or now)
    return course


def plant_page(parent: Page, page: Page, *, sibling: Page | None) -> Page:
    """This will add a page below its parent, as the translation of its sibling, or give the one that is there."""
    there = type(page).objects.child_of(parent).filter(slug=page.slug).first()
    if there is not None:
        return there
    page.locale = parent.locale
    if sibling is not None:
        page.translation_key = sibling.translation_key
    parent.add_child(instance=page)
    put_live(page)
    return page


def put_live(page: Page) -> None:
    """This will publish a page's words without asking whether the outline changed: that is asked once, at the end."""
    Page.publish(page, page.save_revision(log_action=False), log_action=False)


def plant_catalogue(homes: dict[str, HomePage]) -> dict[str, CataloguePage]:
    """This will make the catalogue of each language."""
    found: dict[str, CataloguePage] = {}
    for language, home in homes.items():
        title, summary = CATALOGUE[language]
        page = CataloguePage(title=title, slug="courses", summary=summary)
        found[language] = plant_page(home, page, sibling=found.get("zh"))
    return found


def plant_courses_in_preparation(catalogues: dict[str, CataloguePage]) -> None:
    """This will make the catalogue's entries for the courses that are still being written."""
    for given in planting.read_toml(HERE / "catalogue.toml")["course"]:
        course, made = Course.objects.get_or_create(
            code=given["code"],
            defaults={"title_zh": given["title"]["zh"], "title_en": given["title"]["en"], "hours": given["hours"]},
        )
        if made:
            course.competencies.set(Competency.objects.filter(code__in=given["competencies"]))
            course.guidance_tasks.set(GuidanceTask.objects.filter(code__in=given["tasks"]))
        first = None
        for language, catalogue in catalogues.items():
            outcomes = given["outcomes"][language].rstrip("。.").replace("；", ";").split(";")
            page = CoursePage(
                title=given["title"][language].partition("：" if language == "zh" else ":")[0],
                slug=given["code"].lower(),
                summary=given["summary"][language],
                course=course,
                description=json.dumps(outline(given, language)),
                outcomes="\n".join(outcome.strip()[:1].upper() + outcome.strip()[1:] for outcome in outcomes),
                audience=given["audience"][language],
                is_in_preparation=True,
            )
            page = plant_page(catalogue, page, sibling=first)
            first = first or page


def outline(given: dict, language: str) -> list[dict]:
    """This will write what is to come as the page's description: modules, their lessons, what the test will ask."""
    heading, asked = ("将要学的", "会考什么") if language == "zh" else ("What it will cover", "What the test will ask")
    about = re.split("：|: ", given["title"][language], maxsplit=1)[1:]  # C11's title is its name alone
    colon = "：" if language == "zh" else ": "
    lessons = enumerate((lesson[language] for lesson in given["lessons"]), 1)
    name = "第 {} 课：{}" if language == "zh" else "Lesson {}: {}"
    modules = "\n\n".join(
        "\n".join(
            [f"### {module[language]}", *(f"- {name.format(*lesson)}" for lesson in islice(lessons, module["lessons"]))]
        )
        for module in given["modules"]
    )
    words = f"## {colon.join([heading, *about])}\n{modules}\n\n## {asked}\n{given['asks'][language]}\n"
    return info_blocks(words, given["code"])


def plant_course(drawer: Path, catalogues: dict[str, CataloguePage], *, overwrite: bool) -> Course:
    """This will make a course and its lessons from the drafts in its folder."""
    given = planting.read_toml(drawer / "course.toml")
    drafts = {
        language: [read_lesson(path) for path in sorted(drawer.glob(f"lesson-*.{language}.md"))]
        for language in catalogues
    }
    course, made = Course.objects.get_or_create(
        code=given["code"],
        defaults={
            "title_zh": given["title"]["zh"],
            "title_en": given["title"]["en"],
            "hours": sum(draft.facts["hours"] for draft in drafts["zh"]),
        },
    )
    if made:
        levels = {code.partition("-")[0] for draft in drafts["zh"] for code in draft.facts["competencies"]}
        course.competencies.set(Competency.objects.filter(code__in=levels))
        tasks = {code for draft in drafts["zh"] for code in draft.facts["guidance"]}
        course.guidance_tasks.set(GuidanceTask.objects.filter(code__in=tasks))
    first: CoursePage | None = None
    lessons: dict[int, LessonPage] = {}
    for language, catalogue in catalogues.items():
        page = CoursePage(
            title=given["short_title"][language],
            slug=given["code"].lower(),
            summary=given["summary"][language],
            course=course,
            description=json.dumps(course_words(given, language)),
            outcomes="\n".join(outcome[language] for outcome in given["outcomes"]),
            audience=given["audience"][language],
        )
        page = plant_page(catalogue, page, sibling=first)
        first = first or page
        for draft in drafts[language]:
            lesson = plant_lesson(page, draft, sibling=lessons.get(draft.number), overwrite=overwrite)
            lessons.setdefault(draft.number, lesson)
    return course


def course_words(given: dict, language: str) -> list[dict]:
    """This will write a course's description and who answers for it."""
    who = "谁为这门课负责" if language == "zh" else "Who answers for this course"
    return info_blocks(
        f"{given['description'][language]}\n\n## {who}\n{given['responsible']['statement'][language]}\n", given["code"]
    )


def plant_lesson(parent: CoursePage, draft: LessonDraft, *, sibling: LessonPage | None, overwrite: bool) -> LessonPage:
    """This will make a lesson from its draft, or with `overwrite` put the draft's words back as a new revision."""
    clauses = {citation: LawClause.get_by_citation(citation) for citation in draft.citations}
    tasks = LawClause.objects.filter(law__key=GUIDANCE, article__in=draft.facts["guidance"])
    facts = draft.facts
    words = {
        "title": facts["title"],
        "summary": facts["summary"],
        "number": draft.number,
        "module": facts["module"],
        "module_title": facts["module_title"],
        "hours": facts["hours"],
        "note": facts["note"],
        "outcomes": "\n".join(facts["outcomes"]),
        "body": json.dumps(with_pictures(with_clauses(draft.body, clauses), draft.language)),
        "competencies": ", ".join(facts["competencies"]),
        "guidance": ", ".join(facts["guidance"]),
        "author": facts["author"],
        "review_social_work": facts["review_social_work"],
        "review_legal": facts["review_legal"],
        "review_safeguarding": facts["review_safeguarding"],
        "review_by_date": draft.review_by_date,
        "review_notes": "\n".join(facts["review_notes"]),
    }
    slug = str(draft.number)
    was_there = LessonPage.objects.child_of(parent).filter(slug=slug).exists()
    lesson = plant_page(parent, LessonPage(slug=slug, **words), sibling=sibling)
    if was_there and overwrite:
        for name, value in words.items():
            setattr(lesson, name, value)
        put_live(lesson)
    if not was_there or overwrite:
        lesson.laws.set([*clauses.values(), *tasks])
    return lesson


def with_clauses(body: list[dict], clauses: dict[str, LawClause]) -> list[dict]:
    """This will replace each citation by the clause of the register."""
    return [
        block | {"value": block["value"] | {"clause": clauses[block["value"]["clause"]].pk}}
        if block["type"] == "law"
        else block
        for block in body
    ]


def with_pictures(body: list[dict], language: str) -> list[dict]:
    """This will replace each picture's name by the picture itself, put among the trainers' pictures once."""
    return [with_picture(block, language) if block["type"] == "picture" else block for block in body]


def with_picture(block: dict, language: str) -> dict:
    value = block["value"]
    picture = plant_picture(f"{value['image']}.{language}.png", value["alt"])
    return block | {"value": value | {"image": picture.pk}}


def plant_picture(name: str, alt: str) -> Picture:
    """This will store a drawn picture, or give the one that is there."""
    title = f"示意图 {name}"
    found = Picture.objects.filter(title=title).first()
    if found is None:
        with (HERE / "pictures" / name).open("rb") as file:
            found = Picture(title=title, file=ImageFile(file, name=name), alt_text=alt, credit="青苗课程组")
            found.file_size = found.file.size
            found.save()
    return found


def plant_quiz(drawer: Path, course: Course, *, now: datetime) -> None:
    """This will make a course's bank and quiz (10 drawn, 80%, no critical error, 3 tries, 24 hours) and publish it."""
    code = course.code.lower()
    bank, _made = QuestionBank.objects.get_or_create(
        code=code, defaults={"title_zh": f"{course.code} 题库", "title_en": f"{course.code} question bank"}
    )
    for path in sorted(drawer.glob("bank-*.toml")):
        for given in planting.read_toml(path)["question"]:
            if not Question.objects.filter(code=given["id"]).exists():
                plant_question(bank, given)
    quiz, made = Quiz.objects.get_or_create(
        code=code,
        defaults={"bank": bank, "title_zh": f"{course.title_zh}：结业测试", "title_en": f"{course.title_en}: test"},
    )
    if course.quiz_id is None:
        course.quiz = quiz
        course.save(update_fields=["quiz"])
    if made:
        publish_quiz(quiz=quiz, published_by=None, published_at=now)


def plant_question(bank: QuestionBank, given: dict) -> Question:
    """This will make one question with its options. A citation that the register lacks stops the import."""
    for citation in given["laws"]:
        LawClause.get_by_citation(citation)
    lesson = given["id"].split("-")[1]
    question = Question.objects.create(
        bank=bank,
        code=given["id"],
        kind=given["kind"],
        thinking=given["thinking"],
        lesson_number=int(lesson) if lesson.isdigit() else None,
        stem_zh=given["stem"]["zh"],
        stem_en=given["stem"]["en"],
        explanation_zh=given["explanation"]["zh"],
        explanation_en=given["explanation"]["en"],
        competency=given["competency"],
        guidance=given["guidance"],
        laws=given["laws"],
        author="青苗课程组",
        review_by_date="2027-06-30",
        review_note="法律、社工、儿童安全三项审核都还没有完成。",
    )
    Option.objects.bulk_create(
        Option(
            question=question,
            sort_order=order,
            text_zh=option["text"]["zh"],
            text_en=option["text"]["en"],
            feedback_zh=option["feedback"]["zh"],
            feedback_en=option["feedback"]["en"],
            is_correct=option["correct"],
            is_critical=option.get("critical", False),
        )
        for order, option in enumerate(given["option"])
    )
    return question
