"""Skills in the cells of a table: "Python (4); SQL (2)", and a line of what else is known of each.

No Django here: cards and resumes are read by a process of its own.
"""

import re
from collections.abc import Iterable, Sequence

from contacts.imports.listed import listed

NO_LEVEL = "-"
_PARTED = re.compile("[;|\u2022]")
_ENDS_IN_A_LEVEL = re.compile(
    r".*\S\s*(?:[(:\[]\s*[1-5](?:\s*/\s*5)?\s*[)\]]?|\s[1-5]\s*/\s*5|\(-\))"
)
# What resumes and cards say of how well, on our five steps; a word of another scale is not guessed.
_LEVELS = {
    **dict.fromkeys(("1", "learning", "lerend", "novice"), 1),
    **dict.fromkeys(("2", "basic", "basis", "beginner"), 2),
    **dict.fromkeys(("3", "independent", "zelfstandig", "intermediate", "average"), 3),
    **dict.fromkeys(("4", "advanced", "gevorderd", "proficient"), 4),
    **dict.fromkeys(("5", "expert", "master"), 5),
}


def level_of(text: str) -> int | None:
    return _LEVELS.get(" ".join(text.casefold().split()).removesuffix("/5"))


def cell_of_skills(skills: Iterable[tuple[str, int | None]]) -> str:
    """A name that ends as if in a level says that it has none; the sign at the end tells one name
    with a comma from two names. Where a name has what parts names in it, more than that does.
    """
    parts = [_part(name, level) for name, level in skills]
    if any(_PARTED.search(part) for part in parts):
        return " ::: ".join(parts) + (" :::" if len(parts) == 1 else "")
    closes = any("," in part for part in parts) and len(parts) == 1
    return "; ".join(parts) + (";" if closes else "")


def _part(name: str, level: int | None) -> str:
    bare = " ".join(name.replace(":::", " ").split())
    if level is not None:
        return f"{bare} ({level})"
    return f"{bare} ({NO_LEVEL})" if _ENDS_IN_A_LEVEL.fullmatch(bare) else bare


def shortened_details(details: Sequence[Sequence[str]], longest: int) -> str:
    """A line for each skill: its name, who says so, when it was last found right, the evidence. Too
    much for a cell: without evidence."""
    whole = listed(details)
    return whole if len(whole) <= longest else listed([one[:3] for one in details])
