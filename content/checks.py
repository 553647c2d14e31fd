"""What is looked at before words are published: each finding names its place and how to mend it.

Pure functions over text come first; findings_of() reads a page with them. What could harm a child or shut somebody
out blocks publishing; the rest warns. A draft may always be saved.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.utils.translation import gettext as _

from content.blocks.picture import bytes_on_a_phone

BUDGET = 500 * 1024  # bytes of a lesson's words and pictures: half a minute at a village's 128 kbit/s

_ID = re.compile(r"(?<![0-9A-Za-z])(\d{17}[\dXx])(?![0-9A-Za-z])")
_PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(1[3-9]\d[- ]?\d{4}[- ]?\d{4})(?!\d)")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范"
    "金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
_NO_NAME = "高兴|于是|方便|方法|任何|万一|白天|马上|石头|毛病|向前|许多|金钱|严重|和"
_NAME = rf"(?!{_NO_NAME})[{_SURNAMES}][一-鿿]{{1,2}}"
_AFTER = r"(?=[,。;、:(\s]|[在是说读上没不两的和住家已有也被从到来去]|今年|$)"
_NAMED = re.compile(
    rf"(?:名叫|姓名[:是为]?|学生|女孩|男孩|女生|男生|小朋友|孩子)\s*({_NAME}){_AFTER}"
    rf"|({_NAME})(?:同学|小朋友)|({_NAME})[,(]\s*(?:男|女|\d{{1,2}}岁|[一二三四五六]年级)"
)
_SCHOOL = re.compile(
    r"[一-鿿]{1,8}(?:村|乡|镇|县|市|区|州|第[一二三四五六七八九十]+|实验|民族)(?:中心|完全|希望|实验|寄宿制)*(?:小学|中学|幼儿园|学校)"
)
_SCHOOL_EN = re.compile(r"\b[A-Z][a-z]+(?: [A-Z][a-z]+)* (?:Primary|Middle|High|Elementary) School\b")
_PERSON_EN = re.compile(r"\b(?:named|called|pupil|student)\s+[A-Z][a-z]+ [A-Z][a-z]+\b")
_SENTENCE = re.compile(r"[^。!?！？\n]+")
_LAW = re.compile(r"《([^《》]{2,40}(?:法|条例|办法|规定|意见))》")
_ARTICLE = re.compile(r"第[一二三四五六七八九十百零\d]+条")
_VERSION = re.compile(r"(?:19|20)\d\d\s*年?")


@dataclass(frozen=True)
class Finding:
    """One thing to mend. block: its place in the body, counted from 0; None for the page as a whole.

    anchor: where the editor shows the block; empty where there is none.
    """

    kind: str
    place: str
    words: str
    mending: str
    is_blocking: bool
    block: int | None = None
    anchor: str = ""


def has_right_checksum(number: str) -> bool:
    """Is this a resident identity number: a real birthday and the right last figure (GB 11643)?"""
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    total = sum(int(figure) * weight for figure, weight in zip(number[:17], _WEIGHTS, strict=True))
    return "10X98765432"[total % 11] == number[17].upper()


def id_numbers(text: str) -> list[str]:
    """This will find resident identity numbers, half-width or full-width."""
    return [number for number in _ID.findall(_plain(text)) if has_right_checksum(number)]


def phone_numbers(text: str) -> list[str]:
    """This will find mobile numbers. Hotlines (110, 12355) are shorter and stay."""
    return [match.group(1) for match in _PHONE.finditer(_plain(text))]


def schools_with_names(text: str) -> list[str]:
    """This will find sentences that name both a school and a child."""
    found = []
    for match in _SENTENCE.finditer(_plain(text)):
        sentence = match.group().strip()
        school = _SCHOOL.search(sentence) or _SCHOOL_EN.search(sentence)
        if school and (_NAMED.search(sentence) or _PERSON_EN.search(sentence)):
            found.append(sentence)
    return found


def laws_without_place(text: str, *, cited: frozenset[str] = frozenset()) -> list[str]:
    """This will find laws named without article or version. `cited`: those that an excerpt of the page pins down."""
    found = []
    for match in _SENTENCE.finditer(_plain(text)):
        for title in _LAW.findall(match.group()):
            is_cited = any(title in one or one in title for one in cited)
            has_both = _ARTICLE.search(match.group()) and _VERSION.search(match.group())
            if not is_cited and not has_both and title not in found:
                found.append(title)
    return found


def findings_in(text: str, *, place: str) -> Iterator[Finding]:
    """This will find in one piece of text what could tell who a child is."""
    for number in id_numbers(text):
        mending = _("删掉身份证号。讲课用不着它，要举例就写“身份证号”四个字。")
        yield Finding("identity", place, _masked(number), mending, True)
    for number in phone_numbers(text):
        mending = _("删掉手机号。求助电话写在“求助栏”里，不写个人的号码。")
        yield Finding("phone", place, _masked(number), mending, True)
    for sentence in schools_with_names(text):
        mending = _("学校和孩子的名字不能写在一起。换成“村小”，名字换成化名。")
        yield Finding("school", place, sentence[:40], mending, True)


def findings_of(page) -> list[Finding]:
    """This will look through a page of ours as it stands in memory, saved or not."""
    found: list[Finding] = []
    for name in ("title", "summary", "note", "outcomes", "description", "body"):
        value = getattr(page, name, None)
        if not value:
            continue
        label = str(page._meta.get_field(name).verbose_name)
        if isinstance(value, str):
            found += findings_in(value, place=label)
            continue
        cited = _cited(value)
        for index, child in enumerate(value):
            place = _("%(field)s第 %(number)s 块，%(block)s") % {
                "field": label,
                "number": index + 1,
                "block": child.block.label,
            }
            text = "\n".join(map(str, child.block.get_searchable_content(child.value)))
            at = index if name == "body" else None
            here = [*findings_in(text, place=place), *_recording(child, place)]
            for title in laws_without_place(text, cited=cited):
                mending = _("写明哪一年的版本、第几条，或者加一块“法条”。")
                here.append(Finding("law", place, f"《{title}》", mending, False))
            found += [replace(one, block=at, anchor=f"block-{child.id}-section" if child.id else "") for one in here]
    found += _older_than_its_original(page)
    found += _over_budget(page)
    return found


def blocking(findings: list[Finding]) -> list[Finding]:
    """This will keep what stands against publishing."""
    return [finding for finding in findings if finding.is_blocking]


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", re.sub(r"<[^>]+>", "", text))


def _masked(number: str) -> str:
    return number[:3] + "*" * (len(number) - 5) + number[-2:]


def _cited(stream) -> frozenset[str]:
    laws = [child.value["clause"].law for child in stream if child.block_type == "law" and child.value["clause"]]
    return frozenset(words for law in laws for words in (law.key, law.title_zh) if words)


def _recording(child, place: str) -> Iterator[Finding]:
    if child.block_type not in ("audio", "video") or not child.value["recording"]:
        return
    recording = child.value["recording"]
    if not (recording.transcript_zh or recording.transcript_en):
        yield Finding("transcript", place, recording.title, _("还没有文字稿。先到“媒体”里补上文字稿。"), True)
    if child.block_type == "video" and not recording.captions:
        yield Finding("captions", place, recording.title, _("还没有字幕。先到“媒体”里传上 WebVTT 字幕文件。"), True)


def _older_than_its_original(page) -> Iterator[Finding]:
    if not page.pk or page.locale.language_code == "zh-hans":
        return
    original = page.get_translations().filter(locale__language_code="zh-hans").first()
    written = page.latest_revision_created_at
    if original and original.last_published_at and written and original.last_published_at > written:
        words = f"{original.last_published_at:%Y-%m-%d} > {written:%Y-%m-%d}"
        yield Finding("translation", _("整页"), words, _("中文改过以后，译文还没有跟上。请对照着改一遍。"), False)


def _over_budget(page) -> Iterator[Finding]:
    body = getattr(page, "body", None)
    if not body:
        return
    pictures = [child.value["image"] for child in body if child.block_type == "picture" and child.value["image"]]
    words = "\n".join(str(text) for child in body for text in child.block.get_searchable_content(child.value))
    size = len(words.encode()) + sum(map(bytes_on_a_phone, pictures))
    if size > BUDGET:
        mending = _("手机流量要紧。把图裁小，或者把一课分成两课。最多 %(largest)s KB。") % {"largest": BUDGET // 1024}
        yield Finding("budget", _("整页"), f"{size // 1024} KB", mending, False)
