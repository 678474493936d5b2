"""The invented organisation: Vaart & Veld, engineers for water, energy and public space."""

from contacts.models import OrgUnit

# (code, name, code of the parent)
UNITS = (
    ("root", "Vaart & Veld", ""),
    ("board", "Directie", "root"),
    ("people", "Mens & Organisatie", "root"),
    ("recruitment", "Werving & Community", "people"),
    ("learning", "Leren & Ontwikkelen", "people"),
    ("payroll", "Personeelsadministratie", "people"),
    ("finance", "Financiën", "root"),
    ("control", "Control", "finance"),
    ("procurement", "Inkoop", "finance"),
    ("legal", "Juridische Zaken", "root"),
    ("comms", "Communicatie", "root"),
    ("water", "Water", "root"),
    ("rivers", "Rivieren & Dijken", "water"),
    ("dikes", "Dijkversterking", "rivers"),
    ("hydrology", "Hydrologie", "rivers"),
    ("drinking", "Drinkwater", "water"),
    ("sewers", "Stedelijk Water", "water"),
    ("locks", "Sluizen & Gemalen", "water"),
    ("energy", "Energie", "root"),
    ("grid", "Netten", "energy"),
    ("wind", "Wind op Land", "energy"),
    ("solar", "Zon & Opslag", "energy"),
    ("heat", "Warmte", "energy"),
    ("geothermal", "Aardwarmte", "heat"),
    ("space", "Openbare Ruimte", "root"),
    ("mobility", "Mobiliteit", "space"),
    ("bridges", "Bruggen", "mobility"),
    ("roads", "Wegen", "mobility"),
    ("cycling", "Fiets", "mobility"),
    ("landscape", "Landschap", "space"),
    ("ecology", "Ecologie", "landscape"),
    ("urban", "Stedenbouw", "space"),
    ("digital", "Digital", "root"),
    ("data", "Data & Modellen", "digital"),
    ("software", "Software", "digital"),
    ("platform", "Platform & Beheer", "digital"),
    ("gis", "Geo-informatie", "digital"),
    ("north", "Vestiging Groningen", "root"),
    ("south", "Vestiging Eindhoven", "root"),
    ("west", "Vestiging Rotterdam", "root"),
)
# Where people work; the branches above them hold managers only.
WORKPLACES = tuple(code for code, _, _ in UNITS if code not in {parent for _, _, parent in UNITS})


def make_units() -> dict[str, OrgUnit]:
    """Write the tree, parents first, and return the units by code."""
    units: dict[str, OrgUnit] = {}
    for code, name, parent_code in UNITS:
        parent = units.get(parent_code)
        unit = OrgUnit.objects.create(name=name, code=code, parent=parent)
        unit.lineage = [*(parent.lineage if parent else []), unit.pk]
        unit.save(update_fields=["lineage"])
        units[code] = unit
    return units
