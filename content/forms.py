"""The doors for files: pictures are drawn anew, recordings and documents are what their names say."""

import zipfile

from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm
from wagtailmedia.forms import BaseMediaForm

from content.pictures import redraw_in_place

MEGABYTE = 1024 * 1024
MAX_RECORDING = 200 * MEGABYTE
MAX_DOCUMENT = 20 * MEGABYTE
MAX_CAPTIONS = MEGABYTE
MAX_THUMBNAIL = 8 * MEGABYTE

# What a file of each kind begins with: (offset, bytes), any of them.
BEGINNINGS = {
    "m4a": [(4, b"ftyp")],
    "mp4": [(4, b"ftyp")],
    "mp3": [(0, b"ID3"), (0, b"\xff\xfb"), (0, b"\xff\xf3"), (0, b"\xff\xf2")],
    "ogg": [(0, b"OggS")],
    "webm": [(0, b"\x1a\x45\xdf\xa3")],
    "pdf": [(0, b"%PDF-")],
    "docx": [(0, b"PK\x03\x04")],
    "xlsx": [(0, b"PK\x03\x04")],
}
OFFICE_PART = {"docx": "word/", "xlsx": "xl/"}


def extension_of(name: str) -> str:
    """This will give a file name's extension, lower case."""
    return name.rpartition(".")[2].lower()


def check_beginning(upload) -> None:
    """This will refuse a file that is not what its name says. An unknown extension is the field's to refuse."""
    expected = BEGINNINGS.get(extension_of(upload.name))
    if expected is None:
        raise ValidationError(_("这种文件不收。录音用 m4a、mp3，录像用 mp4，文件用 pdf、docx、xlsx。"))
    upload.seek(0)
    head = upload.read(16)
    upload.seek(0)
    if not any(head[at : at + len(mark)] == mark for at, mark in expected):
        raise ValidationError(_("文件的内容和名字对不上，可能没有传完。请重新导出再传。"))


def check_size(upload, largest: int) -> None:
    """This will refuse a file that is empty or too big for a village's network."""
    if not upload.size:
        raise ValidationError(_("这个文件是空的。请换一个。"))
    if upload.size > largest:
        raise ValidationError(
            _("文件有 %(size)s，太大了，最大 %(largest)s。")
            % {"size": filesizeformat(upload.size), "largest": filesizeformat(largest)}
        )


class PictureFileField(WagtailImageField):
    """Wagtail's own checks on a picture that was drawn anew before they look."""

    def to_python(self, data):
        if data is not None and hasattr(data, "file"):
            self.check_image_file_size(data)
            redraw_in_place(data)
        return super().to_python(data)


class PictureForm(BaseImageForm):
    """Every way into the admin that takes a picture builds on this form."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if "file" in self.fields:
            given = self.fields["file"]
            # widget and label stay those of the form; only how the bytes are read changes
            self.fields["file"] = PictureFileField(
                label=given.label, required=given.required, widget=given.widget, max_length=given.max_length
            )


class RecordingForm(BaseMediaForm):
    """A recording or film with its captions and still."""

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if "file" in self.changed_data and upload:
            check_size(upload, MAX_RECORDING)
            check_beginning(upload)
        return upload

    def clean_thumbnail(self):
        upload = self.cleaned_data["thumbnail"]
        if "thumbnail" in self.changed_data and upload:
            check_size(upload, MAX_THUMBNAIL)
            redraw_in_place(upload)
        return upload

    def clean_captions(self):
        upload = self.cleaned_data["captions"]
        if "captions" not in self.changed_data or not upload:
            return upload
        check_size(upload, MAX_CAPTIONS)
        upload.seek(0)
        try:
            text = upload.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValidationError(_("字幕要用 UTF-8 保存。请在字幕软件里另存为 WebVTT（UTF-8）。")) from error
        finally:
            upload.seek(0)
        if extension_of(upload.name) != "vtt" or not text.startswith("WEBVTT"):
            raise ValidationError(_("字幕要是 WebVTT 文件：扩展名 .vtt，第一行写 WEBVTT。"))
        return upload


class DocumentForm(BaseDocumentForm):
    """A file to take away: PDF, Word or Excel, and what its name says."""

    def clean_file(self):
        upload = self.cleaned_data["file"]
        if "file" not in self.changed_data or not upload:
            return upload
        check_size(upload, MAX_DOCUMENT)
        check_beginning(upload)
        part = OFFICE_PART.get(extension_of(upload.name))
        if part:
            self._check_office(upload, part)
        return upload

    def _check_office(self, upload, part: str) -> None:
        try:
            with zipfile.ZipFile(upload) as archive:
                names = archive.namelist()
                unpacked = sum(entry.file_size for entry in archive.infolist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
            raise ValidationError(_("这个文件打不开，可能没有传完。请重新保存再传。")) from error
        finally:
            upload.seek(0)
        if not any(name.startswith(part) for name in names) or any("vbaProject" in name for name in names):
            raise ValidationError(_("文件的内容和名字对不上，或者带有宏。请另存为不带宏的文件再传。"))
        if unpacked > 10 * MAX_DOCUMENT:
            raise ValidationError(_("这个文件解开以后太大了。请拆成几个再传。"))
