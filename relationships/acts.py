from django.utils.translation import gettext_lazy as _

from core.audit import declare

declare(
    {
        "relationships.begun": _("{actor} began a relationship with {target}"),
        "relationships.stage_changed": _("{actor} moved {target} to another stage"),
        "relationships.owner_changed": _("{actor} changed who keeps in touch with {target}"),
        "relationships.cadence_set": _("{actor} changed the cadence for {target}"),
        "relationships.touch_postponed": _("{actor} put off the next contact with {target}"),
        "relationships.engagement_begun": _("{actor} added an engagement of {target}"),
        "relationships.engagement_changed": _("{actor} changed an engagement ({fields})"),
        "relationships.engagement_ended": _("{actor} ended an engagement of {target}"),
        "relationships.engagement_resumed": _("{actor} took back the end of an engagement"),
        "relationships.engagement_undone": _("{actor} undid a change of an engagement ({fields})"),
        "relationships.engagement_taken_back": _("{actor} took back an engagement of {target}"),
        "relationships.engagement_moved": _("{actor} moved an assignment to another phase"),
        "relationships.leaving_begun": _("The way out of an engagement of {target} began"),
        "relationships.leaving_moved": _("The way out of an engagement moved to another last day"),
        "relationships.leaving_stopped": _("The way out of an engagement stopped with its end"),
        "relationships.feedback_given": _("{actor} wrote down closing feedback about {target}"),
        "relationships.stay_in_touch_chosen": _(
            "{actor} wrote down whether {target} wants to stay in touch"
        ),
        "relationships.closing_steps_changed": _("{actor} changed the steps of the way out"),
        "relationships.rates_compared": _("{actor} compared what people are paid"),
        "relationships.interaction_logged": _("{actor} logged contact with {target}"),
        "relationships.follow_up_created": _("{actor} made a task about {target}"),
        "relationships.follow_up_closed": _("{actor} closed a task about {target}"),
        "relationships.follow_up_reopened": _("{actor} opened a task about {target} again"),
        "relationships.follow_up_snoozed": _("{actor} put off a task about {target}"),
        "relationships.follow_up_handed_over": _("{actor} handed over a task about {target}"),
        "relationships.interaction_changed": _("{actor} put right what was logged with {target}"),
        "relationships.interaction_taken_back": _(
            "{actor} took back what was logged with {target}"
        ),
        "relationships.interaction_put_back": _("{actor} put back what was logged with {target}"),
        "relationships.promise_made": _("{actor} wrote down a promise with {target}"),
        "relationships.promise_kept": _("{actor} marked a promise with {target} as kept"),
        "relationships.promise_broken": _("{actor} marked a promise with {target} as broken"),
        "relationships.promise_withdrawn": _("{actor} withdrew a promise with {target}"),
        "relationships.promise_renegotiated": _("{actor} agreed a promise with {target} anew"),
        "relationships.promise_reopened": _("{actor} opened a promise with {target} again"),
        "relationships.promise_put_off": _("{actor} put a promise with {target} off their desk"),
        "relationships.promise_handed_over": _("{actor} handed over a promise with {target}"),
        "relationships.touch_not_needed": _("{actor} found no contact needed with {target}"),
        "relationships.segment_cadence_set": _("{actor} changed the cadence of a segment"),
        "relationships.promise_corrected": _("{actor} put right a promise with {target}"),
        "relationships.promise_taken_back": _("{actor} took back a promise with {target}"),
        "relationships.goodwill_noted": _("{actor} wrote in the goodwill ledger of {target}"),
        "relationships.goodwill_removed": _("{actor} took a line out of the ledger of {target}"),
        "relationships.fact_added": _("{actor} added a personal fact of {target}"),
        "relationships.fact_removed": _("{actor} removed a personal fact of {target}"),
        "relationships.fact_expired": _(
            "A personal fact of {target} was removed: its time is over"
        ),
        "relationships.tie_added": _("{actor} wrote down a tie of {target}"),
        "relationships.tie_changed": _("{actor} changed a tie of {target} ({fields})"),
        "relationships.tie_removed": _("{actor} took out a tie of {target}"),
        "relationships.tie_restored": _("{actor} put back a tie of {target}"),
        "relationships.tie_kind_added": _("{actor} made the kind of tie {target}"),
        "relationships.tie_kind_changed": _("{actor} changed the kind of tie {target}"),
        "relationships.tie_kind_retired": _("{actor} took the kind of tie {target} out of use"),
        "relationships.tie_kind_restored": _("{actor} took the kind of tie {target} into use"),
        "relationships.ownership_overridden": _(
            "{actor} turned to {target}, whom somebody else held: {reason}"
        ),
        "relationships.ownership_rule_changed": _("{actor} changed how long owners hold {target}"),
        "relationships.handed_on": _("{actor} gave {people} relationships of {target} to heirs"),
        "relationships.handing_on_undone": _(
            "{actor} gave {people} relationships back to {target}"
        ),
        "relationships.co_owner_added": _("{actor} made a colleague co-owner of {target}"),
        "relationships.co_owner_removed": _("{actor} took a co-owner from {target}"),
        "relationships.stage_edited": _("{actor} changed the stage {target}"),
        "relationships.stage_added": _("{actor} added the stage {target}"),
        "relationships.stage_placed": _("{actor} changed the place of the stage {target}"),
        "relationships.stage_put_aside": _("{actor} put the stage {target} aside"),
        "relationships.stage_brought_back": _("{actor} brought the stage {target} back"),
        "relationships.stage_deleted": _("{actor} deleted a stage of {target}"),
        "relationships.entry_rules_changed": _("{actor} changed what the stage {target} asks for"),
        "relationships.kind_changed": _("{actor} recorded that {target} became something else"),
        "relationships.kind_change_undone": _("{actor} undid that {target} became something else"),
        "relationships.automation_added": _("{actor} let something be done by itself at a stage"),
        "relationships.automation_changed": _("{actor} changed what is done by itself at a stage"),
        "relationships.automation_switched": _("{actor} switched an automation of a stage"),
        "relationships.automation_removed": _("{actor} took an automation of a stage out"),
        "relationships.automation_restored": _("{actor} brought an automation of a stage back"),
        "relationships.moves_changed": _("{actor} changed the moves allowed in {target}"),
    }
)
