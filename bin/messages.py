"""Gather translatable strings into locale/*/LC_MESSAGES/django.po and compile them to django.mo.

With ``--check`` nothing is written: it fails when a string is missing, untranslated or marked
fuzzy, or when a .mo file is not its .po file's. Babel does it all, without gettext's programs.
"""

import io
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ["trm", "core", "contacts", "relationships", "campaigns", "programmes"]
PACKAGES += ["insights", "community", "integrations"]
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop", "_t", "_lazy")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}


def gather() -> Catalog:
    """Every string of code and templates, with its files (lines would change daily)."""
    catalog = Catalog(charset="utf-8")
    for path, found in _found():
        for _line, message, comments, context in found:
            catalog.add(
                message, None, [(str(path.relative_to(ROOT)), None)], (), comments, context=context
            )
    return catalog


def _found() -> Iterator[tuple[Path, Iterable[tuple]]]:  # type: ignore[type-arg]
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path, _extract("python", path.read_bytes())
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in {".html", ".txt"}:
            # Outside its calls of gettext, what templatize leaves is blanks and X: a lexer that is
            # not strict reads it.
            source = templatize(path.read_text(), origin=str(path))
            yield path, _extract("javascript", source.encode())


def _extract(method: str, source: bytes) -> Iterable[tuple]:  # type: ignore[type-arg]
    options = {"template_string": "False"} if method == "javascript" else {}
    return list(extract(method, io.BytesIO(source), KEYWORDS, ["Translators:"], options=options))


def catalogues() -> list[Path]:
    return sorted(ROOT.glob("locale/*/LC_MESSAGES/django.po"))


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parent.parent.name)


def compiled(catalog: Catalog) -> bytes:
    output = io.BytesIO()
    write_mo(output, catalog)
    return output.getvalue()


def update() -> int:
    gathered = gather()
    for path in catalogues():
        catalog = read(path)
        catalog.update(gathered, no_fuzzy_matching=True, update_header_comment=False)
        catalog.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, catalog, width=100, sort_by_file=True, include_lineno=False)
        path.with_suffix(".mo").write_bytes(compiled(read(path)))
        missing = sum(1 for message in catalog if message.id and not _is_translated(message))
        print(f"{path.relative_to(ROOT)}: {len(catalog)} strings, {missing} to be translated")
    return 0


def check() -> int:
    gathered = gather()
    problems = [] if catalogues() else ["There is no catalogue under locale/."]
    for path in catalogues():
        problems += [f"{path.relative_to(ROOT)}: {what}" for what in _problems(path, gathered)]
    print("\n".join(problems[:40]))
    return 1 if problems else 0


def _problems(path: Path, gathered: Catalog) -> Iterator[str]:
    catalog = read(path)
    for message in gathered:
        if not message.id:
            continue
        known = catalog.get(message.id, message.context)
        if known is None:
            yield f"not gathered: {message.id!r} (make messages)"
        elif not _is_translated(known):
            yield f"not translated: {message.id!r}"
        else:
            yield from (f"{message.id!r}: {error}" for error in known.check(catalog))
    mo = path.with_suffix(".mo")
    if not mo.exists() or mo.read_bytes() != compiled(catalog):
        yield "the .mo file is not current (make messages)"


def _is_translated(message: object) -> bool:
    text = message.string  # type: ignore[attr-defined]
    return not message.fuzzy and bool(text) and (isinstance(text, str) or all(text))  # type: ignore[attr-defined]


if __name__ == "__main__":
    sys.exit(check() if "--check" in sys.argv[1:] else update())
