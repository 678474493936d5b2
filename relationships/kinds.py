"""What somebody may become to us, and by what sort of work."""

from relationships.choices import Kind
from relationships.models import Engagement

Form = Engagement.Form

WAYS: dict[Kind, tuple[Kind, ...]] = {
    Kind.PROSPECT: (Kind.EMPLOYEE, Kind.FREELANCER),
    Kind.EMPLOYEE: (Kind.ALUMNUS, Kind.FREELANCER),
    Kind.FREELANCER: (Kind.EMPLOYEE, Kind.ALUMNUS),
    Kind.ALUMNUS: (Kind.EMPLOYEE, Kind.FREELANCER, Kind.PROSPECT),
}
# The work that each kind does for us; who is none of these does none.
FORMS: dict[Kind, tuple[str, ...]] = {
    Kind.EMPLOYEE: (Form.EMPLOYMENT, Form.INTERNSHIP),
    Kind.FREELANCER: (Form.ASSIGNMENT,),
}
