"""The colleagues of the demo: who can sign in, with which role, for which unit."""

from dataclasses import dataclass

PASSWORD = "samen-verder-komen"
DOMAIN = "vaartenveld.example"


@dataclass(frozen=True)
class Account:
    """``unit`` is the code of the unit that the role is for; empty: the whole organisation."""

    login: str
    name: str
    role: str
    language: str = "nl"
    unit: str = ""

    @property
    def email(self) -> str:
        return f"{self.login}@{DOMAIN}"


# One for each role: `make run` prints these.
SHOWN = (
    Account("anouk", "Anouk de Wit", "administrator"),
    Account("hendrik", "Hendrik Bosman", "hr-manager"),
    Account("samira", "Samira El Idrissi", "recruiter"),
    Account("lena", "Lena Vogel", "reader", language="en"),
)
# Colleagues who own relationships too; two of them only for a division.
OTHERS = (
    Account("joris", "Joris van den Berg", "recruiter"),
    Account("fatma", "Fatma Yıldız", "recruiter"),
    Account("pieter", "Pieter Hoekstra", "recruiter", unit="water"),
    Account("grace", "Grace Ofori", "recruiter", language="en", unit="digital"),
)
