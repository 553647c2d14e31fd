"""Learning: courses, enrolments, what was learnt, programmes and certification periods. Joins the other apps."""

from .cohort import Cohort, CohortMember
from .course import Course, CourseRelease
from .enrolment import Enrolment, LessonProgress
from .event import HourEntry, LearningEvent, QuarantinedEvent
from .pages import CataloguePage, CoursePage, LessonPage
from .programme import Allocation, CertificationEvent, CertificationPeriod, Programme, Requirement, RequirementSet
from .standing import Standing, Tally

__all__ = [
    "Allocation",
    "CataloguePage",
    "CertificationEvent",
    "CertificationPeriod",
    "Cohort",
    "CohortMember",
    "Course",
    "CoursePage",
    "CourseRelease",
    "Enrolment",
    "HourEntry",
    "LearningEvent",
    "LessonPage",
    "LessonProgress",
    "Programme",
    "QuarantinedEvent",
    "Requirement",
    "RequirementSet",
    "Standing",
    "Tally",
]
