"""Given names that one person may go by in turn, and how common names are before we have counted.

Groups are of names as people use them in the Netherlands and Flanders, with the English ones that
turn up in address books. A name may stand in several groups: "Bert" is short for many.
"""

_GROUPS = """
aaltje alie aly alida
abraham bram ab abram
adriaan adrianus ad adri arjan arie janus adrie aad
adriana ariane ada jana adri
agatha aagje agaath
agnes agnetha nes
albert albertus ab bert appie
alberta bertha bertie
alexander alex lex sander xander
alexandra alex sandra xandra lexi
alphonsus alfons fons
andreas andries dries andre andrew
anna anne anneke annie anja ans antje hanna annemiek anouk an
annemarie annemarij annemie marie
antonius anton ton toon antoon teun tony antonie toine anthony theun
antonia antoinette tonny toos tonia
arnoldus arnold nol arno aart arend
augustinus guus stijn gus august
barbara bar babs barbera
bartholomeus bart bartel mees
bastiaan sebastiaan bas sebastian
benjamin ben benny
bernardus bernard ben bert bernd barend
bernadette det detje bernadet
catharina katharina karin tineke toos trijntje rina catrien kaat kaatje ina cathy catherine katrien trien tini carina
christiaan chris christian christianus kris
christina chris tineke christine stien tina stina kristien christien
christoffel chris christopher stoffel christophe
constantijn stijn constant cock tijn
cornelis kees cees cor corneel nelis krelis cornelius
cornelia cor corrie nel nelleke corry lia cobi cokkie
daniel daan dan danny
david dave davy
diederik dirk dick diederick rik
dirk dick theodorus
dorothea dora thea dorien door doortje
eduard ed edward eddy ward edwin
elisabeth elizabeth els liesbeth lies bep betty elly lisa elsbeth betsy liz beth elise lisette ellie bets
emma em emmy
engelbertus bert engel
eva evelien eef eefje evelyn
everardus evert eef everhard
ferdinand ferry nand fer
fernandus fernand nand
franciscus frans frank francis cis sis
francisca francien ciska cisca franca sisca
frederik fred freek frits freddy frederic rik frederick
frederika fredje riek rika frederique
gabriel gaby
geertruida truus geertje trudy trui geerte gertrude tru truida
gerardus gerard ger gerrit geert gerhardus gert
gerarda gerda gerry geralda
gijsbertus gijs gijsbert bert bertus
gregorius gregor gregory
hendrik henk rik hein henri hendrikus harry henny hendricus henry
hendrika riek rika henny rieka hennie henriette jet
helena leni lena leen helen heleen elena
hubertus huub bert hub hubert
ignatius ignaas naas
isabella bella isa isabel isabelle
jacobus jaap koos ko jacob jacques sjaak cobus jim jaco james
jacoba coba coby jacqueline co koosje
jeroen hieronymus
joachim jochem joop jochen
johannes jan hans johan joop jo john hannes johnny joannes janus hanno
johanna jo hanna anja hannie joke jannie janna jopie annie hanneke jannetje
jonathan jon nathan
joris georgius george sjors
josephus jozef jos jef joseph joep sjef joost joe jozeph
josephina josje fien josephine jose josefien
judith jut juul
julius juul jules
karel carolus carel charles sjarrel
klaas nicolaas
lambertus bert lambert lamberts
laurentius laurens lau lourens rens laurence
leonardus leo leen leon leonard lennart leendert
lodewijk louis lode ludo lowie ludovicus
magdalena leni lena magda madeleine leentje
margaretha greet margriet marga grietje greta margreet margot margaret maggie greetje gre
maria marieke mieke ria marja marie mia rie marijke miep maaike mariska marian
marinus rien rinus marijn
martinus martin martijn tinus maarten marten
mattheus mat mattijs thijs mathieu matthew mathijs theo
matthias matthijs thijs mathijs mathias tijs
maximiliaan max maximilian
michael michiel mike michel mick giel
mohammed mohamed mo muhammad mohammad mehmet moh
monica moniek monique
nathaniel nathan
nicolaas niek nico klaas nick nicholas nicolas nic
olivier oliver olaf
patricia pat trish
patrick pat
paulus paul pauwel
petronella nel petra nelly nellie pietje ella petronel
pieter piet peter petrus pierre pim pete
philippus philip flip filip phil
quirinus quirijn krijn rien
raymond ray
regina gina rina
reinier rein reinout reinder
richard dick rick ries rich
robert rob bob robbert robertus bert
roelof roel roeland
rudolf ruud rolf rudy ruudje rudolphus
samuel sam
samantha sam
simon siem symen
stefanus stefan steef steven stephan fanny stephen
stephanie stef fanny
susanna suze sanne suus suzanne susan san
sybren siebren
theodorus theo dorus ted
theodora thea dora
theresia trees thera resi tres theresa tessa
thomas tom tommy maas
timotheus tim timothy
tobias tobi toby
valentijn tijn val
victor vic
vincent vin cent vincentius
walter wout wouter walther
wilhelmina mien willy mina wil wilma minke willemien mientje helma miny willemina
willem wim pim bill willy william wilhelmus wil guillaume liam
willemijn mijntje mijn willemien
wouter wout
ysbrand ijsbrand brand
yusuf youssef jozef joseph yousef
zacharias zach sach
"""


def _named() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, line in enumerate(_GROUPS.strip().splitlines()):
        for name in line.split():
            found.setdefault(name, set()).add(number)
    return {name: frozenset(groups) for name, groups in found.items()}


_BY_NAME = _named()
_FORMAL = [line.split()[0] for line in _GROUPS.strip().splitlines()]


def are_forms_of_one(one: str, other: str) -> bool:
    """Whether two folded given names may be of one person: "kees" and "cornelis"."""
    return not _BY_NAME.get(one, frozenset()).isdisjoint(_BY_NAME.get(other, frozenset()))


def roots_of(name: str) -> list[str]:
    """The formal names that ``name`` may be short for; itself where we know none."""
    return [_FORMAL[number] for number in sorted(_BY_NAME.get(name, ()))] or [name]


# Of a thousand Dutch people, how many have this family name (Meertens, Nederlandse familienamen).
COMMON_FAMILIES = {
    **dict.fromkeys(("jong", "jansen", "vries", "berg", "dijk", "bakker"), 4.5e-3),
    **dict.fromkeys(("janssen", "visser", "smit", "meijer", "boer", "mulder"), 3e-3),
    **dict.fromkeys(("groot", "bos", "vos", "peters", "hendriks", "leeuwen"), 2e-3),
    **dict.fromkeys(("dekker", "brouwer", "wit", "dijkstra", "smits", "graaf"), 1.6e-3),
    **dict.fromkeys(("meer", "linden", "kok", "jacobs", "haan", "vermeulen"), 1.3e-3),
    **dict.fromkeys(("heuvel", "veen", "broek", "bruijn", "bruin", "heijden"), 1.2e-3),
    **dict.fromkeys(("schouten", "beek", "willems", "vliet", "hoekstra", "maas"), 1e-3),
    **dict.fromkeys(("verhoeven", "koster", "dam", "wal", "prins", "blom"), 9e-4),
    **dict.fromkeys(("huisman", "peeters", "kuipers", "jonge", "veenstra", "postma"), 8e-4),
    **dict.fromkeys(("post", "kuiper", "gerritsen", "martens", "bosch", "timmermans"), 7e-4),
    **dict.fromkeys(("vink", "groen", "hermans", "scholten", "ven", "horst"), 6e-4),
}
COMMON_GIVEN = {
    **dict.fromkeys(("johannes", "maria", "jan", "anna", "cornelis", "johanna"), 1.5e-2),
    **dict.fromkeys(("hendrik", "willem", "pieter", "elisabeth", "cornelia", "peter"), 9e-3),
    **dict.fromkeys(("hans", "gerrit", "jacobus", "catharina", "wilhelmina", "henk"), 7e-3),
    **dict.fromkeys(("mark", "thomas", "mohamed", "dirk", "martin", "jeroen"), 5e-3),
    **dict.fromkeys(("kees", "wim", "piet", "robert", "erik", "marieke"), 5e-3),
    **dict.fromkeys(("sanne", "lisa", "emma", "sophie", "daan", "tim"), 5e-3),
    **dict.fromkeys(("eva", "julia", "bram", "lucas", "anne", "rob"), 4e-3),
    **dict.fromkeys(("linda", "monique", "petra", "paul", "marcel", "frank"), 4e-3),
}
