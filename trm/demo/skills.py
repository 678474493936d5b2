"""What the people of the demo can do, and some of their papers."""

from datetime import date, timedelta
from random import Random

from django.core.files.base import ContentFile
from django.utils import timezone

from contacts.models import Contact, ContactSkill, Document, DocumentVersion, Skill, SkillSource
from contacts.services.skill_catalogue import add_skills
from contacts.skill_seeds import OWN_LIST
from trm.demo.lives import Life, division_of

# By division what is common there, the commonest first; everybody may know what is under "".
COMMON = {
    "": "English; Dutch; Project management; Microsoft Excel; Public speaking; German; Coaching",
    "people": "HR advice; Recruitment; Coaching; Employment law; Teaching; Payroll",
    "finance": "Bookkeeping; Financial control; Procurement; Microsoft Excel; Power BI",
    "legal": "Employment law; Negotiation; Policy advice",
    "comms": "Communication; Copywriting; Marketing; Graphic design; Public speaking",
    "water": "Hydraulic engineering; Civil engineering; GIS; BIM; Ecology; Surveying; Python",
    "energy": "Electrical engineering; Maintenance engineering; Planning; Sustainability; CAD",
    "digital": "Python; JavaScript; SQL; PostgreSQL; Django; TypeScript; React; DevOps; Linux; "
    "Git; Information security; Data analysis; Cloud architecture",
    "space": "Stakeholder management; GIS; Policy advice; Facilitating workshops; Ecology",
    **dict.fromkeys(
        ("north", "south", "west"), "Structural engineering; BIM; CAD; Planning; Welding; First aid"
    ),
}
EVIDENCE = (
    "Dijkversterking Lekdijk, 2023",
    "https://github.com/example/waterstand",
    "Gecertificeerd in 2024",
    "Gastles op de hogeschool",
    "Bevestigd door de vorige projectleider",
)
SOURCES = (
    *(SkillSource.CV, SkillSource.CV, SkillSource.SELF, SkillSource.COLLEAGUE),
    *(SkillSource.COLLEAGUE, SkillSource.MANAGER),
)
TEXT = (
    "%(name)s\n%(role)s, %(city)s\n\nErvaring\n- %(role)s bij %(organisation)s\n"
    "- Projecten met water, dijken en sluizen\n\nVaardigheden\n%(skills)s\n"
)


def make_skills(
    lives: list[Life], contacts: list[Contact], *, rng: Random, today: date
) -> list[ContactSkill]:
    """Five of six people have some; the older the confirmation, the rarer."""
    add_skills(new=OWN_LIST, actor=None)
    skills = {skill.name_en: skill for skill in Skill.objects.all()}
    rows = []
    for life, contact in zip(lives, contacts, strict=True):
        if rng.random() < 0.16:
            continue
        rows += [_row(contact, skills[name], rng, today) for name in _names(life, rng)]
    return ContactSkill.objects.bulk_create(rows, batch_size=1000)


def make_documents(
    lives: list[Life], contacts: list[Contact], *, rng: Random, today: date
) -> list[DocumentVersion]:
    """CVs of some, of a few in two versions; certificates, of which some are about to expire."""
    versions = []
    for life, contact in zip(lives, contacts, strict=True):
        if rng.random() < 0.2:
            cv = Document.objects.create(contact=contact, kind=Document.Kind.CV, title="CV")
            text, count = _text(life, contact), 1 + (rng.random() < 0.3)
            versions += [_version(cv, number, text) for number in range(1, count + 1)]
        if rng.random() < 0.06:
            expires_on = today + timedelta(days=rng.randint(-60, 600))
            paper = Document.objects.create(
                contact=contact,
                kind=Document.Kind.CERTIFICATE,
                title="VCA Basis",
                expires_on=expires_on,
                reminded_for=expires_on if expires_on <= today + timedelta(days=30) else None,
            )
            versions.append(_version(paper, 1, f"VCA Basis\n{contact.full_name}\n"))
    return DocumentVersion.objects.bulk_create(versions, batch_size=500)


def _names(life: Life, rng: Random) -> list[str]:
    own = _words(COMMON.get(division_of(life.unit), ""))
    chosen = [name for at, name in enumerate(own) if rng.random() < 0.55 / (1 + at * 0.18)]
    general = [name for name in _words(COMMON[""]) if rng.random() < 0.18]
    return list(dict.fromkeys([*chosen, *general]))[:7]


def _words(text: str) -> list[str]:
    return [word.strip() for word in text.split(";") if word.strip()]


def _row(contact: Contact, skill: Skill, rng: Random, today: date) -> ContactSkill:
    days = int(rng.triangular(3, 1500, 120))
    return ContactSkill(
        contact=contact,
        skill=skill,
        level=rng.choices((1, 2, 3, 4, 5, None), (1, 3, 6, 5, 2, 1))[0],
        source=rng.choice(SOURCES),
        evidence=rng.choice(EVIDENCE) if rng.random() < 0.15 else "",
        confirmed_on=today - timedelta(days=days) if rng.random() < 0.93 else None,
    )


def _text(life: Life, contact: Contact) -> str:
    names = contact.skills.values_list("skill__name_nl", flat=True).order_by("pk")
    return TEXT % {
        "name": contact.full_name,
        "role": life.role,
        "city": life.city,
        "organisation": life.organisation or "Vaartenveld",
        "skills": "\n".join(f"- {name}" for name in names),
    }


def _version(document: Document, number: int, text: str) -> DocumentVersion:
    content = text.encode()
    version = DocumentVersion(
        document=document,
        number=number,
        file_name=f"{document.kind}-{number}.txt",
        file_format=DocumentVersion.Format.TXT,
        size=len(content),
        text=text,
        queue_state=DocumentVersion.QueueState.DONE,
        due_at=timezone.now(),
    )
    version.file.save("document", ContentFile(content), save=False)
    return version
