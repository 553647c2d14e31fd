"""Hashed names of what the phones load: a module must name the other by its hash, or a phone mixes two releases."""

import re

from django.contrib.staticfiles.storage import HashedFilesMixin
from django.core.files.storage import FileSystemStorage
from whitenoise.storage import CompressedManifestStaticFilesStorage

from config.statics import HashedStatics

PHONE = ("js/lesson.js", "js/outbox.js", "js/kept.js")
IMPORT = re.compile(r'from "\./(outbox[^"]*)";')


def imported_by_the_lesson(storage_class, tmp_path, settings) -> str:
    sources = FileSystemStorage(settings.BASE_DIR / "static")
    storage = storage_class(location=tmp_path, base_url="/static/")
    for name in PHONE:
        with sources.open(name) as file:
            storage.save(name, file)
    for _name, _hashed, done in storage.post_process({name: (storage, name) for name in PHONE}):
        assert not isinstance(done, Exception), done
    (lesson,) = tmp_path.glob("js/lesson.*.js")
    return IMPORT.search(lesson.read_text()).group(1)


def test_a_module_imports_the_other_by_its_hash(tmp_path, settings):
    imported = imported_by_the_lesson(HashedStatics, tmp_path, settings)

    assert re.fullmatch(r"outbox\.[0-9a-f]{12}\.js", imported)
    assert (tmp_path / "js" / imported).exists()


def test_without_our_pattern_it_would_not(tmp_path, settings):
    assert imported_by_the_lesson(CompressedManifestStaticFilesStorage, tmp_path, settings) == "outbox.js"


def test_production_uses_it_and_only_for_our_own_modules():
    from config.settings import production

    assert production.STORAGES["staticfiles"]["BACKEND"] == f"{HashedStatics.__module__}.{HashedStatics.__name__}"
    (ours,) = {glob for glob, _patterns in HashedStatics().patterns} - {glob for glob, _p in HashedFilesMixin.patterns}
    assert ours == "js/*.js"
