"""What colleagues wrote down: a line and notes, in the language they spoke with the person."""

from relationships.choices import Channel, Direction, Kind, Party

# (channel, direction, who began, {language: (line, notes)})
Moment = tuple[Channel, Direction, Party, dict[str, tuple[str, str]]]

MOMENTS: dict[Kind, tuple[Moment, ...]] = {
    Kind.PROSPECT: (
        (
            Channel.SOCIAL,
            Direction.OUTBOUND,
            Party.US,
            {
                "nl": (
                    "Berichtje gestuurd na de lezing",
                    "Genoemd wat we van de lezing onthielden; geen vacature aangeboden.",
                ),
                "en": (
                    "Sent a note after the talk",
                    "Mentioned what stayed with us from the talk; no vacancy offered.",
                ),
            },
        ),
        (
            Channel.PHONE,
            Direction.TWO_WAY,
            Party.US,
            {
                "nl": (
                    "Kennisgemaakt, een half uur gebeld",
                    "Zoekt werk met meer buitenlucht. Wil pas na de zomer verder praten.",
                ),
                "en": (
                    "First call, half an hour",
                    "Wants more field work. Happy where they are until the summer.",
                ),
            },
        ),
        (
            Channel.MEETING,
            Direction.TWO_WAY,
            Party.THEM,
            {
                "nl": (
                    "Koffie in Utrecht",
                    "Vroeg zelf om een gesprek. Goed verhaal over samenwerken met waterschappen.",
                ),
                "en": (
                    "Coffee in Utrecht",
                    "Asked for the meeting. Strong story about working with water boards.",
                ),
            },
        ),
        (
            Channel.EMAIL,
            Direction.INBOUND,
            Party.THEM,
            {
                "nl": (
                    "Stuurde een artikel dat aansluit bij ons project",
                    "Bedankt en doorgestuurd naar het team Hydrologie.",
                ),
                "en": (
                    "Sent an article that fits our project",
                    "Thanked and passed on to the hydrology team.",
                ),
            },
        ),
        (
            Channel.EVENT,
            Direction.TWO_WAY,
            Party.US,
            {
                "nl": (
                    "Gesproken op de bedrijvendag",
                    "Laatste jaar master. Zoekt een afstudeerplek met een echte opdrachtgever.",
                ),
                "en": (
                    "Met at the careers day",
                    "Final year of the master's. Wants a thesis with a real client.",
                ),
            },
        ),
    ),
    Kind.EMPLOYEE: (
        (
            Channel.MEETING,
            Direction.TWO_WAY,
            Party.US,
            {
                "nl": (
                    "Gesprek na honderd dagen",
                    "Voelt zich thuis. Mist nog een maatje buiten het eigen team.",
                ),
                "en": ("Hundred-day talk", "Feels at home. Misses a buddy outside the own team."),
            },
        ),
        (
            Channel.CHAT,
            Direction.TWO_WAY,
            Party.THEM,
            {
                "nl": (
                    "Vroeg naar de cursus adviesvaardigheden",
                    "Doorverwezen naar Leren & Ontwikkelen, begint in het voorjaar.",
                ),
                "en": (
                    "Asked about the advisory skills course",
                    "Pointed to Learning; starts in spring.",
                ),
            },
        ),
        (
            Channel.MEETING,
            Direction.TWO_WAY,
            Party.US,
            {
                "nl": (
                    "Loopbaangesprek",
                    "Wil binnen twee jaar projecten leiden. Mentor gezocht buiten de divisie.",
                ),
                "en": (
                    "Career talk",
                    "Wants to lead projects within two years. Looking for a mentor elsewhere.",
                ),
            },
        ),
        (
            Channel.LETTER,
            Direction.OUTBOUND,
            Party.US,
            {
                "nl": (
                    "Kaart bij het vijfjarig jubileum",
                    "Handgeschreven, met dank voor het inwerken van drie nieuwe collega's.",
                ),
                "en": (
                    "Card for five years with us",
                    "Handwritten, with thanks for showing three newcomers the ropes.",
                ),
            },
        ),
    ),
    Kind.FREELANCER: (
        (
            Channel.PHONE,
            Direction.TWO_WAY,
            Party.US,
            {
                "nl": (
                    "Gebeld over beschikbaarheid",
                    "Vanaf het tweede kwartaal drie dagen per week. Liever geen reistijd boven het uur.",
                ),
                "en": (
                    "Called about availability",
                    "Three days a week from the second quarter. No travel over an hour.",
                ),
            },
        ),
        (
            Channel.MEETING,
            Direction.TWO_WAY,
            Party.US,
            {
                "nl": (
                    "Opdracht samen afgerond",
                    "Wederzijds tevreden. Wil vaker met hetzelfde team werken.",
                ),
                "en": (
                    "Closed the assignment together",
                    "Both sides content. Would like the same team again.",
                ),
            },
        ),
        (
            Channel.EMAIL,
            Direction.INBOUND,
            Party.THEM,
            {
                "nl": (
                    "Tipte een vakgenoot",
                    "Kent iemand met ervaring in warmtenetten; kennismaking volgt.",
                ),
                "en": (
                    "Recommended a peer",
                    "Knows someone with district heating experience; will introduce us.",
                ),
            },
        ),
        (
            Channel.CHAT,
            Direction.OUTBOUND,
            Party.US,
            {
                "nl": ("Gevraagd hoe de nieuwe opdracht bevalt", "Nog geen antwoord."),
                "en": ("Asked how the new assignment is going", "No answer yet."),
            },
        ),
    ),
    Kind.ALUMNUS: (
        (
            Channel.PHONE,
            Direction.TWO_WAY,
            Party.US,
            {
                "nl": (
                    "Bijgepraat een jaar na vertrek",
                    "Heeft het naar de zin, mist de collega's. Wil best eens een gastles geven.",
                ),
                "en": (
                    "Caught up a year after leaving",
                    "Doing well, misses the colleagues. Would give a guest lecture.",
                ),
            },
        ),
        (
            Channel.EVENT,
            Direction.TWO_WAY,
            Party.THEM,
            {
                "nl": (
                    "Kwam naar de alumniborrel",
                    "Sprak lang met het team Dijkversterking over een gezamenlijk project.",
                ),
                "en": (
                    "Came to the alumni drinks",
                    "Long talk with the dikes team about a joint project.",
                ),
            },
        ),
        (
            Channel.EMAIL,
            Direction.OUTBOUND,
            Party.US,
            {
                "nl": ("Gefeliciteerd met de nieuwe functie", "Gezien de stap naar teamleider."),
                "en": ("Congratulated on the new position", "Noticed the step to team lead."),
            },
        ),
        (
            Channel.SOCIAL,
            Direction.INBOUND,
            Party.THEM,
            {
                "nl": (
                    "Reageerde op onze vraag om een sparringpartner",
                    "Denkt graag mee over het rekenmodel; afspraak gepland.",
                ),
                "en": (
                    "Answered our call for a sounding board",
                    "Glad to think along about the model; date set.",
                ),
            },
        ),
    ),
}

TASKS: dict[Kind, dict[str, tuple[str, ...]]] = {
    Kind.PROSPECT: {
        "nl": (
            "Bellen na de vakantie",
            "Rondleiding op de sluis voorstellen",
            "Voorstellen aan het team Hydrologie",
        ),
        "en": (
            "Call after the holidays",
            "Offer a tour of the lock",
            "Introduce to the hydrology team",
        ),
    },
    Kind.EMPLOYEE: {
        "nl": (
            "Vragen hoe de eerste weken waren",
            "Mentor zoeken buiten de divisie",
            "Kaart sturen voor het jubileum",
        ),
        "en": (
            "Ask how the first weeks were",
            "Find a mentor elsewhere",
            "Send a card for the anniversary",
        ),
    },
    Kind.FREELANCER: {
        "nl": (
            "Beschikbaarheid voorjaar vragen",
            "Opdracht samen nabespreken",
            "Verzekeringsbewijs opvragen",
        ),
        "en": (
            "Ask about spring",
            "Look back on the assignment together",
            "Ask for proof of insurance",
        ),
    },
    Kind.ALUMNUS: {
        "nl": (
            "Uitnodigen voor de alumniborrel",
            "Vragen voor een gastles",
            "Bijpraten over de nieuwe baan",
        ),
        "en": (
            "Invite to the alumni drinks",
            "Ask for a guest lecture",
            "Catch up about the new job",
        ),
    },
}
NOT_NOW = {
    "nl": "Blijft voorlopig liever bij de huidige werkgever.",
    "en": "Wants to stay where they are for now.",
}
