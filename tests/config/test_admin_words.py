"""Every sentence that Wagtail and its companions show an editor has Chinese; an upgrade that brings others is noticed."""

import pytest
from django.utils.translation import gettext, ngettext, override

from config.admin_words import missing, sentences


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_nothing_is_missing(domain):
    assert missing(domain) == []


def test_the_twin_finds_what_is_missing_without_ours():
    assert ("Schedule to publish", "") in missing("django", with_ours=False)


def test_what_is_supplied_is_what_django_says():
    with override("zh-hans"):
        assert gettext("Schedule to publish") == "定时发布"
        assert (
            ngettext("%(num_parent_objects)d page", "%(num_parent_objects)d pages", 1)
            == "%(num_parent_objects)d 个页面"
        )
        assert gettext("课程") == "课程"
    with override("en"):
        assert gettext("Schedule to publish") == "Schedule to publish"
        assert gettext("课程") == "Courses"


def test_a_catalogue_is_read_with_contexts_plurals_and_long_lines(tmp_path):
    file = tmp_path / "django.po"
    file.write_text(
        'msgid ""\nmsgstr ""\n\nmsgctxt "c"\nmsgid "a"\nmsgstr ""\n\nmsgid ""\n"b "\n"\\"c\\""\nmsgid_plural "d"\n'
        'msgstr[0] ""\n',
        "utf-8",
    )

    assert list(sentences(file)) == [("c\4a", ""), ('b "c"', "d")]
