from typing import Any, ClassVar


class DomainError(Exception):
    """A rule of the business said no. The message is translated and fit to show a user.

    ``code`` is stable and untranslated: API clients branch on it. ``context`` is what else they are
    told, fit for JSON.
    """

    code: ClassVar[str] = "refused"

    @property
    def context(self) -> dict[str, Any]:
        return {}
