"""Six hundred lives in outline: who they are, what they were to us and when. Pure, and the same
for the same day and seed; ``history`` turns them into rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from contacts import names as name_parts
from relationships.choices import Kind
from relationships.models import Engagement
from trm.demo import names
from trm.demo.organisation import UNITS, WORKPLACES

Form = Engagement.Form


@dataclass(frozen=True)
class Standing:
    """One relationship: ``moves`` are the stages and the days on which they were reached."""

    kind: Kind
    moves: tuple[tuple[str, date], ...]
    ended_on: date | None = None

    @property
    def started_on(self) -> date:
        return self.moves[0][1]


@dataclass(frozen=True)
class Job:
    form: Form
    unit: str
    role: str
    starts_on: date
    ends_on: date | None = None


@dataclass(frozen=True)
class Life:
    """One person. ``number`` is their place in the row and makes addresses unique."""

    number: int
    given: str
    infix: str
    family: str
    language: str
    city: str
    unit: str
    role: str
    organisation: str
    standings: tuple[Standing, ...]
    jobs: tuple[Job, ...] = field(default=())

    @property
    def first_contact_on(self) -> date:
        days = [standing.started_on for standing in self.standings]
        return min(days + [job.starts_on for job in self.jobs])


# How many of each, in all 600.
COUNTS = {
    "prospect": 190,
    "declined": 40,
    "employee": 170,
    "newcomer": 15,
    "freelancer": 85,
    "alumnus": 70,
    "gone_freelance": 14,
    "returner": 10,
    "intern": 6,
}
PARENT = {code: parent for code, _, parent in UNITS}


def division_of(unit: str) -> str:
    """The unit right under the root that ``unit`` belongs to."""
    while PARENT[unit] not in ("", "root"):
        unit = PARENT[unit]
    return unit


def make_lives(*, today: date, seed: int) -> list[Life]:
    rng = Random(seed)
    plots = [plot for plot, count in COUNTS.items() for _ in range(count)]
    rng.shuffle(plots)
    return [_Author(rng, today, number).write(plot) for number, plot in enumerate(plots)]


class _Author:
    """Writes one life."""

    def __init__(self, rng: Random, today: date, number: int) -> None:
        self.rng = rng
        self.today = today
        self.number = number
        self.unit = rng.choice(WORKPLACES)
        self.role = self._role()

    def write(self, plot: str) -> Life:
        origin = self.rng.choice(names.ORIGINS)
        infix, family = name_parts.split_infix(self.rng.choice(names.FAMILY[origin]))
        standings, jobs = getattr(self, f"_{plot}")()
        works_here = any(job.ends_on is None and job.form == Form.EMPLOYMENT for job in jobs)
        return Life(
            number=self.number,
            given=self.rng.choice(names.GIVEN[origin]),
            infix=infix,
            family=family,
            language="en" if origin in names.ENGLISH_SPEAKING else "nl",
            city=self.rng.choice(names.CITIES),
            unit=self.unit,
            role=self.role,
            organisation="" if works_here else self.rng.choice(names.ORGANISATIONS),
            standings=tuple(standings),
            jobs=tuple(jobs),
        )

    def _role(self) -> str:
        roles = names.ROLES.get(division_of(self.unit), names.ROLES["root"])
        return self.rng.choice(roles.split("|"))

    def _ago(self, least: int, most: int) -> date:
        return self.today - timedelta(days=self.rng.randint(least, most))

    def _path(
        self, start: date, keys: tuple[str, ...], least: int, most: int
    ) -> Iterator[tuple[str, date]]:
        """Stages one after another, each after ``least`` to ``most`` days, none in the future."""
        day = start
        for key in keys:
            if day > self.today:
                return
            yield key, day
            day += timedelta(days=self.rng.randint(least, most))

    def _courtship(self, hired_on: date) -> Standing:
        """The months before somebody joined."""
        start = hired_on - timedelta(days=self.rng.randint(60, 260))
        step = (hired_on - start) // 5
        keys = ("identified", "in-contact", "interested", "in-conversation", "offer")
        moves = tuple((key, start + step * n) for n, key in enumerate(keys))
        return Standing(Kind.PROSPECT, (*moves, ("joined", hired_on)), ended_on=hired_on)

    def _employed(self, hired_on: date, left_on: date | None = None) -> Standing:
        until = left_on or self.today
        moves = [("preboarding", hired_on - timedelta(days=21)), ("onboarding", hired_on)]
        settled_on = hired_on + timedelta(days=100)
        if settled_on < until:
            moves.append(("settled", settled_on))
        growing_on = hired_on + timedelta(days=self.rng.randint(400, 900))
        if growing_on < until and self.rng.random() < 0.45:
            moves.append(("growing", growing_on))
        if left_on:
            leaving_on = max(moves[-1][1], left_on - timedelta(days=45))
            moves += [("leaving", leaving_on), ("left", left_on)]
        return Standing(Kind.EMPLOYEE, tuple(moves), ended_on=left_on)

    def _after_leaving(self, left_on: date, *, returned_on: date | None = None) -> Standing:
        until = returned_on or self.today
        keys = (
            ("in-touch", "active") if self.rng.random() < 0.6 else ("in-touch", "active", "dormant")
        )
        moves = [("just-left", left_on)]
        day = left_on
        for key in keys:
            day += timedelta(days=self.rng.randint(40, 300))
            if day >= until:
                break
            moves.append((key, day))
        if returned_on:
            moves.append(("returned", returned_on))
        return Standing(Kind.ALUMNUS, tuple(moves), ended_on=returned_on)

    def _job(self, form: Form, start: date, end: date | None = None) -> Job:
        return Job(form, self.unit, self.role, start, end)

    def _prospect(self) -> tuple[list[Standing], list[Job]]:
        depth = self.rng.choice((1, 2, 2, 3, 3, 4, 5))
        keys = ("identified", "in-contact", "interested", "in-conversation", "offer")[:depth]
        moves = tuple(self._path(self._ago(5, 900), keys, 10, 90))
        return [Standing(Kind.PROSPECT, moves)], []

    def _declined(self) -> tuple[list[Standing], list[Job]]:
        start = self._ago(120, 1000)
        moves = list(self._path(start, ("identified", "in-contact", "interested"), 15, 35))
        ended_on = moves[-1][1] + timedelta(days=self.rng.randint(5, 15))
        return [Standing(Kind.PROSPECT, (*moves, ("not-now", ended_on)), ended_on)], []

    def _employee(self) -> tuple[list[Standing], list[Job]]:
        hired_on = self._ago(120, 4200)
        standings = [self._employed(hired_on)]
        if (self.today - hired_on).days < 1100:
            standings.insert(0, self._courtship(hired_on))
        return standings, [self._job(Form.EMPLOYMENT, hired_on)]

    def _newcomer(self) -> tuple[list[Standing], list[Job]]:
        hired_on = self._ago(-18, 80)
        moves = [("preboarding", min(self.today, hired_on - timedelta(days=21)))]
        if hired_on <= self.today:
            moves.append(("onboarding", hired_on))
        courtship = self._courtship(moves[0][1])
        return [courtship, Standing(Kind.EMPLOYEE, tuple(moves))], [
            self._job(Form.EMPLOYMENT, hired_on)
        ]

    def _freelance(self, known_on: date) -> tuple[Standing, list[Job]]:
        moves = [("acquainted", known_on)]
        jobs: list[Job] = []
        day = known_on + timedelta(days=self.rng.randint(20, 120))
        if day < self.today:
            moves.append(("available", day))
        while (day := day + timedelta(days=self.rng.randint(30, 200))) < self.today:
            end = day + timedelta(days=self.rng.randint(60, 280))
            moves.append(("on-assignment", day))
            jobs.append(self._job(Form.ASSIGNMENT, day, end))
            if end >= self.today:
                break
            moves.append(("between-assignments", end))
            day = end
        return Standing(Kind.FREELANCER, tuple(moves)), jobs

    def _freelancer(self) -> tuple[list[Standing], list[Job]]:
        standing, jobs = self._freelance(self._ago(30, 1080))
        return [standing], jobs

    def _left(self, least: int, most: int) -> tuple[date, date]:
        left_on = self._ago(least, most)
        return left_on - timedelta(days=self.rng.randint(400, 3000)), left_on

    def _alumnus(self) -> tuple[list[Standing], list[Job]]:
        hired_on, left_on = self._left(10, 1080)
        return [self._employed(hired_on, left_on), self._after_leaving(left_on)], [
            self._job(Form.EMPLOYMENT, hired_on, left_on)
        ]

    def _gone_freelance(self) -> tuple[list[Standing], list[Job]]:
        hired_on, left_on = self._left(200, 1000)
        freelance, assignments = self._freelance(left_on + timedelta(days=20))
        return [self._employed(hired_on, left_on), self._after_leaving(left_on), freelance], [
            self._job(Form.EMPLOYMENT, hired_on, left_on),
            *assignments,
        ]

    def _returner(self) -> tuple[list[Standing], list[Job]]:
        hired_on, left_on = self._left(500, 1000)
        back_on = left_on + timedelta(days=self.rng.randint(250, 450))
        return [
            self._employed(hired_on, left_on),
            self._after_leaving(left_on, returned_on=back_on),
            self._employed(back_on),
        ], [
            self._job(Form.EMPLOYMENT, hired_on, left_on),
            self._job(Form.EMPLOYMENT, back_on),
        ]

    def _intern(self) -> tuple[list[Standing], list[Job]]:
        start = self._ago(200, 700)
        moves = tuple(self._path(start, ("identified", "in-contact", "interested"), 30, 60))
        internship = self._job(Form.INTERNSHIP, start, start + timedelta(days=150))
        return [Standing(Kind.PROSPECT, moves)], [internship]
