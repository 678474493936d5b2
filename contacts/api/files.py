"""Files as the API hands them out."""

import json
from typing import Any

from django.http import FileResponse, Http404
from drf_spectacular.utils import OpenApiResponse
from rest_framework.renderers import BaseRenderer

from contacts.document_answers import file_answer
from contacts.models import Document, DocumentVersion
from contacts.services.documents import record_download
from core.http import UserApiRequest

FILE: Any = {(200, "application/octet-stream"): OpenApiResponse(bytes, "The file")}


class FileRenderer(BaseRenderer):
    """For whoever accepts what the file is. A problem comes as JSON all the same."""

    media_type = "*/*"
    format = "file"

    def render(self, data: Any, *_args: Any, **_kwargs: Any) -> bytes:
        return json.dumps(data).encode()


def download(
    document: Document, request: UserApiRequest, *, number: int | None = None
) -> FileResponse:
    """The file of a version (the last, without ``number``), and the record that it was read."""
    held = DocumentVersion.objects.filter(document=document).defer("text")
    chosen = held if number is None else held.filter(number=min(number, 32767))
    version = chosen.select_related("document__contact").order_by("-number").first()
    if version is None:
        raise Http404
    answer = file_answer(version)
    record_download(version=version, actor=request.user)
    return answer
