"""The blocks of a lesson, one module per idea. Renaming a stored block is a data migration."""

from .callout import CalloutBlock
from .case_study import CaseStudyBlock
from .download import DownloadBlock
from .law_excerpt import LawExcerptBlock
from .media import AudioBlock, VideoBlock
from .picture import PictureBlock
from .practice import PracticeBlock
from .self_check import SelfCheckBlock
from .steps import StepsBlock
from .text import OneSentenceBlock, PointBlock, SceneBlock, SectionBlock, TableBlock

# What any page of words may hold.
reading_blocks = [
    ("section", SectionBlock()),
    ("table", TableBlock()),
    ("callout", CalloutBlock()),
    ("steps", StepsBlock()),
    ("picture", PictureBlock()),
    ("audio", AudioBlock()),
    ("video", VideoBlock()),
    ("download", DownloadBlock()),
]

# A lesson, in the order an hour is taught (shared/lesson): scene, point, teaching, law, case, list, practice, check.
lesson_blocks = [
    ("scene", SceneBlock()),
    ("point", PointBlock()),
    *reading_blocks,
    ("law", LawExcerptBlock()),
    ("case", CaseStudyBlock()),
    ("practice", PracticeBlock()),
    ("self_check", SelfCheckBlock()),
    ("sentence", OneSentenceBlock()),
]

__all__ = [
    "AudioBlock",
    "CalloutBlock",
    "CaseStudyBlock",
    "DownloadBlock",
    "LawExcerptBlock",
    "OneSentenceBlock",
    "PictureBlock",
    "PointBlock",
    "PracticeBlock",
    "SceneBlock",
    "SectionBlock",
    "SelfCheckBlock",
    "StepsBlock",
    "TableBlock",
    "VideoBlock",
    "lesson_blocks",
    "reading_blocks",
]
