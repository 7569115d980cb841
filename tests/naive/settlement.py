"""Statements by difference. Section 14 and 15."""
import copy
import datetime

from kinds import NEVER, UNKNOWN, Fraction, SettlementStops, is_date, is_number, number, parse_date, \
    quotient, round_whole, rounding_name
from held import Held
from ledger import Ledger
from limits import Item, Limits
from outcomes import Occurrence
from shares import first_party, through
from payments import Entitlement
from world import World


class Settled:
    """What the statements before this one say."""

    def __init__(self, statements, events, gone):
        self.statements = statements        # [{"number", "through", "size", "lines": [Line…]}]
        self.gone = gone                    # subjects whose lines stand for ever
        self.events = events
        self.sums, self.first, self.last, self.days = {}, {}, {}, {}
        self.starts, self.paid_since, self.paid_ever, self.peaks = {}, {}, {}, {}
        for st in statements:
            self.learn(st)

    def learn(self, st):
        lines = [line for line in st["lines"] if line.key[2] not in self.gone]
        for line in lines:
            postings = self.sums.setdefault(line.key, {})
            postings[line.posting] = postings.get(line.posting, 0) + line.amount
            self.last[line.key] = line
            self.starts.setdefault(line.key, st["size"])
            if line.amount:
                self.first.setdefault(line.key, st["number"])
            if line.achieved:
                self.days[line.key] = line.achieved
        for key in {line.key for line in lines}:
            net = sum(self.net(key).values())
            self.peaks[key] = max(self.peaks.get(key, 0), net)
            if net <= 0:
                self.paid_since.pop(key, None)
            else:
                self.paid_since.setdefault(key, st["number"])
                self.paid_ever.setdefault(key, st["number"])

    def net(self, key):
        """{(payer, payee): amount} of its lines, tax apart."""
        out = {}
        for (payer, payee, _, tax, _, _), amount in self.sums.get(key, {}).items():
            if tax == "":
                out[payer, payee] = out.get((payer, payee), 0) + amount
        return out

    def postings(self, key):
        """[(payer, payee, amount)] of each posting, tax apart."""
        return [(p[0], p[1], a) for p, a in self.sums.get(key, {}).items() if p[3] == ""]

    def line(self, number, index):
        return self.statements[number - 1]["lines"][index - 1]

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
        self.hash = None


class Memory:
    """What earlier statements came to besides their lines: of every key its entitlement, or the
    candidate that it was."""

    def __init__(self):
        self.entitlements = {}
        self.candidates = {}

    def learn(self, items):
        for i in items:
            self.entitlements[i.e.key()] = i.e

    def copy(self):
        other = Memory()
        other.entitlements = dict(self.entitlements)
        other.candidates = dict(self.candidates)
        return other


class Said:
    """What the lines of a key (or of one payer's and payee's part of it) say."""

    def __init__(self, postings, paid_since, peak):
        self.postings = postings            # [(payer, payee, least room taken, most)]
        self.paid_since = paid_since        # number of a statement, or None
        self.held = sum(low for _, _, low, _ in postings)
        self.most = sum(high for _, _, _, high in postings)
        self.peak = max(peak, self.held)

    def of_payer(self, payer):
        return sum(low for p, _, low, _ in self.postings if p == payer)

    def most_of_payer(self, payer):
        return sum(high for p, _, _, high in self.postings if p == payer)


def wholes_of(posted, part):
    """Smallest and largest amount of which `posted` is left where `part` is held back."""
    if part == 1:                   # nothing is left of any
        return (0, 1 << 62) if posted == 0 else (posted, posted)
    low = high = round_whole(quotient(posted, 1 - part), "down")

    def is_left_of(amount):
        return amount - round_whole(amount * part, "down") == posted

    while is_left_of(low - 1):
        low -= 1
    while is_left_of(high + 1):
        high += 1
    return low, high


class Settlement:
    """One statement."""

    def __init__(self, versions, events, size, through, statements, memory, erased, watch=None,
                 standing=frozenset()):
        self.through, self.memory = through, memory
        self.standing, self.came_to = standing, {}
        self.erased, self.watch = erased, watch
        self.events, self.resolved = events, None
        self.settled = Settled(statements, events, erased.subjects)
        self.ledger = Ledger(events, size, erased.people)
        self.worlds = [World(v, self, self.ledger, through, self.settled)
                       for v in versions if v["seq"] < size]
        self.limits = Limits(self)

    def governs(self, world, e):
        """Is this the last version in force that takes the entitlement? One that keeps what is
        settled leaves keys that had a line before to the version before."""
        subject, day = e.subject, e.day
        for other in reversed(self.worlds):
            applies = other.terms.get("applies")
            if applies is not None and applies["settled"] == "keep" and \
                    self.settled.starts.get(e.key(), 1 << 62) < other.version["seq"]:
                continue
            if applies is None or applies["to"] == "all":
                taken = True
            elif applies["to"] == "achieved":
                taken = day >= parse_date(applies["from"])
            else:
                taken = other.groups.begins(subject) >= parse_date(applies["from"])
            if taken:
                return other is world
        return False

    def taker(self, subject, last=None):
        """The last version in force (up to a last one) that takes a subject."""
        begins = self.worlds[0].groups.begins(subject)
        worlds = self.worlds[:self.worlds.index(last) + 1] if last else self.worlds
        return [w for w in worlds if w.terms.get("applies", {}).get("to") != "enrolled"
                or begins >= parse_date(w.terms["applies"]["from"])][-1]

    # ---- entitlements ----

    def entitlements(self, payment):
        """Of one payment, under whichever version."""
        return self.one_a_key(e for world in self.worlds if payment in world.terms["payments"]
                              for e in world.payments.entitlements(payment))

    def gather(self):
        """(entitlements, candidates), those that count now."""
        found, shown = [], []
        for world in self.worlds:
            for name in world.terms["payments"]:
                found += world.payments.entitlements(name)
                shown += world.payments.candidates(name)
        found = self.one_a_key(found)
        taken = {e.key() for e in found}
        shown = [e for e in self.one_a_key(shown) if e.key() not in taken]
        return [[e for e in of if e.world.payments.counts(e)] for of in (found, shown)]

    def one_a_key(self, entitlements):
        """Of those that two versions come to, the one of the earlier day."""
        out = {}
        for e in entitlements:
            if e.key() not in out or e.day < out[e.key()].day:
                out[e.key()] = e
        return list(out.values())

    def final(self, world, key, e=None):
        """Does this key stay as settled?"""
        payment, outcome = key[0], key[1]
        if self.settled.statements and self.settled.statements[-1]["through"] >= \
                parse_date(world.terms["settlement"]["final"]):
            return True
        ctx = world.in_the_end(("contract",))
        if e is not None and e.floor is None:
            ctx.period = e.period
            ctx.occurrence = e.occurrence
        elif outcome and key in self.settled.days:
            ctx.occurrence = Occurrence(outcome, key[2], self.settled.days[key], None, None)
            ctx.occurrence.ordinal = self.index_in(world, outcome, key[3])
        p = world.terms["payments"].get(payment)
        dates = []
        if p and "final" in p:
            dates.append(p["final"])
        o = world.terms.get("outcomes", {}).get(outcome)
        if o and "final" in o:
            dates.append(o["final"])
        for x in dates:
            day = world.eval(x, ctx)
            if is_date(day) and day is not NEVER and day < self.through:
                return True
        return False

    def index_in(self, world, outcome, label):
        """What a key says of which it was: its name is a number, or none, or a period."""
        clause = world.terms["outcomes"].get(outcome, {})
        calendar = world.terms["calendars"].get(clause.get("per"), {"from": "block"})
        if "next" not in clause:
            return 1
        if clause["next"] == "each_period" and calendar["from"] == "grid":
            return UNKNOWN
        return int(label) if label.isdigit() else UNKNOWN

    def said(self, e, gone=False):
        """What earlier lines say of an entitlement's key, what is held back put on again."""
        key, payment = e.key(), self.payment(e)
        postings = self.settled.postings(key)
        if "hold" in payment and not gone and self.settled.statements:
            until = e.world.eval(payment["hold"]["until"], e.world.payments.context(e))
            if not is_date(until) or until is NEVER or \
                    until > self.settled.statements[-1]["through"]:
                part = Fraction(payment["hold"]["part"])
                return Said([(p, q, *wholes_of(a, part)) for p, q, a in postings],
                            self.settled.paid_since.get(key), self.settled.peaks.get(key, 0))
        postings = [(p, q, a, a) for p, q, a in postings]
        return Said(postings, self.settled.paid_since.get(key), self.settled.peaks.get(key, 0))

    def item(self, e, amount):
        item = Item(e, e.world, amount, self.said(e))
        item.has_lines = e.key() in self.settled.sums
        if self.final(e.world, e.key(), e) or e.key() in self.standing:
            item.frozen, item.amount = True, sum(self.settled.net(e.key()).values())
        return item

    def gone_items(self, items):
        """Keys with lines whose entitlement is gone or pending now: those that are final hold what
        they have, the others once held room."""
        here, out = {i.e.key() for i in items if not i.e.pending}, []
        pending = {i.e.key(): i.e for i in items if i.e.pending and i.frozen}
        for key in self.settled.sums:
            e = pending.get(key, self.memory.entitlements.get(key))
            if e is None:
                e = self.memory.candidates.get(key)     # its lines hold what was decided
            if key in here or e is None or e.floor is not None:
                continue
            net = sum(self.settled.net(key).values())
            e = copy.copy(e)
            e.pending = False
            e.world = next(w for w in self.worlds if w.version is e.world.version)
            item = Item(e, e.world, 0, self.said(e, True))
            item.said.peak = self.settled.peaks.get(key, 0)
            item.gone = item.once = item.has_lines = True
            if self.final(e.world, key) or key in self.standing:
                item.frozen, item.gone, item.amount = True, False, net
            if item.said.peak if not item.frozen else net:
                out.append(item)
        return out

    def part(self, item, payer, payee, amount):
        mine = [p for p in item.said.postings if p[:2] == (payer, payee)]
        part = Item(item.e, item.w, amount, Said(mine, item.said.paid_since, 0), payer, payee)
        part.frozen, part.has_lines = item.frozen, item.has_lines
        part.unpriced = item.unpriced
        return part

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
        items = [self.item(e, e.price) for e in entitlements]
        items = [i for i in items if not i.e.pending] + self.gone_items(items) \
            + [i for i in items if i.e.pending and not i.frozen]
        whole, parts = self.split_limits()
        self.limits.apply(whole, items)
        for item in items:
            item.before_split = item.amount
        split = [(item, self.split(item, *self.gone_through(items, item))) for item in items]
        every = [part for _, got in split for part in got]
        self.limits.apply(parts, every)
        for item, got in split:
            item.amount = sum(part.amount for part in got)
        self.came_to = {i.e.key(): i for i in items if not i.gone and not i.e.pending}
        self.memory.learn(items)
        keys = {e.key() for e in entitlements}
        return {item.e.key(): (item, self.postings(item, got)) for item, got in split
                if item.e.key() in keys or item.e.floor is not None}

    def reversed_unsaid(self, watch):
        """Keys of who leaves whose lines hold more than they came to."""
        out = set()
        for key in self.settled.sums:
            item = self.came_to.get(key)
            if watch.leaves(key[2]) and (item.amount < item.said.held if item else
                                         sum(self.settled.net(key).values()) > 0):
                out.add(key)
        return out - {k for k, i in self.came_to.items() if i.frozen}

    def last_line(self, keys):
        """Day and version of the last line of several keys for one occurrence."""
        line = self.settled.last[min(keys)]
        world = next(w for w in self.worlds if w.version["digest"] == line.posting[4])
        return self.settled.days[line.key], world

    def gone_through(self, items, item):
        """What has gone through the item's two shares before it."""
        return [self.before(items, item, self.payment(item.e)[side], side)
                for side in ("from", "to")]

    def before(self, items, item, name, side):
        share = item.w.terms.get("shares", {}).get(name)
        if share is None or "tranches" not in share:
            return 0
        kind, total = "share_" + side, 0
        for other in sorted(items, key=lambda i: i.since_order(share)):
            if self.payment(other.e)[side] != name:
                continue
            total = self.erased.past(kind, name, total)
            if other is item:
                if self.watch:
                    self.watch.took(item, Held(kind, name, item.amount, at=total))
                break
            total += max(0, other.amount)
        return total

    def split_limits(self):
        """Those on whole amounts; those per payer or payee, which come after the split."""
        limits, names = [], set()       # the newest version's; behind them what only older ones have
        for world in reversed(self.worlds):
            mine = world.terms.get("limits", [])
            limits += [(world, l) for l in mine if l["name"] not in names]
            names |= {l["name"] for l in mine}
        late = ["payer" in l["per"] or "payee" in l["per"] for _, l in limits]
        return [[l for l, x in zip(limits, late) if x is of] for of in (False, True)]

    def split(self, item, before_from, before_to):
        """Parts by payer and payee; nothing where it is pending."""
        e, world = item.e, item.w
        if item.frozen:
            return [self.part(item, payer, payee, amount)
                    for (payer, payee), amount in self.settled.net(e.key()).items()]
        payment, ctx = self.payment(e), world.payments.context(e)
        payers = through(world, payment["from"], item.amount, before_from, ctx) \
            if not e.pending else None
        out = {}
        for payer, amount in list((payers or {}).items()) + item.owed_by_others:
            payees = through(world, payment["to"], amount, before_to, ctx)
            if payees is None:
                payers = None
                break
            if payer in (payers or ()) and (payer, amount) not in item.owed_by_others:
                before_to += amount
            for payee, part in payees.items():
                out[payer, payee] = out.get((payer, payee), 0) + part
        if payers is None:
            e.pending = True
            return []
        return [self.part(item, payer, payee, amount) for (payer, payee), amount in out.items()]

    def postings(self, item, parts):
        e, world = item.e, item.w
        if item.frozen:             # it stays as settled: nothing is asked for
            return dict(self.settled.sums.get(e.key(), {}))
        payment, ctx = self.payment(e), world.payments.context(e)
        out = {}
        for part in parts:
            out[self.posting(e, part.payer, part.payee, "")] = part.amount
            if "tax" in payment and not self.watch:     # nothing is held of it
                rate = number(world.tables.look(payment["tax"], [], e.day, ctx))
                if not is_number(rate):
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
        known.update((e.key(), e) for e in entitlements)    # by its day now, also where it is final
        for e in candidates:
            known.setdefault(e.key(), e)
            self.memory.candidates[e.key()] = e
        out = []
        keys = list(known) + [k for k in self.settled.sums if k not in known]
        for key in sorted(keys, key=lambda k: self.place(k, known.get(k))):
            e = known.get(key)
            world = e.world if e else self.last_line({key})[1]
            item, amounts = now.get(key, (None, {}))
            if self.final(world, key, e):
                amounts = dict(self.settled.sums.get(key, {}))
                got = self.differences(key, e, self.decided(key, amounts))
                out += sorted(got, key=self.posting_order)
                continue
            amounts = self.decided(key, amounts)
            got = self.differences(key, e, amounts)
            decided = any(k == key and a is not None for (k, _), a in self.decisions().items())
            if not got and e is not None and not any(amounts.values()) and not decided:
                got = self.zero_line(key, e, item)
            out += sorted(got, key=self.posting_order)
        return out

    def posting_order(self, line):
        return (line.amount >= 0, self.place_of(line.posting))

    def place_of(self, posting):
        payer, payee, unit, tax, version, year = posting
        versions = [w.version["digest"] for w in self.worlds]
        return (payer, payee, unit, tax, versions.index(version), year)

    # ---- disputes ----

    def decisions(self):
        """{(key, payer): amount or None}: the last resolution of each stands."""
        if self.resolved is None:
            self.resolved = {}
            lines = {}
            for e in self.events:
                if e["seq"] >= self.ledger.size:
                    continue
                if e["type"] == "dispute.opened":
                    line = self.settled.line(*e["line"])
                    lines[e["digest"]] = (line.key, line.posting[0])
                elif e["type"] == "dispute.resolved":
                    self.resolved[lines[e["body"]["dispute"]]] = e["body"].get("amount")
        return self.resolved

    def decided(self, key, amounts):
        """Brings what a payer owes to the decided amount, at its first posting."""
        amounts = dict(amounts)
        for (k, payer), amount in self.decisions().items():
            if k != key or amount is None:
                continue
            mine = [p for p in amounts if p[0] == payer] or \
                [p for p in self.settled.sums[key] if p[0] == payer]
            first = min(mine, key=self.place_of)
            total = sum(amounts.get(p, 0) for p in mine)
            amounts[first] = amounts.get(first, 0) + amount - total
        return amounts

    def place(self, key, e):
        """Where the lines of a key stand among the others."""
        payment, outcome, subject, label = key
        day = e.day if e else self.settled.days[key]
        world = e.world if e else self.worlds[-1]
        if e is None and subject[0] == "enrolment":
            first = next(c for c in self.ledger.chains if c.seq == subject[1]).members[0].body
            return (day, parse_date(first["on"]), 2, first["participant"], payment, outcome,
                    label, subject[1])
        whose = ("person", world.ledger.person_of(subject[1])) if subject[0] == "person" \
            else subject
        began = world.groups.begins(whose)
        if began is NEVER:
            began = world.ledger.once_began(whose[1])
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
                decided = self.decisions().get((key, posting[0])) is not None
                why = "decided" if decided else self.why(key, e, now, before)
                out.append(Line(key, posting, amount, why, achieved))
        return out

    def why(self, key, e, now, before):
        if key not in self.settled.first and e is None:
            return "changed"
        if key not in self.settled.first:
            return "reached" if e.reason not in ("period", "floor") else e.reason
        if not any(now.values()):
            return "reversed"
        if sum(now.values()) == sum(before.values()):
            return "moved"
        return "changed"

    def zero_line(self, key, e, item):
        reason = self.zero_reason(e, item)
        if reason is None or e.floor is not None:
            return []
        last = self.settled.last.get(key)
        if last is not None and (last.amount != 0 or last.reason == reason):
            return []
        payment = self.payment(e)
        ctx = e.world.payments.context(e)
        posting = self.posting(e, first_party(e.world, payment["from"], ctx),
                               first_party(e.world, payment["to"], ctx), "")
        return [Line(key, posting, 0, reason, e.day)]

    def zero_reason(self, e, item):
        if item is None:
            return e.reason
        if e.pending:
            return "pending"
        if e.price == 0:
            return "price"
        return "limit"
