"""What colleagues wrote down: a line and notes, in the language they spoke with the person."""

from relationships.choices import Channel, Direction, Kind, Party

# (channel, direction, who began, {language: (line, notes)})
Moment = tuple[Channel, Direction, Party, dict[str, tuple[str, str]]]

MOMENTS: dict[Kind, tuple[Moment, ...]] = {
    Kind.PROSPECT: (
        (
            Channel.MEETING,
            Direction.TWO_WAY,
            Party.US,
            {
                "nl": (
                    "Rondleiding op de sluis",
                    "Kwam met een studiegenoot. Vroeg goed door over onderhoud.",
                ),
                "en": (
                    "Tour of the lock",
                    "Came with a fellow student. Asked good questions about upkeep.",
                ),
            },
        ),
        (
            Channel.PHONE,
            Direction.TWO_WAY,
            Party.THEM,
            {
                "nl": (
                    "Belde terug over de afstudeerplek",
                    "Kiest voor een onderwerp bij een waterschap, wil wel in beeld blijven.",
                ),
                "en": (
                    "Called back about the thesis",
                    "Chose a topic at a water board, would like to stay in touch.",
                ),
            },
        ),
        (
            Channel.EMAIL,
            Direction.OUTBOUND,
            Party.US,
            {
                "nl": (
                    "Ons jaarverslag over biodiversiteit gestuurd",
                    "Omdat het onderwerp in het eerste gesprek terugkwam.",
                ),
                "en": ("Sent our report on biodiversity", "Because it came up in the first talk."),
            },
        ),
        (
            Channel.CHAT,
            Direction.INBOUND,
            Party.THEM,
            {
                "nl": (
                    "Vroeg wat wij van de nieuwe norm vinden",
                    "Antwoord volgt van een collega bij Stedelijk Water.",
                ),
                "en": (
                    "Asked what we think of the new standard",
                    "A colleague at Urban Water will answer.",
                ),
            },
        ),
        (
            Channel.MEETING,
            Direction.TWO_WAY,
            Party.US,
            {
                "nl": ("Lunch met het team", "Klik met de groep. Reistijd blijft een punt."),
                "en": (
                    "Lunch with the team",
                    "Got along with the group. Travel time remains a concern.",
                ),
            },
        ),
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
            Party.THEM,
            {
                "nl": (
                    "Wil minder reizen na de verhuizing",
                    "Afgesproken: twee dagen vanuit Zwolle.",
                ),
                "en": ("Wants less travel after moving", "Agreed: two days from Zwolle."),
            },
        ),
        (
            Channel.CHAT,
            Direction.OUTBOUND,
            Party.US,
            {
                "nl": ("Gevraagd hoe het project loopt", "Antwoord: druk, maar goed."),
                "en": ("Asked how the project goes", "Answer: busy, but well."),
            },
        ),
        (
            Channel.EVENT,
            Direction.TWO_WAY,
            Party.US,
            {
                "nl": (
                    "Gaf een kennissessie over rekenmodellen",
                    "Dertig collega's, drie uit andere divisies bleven napraten.",
                ),
                "en": (
                    "Gave a session on models",
                    "Thirty colleagues, three from other divisions stayed to talk.",
                ),
            },
        ),
        (
            Channel.PHONE,
            Direction.TWO_WAY,
            Party.US,
            {
                "nl": ("Gebeld tijdens ziekte", "Gaat beter, begint maandag met halve dagen."),
                "en": ("Called during illness", "Getting better, starts half days on Monday."),
            },
        ),
        (
            Channel.MEETING,
            Direction.TWO_WAY,
            Party.THEM,
            {
                "nl": ("Droeg een oud-studiegenoot voor", "Kennismaking gepland met Werving."),
                "en": (
                    "Recommended a former fellow student",
                    "Introduction planned with recruitment.",
                ),
            },
        ),
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
            Channel.MEETING,
            Direction.TWO_WAY,
            Party.THEM,
            {
                "nl": (
                    "Kwam langs om bij te praten",
                    "Zoekt een langere opdracht dichter bij huis.",
                ),
                "en": ("Came by to catch up", "Looking for a longer assignment closer to home."),
            },
        ),
        (
            Channel.EMAIL,
            Direction.OUTBOUND,
            Party.US,
            {
                "nl": (
                    "Bedankt voor het inwerken van twee starters",
                    "Met een bon voor de boekwinkel.",
                ),
                "en": ("Thanked for showing two starters the ropes", "With a book token."),
            },
        ),
        (
            Channel.PHONE,
            Direction.TWO_WAY,
            Party.THEM,
            {
                "nl": (
                    "Tarief voor volgend jaar besproken",
                    "In goed overleg; ligt vast in de nieuwe overeenkomst.",
                ),
                "en": (
                    "Talked about next year's rate",
                    "In good spirit; fixed in the new agreement.",
                ),
            },
        ),
        (
            Channel.EVENT,
            Direction.TWO_WAY,
            Party.US,
            {
                "nl": (
                    "Sprak op onze kennisdag",
                    "Verhaal over dertig jaar dijken viel in de smaak.",
                ),
                "en": ("Spoke at our knowledge day", "Thirty years of dikes went down well."),
            },
        ),
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
            Channel.MEETING,
            Direction.TWO_WAY,
            Party.US,
            {
                "nl": (
                    "Samen gegeten met oud-collega's",
                    "Denkt na over terugkeer als de kinderen naar school gaan.",
                ),
                "en": (
                    "Dinner with former colleagues",
                    "Might return once the children are at school.",
                ),
            },
        ),
        (
            Channel.EMAIL,
            Direction.INBOUND,
            Party.THEM,
            {
                "nl": (
                    "Stuurde een vacature door aan een kennis",
                    "Die kennis solliciteerde dezelfde week.",
                ),
                "en": ("Passed a vacancy on to a friend", "Who applied the same week."),
            },
        ),
        (
            Channel.PHONE,
            Direction.TWO_WAY,
            Party.THEM,
            {
                "nl": (
                    "Belde met een vraag over het oude project",
                    "Geholpen met tekeningen uit het archief.",
                ),
                "en": ("Called about the old project", "Helped with drawings from the archive."),
            },
        ),
        (
            Channel.LETTER,
            Direction.OUTBOUND,
            Party.US,
            {
                "nl": ("Kaart bij de geboorte", "Met een rompertje van de afdeling."),
                "en": ("Card for the new baby", "With a gift from the department."),
            },
        ),
        (
            Channel.MEETING,
            Direction.TWO_WAY,
            Party.THEM,
            {
                "nl": ("Gaf een gastles aan de trainees", "Wil dit jaarlijks doen."),
                "en": ("Guest lecture for the trainees", "Would like to do this every year."),
            },
        ),
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
