"""What is uploaded is counted while it comes in: nothing larger than we take reaches the disk."""

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

# So much more than allowed is still read to its end, for the answer to reach whoever sent it.
_PATIENCE = 3


class SizeLimit(FileUploadHandler):
    """Stops at the first byte too many. ``request.upload_stopped`` tells the view why there is
    no file."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self._left = self._most = settings.UPLOAD_MAX_MEGABYTES * 1024 * 1024
        self._is_hopeless = False

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        self._is_hopeless = content_length > _PATIENCE * self._most

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._left = self._most
        if self._is_hopeless:
            self._stop()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._left -= len(raw_data)
        if self._left < 0:
            self._stop()
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None

    def _stop(self) -> None:
        if self.request is not None:
            self.request.upload_stopped = True  # type: ignore[attr-defined]
        raise StopUpload(connection_reset=self._is_hopeless)
