"""Entitlements: what is paid for, before limits. Section 11."""
from kinds import NEVER, UNKNOWN, before_or_on, is_date, is_number, number, round_payment
from periods import Period
from shares import weights_known


class Entitlement:
    def __init__(self, payment, outcome, subject, label, day):
        self.payment, self.outcome, self.subject = payment, outcome, subject
        self.label, self.day = label, day
        self.ordinal = 1
        self.first = day            # first counted day, first day of the period
        self.ended_on = day         # a period's last day
        self.period = None
        self.occurrence = None
        self.pending = False
        self.price = 0              # rounded, before limits
        self.reason = "reached"     # of its first amount; of a candidate: why not
        self.counts_from = day
        self.floor = None           # the limit that tops up

    def key(self):
        return (self.payment, self.outcome, self.subject, self.label)


class Payments:
    def __init__(self, world):
        self.w = world
        self.memo = {}

    def entitlements(self, name):
        """Of one payment: achieved or due by the horizon, `when` not false, governed by this version,
        not left unpaid by a termination."""
        if name not in self.memo:
            self.memo[name] = [e for e in self.raw(name) if self.stands(e) and self.priced(name, e)]
        return self.memo[name]

    def stands(self, e):
        e.world = self.w
        return self.survives_end(self.w.terms["payments"][e.payment], e) \
            and self.w.settlement.governs(self.w, e)

    def raw(self, name):
        target = self.w.terms["payments"][name]["for"]
        if isinstance(target, dict):
            return self.periods(name, target)
        out = []
        for outcome in [target] if isinstance(target, str) else target:
            for subject in self.w.outcomes.subjects(outcome):
                for o in self.w.outcomes.reached(outcome, subject):
                    out.append(self.for_outcome(name, o))
        return out

    def for_outcome(self, name, o):
        e = Entitlement(name, o.outcome, o.subject, o.label, o.day)
        e.ordinal, e.first, e.occurrence = o.ordinal, o.first, o
        return e

    def candidates(self, name):
        """Zero lines: what would have been reached but for a qualifier."""
        target = self.w.terms["payments"][name]["for"]
        if isinstance(target, dict):
            return []
        out = []
        for outcome in [target] if isinstance(target, str) else target:
            for subject in self.w.outcomes.subjects(outcome):
                for o, reason in self.w.outcomes.candidates(outcome, subject):
                    e = self.for_outcome(name, o)
                    e.reason = reason
                    if self.stands(e):
                        self.set_due(e)
                        out.append(e)
        return out

    def periods(self, name, target):
        w, out = self.w, []
        for subject in w.subjects(w.groups.kind(target["of"])):
            ctx = w.context(subject)
            first, last = (w.eval(target[x], w.in_the_end(subject)) for x in ("from", "until"))
            if not is_date(first) or first is NEVER or not is_date(last):
                continue
            last = w.through if last is NEVER else min(last, w.through)
            for i, p in enumerate(self.due_between(target, ctx, first, last)):
                due = p.start if target["due"] == "start" else p.end
                there = w.context(subject, due, p)
                member = w.groups.member(target["of"], there)
                if member is False:
                    continue
                e = Entitlement(name, "", subject, p.label, due)
                e.period, e.first, e.ended_on, e.reason = p, p.start, p.end, "period"
                e.ordinal = p.index
                e.pending = member is not True
                out.append(e)
        return out

    def due_between(self, target, ctx, first, last):
        """Copies of the periods whose due day lies from first to last, numbered from 1."""
        calendars, name = self.w.calendars, target["each"]
        out = []
        if first > last:
            return out
        p = calendars.first_on(name, ctx, first, last)
        while p is not None and p.start <= last:
            due = p.start if target["due"] == "start" else p.end
            if first <= due <= last:
                q = Period(p.start, p.end, p.label, p.number, p.days)
                q.index, q.calendar = len(out) + 1, name
                out.append(q)
            p = calendars.next_period(name, ctx, p)
        return out

    # ---- price ----

    def context(self, e):
        ctx = self.w.context(e.subject, e.day, e.period)
        ctx.occurrence = e.occurrence
        return ctx

    def priced(self, name, e):
        """Sets price or pending; is it an entitlement at all?"""
        payment, ctx = self.w.terms["payments"][name], self.context(e)
        self.set_due(e)
        unknown = e.pending         # the membership, or from when it counts
        if "when" in payment:
            when = self.w.eval(payment["when"], ctx)
            if when is False:
                return False
            if when is not True:
                e.pending = True
                return True
        if unknown:
            return True
        price = number(self.w.eval(payment["price"], ctx))
        if not is_number(price):
            e.pending = True
            return True
        if not all(weights_known(self.w, payment[side], ctx) for side in ("from", "to")):
            e.pending = True            # it takes no room either
            return True
        e.price = round_payment(price, payment["round"])
        return True

    def set_due(self, e):
        """The day from which it counts."""
        payment = self.w.terms["payments"][e.payment]
        if "due" in payment:
            due = self.w.eval(payment["due"], self.context(e))
            if not is_date(due):
                e.pending = True
            elif not before_or_on(due, e.day):
                e.counts_from = due

    def counts(self, e):
        """Does it count in this statement?"""
        return e.counts_from is not NEVER and e.counts_from <= self.w.through

    def survives_end(self, payment, e):
        end = self.w.last_day
        if end is NEVER:
            return True
        if payment["ended"] == "achieved":
            return e.ended_on <= end
        return e.ended_on <= end or e.first <= end
