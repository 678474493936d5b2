"""Documents as they come, whole and hostile, made in memory."""

import io
import struct
import zipfile
import zlib

from django.core.files.uploadedfile import SimpleUploadedFile

DOCX_XML = (
    '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/'
    '2006/main"><w:body><w:p><w:r><w:t>Built dikes</w:t></w:r></w:p><w:tbl><w:tr><w:tc><w:p><w:r>'
    "<w:t>in Gouda</w:t></w:r></w:p></w:tc></w:tr></w:tbl></w:body></w:document>"
)
ODT_XML = (
    '<office:document-content xmlns:office="o" xmlns:text="t"><text:h>About</text:h>'
    "<text:p>Wrote <text:span>poems</text:span></text:p></office:document-content>"
)


def archive(parts: dict[str, str | bytes], *, packed: bool = False) -> bytes:
    file = io.BytesIO()
    way = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(file, "w", way) as held:
        for name, content in parts.items():
            held.writestr(name, content)
    return file.getvalue()


def docx(**more: str | bytes) -> bytes:
    return archive({"[Content_Types].xml": "<Types/>", "word/document.xml": DOCX_XML, **more})


def odt() -> bytes:
    mimetype = "application/vnd.oasis.opendocument.text"
    return archive({"mimetype": mimetype, "content.xml": ODT_XML})


def docx_bomb() -> bytes:
    """Some hundred kilobytes that unfold to 300 megabytes."""
    many = b"<w:p/>" * (50 * 1024 * 1024)
    return archive({"[Content_Types].xml": "<Types/>", "word/document.xml": many}, packed=True)


def png(width: int = 1, height: int = 1) -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0\0\0\0"))
        + chunk(b"IEND", b"")
    )


def jpeg(width: int = 1, height: int = 1) -> bytes:
    start = b"\xff\xd8\xff\xe0" + struct.pack(">H", 16) + b"JFIF\0" + bytes(9)
    frame = b"\xff\xc0" + struct.pack(">HBHHB", 8 + 3, 8, height, width, 1) + bytes(3)
    return start + frame + b"\xff\xd9"


def pdf(text: str = "Led the sluice project", *, loops: bool = False) -> bytes:
    """One page with a line of text; with ``loops`` its tree of pages leads back into itself."""
    stream = f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET".encode("latin-1")
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 9>>"
        if loops
        else b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]/Contents 4 0 R"
        b"/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length " + str(len(stream)).encode() + b">>stream\n" + stream + b"\nendstream",
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += str(number).encode() + b" 0 obj" + body + b"endobj\n"
    at = len(out)
    out += b"xref\n0 6\n0000000000 65535 f \n"
    out += b"".join(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    return out + b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n" + str(at).encode() + b"\n%%EOF"


def uploaded(content: bytes, name: str = "cv.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)
