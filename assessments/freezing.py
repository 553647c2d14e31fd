"""A quiz as its author has it → what may be shown, what must not, and what still stands in the way. Pure reads."""

import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from .models import Question, Quiz

BANK_TIMES_DRAW = 5  # a bank is wide enough when it holds five times what one try draws (curriculum, section 3)


@dataclass(frozen=True)
class Readiness:
    """What stands in the way of publishing, and what only deserves a look. Sentences that name the place."""

    problems: list[str]
    warnings: list[str]


def usable_questions(quiz: Quiz) -> list[Question]:
    """This will read a quiz's questions with their options: two queries, whatever the size of the bank."""
    return list(Question.objects.usable().filter(bank=quiz.bank_id).order_by("code").prefetch_related("options"))


def check(quiz: Quiz, questions: list[Question], today: date) -> Readiness:
    """This will say what is wrong with a quiz, question by question."""
    problems: list[str] = []
    warnings: list[str] = []
    if not quiz.title_en.strip():
        problems.append(_("测试 %(code)s：缺英文名称。") % {"code": quiz.code})
    if len(questions) < quiz.draw_count:
        problems.append(
            _("测试 %(code)s：题库里能用的只有 %(have)d 题，不够抽 %(draw)d 题。")
            % {"code": quiz.code, "have": len(questions), "draw": quiz.draw_count}
        )
    elif len(questions) < BANK_TIMES_DRAW * quiz.draw_count:
        warnings.append(
            _("测试 %(code)s：题库有 %(have)d 题，最好有 %(want)d 题（抽题数的五倍），不然再考容易遇到旧题。")
            % {"code": quiz.code, "have": len(questions), "want": BANK_TIMES_DRAW * quiz.draw_count}
        )
    if not any(o.is_critical for q in questions for o in q.options.all()):
        warnings.append(_("测试 %(code)s：没有一题带关键错误选项。") % {"code": quiz.code})
    for question in questions:
        problems += [_("第 %(code)s 题：") % {"code": question.code} + p for p in problems_of(question)]
        warnings += [_("第 %(code)s 题：") % {"code": question.code} + w for w in _warnings_of(question, today)]
    return Readiness(problems=problems, warnings=warnings)


def problems_of(question: Question) -> list[str]:
    """This will say what keeps one question from being published, without naming it."""
    options = list(question.options.all())
    right = sum(o.is_correct for o in options)
    problems = [*_shape_problems(question.kind, len(options), right)]
    if not question.stem_en.strip():
        problems.append(_("缺英文题干。"))
    if not question.explanation_zh.strip():
        problems.append(_("缺解析。"))
    if not question.explanation_en.strip():
        problems.append(_("缺英文解析。"))
    for number, option in enumerate(options, 1):
        if not option.text_en.strip():
            problems.append(_("第 %(n)d 个选项缺英文。") % {"n": number})
        if option.feedback_zh.strip() and not option.feedback_en.strip():
            problems.append(_("第 %(n)d 个选项的反馈缺英文。") % {"n": number})
        if option.is_correct and option.is_critical:
            problems.append(_("第 %(n)d 个选项又是对的又是关键错误，只能选一样。") % {"n": number})
    for text, times in Counter(o.text_zh.strip() for o in options).items():
        if times > 1:
            problems.append(_("有两个选项一模一样：%(text)s") % {"text": text})
    return problems


def _shape_problems(kind: str, count: int, right: int) -> list[str]:
    if kind == Question.Kind.SINGLE:
        few = [_("单选题至少要三个选项。")] if count < 3 else []
        return few + ([_("单选题要有且只有一个对的选项，现在有 %(n)d 个。") % {"n": right}] if right != 1 else [])
    if kind == Question.Kind.TRUE_FALSE:
        few = [_("判断题要有两个选项。")] if count != 2 else []
        return few + ([_("判断题要有且只有一个对的选项，现在有 %(n)d 个。") % {"n": right}] if right != 1 else [])
    if kind == Question.Kind.MULTIPLE:
        few = [_("多选题至少要三个选项。")] if count < 3 else []
        return few + ([_("多选题至少要有两个对的选项，现在有 %(n)d 个。") % {"n": right}] if right < 2 else [])
    few = [_("排序题至少要三步。")] if count < 3 else []
    return few + ([_("排序题的每一步都要勾“对”。")] if right != count else [])


def _warnings_of(question: Question, today: date) -> list[str]:
    warnings = []
    if question.lesson_number is None:
        warnings.append(_("没写属于第几课，答错了不知道该回看哪一课。"))
    if not question.laws:
        warnings.append(_("没写引用的法条。"))
    if question.review_by_date and question.review_by_date < today:
        warnings.append(_("复审期限 %(date)s 已过。") % {"date": question.review_by_date.isoformat()})
    return warnings


def freeze(questions: list[Question]) -> tuple[dict, dict]:
    """This will split questions into the paper (may be shown) and the key (stays on the server).

    The paper lists an ordering question's options by uuid, not in their right order: even a leaked paper is no key.
    """
    paper, key = [], {}
    for q in questions:
        options = list(q.options.all())
        shown = sorted(options, key=lambda o: str(o.uuid)) if q.kind == Question.Kind.ORDERING else options
        paper.append(
            {
                "uuid": str(q.uuid),
                "code": q.code,
                "kind": q.kind,
                "thinking": q.thinking,
                "lesson_number": q.lesson_number,
                "stem": {"zh": q.stem_zh, "en": q.stem_en},
                "options": [{"uuid": str(o.uuid), "text": {"zh": o.text_zh, "en": o.text_en}} for o in shown],
                "competency": q.competency,
                "guidance": q.guidance,
            }
        )
        key[str(q.uuid)] = {
            "correct": [str(o.uuid) for o in options if o.is_correct],
            "critical": [str(o.uuid) for o in options if o.is_critical],
            "explanation": {"zh": q.explanation_zh, "en": q.explanation_en},
            "laws": q.laws,
            "feedback": {str(o.uuid): {"zh": o.feedback_zh, "en": o.feedback_en} for o in options},
        }
    return {"questions": paper}, key


def content_hash(rules: dict, paper: dict, key: dict) -> str:
    """This will name a version's content: equal content, equal hash, whoever publishes it and when."""
    text = json.dumps([rules, paper, key], ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
