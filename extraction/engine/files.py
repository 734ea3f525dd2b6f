"""Files on disk → what can be read in them, each opened in a sandbox: for the command line and for evaluation."""

from __future__ import annotations

import os
import threading
from typing import Any

import msgspec

from extraction.engine import output
from extraction.engine.errors import EngineError
from extraction.engine.sandbox import Sandbox
from extraction.engine.values import Extraction, Options, Page, ParsedDocument, Source, decode


class FileMissing(EngineError):
    code = "file_not_found"
    message = "There is no such file."


class NotAFile(EngineError):
    code = "not_a_file"
    message = "This is a folder or a device, not a file."


class FileReader:
    """Reads files, each of the threads that call it with sandboxes of its own. ``close`` ends them."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._own = threading.local()
        self._all: list[Sandbox] = []

    def describe(self, file: str) -> dict[str, Any]:
        """What was read, or the error, as plain JSON values."""
        name = os.fsencode(file).decode("utf-8", "replace")
        try:
            extraction, _ = self.read(file)
        except EngineError as error:
            return {"file": name, "error": {"code": error.code, "message": error.message}}
        return {"file": name, **output.document(extraction, extraction.seconds)}

    def read(self, file: str) -> tuple[Extraction, tuple[Page, ...]]:
        """The extraction, and the pages that its boxes belong to, without their words. Raises EngineError."""
        if not os.path.isfile(file):
            raise NotAFile if os.path.exists(file) else FileMissing
        source = Source(path=file, media_type="", filename=os.path.basename(file))
        sandbox = self._sandbox(ocr=False)
        data = sandbox.parse(source, self._options)
        parsed = decode(data, ParsedDocument)
        if parsed.needs_ocr:
            data = self._sandbox(ocr=True).recognise(source, data, self._options)
            parsed = decode(data, ParsedDocument)
        found = decode(sandbox.validate(sandbox.extract(data, self._options), self._options), Extraction)
        return found, tuple(msgspec.structs.replace(page, words=()) for page in parsed.pages)

    def picture(self, file: str, page: Page, width_px: int) -> bytes:
        """A PNG or JPEG of a page on which its boxes fit. Raises EngineError."""
        source = Source(path=file, media_type="", filename=os.path.basename(file))
        return self._sandbox(ocr=False).render_page(source, page.number, width_px, page.view)

    def _sandbox(self, *, ocr: bool) -> Sandbox:
        name = "ocr" if ocr else "text"
        found: Sandbox | None = getattr(self._own, name, None)
        if found is None:
            found = Sandbox(self._options.limits, ocr=ocr)
            setattr(self._own, name, found)
            self._all.append(found)
        return found

    def close(self) -> None:
        for sandbox in self._all:
            sandbox.close()
