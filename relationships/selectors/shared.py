"""Who is meant by what was shared from a phone: a profile, a number, an address, a name."""

import re
from urllib.parse import unquote, urlsplit

from django.db.models import Q

from contacts.models import Contact
from core.models import User

_URL = re.compile(r"https?://[^\s<>\"]+", re.IGNORECASE)
_MAIL = re.compile(r"[^\s<>,;:\"]+@[^\s<>,;:\"]+\.[^\s<>,;:\"]+")
_NUMBER = re.compile(r"\+\d[\d ()-]{6,20}\d")
MOST_WORDS = 4


def who_is_meant(user: User, text: str) -> Contact | str:
    """The one person whom it names by address, else words to look for."""
    urls = _URL.findall(text)[:5]
    people = Contact.objects.visible_to(user).active()
    found = list(people.filter(_known_by(text, urls)).distinct()[:2]) if text.strip() else []
    if len(found) == 1:
        return found[0]
    return _words(text, urls)


def _known_by(text: str, urls: list[str]) -> Q:
    known = Q(pk__in=[])
    for url in urls:
        bare = f"https://{_bare(url)}"
        known |= Q(social_profiles__url__in=[url, bare, f"{bare}/", bare.replace("//", "//www.")])
        if urlsplit(url).netloc.casefold() == "wa.me":
            known |= Q(phone_numbers__number=f"+{urlsplit(url).path.strip('/')}")
    for address in _MAIL.findall(text)[:5]:
        known |= Q(email_addresses__address__iexact=address)
    for number in _NUMBER.findall(text)[:5]:
        known |= Q(phone_numbers__number="+" + re.sub(r"\D", "", number))
    return known


def _bare(url: str) -> str:
    """Without "www.", what follows a question mark, and the stroke at the end."""
    parts = urlsplit(url)
    host = parts.netloc.casefold().removeprefix("www.").removeprefix("nl.")
    return f"{host}{parts.path.rstrip('/')}"


def _words(text: str, urls: list[str]) -> str:
    """A name: the last part of a profile's address, else the first words that were shared."""
    for url in urls:
        match = re.search(r"/in/([^/?#]+)", url)
        if match:
            words = re.sub(r"[-_]+", " ", unquote(match[1]))
            return " ".join(word for word in words.split() if not re.search(r"\d", word))
    line = _URL.sub(" ", text).strip().split("\n")[0]
    return " ".join(re.findall(r"[^\W\d_][\w'\u2019.-]*", line)[:MOST_WORDS])
