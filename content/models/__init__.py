"""The words of the site: pages, laws, competencies, pictures, recordings."""

from .frame import Competency, GuidanceTask
from .law import Law, LawClause
from .media import Picture, Recording, Rendition
from .pages import BasePage, HomePage, InfoPage
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
    "Recording",
    "Rendition",
    "SiteWords",
]
