"""What the search index owes. Empty and unused where the database is the only store."""

from django.db import models

from people.models import Owed


class IndexEntryOwed(Owed):
    """One page's entry in Elasticsearch is owed: to be written as the page stands, or taken out if nobody may see it.

    One row for each page, for ever: written in the transaction that changes the page, which counts `version` up. The
    page has no foreign key, for the row outlives it. `version` travels with the entry, so that of two workers the
    slower one cannot put old words over new. Holds no personal data.
    """

    task = "search.tasks.pay_index_entry"

    page_id = models.PositiveBigIntegerField()
    version = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["page_id"], name="one_index_row_per_page")]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="owed"), name="index_entries_due"),
        ]

    def __str__(self) -> str:
        return f"page {self.page_id}, version {self.version}, {self.state}"
