"""Skills in lists of people: a column, and a filter that asks for level, age and source at once."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.cells import FEW
from contacts.listing import Column, Filter, register_column, register_filter
from contacts.models.contact import ContactQuerySet
from contacts.selectors.skills import skill_names_of
from contacts.skill_query import in_words, read_values, with_skills
from core.models import User


def _skilled(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
    return with_skills(people, read_values(values), today=timezone.localdate())


register_column(
    Column(
        key="skills",
        label=_("Skills"),
        position=65,
        values=skill_names_of,
        template="contacts/columns/skills.html",
        words=lambda held: [one.skill.name for one in held[:FEW]],
    )
)
register_filter(
    Filter(
        key="skill",
        label=_("Skill"),
        position=35,
        widget="text",
        sentence=_("skilled in %(value)s"),
        apply=_skilled,
        say=lambda values, user: in_words(read_values(values)),
        editor="contacts/filters/skill.html",
        icon="graduation-cap",
    )
)
