"""Which facts count under a proof, and what they carry on each day."""

from kinds import NEVER, UNKNOWN, Word, before_or_on, is_number, literal, parse_date
from ledger import civil
from periods import DAY, add_months

TYPES = {"spell": "spell.started", "status": "status.reported", "earnings": "earnings.reported",
         "activity": "activity.logged", "milestone": "milestone.reached",
         "measurement": "measurement.recorded", "flow": "flow.recorded"}
ROLES = ("funder", "provider", "verifier", "evaluator", "resolver", "investor", "guarantor",
         "source")
COVERING = ("spell", "status", "measurement")
LEVELS = ("extent", "hours", "pay")


def plays(world, who, party):
    """Is `party` one of WHO: a party's name, or a role it has? For which site the ledger has asked."""
    for w in who:
        if w not in ROLES:
            if w == party:
                return True
            continue
        has = world.terms["parties"].get(party)
        if has and w in has["roles"]:
            return True
    return False


class Fact:
    """A chain and the member of it that counts."""

    def __init__(self, chain, member, last_day=None, first=None):
        self.chain, self.member, self.body = chain, member, member.body
        self.first = first or fact_day(chain.type, member.body)
        self.last = last_day            # of facts that cover days; NEVER runs on
        self.changes = []               # spells: (date, counts, body), by date

    def covers(self, d):
        return self.first <= d and before_or_on(d, self.last)

    def field(self, name, day):
        """A member of the body; a spell's as it stands on `day`."""
        value = self.body.get(name)
        value = UNKNOWN if value is None else literal(value)
        if not self.changes or name not in LEVELS + ("form",):
            return value
        for date, counts, body in self.changes:
            if date > day or name not in body:
                continue
            new = literal(body[name])
            if counts:
                value = new
            elif name in LEVELS and is_number(value):
                value = min(value, new)
        return value


def fact_day(kind, body):
    """Of a claim that does not say when it was reached: never."""
    if kind == "earnings.reported":
        return add_months(parse_date(body["month"]), 1) - DAY
    if kind == "claim.made" and "on" not in body:
        return NEVER
    return parse_date(body.get("on") or body.get("from"))


class Facts:
    """All facts of one World, chosen by proof."""

    def __init__(self, world):
        self.world = world
        self.ledger = world.ledger
        self.memo = {}

    def counting(self, chain, proof_name, proof, relaxed, occurrence=None):
        """The member of the chain that counts, or None; of a claim, for this occurrence."""
        if not chain.live():
            return None
        if relaxed:
            return chain.head
        if occurrence is not None and "until" in proof:
            return self.find_counting(chain, proof, occurrence)
        key = (chain.seq, proof_name)
        if key not in self.memo:
            self.memo[key] = self.find_counting(chain, proof, None)
        return self.memo[key]

    def find_counting(self, chain, proof, occurrence):
        attested = proof["accept"] == "attested"
        for member in reversed(chain.members) if attested else [chain.head]:
            if self.allowed(chain, member, proof, occurrence) \
                    and self.accepted(chain, member, proof):
                return member
        return None

    def allowed(self, chain, member, proof, occurrence):
        world = self.world
        if not plays(world, proof["by"], member.sender):
            return False
        if not set(proof.get("needs", [])) <= member.evidence():
            return False
        if "until" in proof:
            day, recorded = fact_day(chain.type, member.body), civil(member.at, world.offset)
            ctx = world.context(self.subject_of(member), recorded if day is NEVER else day)
            ctx.fact, ctx.occurrence = Fact(chain, member, first=day), occurrence
            until = world.eval(proof["until"], ctx)
            if until is UNKNOWN or not before_or_on(recorded, until):
                return False
        return True

    def accepted(self, chain, member, proof):
        if proof["accept"] != "attested":
            party = self.world.terms["parties"].get(member.sender, {})
            if proof["accept"] == "feed" and chain.type not in party.get("source", []):
                return False
            verdicts = self.ledger.verdicts().get(member.digest, {}).values()
            return "sample" not in proof or all(v != "rejected" for _, v, _ in verdicts)
        standing = [verdict for party, (_, verdict, _) in
                    self.ledger.verdicts().get(member.digest, {}).items()
                    if plays(self.world, proof["accepted_by"], party)]
        if "rejected" in standing:
            return False
        return "accepted" in standing or "sample" in proof

    def subject_of(self, member):
        if "participant" in member.body:
            return ("person", self.ledger.person_of(member.body["participant"]))
        if "site" in member.body:
            return ("site", member.body["site"])
        return ("contract",)

    # ---- the facts of a value ----

    def about(self, body, subject):
        """Does this body belong to the subject (a person, a site, the contract)?"""
        if subject[0] == "person":
            return body.get("participant") in self.ledger.pseudonyms(subject[1])
        if subject[0] == "site":
            return body.get("site") == subject[1] and "participant" not in body
        return "site" not in body and "participant" not in body

    def of_value(self, name, value, subject, relaxed):
        """The facts that count under the value's proof, by day, then ledger order."""
        key = ("value", name, subject, relaxed)
        if key not in self.memo:
            self.memo[key] = self.find_of_value(value, subject, relaxed)
        return self.memo[key]

    def find_of_value(self, value, subject, relaxed):
        proof_name = value["proof"]
        proof = self.world.terms["proofs"][proof_name]
        out = []
        for chain in self.ledger.chains:
            if chain.type != TYPES[value["of"]]:
                continue
            member = self.counting(chain, proof_name, proof, relaxed)
            if member is None or not self.about(member.body, subject):
                continue
            fact = Fact(chain, member)
            if value["of"] == "spell":
                self.follow_spell(fact, value, proof_name, proof, relaxed)
            elif value["of"] == "status":
                fact.last = parse_date(member.body["to"])
            out.append(fact)
        out.sort(key=lambda f: (f.first, f.chain.seq))
        if value["of"] == "measurement":
            self.end_measurements(out)
        return out

    def follow_spell(self, fact, value, proof_name, proof, relaxed):
        """Its changes, and the last day it covers."""
        reach = fact.first
        ends, early_ends = [], []
        for part in fact.chain.parts:
            if not part.live():
                continue
            member = self.counting(part, proof_name, proof, relaxed)
            body = member.body if member else part.head.body
            day = fact_day(part.type, body)
            if part.type == "spell.changed":
                fact.changes.append((day, member is not None, body, part.seq))
            if part.type == "spell.ended":
                (ends if member else early_ends).append(day)
            elif member and day > reach:
                reach = day
        fact.changes.sort(key=lambda c: (c[0], c[3]))
        fact.changes = [c[:3] for c in fact.changes]
        if ends:
            fact.last = min(ends)
        else:
            fact.last = NEVER if value["open"] == "runs" else reach
        for day in early_ends:
            if before_or_on(day, fact.last):
                fact.last = day

    def end_measurements(self, facts):
        for i, f in enumerate(facts):
            if "to" in f.body:
                f.last = parse_date(f.body["to"])
                continue
            later = [g.first for g in facts[i + 1:] if g.first > f.first
                     and g.body["name"] == f.body["name"]
                     and g.body.get("method") == f.body.get("method")]
            f.last = min(later) - DAY if later else NEVER

    def feed_covers(self, kind, days):
        """Is every one of these days in a completed feed for this kind of fact?"""
        feeds = [(c.date("from"), c.date("to")) for c in self.ledger.of_type("feed.completed")
                 if c.head.body["feed"] == kind]
        return all(any(a <= d <= b for a, b in feeds) for d in days)
