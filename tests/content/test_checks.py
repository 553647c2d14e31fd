"""What is found before publishing, each beside what must not be found."""

import pytest

from content.checks import blocking, findings_of, id_numbers, laws_without_place, phone_numbers, schools_with_names
from content.models import BasePage
from courses.models import LessonPage

RIGHT = "11010519491231002X"  # the standard's own example


@pytest.mark.parametrize(
    "text", [RIGHT, "１１０１０５１９４９１２３１００２Ｘ", f"身份证{RIGHT.lower()}，", f"<b>{RIGHT}</b>"]
)
def test_an_identity_number_is_found_however_it_is_written(text):
    assert [number.upper() for number in id_numbers(text)] == [RIGHT]


@pytest.mark.parametrize("text", ["110105194912310021", "110105194913310020", "1" + RIGHT, "身份证号"])
def test_what_only_looks_like_one_is_left(text):
    assert id_numbers(text) == []


@pytest.mark.parametrize("text", ["打13800138000", "138 0013 8000", "+86 138-0013-8000", "１３８００１３８０００"])
def test_a_persons_phone_is_found(text):
    assert len(phone_numbers(text)) == 1


@pytest.mark.parametrize("text", ["打110", "12355", "400-161-9995", "20241300138000123"])
def test_hotlines_and_other_numbers_stay(text):
    assert phone_numbers(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "石岭村小学的学生李小明两天没来。",
        "王芳同学在第三实验中学读书。",
        "张伟，男，九岁，清河镇中心小学",
        "A pupil called Li Ming goes to Shiling Primary School.",
    ],
)
def test_a_school_with_a_childs_name_is_found(text):
    assert schools_with_names(text)


@pytest.mark.parametrize(
    "text", ["石岭村小学有三个班。", "学生李小明两天没来。", "学生安全是村小学的事。", "孩子在学校说的话要记下来。"]
)
def test_either_alone_is_left(text):
    assert schools_with_names(text) == []


def test_a_law_needs_article_and_version_or_an_excerpt():
    assert laws_without_place("《未成年人保护法》说要报告。") == ["未成年人保护法"]
    assert laws_without_place("《未成年人保护法》第十一条说要报告。") == ["未成年人保护法"]
    assert laws_without_place("《未成年人保护法》（2024年修正）第十一条说要报告。") == []
    assert laws_without_place("《未成年人保护法》说要报告。", cited=frozenset({"未成年人保护法"})) == []


@pytest.mark.django_db
def test_nothing_that_the_demo_publishes_is_blocked(planted):
    pages = [p for model in BasePage.__subclasses__() for p in model.objects.live()]

    assert {p.url_path: blocking(findings_of(p)) for p in pages if blocking(findings_of(p))} == {}


@pytest.mark.django_db
def test_a_translation_older_than_its_original_warns(planted):
    chinese = LessonPage.objects.get(course__code="C04", number=4, locale__language_code="zh-hans")
    english = LessonPage.objects.get(course__code="C04", number=4, locale__language_code="en")
    chinese.save_revision().publish()

    kinds = {f.kind: f.is_blocking for f in findings_of(english)}

    assert kinds["translation"] is False
    assert "translation" not in {f.kind for f in findings_of(chinese)}
