"""What stands for a person where there is no picture: initials on a colour that stays theirs."""

from zlib import crc32

TINTS = 10


def tint(value: object) -> str:
    """A colour that stays with a person: the same name (or id) has it on every page."""
    return f"tint-{crc32(str(value).encode()) % TINTS}"


def initials(name: object) -> str:
    """First and last initial: "Anne-Fleur van der Vegt" is AV; infixes in lower case count not."""
    words = [word for word in str(name).split() if word[:1].isalnum()]
    capital = [word for word in words if not word[0].islower()] or words
    if not capital:
        return "?"
    return (capital[0][0] + (capital[-1][0] if len(capital) > 1 else "")).upper()
