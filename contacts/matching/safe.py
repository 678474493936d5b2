"""Rules for pairs that are safe to merge unseen. Each is off until somebody switches it on.

A rule asks for the whole name, for something that only one person has, and that nothing at all
speaks against: the names of father and son may be one, and so may be their address.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts.matching.scoring import EMAIL, MOBILE, Comparison, Part


@dataclass(frozen=True)
class SafeRule:
    key: str
    label: str | Promise
    purpose: str | Promise
    fits: Callable[[Mapping[str, Part]], bool]


SAFE_RULES = (
    SafeRule(
        "profile",
        _("Same profile page and name"),
        _("The same page at LinkedIn or GitHub, the same given and family name."),
        lambda parts: _is(parts, "profile", "same"),
    ),
    SafeRule(
        "email",
        _("Same e-mail address and name"),
        _("The same personal e-mail address, that nobody else has, and the same whole name."),
        lambda parts: _is(parts, "email", "same") and parts["email"].points >= EMAIL,
    ),
    SafeRule(
        "mobile",
        _("Same mobile number, name and place"),
        _("The same mobile number, that nobody else has, the same name, and city or employer."),
        lambda parts: (
            _is(parts, "phone", "same")
            and parts["phone"].points >= MOBILE
            and (_is(parts, "city", "same") or _is(parts, "organisation", "same"))
        ),
    ),
)


def rule_for(comparison: Comparison) -> str:
    """The key of the first rule that fits, or nothing."""
    if comparison.speaks_against:
        return ""
    parts = {part.field: part for part in comparison.parts}
    if not (_is(parts, "given", "same") and _is(parts, "family", "same")):
        return ""
    return next((rule.key for rule in SAFE_RULES if rule.fits(parts)), "")


def _is(parts: Mapping[str, Part], field: str, outcome: str) -> bool:
    return field in parts and parts[field].outcome == outcome
