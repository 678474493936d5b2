"""A document as it leaves us: never shown by a browser as a page of ours."""

from django.http import FileResponse, Http404

from contacts.models import DocumentVersion

Format = DocumentVersion.Format
_TYPES = {
    Format.PDF: "application/pdf",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.ODT: "application/vnd.oasis.opendocument.text",
    Format.PNG: "image/png",
    Format.JPEG: "image/jpeg",
    Format.TXT: "text/plain; charset=utf-8",
}
_ENDINGS = {
    Format.PDF: (".pdf",),
    Format.DOCX: (".docx",),
    Format.ODT: (".odt",),
    Format.PNG: (".png",),
    Format.JPEG: (".jpg", ".jpeg"),
    Format.TXT: (".txt", ".md", ".csv"),
}


def file_answer(version: DocumentVersion) -> FileResponse:
    """404 where the file is gone from the store. That it was read, the caller writes down."""
    try:
        file = version.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, as_attachment=True, filename=_download_name(version))
    response["Content-Type"] = _TYPES[Format(version.file_format)]
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response


def _download_name(version: DocumentVersion) -> str:
    """As it was called, with an ending that tells what it is."""
    endings = _ENDINGS[Format(version.file_format)]
    if version.file_name.lower().endswith(endings):
        return version.file_name
    return f"{version.file_name}{endings[0]}"
