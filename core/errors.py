from typing import ClassVar


class DomainError(Exception):
    """A rule of the business said no. The message is translated and fit to show a user.

    ``code`` is stable and untranslated: API clients branch on it.
    """

    code: ClassVar[str] = "refused"
