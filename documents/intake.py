"""What is this file? Received piece by piece: written to disk while it is hashed, measured and limited; then looked at.

Nothing here trusts the sender: the name is for people, the declared type is only compared with the content.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import filetype
from django.conf import settings
from django.core.files.base import File

from common.errors import Invalid, TooLarge
from common.texts import without_direction_marks

CHUNK = 64 * 1024
LONGEST_NAME = 255
UNDECLARED = frozenset({"", "application/octet-stream"})
"""Content types that say nothing."""


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """A file that was received whole and is what it says. ``path`` is temporary: storing moves it, else discard it."""

    path: Path
    filename: str
    extension: str
    content_type: str
    size: int
    sha256: str

    def open(self) -> File[bytes]:
        return TemporaryFile(self.path.open("rb"), name=self.path.name)

    def discard(self) -> None:
        self.path.unlink(missing_ok=True)

    close = discard  # what Django calls on the files of a request that fails


class TemporaryFile(File):  # type: ignore[type-arg]  # generic in the stubs only
    """Lets a storage on the same disk move the file instead of copying it."""

    def temporary_file_path(self) -> str:
        assert self.file is not None
        return str(self.file.name)


class Receiver:
    """Takes one file piece by piece. Call ``finish`` after the last piece, or ``discard``."""

    def __init__(self, filename: str, declared_type: str) -> None:
        """Raises ``Invalid`` at once for a name or a type that is refused whatever the content."""
        self.filename = clean_filename(filename)
        self.extension = extension_of(self.filename)
        self.type = accepted_type(self.filename, self.extension, declared_type)
        self.size = 0
        self.limit = max_bytes()
        self._hash = hashlib.sha256()
        self._file: IO[bytes] = _temporary_file()

    def write(self, chunk: bytes) -> None:
        """Raises ``TooLarge`` as soon as the limit is passed; the rest need not be read."""
        self.size += len(chunk)
        if self.size > self.limit:
            raise too_large()
        self._hash.update(chunk)
        self._file.write(chunk)

    def finish(self) -> Arrival:
        """Raises ``Invalid`` for an empty file, or for content that is not what the name says."""
        self._file.flush()
        os.fsync(self._file.fileno())  # the row will promise that this file exists
        self._file.close()
        path = Path(self._file.name)
        if not self.size:
            raise refused("The file is empty.")
        if not self.type.fits(path):
            raise refused(f"The content of the file is not what its extension .{self.extension} says.")
        return Arrival(
            path=path,
            filename=self.filename,
            extension=self.extension,
            content_type=self.type.content_type,
            size=self.size,
            sha256=self._hash.hexdigest(),
        )

    def discard(self) -> None:
        self._file.close()
        Path(self._file.name).unlink(missing_ok=True)


def receive_path(path: Path) -> Arrival:
    """A local file as if it had been uploaded: copied, hashed and checked. Raises ``Invalid`` or ``TooLarge``."""
    receiver = Receiver(path.name, "")
    try:
        with path.open("rb") as source:
            while chunk := source.read(CHUNK):
                receiver.write(chunk)
        return receiver.finish()
    except BaseException:
        receiver.discard()
        raise


# --- Names ------------------------------------------------------------------------------------------------------------
def clean_filename(name: str) -> str:
    """The last part of the path, any Unicode, without control characters, at most 255 characters; may be empty."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = unicodedata.normalize("NFC", "".join(filter(_is_shown, without_direction_marks(last)))).strip()
    if len(shown) > LONGEST_NAME:
        stem, dot, extension = shown.rpartition(".")
        ending = dot + extension if stem and len(extension) <= 10 else ""
        shown = shown[: LONGEST_NAME - len(ending)].rstrip() + ending
    return "" if shown in {".", ".."} else shown


def extension_of(filename: str) -> str:
    """In lower case, without the dot; empty when there is none."""
    return filename.rpartition(".")[2].lower() if "." in filename else ""


def _is_shown(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"}


# --- Types ------------------------------------------------------------------------------------------------------------
def looks_like_pdf(path: Path) -> bool:
    """Readers accept up to 1024 bytes before the header; a file that is something else at its start is that."""
    head = _head(path)
    return _mime(head) == "application/pdf" or (_mime(head) is None and b"%PDF-" in head[:1024])


def looks_like_png(path: Path) -> bool:
    return _mime(_head(path)) in {"image/png", "image/apng"}


def looks_like_jpeg(path: Path) -> bool:
    return _mime(_head(path)) == "image/jpeg"


MARKUP_OF_OTHERS = (b"%PDF-", b"%!PS", b"{\\rtf")
"""Formats that consist of readable characters and still are not text."""
WIDE_MARKS = {
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
"""Byte order marks of encodings in which zero bytes are ordinary; the longer ones first."""
CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1a\x1b")) + b"\x7f"
MOST_CONTROLS = 0.01
"""Share of control characters that a text may have (old programs print some)."""


def looks_like_text(path: Path) -> bool:
    """Whether the whole file is text in some encoding: no zero bytes, hardly any control characters."""
    head = _head(path)
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(MARKUP_OF_OTHERS):
        return False
    encoding = next((name for mark, name in WIDE_MARKS.items() if head.startswith(mark)), "latin-1")
    characters = controls = 0
    try:
        with path.open(encoding=encoding, newline="") as text:
            while chunk := text.read(CHUNK):
                if "\0" in chunk:
                    return False
                characters += len(chunk)
                controls += len(chunk) - len(chunk.translate(dict.fromkeys(CONTROLS)))
    except UnicodeError:
        return False
    return controls <= characters * MOST_CONTROLS


HTML = re.compile(r"<(?:!doctype\s+html|html[\s>])", re.IGNORECASE)
"""A web page opens with a tag as well, and is no XML."""
TAG = re.compile(r"<[?!:_\w]")


def looks_like_xml(path: Path) -> bool:
    """Text that begins with a tag. Whether its tags are in order is for reading to find out."""
    head = _head(path)
    encoding = next((name for mark, name in WIDE_MARKS.items() if head.startswith(mark)), "utf-8-sig")
    start = head.decode(encoding, "replace").lstrip()
    return TAG.match(start) is not None and HTML.match(start) is None and looks_like_text(path)


@dataclass(frozen=True)
class FileType:
    """``content_type`` is what the file is known as afterwards, ``declared`` what a sender may call it."""

    content_type: str
    declared: frozenset[str]
    fits: Callable[[Path], bool]


PDF = FileType("application/pdf", frozenset({"application/pdf"}), looks_like_pdf)
PNG = FileType("image/png", frozenset({"image/png"}), looks_like_png)
JPEG = FileType("image/jpeg", frozenset({"image/jpeg"}), looks_like_jpeg)
CSV = FileType("text/csv", frozenset({"text/csv", "text/plain", "application/vnd.ms-excel"}), looks_like_text)
TEXT = FileType("text/plain", frozenset({"text/plain"}), looks_like_text)
XML = FileType("application/xml", frozenset({"application/xml", "text/xml"}), looks_like_xml)
TYPES = {"pdf": PDF, "png": PNG, "jpg": JPEG, "jpeg": JPEG, "csv": CSV, "txt": TEXT, "xml": XML}
"""What is taken in, by extension."""


ADVICE = {
    "p7m": "A signed envelope is not opened; upload the XML file inside it.",
    "zip": "An archive is not opened; upload the files inside it.",
    "xlsx": "A workbook is not read; save the sheet as CSV.",
    "xls": "A workbook is not read; save the sheet as CSV.",
    "docx": "A text document is not read; save it as PDF.",
    "tiff": "Save the picture as PNG or JPEG.",
    "tif": "Save the picture as PNG or JPEG.",
    "heic": "Save the picture as PNG or JPEG.",
}
"""What to do with files that people often try."""


def accepted_type(filename: str, extension: str, declared_type: str) -> FileType:
    """The type that the name promises. Raises ``Invalid`` when it is not taken in or was declared as another."""
    if not filename:
        raise refused("The file has no name.")
    found = TYPES.get(extension)
    if found is None:
        raise refused(ADVICE.get(extension, "Files of this type are not accepted."), allowed_extensions=list(TYPES))
    declared = declared_type.partition(";")[0].strip().lower()
    if declared not in found.declared | UNDECLARED:
        allowed = sorted(found.declared)
        raise refused(f"The content type does not go with the extension .{extension}.", allowed_content_types=allowed)
    return found


def max_bytes() -> int:
    return int(settings.MAX_UPLOAD_SIZE_MB) * 1024 * 1024


def too_large() -> TooLarge:
    limit = settings.MAX_UPLOAD_SIZE_MB
    return TooLarge(f"The file is larger than {limit} MB.", max_upload_size_mb=limit)


def refused(sentence: str, **extra: object) -> Invalid:
    return Invalid(sentence, fields={"file": [sentence]}, **extra)


def _temporary_file() -> IO[bytes]:
    folder = Path(settings.INCOMING_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return tempfile.NamedTemporaryFile(prefix="upload-", dir=folder, delete=False)


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(8192)


def _mime(head: bytes) -> str | None:
    mime: str | None = filetype.guess_mime(head)
    return mime
