"""This will gather the sentences of code and templates into locale/en, join translations in, and compile.

    manage.py catalogue                       gather, compile
    manage.py catalogue --join drafts/*.py    also take translations from Python files: EN = {"中文": "English"}
    manage.py catalogue --check               change nothing; fail when a sentence has no English or a fuzzy one,
                                              or when Wagtail says something that has no Chinese (config/admin_words.py)

A value may be a pair for a plural: ("%(n)d learner", "%(n)d learners"). Needs Debian's gettext; a bare machine does
not, for the compiled catalogue is committed.
"""

import runpy
import shutil
import subprocess
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.core.management.commands import makemessages

from config.admin_words import missing

NOT_SPOKEN = ("docs", "tests", "bench", "var", ".venv", "node_modules", "static-built")
HEADER = r"""# English of Qingmiao. The msgids are Chinese, as learners read them (docs/decisions/0001).
msgid ""
msgstr ""
"Project-Id-Version: Qingmiao\n"
"Language: en\n"
"MIME-Version: 1.0\n"
"Content-Type: text/plain; charset=UTF-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"
"""


class Gather(makemessages.Command):
    """Django's own, which guesses translations of changed sentences unless told not to."""

    msgmerge_options = ["-q", "--backup=none", "--update", "--no-fuzzy-matching"]


class Command(BaseCommand):
    help = "收集要翻译的句子 · Gather the sentences to translate"
    requires_system_checks = ()

    def add_arguments(self, parser) -> None:
        parser.add_argument("--join", nargs="*", default=[], type=Path, metavar="FILE")
        parser.add_argument("--check", action="store_true")

    def handle(self, *args, join: list[Path], check: bool, **options) -> None:
        if not shutil.which("msgmerge"):
            raise CommandError("apt-get install gettext")
        folder = settings.BASE_DIR / "locale" / "en" / "LC_MESSAGES"
        folder.mkdir(parents=True, exist_ok=True)
        po, mo = folder / "django.po", folder / "django.mo"
        before = (po.read_bytes() if po.exists() else b"", mo.read_bytes() if mo.exists() else b"")
        if not po.exists():
            po.write_text(HEADER, "utf-8")
        self._gather()
        self._join(po, join)
        self._compile(po, mo)
        if not check:
            for ours in sorted((settings.BASE_DIR / "locale" / "zh_Hans" / "LC_MESSAGES").glob("*.po")):
                self._compile(ours, ours.with_suffix(".mo"))
        wanting = self._wanting(po)
        if check:
            stale = _sentences(before[0]) != _sentences(po.read_bytes())
            po.write_bytes(before[0])
            mo.write_bytes(before[1])
            if wanting or stale:
                raise CommandError(f"{wanting}\nlocale/en: manage.py catalogue, then translate what is empty")
            if english := [one for domain in ("django", "djangojs") for one, _many in missing(domain)]:
                raise CommandError("\n".join([*english, "locale/zh_Hans: give these sentences of the admin Chinese"]))
            return
        self.stdout.write(wanting or "English is complete.")

    def _gather(self) -> None:
        skipped = [word for folder in NOT_SPOKEN for word in ("-i", folder)]
        options = ["-l", "en", "--add-location", "file", "--no-obsolete", "-v", "0", *skipped]
        Gather(stdout=self.stdout).run_from_argv(["manage.py", "makemessages", *options])

    def _join(self, po: Path, files: list[Path]) -> None:
        pairs: dict = {}
        for file in files:
            pairs |= runpy.run_path(str(file))["EN"]
        with tempfile.TemporaryDirectory() as folder:
            new, old, known = (Path(folder) / name for name in ("new.po", "old.po", "known.po"))
            new.write_text(HEADER + "".join(_entry(zh, en) for zh, en in pairs.items()), "utf-8")
            _run("msgattrib", "--translated", "-o", str(old), str(po))
            _run("msgcat", "--use-first", "-o", str(known), *(str(file) for file in (new, old) if file.exists()))
            _run("msgmerge", "-q", "--no-fuzzy-matching", "-o", str(po), str(known), str(po))
        _run("msgattrib", "--no-obsolete", "-o", str(po), str(po))

    def _compile(self, po: Path, mo: Path) -> None:
        _run("msgfmt", "--check-format", "-o", str(mo), str(po))

    def _wanting(self, po: Path) -> str:
        """This will list what has no English, or English that only looks alike."""
        said = ""
        for what in ("--untranslated", "--only-fuzzy"):
            said += _run("msgattrib", what, "--no-obsolete", "--no-wrap", str(po))
        return "\n".join(line for line in said.splitlines() if line.startswith(("msgid ", "#:")) and line != 'msgid ""')


def _sentences(po: bytes) -> list[bytes]:
    """What a catalogue says, without the date it was gathered and the files it came from."""
    return [line for line in po.splitlines() if not line.startswith((b'"POT-Creation-Date', b"#"))]


def _entry(zh: str | tuple[str, str], en: str | tuple[str, str]) -> str:
    if isinstance(en, str):
        return f"\nmsgid {_quoted(zh)}\nmsgstr {_quoted(en)}\n"
    one, many = (zh, zh) if isinstance(zh, str) else zh
    return (
        f"\nmsgid {_quoted(one)}\nmsgid_plural {_quoted(many)}\n"
        f"msgstr[0] {_quoted(en[0])}\nmsgstr[1] {_quoted(en[1])}\n"
    )


def _quoted(words) -> str:
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _run(*command: str) -> str:
    answer = subprocess.run(command, capture_output=True, text=True)  # noqa: S603 - gettext's tools
    if answer.returncode:
        raise CommandError(answer.stderr)
    return answer.stdout
