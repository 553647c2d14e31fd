"""What a list is called, and what narrows it, in words: on the page, in the file and on record alike."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from people.models import Membership, Organisation, RegionDesignation
from reports.designations import REST
from reports.selectors import Filters


def figure_names() -> dict[str, str]:
    """This will name each figure as the overview, the chips and the lists name it."""
    return {
        "learners": _("学员"),
        "studying": _("还在学"),
        "not_started": _("还没开始"),
        "certified": _("持有效证书"),
        "none": _("没有有效证书"),
        "expiring": _("90 天内到期"),
        "expired": _("已过期"),
        "overdue": _("逾期没拿到证"),
        "revoked": _("已撤销"),
    }


def designation_names() -> dict[str, str]:
    """This will name what a place may be, as the comparison, the chips and the files name it."""
    return {
        RegionDesignation.Kind.PILOT: _("试点地区"),
        RegionDesignation.Kind.DEMONSTRATION: _("示范地区"),
        REST: _("其余地区"),
    }


def list_title(filters: Filters, total: int) -> str:
    """This will name a list with its total: 没有有效证书的儿童主任，51 人."""
    who = str(Membership.Worker(filters.worker).label) if filters.worker else _("学员")
    if filters.which == "learners":
        return ngettext("%(who)s，%(n)d 人", "%(who)s，%(n)d 人", total) % {"who": who, "n": total}
    facts = {"figure": figure_names()[filters.which], "who": who, "n": total}
    return ngettext("%(figure)s的%(who)s，%(n)d 人", "%(figure)s的%(who)s，%(n)d 人", total) % facts


def describe_filters(filters: Filters) -> str:
    """This will say what narrows a list, or that nothing does."""
    parts = []
    if filters.which != "learners":
        parts.append(figure_names()[filters.which])
    if filters.worker:
        parts.append(str(Membership.Worker(filters.worker).label))
    if filters.kind:
        parts.append(str(Organisation.Kind(filters.kind).label))
    if filters.designation:
        parts.append(designation_names()[filters.designation])
    if filters.is_direct:
        parts.append(_("本级直属"))
    if filters.q:
        parts.append(_("找“%(q)s”") % {"q": filters.q})
    return "；".join(parts) or _("全部学员")


def below_names(level: int | None, is_even: bool) -> str:
    """This will say what lies under a place: 乡镇, 区县, 市州, 省份, 下级单位, or 地区 where levels are mixed."""
    if level is None:
        return _("下级单位")
    names = {1: _("省份"), 2: _("市州"), 3: _("区县"), 4: _("乡镇")}
    return names.get(level, _("地区")) if is_even else _("地区")
