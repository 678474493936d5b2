"""What a worker does with an uploaded document: take out its text, for searching."""

import logging
import subprocess
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from contacts.documents.text import DAMAGED, LOCKED, TOO_LARGE
from contacts.events import DocumentRead
from contacts.models import DocumentVersion
from core import events

logger = logging.getLogger(__name__)

LEASE = timedelta(seconds=120)
SECONDS = 30
MEMORY = 512 * 1024 * 1024
LETTERS = 200_000
MAX_ATTEMPTS = 3
_OUTCOMES = {DAMAGED: "damaged", LOCKED: "locked", TOO_LARGE: "too_large"}


def release_expired() -> int:
    return DocumentVersion.objects.release_expired(timezone.now())


def read_next() -> bool:
    """Take the text out of the version that waits longest; False when none is waiting.

    A file that a worker died over more than twice is left alone.
    """
    claimed = DocumentVersion.objects.claim(now=timezone.now(), limit=1, lease=LEASE)
    if not claimed:
        return False
    version = claimed[0]
    if version.attempts > MAX_ATTEMPTS:
        version.finish(outcome="stopped")
        return True
    text, outcome = _read(version)
    with transaction.atomic():
        if version.finish(text=text, outcome=outcome) and text:
            events.publish(
                DocumentRead(
                    contact_id=version.document.contact_id,
                    document_id=version.document_id,
                    version_id=version.pk,
                )
            )
    return True


def _read(version: DocumentVersion) -> tuple[str, str]:
    """``(text, why there is none or not all)``."""
    with tempfile.TemporaryDirectory(prefix="trm-document-") as folder:
        source, target = Path(folder) / "source", Path(folder) / "text"
        try:
            with version.file.open("rb") as file, source.open("wb") as copy:
                for chunk in file.chunks():
                    copy.write(chunk)
        except FileNotFoundError:
            return "", "gone"
        outcome = _extract(version.file_format, source, target)
        text = target.read_text(encoding="utf-8", errors="replace") if target.exists() else ""
    # A set of words holds a mebibyte, and this is read by the stems of two languages.
    return _tidy(text).encode()[:LETTERS].decode(errors="ignore"), outcome


def _extract(file_format: str, source: Path, target: Path) -> str:
    command = [sys.executable, "-m", "contacts.documents.text", file_format]
    try:
        done = subprocess.run(  # noqa: S603 -- our own module on a path of our own
            [*command, str(source), str(target), str(MEMORY), str(LETTERS)],
            cwd=settings.BASE_DIR,
            timeout=SECONDS,
            capture_output=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return "too_large"
    if done.returncode not in _OUTCOMES and done.returncode:
        logger.warning("No text from a document: %s", done.stderr[-500:])
        return "too_large"
    return _OUTCOMES.get(done.returncode, "")


def _tidy(text: str) -> str:
    """Lines without blanks round them, and never two empty ones."""
    lines = [" ".join(line.split()) for line in text.replace("\x00", "").splitlines()]
    kept = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
    return "\n".join(kept).strip()
