from django.utils.translation import gettext_lazy as _

from contacts.matching.safe import SAFE_RULES
from contacts.wording import FIELD_WORDS
from core.audit import declare, declare_words

declare(
    {
        "contacts.created": _("{actor} added {target}"),
        "contacts.updated": _("{actor} changed {target} ({fields})"),
        "contacts.confirmed": _("{actor} found {target} still right ({fields})"),
        "contacts.archived": _("{actor} put {target} aside"),
        "contacts.restored": _("{actor} brought {target} back"),
        "contacts.merged": _("{actor} merged a duplicate into {target}"),
        "contacts.parted": _("{actor} undid a merge into {target}"),
        "contacts.kept_apart": _("{actor} found that {target} and {other} are two people"),
        "contacts.doubted": _("{actor} took back that {target} and {other} are two people"),
        "contacts.flagged_double": _("{actor} said that {target} and {other} may be one person"),
        "contacts.unflagged_double": _(
            "{actor} took back that {target} and {other} may be one person"
        ),
        "contacts.merged_by_rule": _(
            "{actor} merged a duplicate into {target}, by the rule “{rule}”"
        ),
        "contacts.duplicates_sought": _("{actor} had everybody searched for duplicates"),
        "contacts.rule_switched_on": _("{actor} switched on the rule “{rule}” for duplicates"),
        "contacts.rule_switched_off": _("{actor} switched off the rule “{rule}” for duplicates"),
        "contacts.exported": _("{actor} exported everything about {target}"),
        "contacts.erased": _("{actor} erased {target}"),
        "contacts.consent_recorded": _(
            "{actor} recorded consent of {target}: {purpose}, {decision}"
        ),
        "contacts.suppressed": _("An address was put on the list of those never to write to"),
        "contacts.import_uploaded": _("{actor} uploaded the file {file}"),
        "contacts.import_undone": _(
            "{actor} undid the import of the file {file}: {removed} removed, {put_back} put back, "
            "{partly} partly, {kept} kept"
        ),
        "contacts.import_dropped": _(
            "The file {file}, with which nobody went on, was removed after its time"
        ),
        "contacts.import_forgotten": _("{actor} had the columns of the file {file} forgotten"),
        "contacts.import_discarded": _("{actor} discarded the file {file}"),
        "contacts.imported": _(
            "{actor} imported the file {file}: {created} created, {updated} updated, "
            "{skipped} skipped, {refused} refused"
        ),
        "contacts.document_added": _("{actor} added a document of {target}"),
        "contacts.document_replaced": _("{actor} added a newer version of a document of {target}"),
        "contacts.document_changed": _("{actor} changed what is said of a document of {target}"),
        "contacts.document_deleted": _("{actor} deleted a document of {target}"),
        "contacts.document_restored": _("{actor} brought back a document of {target}"),
        "contacts.document_downloaded": _("{actor} downloaded a document of {target}"),
        "contacts.skills_changed": _("{actor} changed the skills of {target}"),
        "contacts.skill_created": _("{actor} added the skill {name}"),
        "contacts.skill_renamed": _("{actor} changed the skill {was}, now {name}"),
        "contacts.skills_merged": _("{actor} merged the skill {was} into {target}"),
        "contacts.skill_retired": _("{actor} retired the skill {name}"),
        "contacts.skill_restored": _("{actor} brought back the skill {name}"),
        "contacts.bulk_done": _(
            "{actor} did this to many at once: {act} ({people}): {done} done, "
            "{unchanged} had it already, {skipped} skipped"
        ),
        "contacts.bulk_stopped": _(
            "{actor} stopped a bulk act: {act} ({people}): {done} done, {skipped} skipped"
        ),
        "contacts.bulk_failed": _(
            "A bulk act of {actor} broke off: {act} ({people}): {done} done, {skipped} skipped"
        ),
        "contacts.bulk_undone": _(
            "{actor} undid a bulk act: {act} ({people}): {undone} given back, {kept} left"
        ),
        "contacts.field_made": _("{actor} made the field {name}"),
        "contacts.field_changed": _("{actor} changed the field {name}"),
        "contacts.field_moved": _("{actor} moved the field {name}"),
        "contacts.field_retired": _("{actor} took the field {name} out of use"),
        "contacts.field_restored": _("{actor} brought the field {name} back"),
        "contacts.people_exported": _("{actor} exported {count} people as {format}"),
        "contacts.export_fetched": _("{actor} fetched an export of {count} people"),
        "contacts.person_exported": _("{actor} exported {target} as {format}"),
        "contacts.segment_created": _("{actor} made the segment {target}"),
        "contacts.segment_changed": _("{actor} changed the segment {target} ({fields})"),
        "contacts.segment_archived": _("{actor} put the segment {target} aside"),
        "contacts.segment_restored": _("{actor} brought the segment {target} back"),
        "contacts.segment_accepted": _("{actor} accepted {count} people for {target}"),
        "contacts.segment_declined": _("{actor} declined {count} people for {target}"),
        "contacts.segment_undecided": _(
            "{actor} took back what was decided of {count} people for {target}"
        ),
        "contacts.template_saved": _("{actor} kept {steps} steps as the template {target}"),
        "contacts.template_deleted": _("{actor} deleted a template of steps"),
        "contacts.pool_created": _("{actor} made the talent pool {target}"),
        "contacts.pool_changed": _("{actor} changed the talent pool {target} ({fields})"),
        "contacts.pool_reviewed": _("{actor} reviewed the talent pool {target}"),
        "contacts.pool_archived": _("{actor} put the talent pool {target} aside"),
        "contacts.pool_restored": _("{actor} brought the talent pool {target} back"),
        "contacts.pool_filled": _("{count} people were added to {target} from a segment"),
        "contacts.pool_added": _("{actor} added {count} people to {target}"),
        "contacts.pool_removed": _("{actor} took {count} people out of {target}"),
        "contacts.pool_moved": _("{actor} moved {count} people within {target}"),
        "contacts.lists_handed_on": _(
            "{actor} gave {count} segments, pools and views of {target} to {heir}"
        ),
        "contacts.lists_taken_back": _(
            "{actor} took back that {count} segments, pools and views of {target} changed hands"
        ),
        "contacts.unit_created": _("{actor} added the unit {target}"),
        "contacts.unit_renamed": _("{actor} renamed the unit {was} to {name}"),
        "contacts.unit_moved": _("{actor} moved the unit {target}"),
    }
)
declare_words(FIELD_WORDS)
declare_words({f"rule:{rule.key}": rule.label for rule in SAFE_RULES})
