"""What is recorded before a cut-off: chains, people, sites, verdicts.

An event here is {"seq","at","sender","digest","salt","type","body"}; `at` is an
instant, 2018-03-01T12:00:00Z.
"""
import datetime
import functools

from kinds import NEVER, UNKNOWN, Word, literal, parse_date
from periods import DAY

SPELL_PARTS = ("spell.changed", "spell.confirmed", "spell.ended")


class Member:
    """One event of a chain."""

    def __init__(self, event, body):
        self.seq, self.sender, self.digest = event["seq"], event["sender"], event["digest"]
        self.at, self.body = event["at"], body

    def evidence(self):
        return {e["kind"] for e in self.body.get("evidence", [])}


class Chain:
    def __init__(self, kind, member):
        self.type, self.members, self.retracted, self.salt = kind, [member], False, None
        self.spell = None           # the chain of the start, for a spell's reports
        self.parts = []             # the reports' chains, for a start

    @property
    def seq(self):
        return self.members[0].seq

    @property
    def head(self):
        return self.members[-1]

    def live(self):
        return not self.retracted and not (self.spell and self.spell.retracted)

    def date(self, name):
        return parse_date(self.head.body[name])


@functools.lru_cache(None)
def civil(at, offset):
    """The civil date of an instant at a fixed offset."""
    instant = datetime.datetime.strptime(at, "%Y-%m-%dT%H:%M:%SZ")
    sign = -1 if offset[0] == "-" else 1
    hours, minutes = offset[1:].split(":")
    return (instant + sign * datetime.timedelta(hours=int(hours), minutes=int(minutes))).date()


class Enrolment:
    def __init__(self, chain):
        self.chain = chain
        self.id = chain.seq
        self.participant = chain.head.body["participant"]
        self.start = chain.date("on")
        self.site = chain.head.body.get("site")
        self.attributes = chain.head.body.get("attributes", {})

    def order(self):
        return (self.start, self.id)


def named(chain):
    """The pseudonyms that a chain's first event names."""
    body = chain.members[0].body
    return body.get("participants") or [p for p in [body.get("participant")] if p is not None]


class Ledger:
    """Everything recorded under the contract before `size`."""

    def __init__(self, events, size, gone=()):
        self.by_digest, self.chains, self.size = {}, [], size
        self.gone, self.erased = gone, set()        # people, digests
        for event in events:
            if event["seq"] < size and not event["type"].startswith(("dispute.", "data.")):
                self.add(event)
        self.link_people()
        self.enrolments = [Enrolment(c) for c in self.of_type("participant.enrolled")]
        self.enrolments.sort(key=Enrolment.order)
        self.memo = {}

    def is_gone(self, body):
        inner = body.get("body", {})
        named = {body.get("participant"), inner.get("participant"), *body.get("participants", [])}
        return bool(named & self.gone) or body.get("event") in self.erased

    def add(self, event):
        kind, body = event["type"], event["body"]
        if self.gone and self.is_gone(body):
            self.erased.add(event["digest"])
            return
        if kind == "event.corrected":
            chain = self.by_digest[body["event"]]
            chain.members.append(Member(event, body["body"]))
            self.by_digest[event["digest"]] = chain
        elif kind == "event.retracted":
            self.by_digest[body["event"]].retracted = True
        else:
            chain = Chain(kind, Member(event, body))
            chain.salt = event.get("salt")
            self.by_digest[event["digest"]] = chain
            self.chains.append(chain)
            if kind in SPELL_PARTS:
                chain.spell = self.by_digest[body["spell"]]
                chain.spell.parts.append(chain)

    def of_type(self, kind):
        return [c for c in self.chains if c.type == kind and c.live()]

    # ---- people ----

    def salt_of(self, pseudonym):
        """Of the first event recorded about this participant."""
        return next(c.salt for c in self.chains if pseudonym in named(c))

    def link_people(self):
        """A person is a set of pseudonyms; its name is the one recorded first."""
        first = {}
        for c in self.chains:
            for p in named(c):
                first.setdefault(p, len(first))
        self.names = {p: {p} for p in first}
        for c in self.of_type("participants.joined"):
            a, b = c.head.body["participants"]
            union = self.names.get(a, {a}) | self.names.get(b, {b})
            for p in union:
                self.names[p] = union
        self.main = {p: min(union, key=lambda q: first[q])
                     for p, union in self.names.items()}

    def person_of(self, participant):
        return self.main.get(participant, participant)

    def pseudonyms(self, person):
        return self.names.get(person, {person})

    def enrolments_of(self, person):
        return [e for e in self.enrolments if self.person_of(e.participant) == person]

    def enrolment(self, ident):
        for e in self.enrolments:
            if e.id == ident:
                return e
        return Enrolment(next(c for c in self.chains if c.seq == ident))    # it is gone

    def stands(self, ident):
        """Is this enrolment there, not retracted?"""
        return any(e.id == ident for e in self.enrolments)

    def person_events(self, person, *kinds):
        names = self.pseudonyms(person)
        return [c for c in self.chains if c.type in kinds and c.live()
                and c.head.body.get("participant") in names]

    def people(self):
        """Everybody with an enrolment or an assignment that stands."""
        found = []
        for c in self.chains:
            if c.live() and c.type in ("participant.enrolled", "participant.assigned"):
                person = self.person_of(c.head.body["participant"])
                if person not in found:
                    found.append(person)
        return found

    def begins(self, person):
        days = [e.start for e in self.enrolments_of(person)]
        assigned = self.assignment(person)
        days += [assigned.date("on")] if assigned else []
        return min(days) if days else NEVER

    def first_said(self, chain):
        """The first day of an enrolment as it was first recorded."""
        return parse_date(chain.members[0].body["on"])

    def once_began(self, person):
        """Of somebody of whom no enrolment stands: the earliest that there was."""
        return min((self.first_said(c) for c in self.chains if c.type == "participant.enrolled"
                    and c.members[0].body["participant"] in self.pseudonyms(person)),
                   default=datetime.date.max)

    # ---- attributes ----

    def says(self, person):
        """(date, seq, attributes) of enrolments, changes, assignments."""
        if ("says", person) not in self.memo:
            day = {"participant.enrolled": "on", "participant.changed": "from",
                   "participant.assigned": "on"}
            got = [(c.date(day[c.type]), c.seq, c.head.body.get("attributes", {}))
                   for c in self.person_events(person, *day)]
            self.memo["says", person] = sorted(got, key=lambda s: (s[0], s[1]))
        return self.memo["says", person]

    def attribute(self, person, name, day):
        found = UNKNOWN
        for date, _, attributes in self.says(person):
            if date <= day and name in attributes:
                found = literal(attributes[name])
        return found

    def transfers(self, person, e, until, parties):
        """The transfers in force after an enrolment, by day: those that the receiver and the holder
        (or a source) both sent for one day. The receiver's chains."""
        holder, after = e.chain.head.sender, e.start - DAY
        sent = self.person_events(person, "participant.transferred")
        sent.sort(key=lambda c: (c.date("on"), c.seq))
        out = []
        for own in sent:
            to, on = own.head.body["to"], own.date("on")
            if own.head.sender != to or to == holder or not after < on <= until:
                continue
            if any(other is not own and other.head.body["to"] == to and other.date("on") == on
                   and (other.head.sender == holder or "participant.transferred" in
                        parties.get(other.head.sender, {}).get("source", [])) for other in sent):
                holder, after = to, on
                out.append(own)
        return out

    def provider(self, person, day, parties, enrolment=None):
        """The sender of the enrolment in hand (a person's: the last begun), then the receiver of
        each transfer in force."""
        begun = [e for e in self.enrolments_of(person) if e.start <= day]
        e = enrolment or (begun[-1] if begun else None)
        if e is None or e.start > day:
            return None
        moves = self.transfers(person, e, day, parties)
        return moves[-1].head.body["to"] if moves else e.chain.head.sender

    def site(self, person, day, parties):
        mine = self.enrolments_of(person)
        found = [(e.start, e.chain.seq, e.site) for e in mine]
        found += [(c.date("from"), c.seq, c.head.body.get("site"))
                  for c in self.person_events(person, "participant.changed")]
        for i, e in enumerate(mine):
            until = min([day] + [n.start - DAY for n in mine[i + 1:i + 2]])
            found += [(c.date("on"), c.seq, c.head.body.get("site"))
                      for c in self.transfers(person, e, until, parties)]
        found = [f for f in sorted(found, key=lambda f: f[:2]) if f[0] <= day and f[2]]
        return Word(found[-1][2]) if found else UNKNOWN

    def assignment(self, person):
        got = self.person_events(person, "participant.assigned")
        return max(got, key=lambda c: c.seq) if got else None

    def consent(self, person, day):
        found = [(c.date("from"), c.seq, c.type == "consent.given")
                 for c in self.person_events(person, "consent.given", "consent.withdrawn")]
        found = [f for f in sorted(found) if f[0] <= day]
        return found[-1][2] if found else False

    def exit_of(self, enrolment):
        """The exit that belongs to this enrolment: the earliest one, or None."""
        later = [e.start for e in self.enrolments
                 if e.participant == enrolment.participant and e.order() > enrolment.order()]
        until = min(later) if later else datetime.date.max
        got = [c for c in self.chains if c.type == "participant.exited" and c.live()
               and c.head.body["participant"] == enrolment.participant
               and enrolment.start <= c.date("on") < until]
        return min(got, key=lambda c: (c.date("on"), c.seq)) if got else None

    # ---- verdicts ----

    def verdicts(self):
        """{member digest: {party: (seq, verdict, at)}}, what stands."""
        if "verdicts" not in self.memo:
            standing = {}
            for c in sorted(self.of_type("claim.attested"), key=lambda c: c.head.seq):
                for digest in c.head.body["events"]:
                    standing.setdefault(digest, {})[c.head.sender] = \
                        (c.head.seq, c.head.body["verdict"], c.head.at)
            self.memo["verdicts"] = standing
        return self.memo["verdicts"]
