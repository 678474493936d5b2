"""The names of the seeded stages, marked for translation. ``Stage.label`` looks them up."""

from django.utils.translation import pgettext_lazy

SEEDED_STAGES = {
    "identified": pgettext_lazy("stage", "Identified"),
    "in-contact": pgettext_lazy("stage", "In contact"),
    "interested": pgettext_lazy("stage", "Interested"),
    "in-conversation": pgettext_lazy("stage", "In conversation"),
    "offer": pgettext_lazy("stage", "Offer"),
    "joined": pgettext_lazy("stage", "Joined"),
    "not-now": pgettext_lazy("stage", "Not now"),
    "preboarding": pgettext_lazy("stage", "Preboarding"),
    "onboarding": pgettext_lazy("stage", "Onboarding"),
    "settled": pgettext_lazy("stage", "Settled"),
    "growing": pgettext_lazy("stage", "Growing"),
    "leaving": pgettext_lazy("stage", "Leaving"),
    "left": pgettext_lazy("stage", "Left"),
    "acquainted": pgettext_lazy("stage", "Acquainted"),
    "available": pgettext_lazy("stage", "Available"),
    "on-assignment": pgettext_lazy("stage", "On assignment"),
    "between-assignments": pgettext_lazy("stage", "Between assignments"),
    "ended": pgettext_lazy("stage", "Ended"),
    "just-left": pgettext_lazy("stage", "Just left"),
    "in-touch": pgettext_lazy("stage", "In touch"),
    "active": pgettext_lazy("stage", "Active"),
    "dormant": pgettext_lazy("stage", "Dormant"),
    "returned": pgettext_lazy("stage", "Returned"),
    "no-contact-wanted": pgettext_lazy("stage", "No contact wanted"),
}
