"""How lives follow from relationships and moves, said once: for the tables that keep them
(``services.lives``) and for whoever changed since. Source: product measures, 14.

Each of the three statements has ``{people}``, a condition on ``contact_id``. Figures read those
that end in ``_now``: what is kept, but for who is marked; of these, what is true now.
"""

from insights.choices import State

# Who begins anew within so many days of an ending was never out of touch.
GAP_DAYS = 90
TAKEN_BACK = "Taken back"
# Somebody may be several at once, so that states are kept as the sum of these.
NUMBERS = {
    State.PROSPECT: 1,
    State.EMPLOYEE: 2,
    State.FREELANCER: 4,
    State.ALUMNUS: 8,
    State.RETURNER: 16,
    State.PAST: 32,
}

# An employee who worked for us before has come back.
_STATE = """
CASE WHEN row.kind = 'employee' AND EXISTS (
    SELECT FROM relationships_relationship AS earlier
    WHERE earlier.contact_id = row.contact_id AND earlier.kind IN ('employee', 'alumnus')
        AND (earlier.started_on, earlier.id) < (row.started_on, row.id)
) THEN 'returner' ELSE row.kind END
"""
_CASES = " ".join(f"WHEN '{state.value}' THEN {n}" for state, n in NUMBERS.items())
# By person: contact_id, states.
PLACES = f"""
SELECT contact_id,
    coalesce(bit_or(CASE state {_CASES} END), {NUMBERS[State.PAST]})::smallint AS states
FROM (
    SELECT row.contact_id, CASE WHEN row.ended_on IS NULL THEN {_STATE} END AS state
    FROM relationships_relationship AS row WHERE row.{{people}}
) AS part GROUP BY contact_id
"""  # noqa: S608 -- words of ours
_STEPS = f"""
SELECT row.id AS relationship_id, false AS is_ending, row.contact_id,
    CASE WHEN before.times = 0 THEN 'known'
        WHEN before.until < row.started_on - {GAP_DAYS} THEN 'past'
        WHEN before.kind = 'employee' AND before.work > 1 THEN 'returner'
        ELSE before.kind END AS source,
    CASE WHEN row.kind = 'employee' AND before.work > 0 THEN 'returner' ELSE row.kind END AS target,
    row.started_on AS "on"
FROM relationships_relationship AS row CROSS JOIN LATERAL (
    SELECT count(*) AS times, max(coalesce(earlier.ended_on, 'infinity')) AS until,
        (array_agg(earlier.kind ORDER BY earlier.started_on DESC, earlier.id DESC))[1] AS kind,
        count(*) FILTER (WHERE earlier.kind IN ('employee', 'alumnus')) AS work
    FROM relationships_relationship AS earlier
    WHERE earlier.contact_id = row.contact_id
        AND (earlier.started_on, earlier.id) < (row.started_on, row.id)
) AS before
WHERE row.{{people}}
UNION ALL
SELECT row.id, true, row.contact_id, {_STATE}, 'past', row.ended_on
FROM relationships_relationship AS row
WHERE row.ended_on IS NOT NULL AND row.{{people}} AND NOT EXISTS (
    SELECT FROM relationships_relationship AS other
    WHERE other.contact_id = row.contact_id AND other.id <> row.id
        AND other.started_on <= row.ended_on + {GAP_DAYS}
        AND (other.ended_on IS NULL OR other.ended_on > row.ended_on)
)
"""  # noqa: S608 -- words of ours
# The columns of ``Step``.
STEPS = f"""
SELECT relationship_id, is_ending, contact_id, source, target, "on", lag("on") OVER (
    PARTITION BY contact_id, source, target ORDER BY "on", relationship_id, is_ending
) AS earlier_on
FROM ({_STEPS}) AS step
"""  # noqa: S608 -- words of ours
# The columns of ``Stay``.
STAYS = f"""
SELECT id AS move_id, relationship_id, contact_id, kind, stage_id, moved_at AS began_at,
    lead(moved_at) OVER past AS left_at, ended_on, joined_at, owner_id, source
FROM (
    SELECT move.id, move.relationship_id, move.to_stage_id AS stage_id, move.moved_at, move.reason,
        row.contact_id, row.kind, row.ended_on, row.owner_id, person.source,
        lead(move.reason) OVER past AS next_reason,
        min(move.moved_at) FILTER (WHERE move.from_stage_id IS NULL)
            OVER (PARTITION BY move.relationship_id) AS joined_at
    FROM relationships_stagetransition AS move
    JOIN relationships_relationship AS row ON row.id = move.relationship_id
    JOIN contacts_contact AS person ON person.id = row.contact_id
    WHERE row.{{people}}
    WINDOW past AS (PARTITION BY move.relationship_id ORDER BY move.moved_at, move.id)
) AS move
WHERE reason <> '{TAKEN_BACK}' AND next_reason IS DISTINCT FROM '{TAKEN_BACK}'
WINDOW past AS (PARTITION BY relationship_id ORDER BY moved_at, id)
"""  # noqa: S608 -- words of ours

MARKED = "SELECT contact_id FROM insights_lifemark"


def _now(kept: str, fresh: str) -> str:
    """``kept`` is a statement that ends in its conditions.

    Not ``NOT EXISTS``: of a table that was empty when the planner last looked it expects nothing,
    and would read it through once per row. ``NOT IN`` puts it in a hash, whatever its size.
    """
    return f"""
{kept} AND contact_id NOT IN ({MARKED})
UNION ALL {fresh}"""


def stays_now(conditions: str) -> str:
    """The stays of which ``conditions`` hold, whose values are named in them."""
    fresh = STAYS.format(people=f"contact_id IN ({MARKED})")
    return _now(
        f"""
SELECT contact_id, stage_id, began_at, left_at, ended_on, owner_id, source
FROM insights_stay WHERE {conditions}""",  # noqa: S608 -- words of ours, here and below
        f"""
SELECT contact_id, stage_id, began_at, left_at, ended_on, owner_id, source
FROM ({fresh}) AS fresh WHERE {conditions}""",  # noqa: S608
    )


def steps_now(conditions: str) -> str:
    """The steps of which ``conditions`` hold."""
    fresh = STEPS.format(people=f"contact_id IN ({MARKED})")
    return _now(
        f"SELECT contact_id, source, target, earlier_on FROM insights_step WHERE {conditions}",  # noqa: S608
        f"SELECT contact_id, source, target, earlier_on FROM ({fresh}) AS fresh WHERE {conditions}",  # noqa: S608
    )


def places_now() -> str:
    fresh = PLACES.format(people=f"contact_id IN ({MARKED})")
    return _now("SELECT contact_id, states FROM insights_place WHERE true", fresh)
