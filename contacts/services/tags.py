from collections.abc import Iterable

from django.db.models.functions import Lower

from contacts.models import Tag


def named_tags(names: Iterable[str]) -> list[Tag]:
    """The tags of those names, made where they are new. "Java" and "java" are one tag: the
    spelling that came first stays.
    """
    wanted: dict[str, str] = {}
    for name in names:
        trimmed = " ".join(name.replace("\x00", "").split())[:60]
        if trimmed:
            wanted.setdefault(trimmed.casefold(), trimmed)
    if not wanted:
        return []
    held = _held(wanted)
    Tag.objects.bulk_create(
        [Tag(name=name) for key, name in wanted.items() if key not in held], ignore_conflicts=True
    )
    held = _held(wanted)
    return [held[key] for key in wanted if key in held]


def _held(wanted: dict[str, str]) -> dict[str, Tag]:
    tags = Tag.objects.annotate(folded=Lower("name")).filter(
        folded__in=[name.lower() for name in wanted.values()]
    )
    return {tag.name.casefold(): tag for tag in tags.order_by("-pk")}
