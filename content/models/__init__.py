"""The words of the site: pages, laws, competencies, pictures, recordings."""

from .frame import Competency, GuidanceTask
from .law import Law, LawClause, PolicyIndexPage, PolicyPage
from .media import Picture, Recording, Rendition
from .pages import BasePage, HomePage, InfoPage
from .review import RoleReview
from .settings import HelpLine, SiteWords

__all__ = [
    "BasePage",
    "Competency",
    "GuidanceTask",
    "HelpLine",
    "HomePage",
    "InfoPage",
    "Law",
    "LawClause",
    "Picture",
    "PolicyIndexPage",
    "PolicyPage",
    "Recording",
    "Rendition",
    "RoleReview",
    "SiteWords",
]
