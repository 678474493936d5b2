"""What the panel of somebody's skills is drawn from, on their page and after each change."""

from typing import Any

from django.utils import timezone

from contacts.models import Contact
from contacts.selectors.skills import skills_of
from contacts.skill_forms import SkillForm


def skill_panel(contact: Contact, *, may_change: bool) -> dict[str, Any]:
    return {
        "held_skills": skills_of(contact, today=timezone.localdate()),
        "skill_form": SkillForm(auto_id="skill-%s"),
        "may_change_skills": may_change,
    }
