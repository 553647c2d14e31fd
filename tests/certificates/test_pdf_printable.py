"""What is refused before issue, and that asking costs a web process nothing."""

import pickle
import subprocess
import sys
import time
from decimal import Decimal

import pytest

from certificates import pdf
from tests.certificates.pdf_help import CASES, HAS_HANAZONO, LONG, facts


@pytest.mark.parametrize("case", CASES)
def test_samples_are_printable(case, fonts):
    assert pdf.check_printable(CASES[case], fonts) is None


@pytest.mark.parametrize(
    ("field", "text", "char", "codepoint"),
    [
        ("name", "王\U0002a6df芳", "\U0002a6df", "U+2A6DF"),
        ("name", "王\ufe00芳", "\ufe00", "U+FE00"),  # a variation selector would vanish without a trace
        ("name", "王\u200b芳", "\u200b", "U+200B"),
        ("name", "王\u202e芳", "\u202e", "U+202E"),
        ("name", "王\xad芳", "\xad", "U+00AD"),  # the font has the soft hyphen, the page would not show it
        ("name", "王\n芳", "\n", "U+000A"),
        ("name", "Re\u0301né", "\u0301", "U+0301"),  # not NFC
        ("name", "བཀྲ་ཤིས", "བ", "U+0F56"),
        ("programme_title", "培训😀", "😀", "U+1F600"),
        ("issuer_name", "中心\ue000", "\ue000", "U+E000"),
        ("signatory", "李\U00020000" if not HAS_HANAZONO else "李\U0002ebf0", None, None),
        ("region_name", "\x00", "\x00", "U+0000"),
        ("result", "合格✊🏽", None, None),
        ("number", "QM\u2069", "\u2069", "U+2069"),
    ],
)
def test_an_unprintable_character_is_named(field, text, char, codepoint, fonts):
    with pytest.raises(pdf.UnprintableText) as refusal:
        pdf.check_printable(facts(**{field: text}), fonts)

    assert refusal.value.field == field
    if char:
        assert (refusal.value.char, refusal.value.codepoint) == (char, codepoint)
    assert refusal.value.codepoint in str(refusal.value)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "阿" * 90},
        {"programme_title": "农村留守儿童" * 30},
        {"programme_title_en": "Left-behind children " * 10},
        {"issuer_name": "青" * 80},
        {"region_name": "县" * 80},
        {"signatory": "李" * 30},
        {"result": "合" * 20},
        {"number": "9" * 60},
        {"hours": Decimal("1000000000000")},
        {"verify_url": "https://qingmiao.example/" + "v" * 200},
    ],
)
def test_a_text_too_long_is_refused_by_field(change, fonts):
    with pytest.raises(pdf.DoesNotFit) as refusal:
        pdf.check_printable(facts(**change), fonts)

    assert refusal.value.field == next(iter(change))


def test_a_name_of_fifty_characters_fits_on_two_lines_broken_after_a_dot(fonts):
    from certificates.pdf.fitting import fit_all

    name = ("阿卜杜热西提·阿卜杜克热木·买买提依明·" * 3)[:50].strip("·")

    fitted = fit_all(facts(name=name, **LONG), fonts)["name"]

    assert "".join(fitted.lines) == name
    assert len(fitted.lines) == 2
    assert fitted.lines[0].endswith("·")
    assert float(fitted.size) >= 14


def test_an_english_word_is_not_broken(fonts):
    from certificates.pdf.fitting import fit_all

    title = "Safeguarding Left-behind Children in Rural Counties: an Induction for Volunteers and their Supervisors"

    lines = fit_all(facts(programme_title=title), fonts)["programme_title"].lines

    assert " ".join(lines) == title


def test_a_character_of_extension_b_depends_on_hanazono(fonts):
    if HAS_HANAZONO:
        assert pdf.check_printable(facts(name="𠮷"), fonts) is None
    else:
        with pytest.raises(pdf.UnprintableText):
            pdf.check_printable(facts(name="𠮷"), fonts)


def test_checking_loads_no_renderer_and_takes_less_than_a_millisecond(fonts):
    program = f"""
import sys, datetime, decimal, pathlib
from certificates import pdf
day = datetime.date(2026, 9, 1)
facts = pdf.CertificateFacts(number='1', name='王芳', programme_title='x', hours=decimal.Decimal(1), from_date=day,
    to_date=day, issuer_name='x', issued_date=day, verify_url='https://a.example/', credential_json=b'')
pdf.check_printable(facts, pathlib.Path({str(fonts)!r}))
print(*sorted({{'weasyprint', 'pikepdf', 'pyhanko', 'fontTools', 'PIL', 'segno'}} & set(sys.modules)))
"""
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    start = time.process_time()
    for _ in range(200):
        pdf.check_printable(CASES["longest"], fonts)

    assert loaded == []
    assert (time.process_time() - start) / 200 < 0.001


def test_refusals_travel_between_processes():
    for refusal in (pdf.UnprintableText("name", "བ"), pdf.DoesNotFit("name")):
        assert str(pickle.loads(pickle.dumps(refusal))) == str(refusal)


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "//x/v/1", "qingmiao.example/v/1", ""])
def test_only_a_web_address_becomes_a_link(url):
    with pytest.raises(ValueError, match="verify_url"):
        facts(verify_url=url)


def test_hours_are_shown_without_empty_decimals():
    shown = [facts(hours=Decimal(text)).hours_shown for text in ("48", "48.00", "4.50", "100", "0.25")]

    assert shown == ["48", "48", "4.5", "100", "0.25"]


def test_fonts_not_prepared_says_the_command(tmp_path):
    with pytest.raises(pdf.FontsNotPrepared, match=r"python -m certificates\.pdf\.fonts"):
        pdf.check_printable(facts(), tmp_path)
