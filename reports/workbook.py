"""A list as an Excel file: typed cells, Shanghai times, and words that stay words whatever they begin with."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, BinaryIO

import xlsxwriter
from django.utils import timezone
from django.utils.translation import gettext as _

from reports.words import Person

PROGRESS_EVERY = 500
EXCEL_MOST_ROWS = 1_048_575  # under the header
_HEADING = {"bold": True, "bg_color": "#e9eee7", "border": 1, "border_color": "#d7ded5"}


@dataclass(frozen=True)
class Cover:
    """What the first sheet says of the list."""

    title: str
    place: str
    programme: str
    filters: str
    as_at: datetime
    taken_by: str
    rows: int
    has_full_phones: bool
    reason: str = ""


Column = tuple[str, int, Callable[[Any], object]]  # its title, its width in characters, what stands in it


def write_workbook(
    stream: BinaryIO, *, cover: Cover, people: Iterable[Person], progress: Callable[[int], None] = lambda rows: None
) -> int:
    """This will write the file and give the number of people in it. `progress` hears of every 500."""
    with open_book(stream, title=cover.title) as book:
        write_pairs(book, _("说明"), _cover_lines(cover))
        return write_table(book, _("名单"), _columns(cover.has_full_phones), people, progress)


def open_book(stream: BinaryIO, *, title: str) -> xlsxwriter.Workbook:
    """This will begin a file in which words stay words whatever they begin with. Close it, or use it in a with."""
    book = xlsxwriter.Workbook(
        stream,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    book.set_properties({"title": title, "author": "", "comments": ""})
    return book


def write_table(
    book: xlsxwriter.Workbook,
    name: str,
    columns: list[Column],
    rows: Iterable[Any],
    progress: Callable[[int], None] = lambda rows: None,
) -> int:
    """This will add a sheet with one line a row under its titles, and give their number."""
    bold = book.add_format(_HEADING)
    day, minute = _day(book), _minute(book)
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 1)
    sheet.set_row(0, 20)
    for n, (title, width, _value) in enumerate(columns):
        sheet.set_column(n, n, width)
        sheet.write_string(0, n, title, bold)
    written = 0
    for row in rows:
        written += 1
        for n, (_title, _width, value) in enumerate(columns):
            _write(sheet, written, n, value(row), day, minute)
        if written % PROGRESS_EVERY == 0:
            progress(written)
    sheet.autofilter(0, 0, max(written, 1), len(columns) - 1)
    progress(written)
    return written


def write_pairs(book: xlsxwriter.Workbook, name: str, lines: list[tuple[str, object]]) -> None:
    """This will add a sheet that says what the file is, a label and a value a line."""
    bold, minute = book.add_format(_HEADING), _minute(book)
    sheet = book.add_worksheet(name)
    sheet.set_column(0, 0, 14)
    sheet.set_column(1, 1, 70)
    for n, (label, value) in enumerate(lines):
        sheet.write_string(n, 0, label, bold)
        _write(sheet, n, 1, value, minute, minute)


def _day(book: xlsxwriter.Workbook):
    return book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})


def _minute(book: xlsxwriter.Workbook):
    return book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"})


def _columns(has_full_phones: bool) -> list[Column]:
    return [
        (_("姓名"), 18, lambda p: p.name),
        (_("学员编号"), 11, lambda p: p.login_number),
        (_("手机"), 14, lambda p: p.phone if has_full_phones else p.masked_phone),
        (_("身份"), 12, lambda p: p.worker),
        (_("地区"), 34, lambda p: p.region_full),
        (_("村（居）"), 14, lambda p: p.village),
        (_("单位"), 26, lambda p: p.organisation),
        (_("学完几课"), 9, lambda p: p.lessons_finished),
        (_("共几课"), 8, lambda p: p.lessons_total),
        (_("证书"), 11, lambda p: p.mark.word),
        (_("证书编号"), 25, lambda p: p.certificate_number),
        (_("有效期至"), 12, lambda p: p.valid_until_date),
        (_("截止日"), 12, lambda p: p.due_date),
        (_("最近学习"), 17, lambda p: p.last_activity_at),
        (_("为什么没有，怎么办"), 48, lambda p: p.why),
    ]


def _write(sheet, row: int, column: int, value, day, minute) -> None:
    """A number is a number, a day a day; everything else is written as words, so '=1+1' is never a formula."""
    if value is None or value == "":
        return
    if isinstance(value, datetime):
        sheet.write_datetime(
            row, column, timezone.localtime(value).replace(tzinfo=None, second=0, microsecond=0), minute
        )
    elif isinstance(value, date):
        sheet.write_datetime(row, column, datetime(value.year, value.month, value.day), day)
    elif isinstance(value, int):
        sheet.write_number(row, column, value)
    else:
        sheet.write_string(row, column, str(value))


def _cover_lines(cover: Cover) -> list[tuple[str, object]]:
    phones = (
        _("完整号码，用途：%(reason)s") % {"reason": cover.reason} if cover.has_full_phones else _("中间四位已遮住")
    )
    return [
        (_("名单"), cover.title),
        (_("地区或单位"), cover.place),
        (_("证书项目"), cover.programme),
        (_("筛选"), cover.filters),
        (_("数据截至"), cover.as_at),
        (_("导出人"), cover.taken_by),
        (_("人数"), cover.rows),
        (_("手机号"), phones),
        *care(),
    ]


def care() -> list[tuple[str, object]]:
    """What the first sheet of every file with people says last."""
    return [
        (_("时间"), _("都是北京时间")),
        (_("请注意"), _("名单里有个人信息，只用于培训工作。请不要转发，用完删除。每次导出都有记录。")),
    ]
