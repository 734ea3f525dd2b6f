"""The smallest files of each type."""

from __future__ import annotations

import struct
import zlib

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n%%EOF\n"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00\xff\xd9"
TEXT = b"Vendor: Northwind Supplies\nTotal: EUR 119.00\n"
XML = b'<?xml version="1.0"?>\n<note>Not an invoice</note>\n'
CSV = b"description,quantity,unit_price,amount\nPaper,2,5.00,10.00\n"


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\0\0"))
    + chunk(b"IEND", b"")
)
ZIP = b"PK\x03\x04" + bytes(26) + b"a"

GOOD = {"pdf": PDF, "png": PNG, "jpg": JPEG, "jpeg": JPEG, "csv": CSV, "txt": TEXT, "xml": XML}
"""Content by extension."""
