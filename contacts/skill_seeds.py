"""A short list of skills to begin with, in both languages: ours, not taken from any catalogue."""

from contacts.services.skill_catalogue import NewSkill

# English | Dutch | also called, by semicolons.
_LINES = """
Python | Python | py; Python 3
JavaScript | JavaScript | JS; ECMAScript
TypeScript | TypeScript | TS
Java | Java |
C# | C# | C sharp; .NET C#
C++ | C++ | cpp
Go | Go | Golang
SQL | SQL | structured query language
PostgreSQL | PostgreSQL | Postgres
Django | Django |
React | React | React.js; ReactJS
Node.js | Node.js | Node
Linux | Linux |
Git | Git |
DevOps | DevOps |
Cloud architecture | Cloudarchitectuur | AWS; Azure; Google Cloud
Data analysis | Data-analyse | data analytics
Machine learning | Machine learning | ML
Information security | Informatiebeveiliging | cyber security; cybersecurity; infosec
Software testing | Software testen | testautomatisering; test automation
Business analysis | Businessanalyse |
UX design | UX-ontwerp | user experience; gebruikerservaring
Graphic design | Grafisch ontwerp | grafische vormgeving
Project management | Projectmanagement | projectleiding; PM
Programme management | Programmamanagement | program management
Scrum | Scrum | scrum master; agile
Change management | Verandermanagement |
Process improvement | Procesverbetering | lean; six sigma
Team leadership | Leidinggeven | people management; teamleiding
Coaching | Coaching | mentoring
Recruitment | Werving en selectie | recruiting; talent acquisition
HR advice | HR-advies | personeelsadvies; human resources
Employment law | Arbeidsrecht | labour law
Payroll | Salarisadministratie |
Bookkeeping | Boekhouden | accounting
Financial control | Financial control | controlling
Procurement | Inkoop | purchasing; tendering; aanbesteden
Sales | Verkoop | acquisitie
Account management | Accountmanagement |
Marketing | Marketing |
Communication | Communicatie |
Copywriting | Tekstschrijven | redactie
Public speaking | Spreken in het openbaar | presenteren; presenting
Negotiation | Onderhandelen |
Customer service | Klantenservice |
Policy advice | Beleidsadvies |
Stakeholder management | Omgevingsmanagement | stakeholdermanagement
Facilitating workshops | Workshops begeleiden | facilitation
Teaching | Lesgeven | onderwijs; doceren
Nursing | Verpleegkunde | verpleging
Elderly care | Ouderenzorg |
First aid | EHBO | BHV
Hydraulic engineering | Waterbouw | waterbouwkunde
Civil engineering | Civiele techniek |
Structural engineering | Constructieleer |
BIM | BIM | building information modelling
CAD | CAD | AutoCAD
GIS | GIS | geographic information systems; geo-informatie
Surveying | Landmeten | landmeetkunde
Ecology | Ecologie |
Sustainability | Duurzaamheid |
Maintenance engineering | Onderhoudstechniek |
Electrical engineering | Elektrotechniek |
Welding | Lassen |
Planning | Planning | werkvoorbereiding
Logistics | Logistiek | supply chain
Microsoft Excel | Microsoft Excel | Excel
Power BI | Power BI |
Dutch | Nederlands |
English | Engels |
German | Duits |
French | Frans |
"""


def _read(line: str) -> NewSkill:
    english, dutch, synonyms = (part.strip() for part in line.split("|"))
    return NewSkill(
        name_en=english,
        name_nl=dutch,
        synonyms=tuple(part.strip() for part in synonyms.split(";") if part.strip()),
    )


OWN_LIST = [_read(line) for line in _LINES.strip().splitlines()]
