import pytest
from django.utils.translation import override

from contacts.models import Level
from contacts.skill_forms import ContactSkillForm, SkillForm


@pytest.mark.parametrize("form", [SkillForm, ContactSkillForm])
def test_levels_are_in_the_language_of_who_reads_them(
    form: type[SkillForm | ContactSkillForm],
) -> None:
    def levels() -> list[str]:
        options = [option.data for option in form()["level"].subwidgets]
        return [str(option["label"]) for option in options if option["value"]]

    with override("nl"):
        dutch, own = levels(), [f"{level.value} {level.label}" for level in Level]
    with override("en"):
        english = levels()

    assert dutch == own
    assert english == [f"{level.value} {level.label}" for level in Level]
    assert dutch != english
