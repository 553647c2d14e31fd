"""Saying that a question was marked wrong, and what is answered."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from assessments.models import Attempt, MarkDispute
from content.checks import blocking, findings_in
from people.models import Message, User
from people.services import owe_message, record_audit

from .attempts import locked


class WordsRefused(Exception):
    """Nothing written, too much, or something that tells who somebody is. The message is a sentence for her."""


class DisputeOpen(Exception):
    """Another question of the same try is still being looked at."""


class NotDisputable(Exception):
    """The try is not finished, or the question was not in it, or it was marked as right."""


class OwnDispute(Exception):
    """Nobody decides about her own try."""


class AlreadyDecided(Exception):
    """Somebody has answered before."""


def words_of(text: str, *, nothing: str) -> str:
    """This will give the words as they may be kept, or raise WordsRefused with what to do."""
    words = " ".join(text.split())
    if not words:
        raise WordsRefused(nothing)
    if len(words) > MarkDispute.MOST_LETTERS:
        raise WordsRefused(_("写得太长了，最多 %(most)d 个字。") % {"most": MarkDispute.MOST_LETTERS})
    for found in blocking(list(findings_in(words, place=""))):
        raise WordsRefused(_("为了不让人认出孩子或别人，这里不能写：%(words)s。请删掉再交。") % {"words": found.words})
    return words


@transaction.atomic
def raise_dispute(*, attempt: Attempt, number: int, text: str, now: datetime) -> MarkDispute:
    """This will note that the learner thinks question `number` of her finished try was marked wrong. Twice is one."""
    attempt = locked(attempt)
    if attempt.state not in Attempt.FINISHED_STATES or not 1 <= number <= len(attempt.drawn):
        raise NotDisputable
    question = attempt.drawn[number - 1]["question"]
    if before := MarkDispute.objects.filter(attempt=attempt, question_uuid=UUID(question)).first():
        return before
    if attempt.marks.latest("pk").per_question[question]["points"] >= 1:
        raise NotDisputable
    if MarkDispute.objects.filter(attempt=attempt, state=MarkDispute.State.OPEN).exists():
        raise DisputeOpen
    words = words_of(text, nothing=_("请写一句为什么觉得判错了。"))
    return MarkDispute.objects.create(attempt=attempt, question_uuid=UUID(question), text=words, raised_at=now)


@transaction.atomic
def decide_dispute(*, dispute: MarkDispute, actor: User, is_upheld: bool, answer: str, now: datetime) -> MarkDispute:
    """This will answer a dispute once, log it and tell the learner in the app, in her language."""
    attempt = locked(dispute.attempt)
    dispute = MarkDispute.objects.get(pk=dispute.pk)
    if attempt.learner_id == actor.pk:
        raise OwnDispute
    if dispute.state != MarkDispute.State.OPEN:
        raise AlreadyDecided
    dispute.answer = words_of(answer, nothing=_("请写一句回复，她会看到。"))
    dispute.state = MarkDispute.State.UPHELD if is_upheld else MarkDispute.State.REJECTED
    dispute.decided_by, dispute.decided_at = actor, now
    dispute.save(update_fields=["answer", "state", "decided_by", "decided_at"])
    record_audit(
        actor=actor,
        verb="decide",
        object_kind="mark_dispute",
        object_id=str(dispute.uuid),
        recorded_at=now,
        reason=dispute.answer[:200],
        details={"state": dispute.state, "attempt": str(attempt.uuid)},
    )
    with override(attempt.learner.language or "zh-hans"):
        title = attempt.quiz.title_en if attempt.learner.language == "en" else ""
        body = _("您说“%(quiz)s”有一题判错了，培训师看过了：%(state)s。%(answer)s") % {
            "quiz": title or attempt.quiz.title_zh,
            "state": dispute.get_state_display(),
            "answer": dispute.answer,
        }
    owe_message(
        user=attempt.learner,
        channel=Message.Channel.APP,
        kind="dispute_decided",
        body=body,
        about=str(attempt.uuid),
        now=now,
    )
    return dispute
