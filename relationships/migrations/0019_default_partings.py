"""The way out of each form of work, the first questionnaire, and who sees to them."""

from django.db import migrations
from django.utils import timezone

# (what, days from the last day, who)
STEPS = {
    "employment": [
        ("conversation", -14, "owner"),
        ("handover", -10, "manager"),
        ("feedback_ours", -5, "manager"),
        ("feedback_theirs", -3, "owner"),
        ("stay_in_touch", -2, "owner"),
        ("thanks", 0, "manager"),
        ("closing", 14, "owner"),
    ],
    "internship": [
        ("conversation", -7, "owner"),
        ("feedback_ours", -5, "manager"),
        ("feedback_theirs", -3, "owner"),
        ("stay_in_touch", -1, "owner"),
        ("thanks", 0, "manager"),
        ("closing", 14, "owner"),
    ],
    "assignment": [
        ("handover", -5, "manager"),
        ("thanks", 0, "manager"),
        ("feedback_ours", 3, "manager"),
        ("feedback_theirs", 3, "owner"),
        ("stay_in_touch", 7, "owner"),
        ("closing", 14, "owner"),
    ],
    "volunteer": [
        ("conversation", -5, "owner"),
        ("thanks", 0, "owner"),
        ("feedback_theirs", 3, "owner"),
        ("stay_in_touch", 7, "owner"),
        ("closing", 14, "owner"),
    ],
}

# (key, theme, notable answer, text nl, text en, why nl, why en). The circumstances are those that the
# Dutch Supreme Court named in Deliveroo (24 March 2023, ECLI:NL:HR:2023:443); none outweighs another.
QUESTIONS = [
    (
        "instructions",
        "authority",
        "yes",
        "Zegt iemand van ons hoe het werk moet worden gedaan?",
        "Does somebody of ours say how the work is to be done?",
        "Wie aanwijzingen geeft over de manier van werken, oefent gezag uit. Afspraken over het resultaat zijn iets anders.",
        "Whoever directs the way of working has authority. Agreeing on the result is something else.",
    ),
    (
        "hours",
        "authority",
        "yes",
        "Bepalen wij op welke dagen of uren wordt gewerkt?",
        "Do we decide on which days or hours the work is done?",
        "Vaste tijden die wij opleggen, wijzen op gezag.",
        "Fixed times that we impose point to authority.",
    ),
    (
        "appraisal",
        "authority",
        "yes",
        "Doet de persoon mee aan beoordelings- of functioneringsgesprekken?",
        "Does the person take part in appraisals?",
        "Een opdracht wordt geëvalueerd; een werknemer wordt beoordeeld.",
        "An assignment is evaluated; an employee is appraised.",
    ),
    (
        "substitute",
        "person",
        "no",
        "Mag de persoon zich laten vervangen zonder dat wij de vervanger moeten goedkeuren?",
        "May the person send a substitute without our approval of who that is?",
        "Wie het werk zelf moet doen, werkt persoonlijk. Vrije vervanging, ook in de praktijk, wijst de andere kant op.",
        "Whoever must do the work themselves works in person. Free substitution, in practice too, points the other way.",
    ),
    (
        "refuse",
        "person",
        "no",
        "Mag de persoon een deel van het werk weigeren zonder gevolgen?",
        "May the person refuse part of the work without consequences?",
        "Wie niet kan weigeren, staat dichter bij een werknemer.",
        "Whoever cannot refuse is closer to an employee.",
    ),
    (
        "core",
        "embedding",
        "yes",
        "Hoort het werk tot wat onze organisatie altijd doet?",
        "Is the work part of what our organisation always does?",
        "Werk dat tot de kern hoort en blijft bestaan, is vaker ingebed in de organisatie.",
        "Work that belongs to the core, and stays, is more often embedded in the organisation.",
    ),
    (
        "colleagues",
        "embedding",
        "yes",
        "Doen werknemers van ons hetzelfde werk naast de persoon?",
        "Do employees of ours do the same work beside the person?",
        "Zij aan zij hetzelfde werk doen, vraagt om uitleg waarom de een werknemer is en de ander niet.",
        "Doing the same work side by side asks for an explanation of why one is an employee and the other is not.",
    ),
    (
        "staff",
        "embedding",
        "yes",
        "Werkt de persoon mee zoals het personeel: in het rooster, het teamoverleg, met pas, adres of kleding van ons?",
        "Does the person take part as staff do: in the roster, team meetings, with our badge, address or clothes?",
        "Wie van buiten niet te onderscheiden is van personeel, is ingebed.",
        "Whoever cannot be told from staff is embedded.",
    ),
    (
        "long",
        "embedding",
        "yes",
        "Duurt de opdracht langer dan een jaar, of wordt zij steeds verlengd?",
        "Does the assignment last longer than a year, or is it extended again and again?",
        "De aard en de duur van het werk tellen mee; een afgebakend project wijst op zelfstandigheid.",
        "The nature and the duration of the work count; a project with an end points to independence.",
    ),
    (
        "set_rate",
        "pay",
        "yes",
        "Hebben wij het tarief bepaald, zonder dat erover is onderhandeld?",
        "Did we set the rate, without it being negotiated?",
        "Een ondernemer bepaalt zijn prijs, of onderhandelt erover.",
        "An entrepreneur sets the price, or negotiates it.",
    ),
    (
        "rate_level",
        "pay",
        "no",
        "Is het tarief duidelijk hoger dan het loon voor hetzelfde werk, met ruimte voor verzekering en pensioen?",
        "Is the rate clearly above the wage for the same work, with room for insurance and pension?",
        "Een tarief op het niveau van loon wijst op een arbeidsovereenkomst.",
        "A rate at the level of a wage points to employment.",
    ),
    (
        "paid_leave",
        "pay",
        "yes",
        "Betalen wij door bij ziekte of vakantie?",
        "Do we go on paying during illness or holidays?",
        "Doorbetaling hoort bij loon.",
        "Going on paying belongs to wages.",
    ),
    (
        "clients",
        "enterprise",
        "no",
        "Werkt de persoon binnen een jaar ook voor andere opdrachtgevers?",
        "Does the person work for other clients too within a year?",
        "Wie voor meer opdrachtgevers werkt, gedraagt zich als ondernemer.",
        "Whoever works for more clients behaves as an entrepreneur.",
    ),
    (
        "risk",
        "enterprise",
        "no",
        "Loopt de persoon zelf financieel risico: kosten, aansprakelijkheid, herstel van fouten voor eigen rekening?",
        "Does the person run a financial risk: costs, liability, mistakes put right at their own expense?",
        "Commercieel risico is een kenmerk van ondernemen.",
        "Commercial risk is a mark of enterprise.",
    ),
    (
        "tools",
        "enterprise",
        "no",
        "Werkt de persoon met eigen middelen of eigen kennis waarin is geïnvesteerd?",
        "Does the person work with tools or knowledge of their own that they invested in?",
        "Eigen investeringen wijzen op ondernemerschap.",
        "Investments of their own point to enterprise.",
    ),
    (
        "name",
        "enterprise",
        "no",
        "Treedt de persoon naar buiten op als ondernemer: eigen naam, acquisitie, inschrijving bij de Kamer van Koophandel, btw?",
        "Does the person act as an entrepreneur outside: a name of their own, finding clients, registration, VAT?",
        "Hoe iemand zich in het economisch verkeer gedraagt, telt mee.",
        "How somebody behaves in economic life counts.",
    ),
    (
        "negotiated",
        "agreement",
        "no",
        "Is over de afspraken echt onderhandeld?",
        "Were the terms really negotiated?",
        "De manier waarop de afspraken tot stand kwamen, is een van de omstandigheden.",
        "The way in which the terms came about is one of the circumstances.",
    ),
    (
        "practice",
        "agreement",
        "no",
        "Wordt er gewerkt zoals het op papier staat?",
        "Is the work done as it stands on paper?",
        "Wat in de praktijk gebeurt, weegt zwaarder dan wat er staat.",
        "What happens in practice weighs more than what is written.",
    ),
]


def seed(apps, schema_editor):
    step = apps.get_model("relationships", "ClosingStep")
    if not step.objects.exists():
        step.objects.bulk_create(
            step(form=form, what=what, days=days, who=who)
            for form, steps in STEPS.items()
            for what, days, who in steps
        )
    questionnaire = apps.get_model("relationships", "Questionnaire")
    if not questionnaire.objects.exists():
        questionnaire.objects.create(
            number=1,
            published_at=timezone.now(),
            questions=[
                {
                    "key": key,
                    "theme": theme,
                    "notable": notable,
                    "text": {"nl": text_nl, "en": text_en},
                    "why": {"nl": why_nl, "en": why_en},
                }
                for key, theme, notable, text_nl, text_en, why_nl, why_en in QUESTIONS
            ],
        )


def allow(apps, schema_editor):
    """Contracts and dossiers are for those who see to them already: whoever may know the rates."""
    added = {
        "contacts.view_confidential",
        "relationships.view_dossiers",
    }
    for role in apps.get_model("core", "Role").objects.all():
        if "relationships.view_rates" not in role.permissions:
            continue
        more = set(added)
        if "relationships.manage_lifecycles" in role.permissions:
            more.add("relationships.manage_questionnaires")
        role.permissions = sorted({*role.permissions, *more})
        role.save(update_fields=["permissions"])


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_roles"),
        ("relationships", "0018_papers_and_partings"),
    ]
    operations = [
        migrations.RunPython(seed, migrations.RunPython.noop),
        migrations.RunPython(allow, migrations.RunPython.noop),
    ]
