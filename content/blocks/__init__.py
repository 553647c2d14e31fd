"""The blocks of a lesson, one module per idea. Renaming a stored block is a data migration."""

from .callout import CalloutBlock

reading_blocks = [("callout", CalloutBlock())]

__all__ = ["CalloutBlock", "reading_blocks"]
