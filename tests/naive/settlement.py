"""Statements by difference. Section 14 and 15."""
import datetime

from kinds import NEVER, UNKNOWN, Fraction, SettlementStops, is_date, literal, number, parse_date, \
    round_payment, round_whole, rounding_name
from ledger import Ledger
from limits import Item, Limits
from shares import Splitter, first_party
from payments import Entitlement
from world import World


class Settled:
    """What the statements before this one say."""

    def __init__(self, statements, events):
        self.statements = statements        # [{"number", "through", "lines": [Line…]}]
        self.events = events
        self.sums, self.first, self.last, self.days = {}, {}, {}, {}
        for st in statements:
            self.learn(st)

    def learn(self, st):
        for line in st["lines"]:
            postings = self.sums.setdefault(line.key, {})
            postings[line.posting] = postings.get(line.posting, 0) + line.amount
            self.last[line.key] = line
            if line.amount:
                self.first.setdefault(line.key, st["number"])
            if line.achieved:
                self.days[line.key] = line.achieved

    def through_of(self, number):
        return self.statements[number - 1]["through"]

    def last_day(self, world):
        """The last day in force after termination, else never."""
        settlement = world.terms["settlement"]
        signers = {p for p, d in world.parties.items()
                   if {"funder", "provider"} & set(d["roles"])}
        said = {}
        for c in world.ledger.of_type("contract.terminated"):
            day = c.date("on")
            said.setdefault(day, set()).add(c.head.sender)
            if c.head.sender in settlement["terminate"] or said[day] >= signers:
                return day
        return NEVER


class Line:
    def __init__(self, key, posting, amount, reason, achieved):
        self.key, self.posting, self.amount = key, posting, amount
        self.reason, self.achieved = reason, achieved


class Memory:
    """What earlier statements came to besides their lines: of every key its place among
    the others, its entitlement, and the room that its amount before tax and hold took."""

    def __init__(self):
        self.places, self.entitlements = {}, {}
        self.rooms, self.peaks = {}, {}

    def learn(self, items, parts):
        rooms = {i.e.key(): i.amount for i in items}
        for i in parts:
            rooms[i.e.key(), i.payer, i.payee] = i.amount
        for key, amount in rooms.items():
            self.peaks[key] = max(self.peaks.get(key, 0), amount)
        for i in items:
            if i.amount:
                self.entitlements[i.e.key()] = i.e
        self.rooms = rooms


class Settlement:
    """One statement."""

    def __init__(self, versions, events, size, through, statements, memory):
        self.through, self.memory = through, memory
        self.settled = Settled(statements, events)
        self.ledger = Ledger(events, size)
        self.worlds = [World(v, self.ledger, through, self.settled)
                       for v in versions if v["seq"] < size]
        self.splitter = Splitter()
        self.limits = Limits(self)

    def governs(self, world, subject, day):
        """Is this the last version in force that takes the subject (and day)?"""
        for other in reversed(self.worlds):
            applies = other.terms.get("applies")
            if applies is None or applies["to"] == "all":
                taken = True
            elif applies["to"] == "achieved":
                taken = day >= parse_date(applies["from"])
            else:
                e = other.enrolment(subject)
                taken = e is not None and e.start >= parse_date(applies["from"])
            if taken:
                return other is world
        return False

    # ---- entitlements ----

    def gather(self):
        """(entitlements, candidates), those that count now."""
        found, shown = [], []
        for world in self.worlds:
            for name in world.terms["payments"]:
                for e in world.payments.entitlements(name):
                    if self.governs(world, e.subject, e.day) and world.payments.counts(e):
                        e.world = world
                        found.append(e)
                for e in world.payments.candidates(name):
                    if self.governs(world, e.subject, e.day) and world.payments.counts(e):
                        e.world = world
                        shown.append(e)
        return found, shown

    def final(self, world, key):
        """Does this key stay as settled?"""
        payment, outcome = key[0], key[1]
        p = world.terms["payments"].get(payment)
        dates = []
        if p and "final" in p:
            dates.append(p["final"])
        o = world.terms.get("outcomes", {}).get(outcome)
        if o and "final" in o:
            dates.append(o["final"])
        for x in dates:
            day = world.eval(x, world.context(key[2]))
            if is_date(day) and day is not NEVER and day < self.through:
                return True
        return False

    def item(self, e, amount, payer=None, payee=None):
        key, room = e.key(), e.key()
        if payer is not None:
            room = (key, payer, payee)
        return Item(e, e.world, amount, self.memory.rooms.get(room, 0),
                    self.settled.first.get(key), self.memory.peaks.get(room, 0),
                    payer or "", payee or "")

    def floor_entitlement(self, world, limit, subject, label, on):
        e = Entitlement(limit["name"], "", subject, label, on)
        e.reason, e.world, e.floor = "floor", world, limit
        return e

    def payment(self, e):
        """The payment of an entitlement; a floor's says where it goes."""
        if e.floor is not None:
            return {"from": e.floor["from"], "to": e.floor["to"], "round": "half_up"}
        return e.world.terms["payments"][e.payment]

    # ---- amounts now ----

    def amounts(self, entitlements):
        """{key: (entitlement, {posting: amount}, zero reason)}."""
        for e in entitlements:
            if not e.pending and not self.weights_known(e):
                e.pending, e.price = True, 0        # it takes no room either
        items = [self.item(e, e.price) for e in entitlements]
        whole, parts = self.split_limits()
        last = self.worlds[-1]
        self.limits.apply(last, whole, items)
        split = []
        for item in sorted(items, key=Item.order):
            got = self.split(item)
            if got is None:
                item.e.pending = True
                got = []
            split.append((item, got))
        every = [part for _, got in split for part in got]
        self.limits.apply(last, parts, every)
        self.memory.learn(items, every)
        return {item.e.key(): (item, self.postings(item, got)) for item, got in split}

    def weights_known(self, e):
        """Could its amount be split at all? Tried apart from what tranches remember."""
        payment, ctx = self.payment(e), e.world.payments.context(e)
        return all(Splitter().split(e.world, payment[side], e.price, ctx) is not None
                   for side in ("from", "to"))

    def split_limits(self):
        """Those on whole amounts; those per payer or payee, which come after the split."""
        limits = self.worlds[-1].terms.get("limits", [])
        late = [l for l in limits if "payer" in l["per"] or "payee" in l["per"]]
        return [l for l in limits if l not in late], late

    def split(self, item):
        """Parts by payer and payee, or None: pending."""
        e, world = item.e, item.w
        if e.pending:
            return None
        payment, ctx = self.payment(e), world.payments.context(e)
        payers = self.splitter.split(world, payment["from"], item.amount, ctx)
        if payers is None:
            return None
        payers = payers + item.owed_by_others
        out = {}
        for payer, amount in payers:
            payees = self.splitter.split(world, payment["to"], amount, ctx)
            if payees is None:
                return None
            for payee, part in payees:
                out[payer, payee] = out.get((payer, payee), 0) + part
        return [self.item(e, amount, payer, payee) for (payer, payee), amount in out.items()]

    def postings(self, item, parts):
        e, world = item.e, item.w
        payment, ctx = self.payment(e), world.payments.context(e)
        out = {}
        for part in parts:
            out[self.posting(e, part.payer, part.payee, "")] = part.amount
            if "tax" in payment:
                rate = number(world.tables.look(payment["tax"], [], e.day, ctx))
                if not isinstance(rate, Fraction):
                    raise SettlementStops("tax %s is not known" % payment["tax"])
                out[self.posting(e, part.payer, part.payee, payment["tax"])] = \
                    round_whole(part.amount * rate, rounding_name(payment["round"]))
        if "hold" in payment:
            until = world.eval(payment["hold"]["until"], ctx)
            if not is_date(until) or until is NEVER or until > self.through:
                share = Fraction(payment["hold"]["part"])
                out = {p: a - round_whole(a * share, "down") for p, a in out.items()}
        return {p: a for p, a in out.items() if a}

    def posting(self, e, payer, payee, tax):
        payment = self.payment(e)
        return (payer, payee, payment.get("unit", e.world.terms["unit"]), tax,
                e.world.version["digest"], e.counts_from.year)

    # ---- lines ----

    def lines(self):
        entitlements, candidates = self.gather()
        now = self.amounts(entitlements)
        known = {item.e.key(): item.e for item, _ in now.values()}
        for e in candidates:
            known.setdefault(e.key(), e)
        out = []
        keys = list(known) + [k for k in self.settled.sums if k not in known]
        for key in sorted(keys, key=lambda k: self.place(k, known.get(k))):
            e = known.get(key)
            self.memory.places[key] = self.place(key, e)
            world = e.world if e else self.worlds[-1]
            if self.final(world, key):
                continue
            item, amounts = now.get(key, (None, {}))
            got = self.differences(key, e, amounts)
            if not got and e is not None and not any(amounts.values()):
                got = self.zero_line(key, e, item)
            out += sorted(got, key=self.posting_order)
        return out

    def posting_order(self, line):
        payer, payee, unit, tax, version, year = line.posting
        versions = [w.version["digest"] for w in self.worlds]
        return (line.amount >= 0, payer, payee, unit, tax, versions.index(version), year)

    def place(self, key, e):
        """Where the lines of a key stand among the others."""
        payment, outcome, subject, label = key
        day = e.day if e else self.settled.days[key]
        world = e.world if e else self.worlds[-1]
        known = self.memory.places.get(key)
        if e is None and known:
            return (day, *known[1:])
        began = world.groups.begins(subject)
        kind = {"contract": 0, "site": 1}.get(subject[0], 2)
        name = world.participant(subject) if kind == 2 else "".join(subject[1:])
        ident = subject[1] if subject[0] == "enrolment" else 0
        return (day, began, kind, name, payment, outcome, label, ident)

    def differences(self, key, e, now):
        before = self.settled.sums.get(key, {})
        achieved = e.day if e else self.settled.days.get(key)
        out = []
        for posting in list(now) + [p for p in before if p not in now]:
            amount = now.get(posting, 0) - before.get(posting, 0)
            if amount:
                out.append(Line(key, posting, amount, self.why(key, e, now, before), achieved))
        return out

    def why(self, key, e, now, before):
        if key not in self.settled.first:
            return "reached" if e.reason not in ("period", "floor") else e.reason
        if not any(now.values()):
            return "reversed"
        if sum(now.values()) == sum(before.values()):
            return "moved"
        return "changed"

    def zero_line(self, key, e, item):
        reason = self.zero_reason(e, item)
        if reason is None:
            return []
        last = self.settled.last.get(key)
        if last is not None and (last.amount != 0 or last.reason == reason):
            return []
        payment = self.payment(e)
        posting = self.posting(e, first_party(e.world, payment["from"]),
                               first_party(e.world, payment["to"]), "")
        return [Line(key, posting, 0, reason, e.day)]

    def zero_reason(self, e, item):
        if item is None:
            return e.reason
        if e.pending:
            return "pending"
        if e.price == 0:
            return "price"
        return "limit"
