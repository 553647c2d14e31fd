"""Lists that Wagtail gives away as CSV: a spreadsheet must not take somebody's words for a formula."""

from wagtail.admin.views.mixins import SpreadsheetExportMixin

BEGINS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def as_words(value):
    """This will put an apostrophe before words that a spreadsheet would calculate. Numbers stay numbers."""
    return f"'{value}" if isinstance(value, str) and value.startswith(BEGINS_A_FORMULA) else value


def write_csv_row(self, writer, row_dict):
    """Wagtail 8.0.1 types strings in its xlsx, and writes them as they are into its CSV."""
    row = {name: self.preprocess_field_value(name, value, self.FORMAT_CSV) for name, value in row_dict.items()}
    return writer.writerow({name: as_words(value) for name, value in row.items()})


def disarm_csv() -> None:
    SpreadsheetExportMixin.write_csv_row = write_csv_row
