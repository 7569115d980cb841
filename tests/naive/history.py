"""Random histories that the ledger's rules allow, for given terms.

A history is told as it happens: a clock that only goes forward, parties that
say things about days before it, correct and retract them, verdicts, statements.
"""
import base64
import datetime
import random

from kinds import parse_date
from ledger import civil
from periods import DAY, add_units

KEYS = {        # the natural key's fields of each type
    "participant.enrolled": ("on", "participant"),
    "participant.changed": ("from", "participant"),
    "participant.exited": ("on", "participant"),
    "participant.transferred": ("on", "participant", "to"),
    "participant.assigned": ("arm", "participant"),
    "participants.joined": ("participants",),
    "consent.given": ("from", "participant"),
    "consent.withdrawn": ("from", "participant"),
    "spell.started": ("employer", "from", "kind", "participant", "ref"),
    "spell.changed": ("from", "spell"),
    "spell.confirmed": ("on", "spell"),
    "spell.ended": ("spell",),
    "earnings.reported": ("employer", "kind", "month", "participant", "ref"),
    "activity.logged": ("kind", "on", "participant", "ref", "site"),
    "milestone.reached": ("kind", "on", "participant", "ref", "site"),
    "status.reported": ("from", "kind", "participant", "ref", "to"),
    "feed.completed": ("feed", "from", "to"),
    "claim.made": ("on", "outcome", "participant", "ref", "site"),
    "measurement.recorded": ("from", "group", "method", "name", "participant", "site", "to"),
    "flow.recorded": ("on", "party", "ref"),
}
SPELL_PARTS = ("spell.changed", "spell.confirmed", "spell.ended")


class Chain:
    def __init__(self, kind, sender, body, digest):
        self.type, self.sender, self.body, self.head = kind, sender, body, digest
        self.members = [digest]
        self.live, self.spell = True, None


class Story:
    """A ledger that grows, and the events and statements it has so far."""

    def __init__(self, seed, versions, profile):
        self.random = random.Random(seed)
        self.terms = versions[-1]["terms"]
        self.profile = profile
        self.settlement = self.terms["settlement"]
        self.seq = 10
        self.clock = parse_date(self.settlement["from"]) + datetime.timedelta(hours=0)
        self.hour = 0
        self.events, self.statements, self.chains = [], [], []
        self.keys = {}
        self.people = []                # pseudonyms with an enrolment or assignment
        self.all_settled = False        # nothing that follows is seen by a statement

    # ---- small choices ----

    def chance(self, p):
        return self.random.random() < p

    def pick(self, options):
        return self.random.choice(list(options))

    def bytes(self, n):
        return bytes(self.random.getrandbits(8) for _ in range(n))

    def pseudonym(self):
        return base64.b32encode(self.bytes(16)).decode().lower().rstrip("=")

    def at(self):
        return "%sT%02d:%02d:00Z" % (self.clock.isoformat(), self.hour, 0)

    def wait(self, days):
        self.clock += days * DAY
        hour = self.random.randrange(24)
        self.hour = max(self.hour, hour) if days == 0 else hour

    def today(self):
        return civil(self.at(), self.settlement["offset"])

    def back(self, most):
        """A day up to `most` days ago, now and then a little ahead."""
        days = self.profile.get("boundaries")
        if days and self.chance(0.4):
            near = [d for d in days if abs((self.today() - d).days) <= 2 * most]
            if near:
                return self.pick(near) + self.random.randrange(-1, 2) * DAY
        most = min(most, self.profile.get("recently", most))
        if self.chance(0.1):
            return self.today() + self.random.randrange(20) * DAY
        return self.today() - self.random.randrange(most + 1) * DAY

    # ---- saying things ----

    def say(self, sender, kind, body):
        self.seq += self.random.randrange(1, 4)
        salt = base64.urlsafe_b64encode(self.bytes(16)).decode().rstrip("=")
        event = {"seq": self.seq, "at": self.at(), "sender": sender,
                 "digest": self.bytes(32).hex(), "salt": salt, "type": kind, "body": body}
        body["contract"] = self.profile["contract"]
        self.events.append(event)
        return event["digest"]

    def natural(self, kind, sender, body):
        """A spell is named by its first event, whichever of its members the body names."""
        said = dict(body)
        for chain in self.chains:
            if body.get("spell") in chain.members:
                said["spell"] = chain.members[0]
        return (kind, sender) + tuple(str(said.get(f)) for f in KEYS[kind])

    def tell(self, sender, kind, body):
        """A new chain, unless its natural key is taken."""
        key = self.natural(kind, sender, body)
        if key in self.keys:
            return None
        chain = Chain(kind, sender, body, self.say(sender, kind, body))
        chain.key = key
        self.keys[key] = chain
        self.chains.append(chain)
        return chain

    def correct(self, chain, body):
        if body == chain.body:
            return
        key = self.natural(chain.type, chain.sender, body)
        if key != chain.key and key in self.keys:
            return
        del self.keys[chain.key]
        chain.key, chain.body = key, body
        self.keys[key] = chain
        body["contract"] = self.profile["contract"]
        chain.head = self.say(chain.sender, "event.corrected", {"event": chain.head, "body": body})
        chain.members.append(chain.head)

    def retract(self, chain):
        self.say(chain.sender, "event.retracted", {"event": chain.head})
        for c in [chain] + [c for c in self.chains if c.spell is chain and c.live]:
            c.live = False
            if c.type in KEYS:
                self.keys.pop(c.key, None)

    def alive(self, *kinds):
        return [c for c in self.chains if c.live and c.type in kinds
                and not (c.spell and not c.spell.live)]

    def present(self):
        """Pseudonyms with an enrolment or assignment that stands."""
        return sorted({c.body["participant"] for c in
                       self.alive("participant.enrolled", "participant.assigned")})

    # ---- statements ----

    def earliest_cut(self, through):
        cut = self.settlement["cut_off"]
        cal = self.terms["calendars"][cut["calendar"]]
        return add_units(through, cut["n"] * cal.get("n", 1), cal["unit"])

    def settle(self, through):
        self.statements.append({"size": self.seq + 1, "through": through.isoformat()})
        self.seq += 100000


class Teller:
    """Draws what happens next."""

    def __init__(self, story):
        self.s, self.p = story, story.profile

    def sender(self, kind):
        return self.s.pick(self.p["senders"].get(kind, self.p["senders"]["*"]))

    def attributes(self):
        s, out = self.s, {}
        for name, options in self.p["attributes"].items():
            if s.chance(0.95):
                out[name] = s.pick(options)
        return out

    def words(self, kind, body):
        """Members the profile lists for this type: fixed words, or ranges of numbers."""
        s = self.s
        for field, options in self.p["fields"].get(kind, {}).items():
            if body.get("name") == "errors":
                break
            often = self.p.get("method", 0.93) if field == "method" else 0.93
            if s.chance(often) or field in ("kind", "amount", "name", "value"):
                body[field] = s.pick(options)
        if kind != "flow.recorded" and s.chance(0.2):
            body["evidence"] = [{"file": s.bytes(32).hex(),
                                 "kind": s.pick(["contract", "payslip"])}]
        return body

    # ---- people ----

    def enrol(self):
        s = self.s
        known = s.present()
        p = s.pick(known) if known and s.chance(0.15) else s.pseudonym()
        body = {"on": s.back(40).isoformat(), "participant": p}
        attributes = self.attributes()
        if attributes:
            body["attributes"] = attributes
        if self.p.get("sites"):
            body["site"] = s.pick(self.p["sites"])
        s.tell(self.sender("participant.enrolled"), "participant.enrolled", body)

    def change(self, p):
        s = self.s
        body = {"from": s.back(60).isoformat(), "participant": p}
        attributes = {k: v for k, v in self.attributes().items() if s.chance(0.5)}
        if attributes:
            body["attributes"] = attributes
        if self.p.get("sites") and (s.chance(0.5) or not attributes):
            body["site"] = s.pick(self.p["sites"])
        if len(body) > 2:
            s.tell(self.sender("participant.changed"), "participant.changed", body)

    def leave(self, p):
        s = self.s
        body = {"on": s.back(30).isoformat(), "participant": p}
        if s.chance(0.5):
            body["reason"] = s.pick(["done", "moved"])
        s.tell(self.sender("participant.exited"), "participant.exited", body)

    def assign(self):
        s = self.s
        known = s.present()
        p = s.pick(known) if known and s.chance(0.5) else s.pseudonym()
        body = {"arm": s.pick(["treated", "control"]), "on": s.back(40).isoformat(),
                "participant": p}
        attributes = self.attributes()
        if attributes and s.chance(0.5):
            body["attributes"] = attributes
        s.tell(self.sender("participant.assigned"), "participant.assigned", body)

    def join(self):
        s = self.s
        known = s.present()
        if len(known) >= 2:
            pair = sorted(s.random.sample(known, 2))
            s.tell(self.sender("participants.joined"), "participants.joined",
                   {"participants": pair})

    def consent(self, p):
        kind = self.s.pick(["consent.given", "consent.withdrawn"])
        self.s.tell(self.sender(kind), kind,
                    {"from": self.s.back(40).isoformat(), "participant": p})

    def move(self, p):
        s = self.s
        receivers = self.p["senders"]["*"]
        sent = s.alive("participant.transferred")
        if sent and s.chance(0.6):
            body = dict(s.pick(sent).body)
        else:
            body = {"on": s.back(40).isoformat(), "participant": p, "to": s.pick(receivers)}
            if self.p.get("sites") and s.chance(0.3):
                body["site"] = s.pick(self.p["sites"])
        s.tell(s.pick([body["to"]] + list(receivers)), "participant.transferred", body)

    # ---- facts ----

    def spell(self, p):
        body = self.words("spell.started", {"from": self.s.back(150).isoformat(),
                                            "participant": p})
        self.s.tell(self.sender("spell.started"), "spell.started", body)

    def report(self, p):
        """A change, a confirmation or the end of a spell."""
        s = self.s
        spells = [c for c in s.alive("spell.started") if c.body["participant"] == p]
        if not spells:
            return self.spell(p)
        spell = s.pick(spells)
        kind = s.pick(SPELL_PARTS + ("spell.confirmed", "spell.confirmed"))
        first = parse_date(spell.body["from"])
        gone = max(1, (s.today() - first).days + 1)
        day = (first + s.random.randrange(gone) * DAY if s.chance(0.5) else s.back(20)).isoformat()
        body = {"participant": p, "spell": s.pick(spell.members)}
        body["from" if kind == "spell.changed" else "on"] = day
        if kind == "spell.changed":
            fields = self.p["fields"].get("spell.started", {})
            for field in ("extent", "hours", "pay", "form"):
                if field in fields and s.chance(0.6):
                    body[field] = s.pick(fields[field])
            if len(body) == 3:
                kind = "spell.confirmed"
                body["on"] = body.pop("from")
        chain = s.tell(spell.sender, kind, body)
        if chain:
            chain.spell = spell
        return None

    def dated(self, kind, day_field, about):
        s = self.s
        body = self.words(kind, {day_field: s.back(100).isoformat(), **about})
        if kind == "earnings.reported":
            body["month"] = body["month"][:8] + "01"
        if kind == "status.reported":
            first = parse_date(body["from"])
            body["to"] = (first + s.random.randrange(60) * DAY).isoformat()
        if kind == "measurement.recorded" and s.chance(0.4):
            first = parse_date(body["from"])
            body["to"] = (first + s.random.randrange(120) * DAY).isoformat()
        if kind in ("earnings.reported", "activity.logged", "milestone.reached") and s.chance(0.2):
            body["ref"] = "r%d" % s.random.randrange(3)
        s.tell(self.sender(kind), kind, body)

    def about(self, kind, p):
        """Whose the fact is: mostly a person's, else a site's or the contract's."""
        s = self.s
        if kind in ("activity.logged", "milestone.reached", "measurement.recorded"):
            wide = self.p.get("wide", 0.0)
            if s.chance(wide):
                sites = self.p.get("sites")
                return {"site": s.pick(sites)} if sites and s.chance(0.5) else {}
        if kind == "flow.recorded":
            return {"party": self.p["investor"], "unit": self.s.terms["unit"]}
        if kind == "measurement.recorded" and self.p.get("measured") and s.chance(0.2):
            return {"group": self.p["measured"]}
        if kind == "measurement.recorded" and self.p.get("sampled") and s.chance(0.5):
            return {"name": "errors", "value": s.pick(["0.05", "0.2", "1"])}
        return {"participant": p}

    def fact(self, p):
        kind = self.s.pick(self.p["facts"])
        if kind == "spell.started":
            return self.spell(p)
        day = {"earnings.reported": "month", "status.reported": "from",
               "measurement.recorded": "from"}.get(kind, "on")
        return self.dated(kind, day, self.about(kind, p))

    def feed(self):
        s = self.s
        first = s.back(120)
        s.tell(self.sender("feed.completed"), "feed.completed",
               {"feed": s.pick(self.p["feeds"]), "from": first.isoformat(),
                "to": (first + s.random.randrange(20, 120) * DAY).isoformat()})

    def claim(self, p):
        s = self.s
        body = {"outcome": s.pick(self.p["claims"]), "participant": p}
        if s.chance(0.3):
            body["on"] = s.back(60).isoformat()
        s.tell(self.sender("claim.made"), "claim.made", body)

    # ---- what is said about what was said ----

    def correct(self):
        s = self.s
        chain = self.any_chain()
        if chain is None:
            return
        body = dict(chain.body)
        day = next((f for f in ("from", "on") if f in body), None)
        if day and s.chance(0.4):
            moved = parse_date(body[day]) + s.random.randrange(-20, 21) * DAY
            body[day] = moved.isoformat()
            if "to" in body and body["to"] < body[day] and len(body["to"]) == 10:
                body["to"] = body[day]
        for field, options in self.p["fields"].get(
                "spell.started" if chain.type == "spell.changed" else chain.type, {}).items():
            if field in body and s.chance(0.5):
                body[field] = s.pick(options)
        if "attributes" in body and s.chance(0.5):
            body["attributes"] = self.attributes() or body["attributes"]
        s.correct(chain, body)

    def any_chain(self):
        alive = self.s.alive(*[k for k in KEYS if k != "feed.completed"
                               and k != "participants.joined"])
        return self.s.pick(alive) if alive else None

    def retract(self):
        chain = self.any_chain()
        if chain and (chain.type != "participant.enrolled" or self.s.chance(0.2)):
            self.s.retract(chain)

    def attest(self, most, p_accept=0.85):
        """A verdict on heads that have none yet, now and then on anything."""
        s = self.s
        kinds = [k for k in KEYS if not k.startswith(("participant", "consent", "feed"))]
        chains = [c for c in s.alive(*kinds)]
        fresh = [c.head for c in chains if c.head not in self.p.setdefault("seen", set())]
        old = [m for c in chains for m in c.members]
        sender = self.sender("claim.attested")
        digests = fresh[:most]
        if old and s.chance(0.2):
            digests = [s.pick(old)]
        own = set() if s.terms["parties"].get(sender, {}).get("attests_own") \
            else {c.head for c in chains if c.sender == sender}
        digests = sorted({d for d in digests if d not in own})
        if not digests:
            return
        self.p["seen"].update(digests)
        population = {"population": "ee" * 32} if self.p.get("sampled") and s.statements \
            and s.chance(0.5) else {}
        chain = Chain("claim.attested", sender, {}, None)
        chain.body = {"events": digests, "method": "seen",
                      "verdict": "accepted" if s.chance(p_accept) else "rejected", **population}
        chain.head = s.say(sender, "claim.attested", chain.body)
        chain.members = [chain.head]
        chain.key = ("claim.attested", chain.head)
        s.chains.append(chain)

    def unattest(self):
        given = self.s.alive("claim.attested")
        if not given:
            return
        chain = self.s.pick(given)
        if self.s.chance(0.6):
            self.s.retract(chain)
        else:
            body = dict(chain.body)
            body["verdict"] = "rejected" if body["verdict"] == "accepted" else "accepted"
            chain.body = body
            chain.head = self.s.say(chain.sender, "event.corrected",
                                    {"event": chain.head, "body": body})

    # ---- the year goes by ----

    def step(self):
        s = self.s
        people = s.present()
        if not people or (len(people) < self.p["people"] and s.chance(0.25)):
            if self.p.get("arms") and s.chance(0.3):
                return self.assign()
            return self.enrol()
        p = s.pick(people)
        more = self.report if "spell.started" in self.p["facts"] else self.fact
        draw = [(30, lambda: self.fact(p)), (20, lambda: more(p)),
                (14, lambda: self.attest(6)), (8, self.correct), (4, self.retract),
                (3, self.unattest), (3, lambda: self.change(p)), (1, lambda: self.leave(p))]
        for name, weight, what in (("arms", 2, self.assign), ("joins", 1, self.join),
                                   ("consents", 2, lambda: self.consent(p)),
                                   ("feeds", 8, self.feed), ("moves", 2, lambda: self.move(p)),
                                   ("claims", 6, lambda: self.claim(p))):
            if self.p.get(name):
                draw.append((weight, what))
        chosen = s.random.choices([d[1] for d in draw], [d[0] for d in draw])[0]
        return chosen()


def throughs(terms):
    """The last days of the settlement's periods, in order."""
    from periods import Calendars

    class Plain:
        pass
    plain = Plain()
    plain.terms = terms
    plain.eval = lambda x, ctx: parse_date(x)
    calendars = Calendars(plain)
    name = terms["settlement"]["periods"]

    class Here:
        subject, relaxed = ("contract",), False
    p = calendars.holding(name, Here, parse_date(terms["settlement"]["from"]))
    while True:
        yield p.end
        if p.end >= parse_date(terms["settlement"]["final"]):
            return
        p = calendars.next_period(name, Here, p)


def history(seed, versions, profile, steps=60, statements=5):
    """A case: terms, events, statements."""
    story = Story(seed, versions, dict(profile, seen=set()))
    teller = profile.get("teller", Teller)(story)
    record_until = parse_date(story.settlement["record_until"])
    final = parse_date(story.settlement["final"])
    ends = list(throughs(story.terms))[:statements]
    span = max(1, ((ends[-1] - story.clock).days + 45) // steps)
    cuts = []
    last = story.clock
    for e in ends:
        last = max(last, story.earliest_cut(e) + story.random.randrange(0, 40) * DAY)
        cuts.append((last, e))
    for _ in range(steps):
        story.wait(story.random.randrange(0, 2 * span + 1))
        while cuts and cuts[0][0] <= story.clock:
            story.settle(cuts.pop(0)[1])
            story.all_settled = not cuts
        if story.today() > record_until or story.today() > final:
            break
        teller.step()
    for _, e in cuts:
        story.settle(e)
    return {"terms": versions, "events": story.events, "statements": story.statements}
