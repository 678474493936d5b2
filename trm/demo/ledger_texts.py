"""The words of the ledger of the demo, in the language of the person they are about."""

from relationships.models import GoodwillEntry

Words = dict[str, str]
WE, THEY = GoodwillEntry.Direction.WE_GAVE, GoodwillEntry.Direction.THEY_GAVE
Kind = GoodwillEntry.Kind

OURS: tuple[Words, ...] = (
    {"nl": "Vacaturetekst doorsturen", "en": "Send the text of the vacancy"},
    {"nl": "Kennismaking regelen met het team", "en": "Arrange to meet the team"},
    {"nl": "Terugkomen op de vraag over uren", "en": "Come back on the question about hours"},
    {"nl": "Cv lezen en reactie geven", "en": "Read the CV and respond"},
    {"nl": "Getuigschrift schrijven", "en": "Write a reference"},
    {"nl": "Uitnodiging voor de werkplaats sturen", "en": "Send an invitation to the workshop"},
)
THEIRS: tuple[Words, ...] = (
    {"nl": "Stuurt een nieuw cv", "en": "Will send a new CV"},
    {"nl": "Vraagt een oud-collega of die belt", "en": "Will ask a former colleague to call"},
    {"nl": "Laat weten wanneer er ruimte is", "en": "Will say when there is room"},
)
GIVEN: tuple[tuple[str, str, int, Words], ...] = (
    (WE, Kind.ADVICE, 2, {"nl": "Meegelezen met een offerte", "en": "Read a proposal along"}),
    (
        WE,
        Kind.REFERENCE,
        2,
        {"nl": "Aanbevolen bij een school", "en": "Spoke for them at a school"},
    ),
    (WE, Kind.FEEDBACK, 1, {"nl": "Uitleg na de afwijzing", "en": "Explained the rejection"}),
    (
        WE,
        Kind.FLEXIBILITY,
        1,
        {"nl": "Later begonnen om de oppas", "en": "Began later for childcare"},
    ),
    (
        WE,
        Kind.LATE_REPLY,
        1,
        {"nl": "Drie weken niet geantwoord", "en": "No answer for three weeks"},
    ),
    (
        THEY,
        Kind.INTRODUCTION,
        3,
        {"nl": "Bracht ons bij een bureau", "en": "Brought us to an agency"},
    ),
    (THEY, Kind.REFERRAL, 3, {"nl": "Droeg een studiegenoot aan", "en": "Named a fellow student"}),
    (THEY, Kind.TALK, 2, {"nl": "Gastles voor starters", "en": "Guest lesson for newcomers"}),
    (THEY, Kind.PATIENCE, 2, {"nl": "Wachtte de hele zomer", "en": "Waited all summer"}),
    (THEY, Kind.THANKS, 1, {"nl": "Kaart na het gesprek", "en": "A card after the talk"}),
)
FACTS: tuple[tuple[Words, Words], ...] = (
    (
        {"nl": "Rondt dan de deeltijdmaster af", "en": "Finishes the part-time master then"},
        {"nl": "Feliciteren en plannen bespreken", "en": "To congratulate and speak of plans"},
    ),
    (
        {"nl": "Aandelen komen vrij", "en": "Shares vest"},
        {"nl": "Vragen hoe zij verder willen", "en": "To ask what they want next"},
    ),
    (
        {"nl": "Komt terug van ouderschapsverlof", "en": "Comes back from parental leave"},
        {"nl": "Niet eerder bellen dan dat", "en": "Not to call before that"},
    ),
    (
        {"nl": "Loopt de marathon van Rotterdam", "en": "Runs the Rotterdam marathon"},
        {"nl": "Vragen hoe het ging", "en": "To ask how it went"},
    ),
    (
        {"nl": "Huidige opdracht loopt af", "en": "The present assignment ends"},
        {"nl": "Op tijd een klus aanbieden", "en": "To offer work in time"},
    ),
)
NOTES: tuple[Words, ...] = (
    {
        "summary": "Wil meer weten over de sluisrenovatie",
        "body": "@samira, jij kent het team. Spreek jij hen een keer?\n#renovatie\n"
        "!belofte planning doorsturen voor vrijdag",
    },
    {
        "summary": "Zoekt een plek om af te studeren",
        "body": "@anouk heeft volgens mij nog ruimte. #afstuderen",
    },
    {
        "summary": "Vraag over vier dagen werken",
        "body": "Kan dat bij #energie? @samira weet dat.\n!belofte terugbellen volgende week",
    },
)
