"""Invented people. Any likeness is chance; every address ends in ``example``."""

GIVEN = {
    "nl": (
        "Anna Bart Bram Britt Casper Daan Dirk Elin Emma Eva Femke Floor Gijs Hanna Hugo Ilse Iris Jan "
        "Jasper Jelle Joost Julia Karin Koen Lars Lieke Lotte Luuk Maaike Maarten Marieke Mark Merel Mirjam "
        "Niels Noor Pim Puck Rik Roos Ruben Sanne Sem Sietske Stijn Suzan Teun Thijs Tijmen Tom Vera "
        "Wessel Willemijn Wouter Yvonne"
    ).split(),
    "tr": "Ahmet Aylin Berk Ceren Deniz Elif Emre Esra Kaan Merve Murat Özge Selin Yusuf Zeynep".split(),
    "ma": "Amina Bilal Chaima Fouad Hajar Ilham Karim Mounir Nadia Omar Rachid Salma Soufiane Yasmina".split(),
    "sr": "Ashwin Chandra Dewi Farid Giovanni Indra Jermaine Kavita Mavis Ricardo Sharda Winston".split(),
    "en": "Abigail Callum Chloe Declan Emily Fraser Grace Harriet Isaac Liam Megan Owen Rhys Sophie".split(),
    "de": "Anke Björn Dieter Frauke Heike Jürgen Katrin Lukas Matthias Silke Sören Ulrike".split(),
    "pl": "Agnieszka Bartosz Dorota Jakub Katarzyna Łukasz Małgorzata Paweł Wojciech Zofia".split(),
    "es": "Alba Diego Inés Javier Lucía Mateo Núria Pablo Rocío Tomás".split(),
}
FAMILY = {
    "nl": (
        "Bakker|de Boer|van den Berg|Bos|van der Broek|Brouwer|de Bruin|Dekker|van Dijk|Dijkstra|van den Heuvel|"
        "Hendriks|Hoekstra|van der Horst|Jacobs|Jansen|Janssen|de Jong|de Jonge|Kok|Kramer|Kuipers|van Leeuwen|"
        "van der Linden|Maas|van der Meer|Meijer|Mulder|Peters|Postma|Prins|de Ridder|Schouten|Smit|van Schaik|"
        "Smits|Veenstra|van Veen|Verhoeven|Vermeulen|van Vliet|Visser|Vos|van der Vos|de Vries|van der Wal|Willems|"
        "de Wit|in 't Veld|ten Brink|ter Horst|van 't Hof|Zijlstra"
    ).split("|"),
    "tr": "Aydın Çelik Demir Doğan Kaya Koç Öztürk Şahin Yıldırım Yılmaz".split(),
    "ma": "El Amrani|Benali|Bouzid|Chakir|El Haddad|Idrissi|Ouali|Tahiri|Ziani".split("|"),
    "sr": "Baldew Jairam Kartosen Pinas Ramdin Sewnath Tjon-A-Ten Vreden".split(),
    "en": "Baker Campbell Evans Fraser Hughes Kelly Murphy O'Brien Reid Walsh".split(),
    "de": "Becker Fischer Größe Hoffmann Krüger Müller Schäfer Schröder Vogt".split(),
    "pl": "Dąbrowski Kowalski Lewandowski Nowak Wójcik Zieliński Wiśniewska".split(),
    "es": "Álvarez|de la Fuente|García|Muñoz|Ortega|Peña|Ruiz".split("|"),
}
# How some of them write themselves.
NATIVE = {
    "Amina": "أمينة",
    "Bilal": "بلال",
    "Chaima": "شيماء",
    "Fouad": "فؤاد",
    "Hajar": "هاجر",
    "Ilham": "إلهام",
    "Karim": "كريم",
    "Mounir": "منير",
    "Nadia": "نادية",
    "Omar": "عمر",
    "Rachid": "رشيد",
    "Salma": "سلمى",
    "Soufiane": "سفيان",
    "Yasmina": "ياسمينة",
    "Amrani": "العمراني",
    "Benali": "بن علي",
    "Bouzid": "بوزيد",
    "Chakir": "شاكر",
    "Haddad": "الحداد",
    "Idrissi": "الإدريسي",
    "Ouali": "الوالي",
    "Tahiri": "الطاهري",
    "Ziani": "الزياني",
}
ORIGINS = ("nl",) * 13 + ("tr", "ma", "sr", "en", "en", "de", "pl", "es")
# Those who would rather be written to in English.
ENGLISH_SPEAKING = frozenset({"en", "de", "pl", "es"})

CITIES = (
    "Utrecht Amsterdam Rotterdam Groningen Eindhoven Zwolle Arnhem Nijmegen Delft Leiden Haarlem Amersfoort "
    "Deventer Leeuwarden Tilburg Breda Maastricht Dordrecht Gouda"
).split()
ROLES = {
    "water": "Hydroloog|Adviseur dijkversterking|Projectleider water|Constructeur|Omgevingsmanager",
    "energy": "Adviseur energietransitie|Elektrotechnisch ingenieur|Projectleider wind|Warmteadviseur",
    "space": "Landschapsarchitect|Verkeerskundige|Ecoloog|Stedenbouwkundige|Civiel ingenieur bruggen",
    "digital": "Software engineer|Data scientist|GIS-specialist|Platform engineer|Product owner",
    "people": "HR business partner|Recruiter|Opleidingskundige|Salarisadministrateur",
    "finance": "Controller|Inkoper|Financieel adviseur",
    "root": "Jurist|Communicatieadviseur|Projectleider|Managementassistent|Vestigingscoördinator",
}
ORGANISATIONS = (
    "Adviesbureau Meander|Gemeente Oostwijk|Waterschap De Vier Ambten|Zonnekracht Nederland|Brug Bouw|Delta Data|"
    "Noordzee Energie|Universiteit Domstad|Hogeschool De Schakel|Provincie Middenland|Kade Ingenieurs|"
    "Stadswerk Advies|Lijn 4 Mobiliteit|Groen & Grijs Landschap"
).split("|")
