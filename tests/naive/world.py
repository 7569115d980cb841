"""One terms version read over one ledger, as of one statement."""
from kinds import UNKNOWN, NEVER, parse_date
from expression import Context, Expressions, Groups, Tables
from facts import Facts, plays
from outcomes import Outcomes
from payments import Payments
from periods import Calendars
from values import Values


class World:
    def __init__(self, version, settlement, ledger, through, settled):
        self.version, self.ledger, self.through = version, ledger, through
        self.settlement = settlement        # the statement, for what other versions govern
        self.terms = version["terms"]
        self.parties = self.terms["parties"]
        self.offset = self.terms["settlement"]["offset"]
        self.settled = settled              # what earlier statements' lines say
        self.last_day = settled.last_day(self)
        self.site_memo = {}
        self.calendars, self.facts = Calendars(self), Facts(self)
        self.expressions, self.tables = Expressions(self), Tables(self)
        self.groups, self.values = Groups(self), Values(self)
        self.outcomes, self.payments = Outcomes(self), Payments(self)
        self.eval = self.expressions.eval

    def context(self, subject, day=None, period=None):
        return Context(subject, day or self.through, period)

    def in_the_end(self, subject):
        """For what says when and how often: section 2."""
        return self.context(subject, parse_date(self.terms["settlement"]["final"]))

    # ---- subjects: ("enrolment", id), ("person", pseudonym), ("site", name), ("contract",) ----

    def subjects(self, kind):
        if kind == "enrolment":
            return [("enrolment", e.id) for e in self.ledger.enrolments]
        if kind == "person":
            return [("person", p) for p in self.ledger.people()]
        if kind == "site":
            sites = {s for p in self.parties.values() for s in p.get("sites", [])}
            return [("site", s) for s in sorted(sites)]
        return [("contract",)]

    def person(self, subject):
        """The person of a subject, or None."""
        if subject[0] == "enrolment":
            return self.ledger.person_of(self.ledger.enrolment(subject[1]).participant)
        return self.ledger.person_of(subject[1]) if subject[0] == "person" else None

    def enrolment(self, subject):
        """The enrolment of a subject; a person's is the first by date."""
        if subject[0] == "enrolment":
            return self.ledger.enrolment(subject[1])
        if subject[0] != "person":
            return None
        mine = self.ledger.enrolments_of(self.ledger.person_of(subject[1]))
        return mine[0] if mine else None

    def site(self, person, day):
        if (person, day) not in self.site_memo:
            self.site_memo[person, day] = self.ledger.site(person, day, self.parties)
        return self.site_memo[person, day]

    def plays(self, who, party):
        return plays(self, who, party)

    def lift(self, to, ctx):
        """The subject that a value is read for, or None."""
        subject = ctx.subject
        if to is None or to == subject[0]:
            return subject
        if to == "contract":
            return ("contract",)
        person = self.person(subject)
        if person is None:
            return None
        if to == "person":
            return ("person", person)
        if to == "site":
            site = self.site(person, ctx.day)
            return None if site is UNKNOWN else ("site", str(site))
        e = self.enrolment(subject)
        return ("enrolment", e.id) if e else None

    def asked(self, kind, ctx):
        """The subjects of `kind` that are meant when ctx.subject asks."""
        subject = ctx.subject
        if kind == subject[0]:
            return [subject]
        if kind == "contract":
            return [("contract",)]
        person = self.person(subject)
        if person is None:
            return [s for s in self.subjects(kind) if self.at_site(s, subject, ctx)]
        if kind == "person":
            return [("person", person)]
        if kind == "enrolment":
            return [("enrolment", e.id) for e in self.ledger.enrolments_of(person)]
        site = self.site(person, ctx.day)
        return [] if site is UNKNOWN else [("site", str(site))]

    def at_site(self, s, asker, ctx):
        if asker[0] == "contract":
            return True
        if s[0] == "site":
            return s == asker
        return self.site(self.person(s), ctx.day) == asker[1]

    def same_subject(self, subject, ctx):
        """Is it the asker's: its own, its person's, one of the person's enrolments?"""
        if self.person(subject) is None or self.person(ctx.subject) is None:
            return subject == ctx.subject
        return subject in self.asked(subject[0], ctx)

    def participant(self, subject):
        if subject[0] == "enrolment":
            return self.ledger.enrolment(subject[1]).participant
        return subject[1] if subject[0] == "person" else ""

    def order_of(self, subject, once=False):
        """(enrolment date, kind, name) of a subject, for ties; a site's and the contract's date is
        the contract's first day, and they come before people of that date. `once`: as first recorded."""
        if subject[0] == "enrolment":
            e = self.ledger.enrolment(subject[1])
            day = e.start if not once and self.ledger.stands(e.id) else self.ledger.first_said(e.chain)
            return (day.isoformat(), 2, e.participant)
        if subject[0] == "person":
            begins = self.ledger.begins(self.ledger.person_of(subject[1]))
            if begins is NEVER:
                begins = self.ledger.once_began(subject[1])
            return (begins.isoformat(), 2, subject[1])
        first = self.terms["settlement"]["from"]
        return (first, 1, subject[1]) if subject[0] == "site" else (first, 0, "")

    # ---- periods in hand ----

    def holding(self, name, ctx, day):
        p = self.calendars.holding(name, ctx, day)
        if p is not None:
            p.calendar = name
        return p

    def same_calendar(self, ctx, day):
        return self.holding(ctx.period.calendar, ctx, day)

    def date(self, text):
        return parse_date(text)
