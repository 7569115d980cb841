"""Limits: buckets with room, floors, deductions, scales. Section 12.

An Item is what a limit looks at: an entitlement, or after the split one payer's
and payee's part of it.
"""
from kinds import Fraction, SettlementStops, number, round_whole, rounding_name


class Item:
    def __init__(self, e, world, amount, held, first_paid, peak, payer="", payee=""):
        self.e, self.w, self.amount = e, world, amount
        self.held = held                # what earlier statements' lines hold for it
        self.first_paid = first_paid    # number of the statement that first paid it, or None
        self.peak = peak                # the most that lines ever held
        self.payer, self.payee = payer, payee
        self.owed_by_others = []        # (party, amount): excess that a party bears
        self.limited = False

    def order(self):
        e = self.e
        return (e.day, *self.w.order_of(e.subject), e.payment, e.outcome, e.label,
                self.payer, self.payee)

    def paid_order(self):
        return (self.first_paid is None, self.first_paid or 0, self.order())

    def whole(self, x):
        """x in whole minor units by the payment's rounding."""
        return round_whole(x, rounding_name(self.w.terms["payments"][self.e.payment]["round"]))


class Limits:
    def __init__(self, settlement):
        self.s = settlement

    def apply(self, world, limits, items):
        for limit in limits:
            if "floor" in limit:
                items.extend(self.floor(world, limit, items))
            elif "less" in limit:
                self.less(world, limit, items)
            elif "scale" in limit:
                self.scale(world, limit, items)
            else:
                Steps(self, world, limit).apply(items)

    # ---- buckets ----

    def context(self, item):
        return item.w.payments.context(item.e)

    def bucket(self, world, limit, item):
        """(dims without period, period dim or None); None where it is not limited."""
        plain, period = [], None
        for dim in limit["per"]:
            if isinstance(dim, str):
                plain.append(self.plain_dim(item, dim))
            elif "group" in dim:
                if item.w.groups.holds(dim["group"], self.context(item)) is not True:
                    return None
            else:
                (how, calendar), = dim.items()
                day = item.e.day if how == "achieved" else self.settled_day(item)
                period = (calendar, item.w.calendars.holding(calendar, self.context(item), day))
                if period[1] is None:
                    return None
        return tuple(plain), period

    def settled_day(self, item):
        if item.first_paid is None:
            return self.s.through
        return self.s.settled.through_of(item.first_paid)

    def plain_dim(self, item, dim):
        subject, w = item.e.subject, item.w
        if dim == "person":
            return w.person(subject) or ""
        if dim == "enrolment":
            e = w.enrolment(subject)
            return e.id if e else ""
        if dim == "site":
            if subject[0] == "site":
                return subject[1]
            person = w.person(subject)
            return str(w.site(person, item.e.day)) if person is not None else ""
        return {"payer": item.payer, "payee": item.payee, "contract": ""}[dim]

    def chosen(self, limit, payments, items):
        return [i for i in items if i.e.payment in payments and i.amount > 0]

    # ---- less, scale ----

    def sort(self, limit, items):
        items.sort(key=Item.paid_order if limit.get("order") == "settled" else Item.order)
        return items

    def less(self, world, limit, items):
        pools = {}
        for i in items:
            if i.e.payment in limit["less"]:
                b = self.flat(self.bucket(world, limit, i))
                pools[b] = pools.get(b, 0) + i.amount
        for i in self.sort(limit, self.chosen(limit, limit["of"], items)):
            b = self.flat(self.bucket(world, limit, i))
            if b is None:
                continue
            take = max(0, min(i.amount, pools.get(b, 0)))
            i.amount -= take
            i.limited = i.limited or take > 0
            pools[b] = pools.get(b, 0) - take

    def flat(self, bucket):
        if bucket is None:
            return None
        plain, period = bucket
        return plain, period and (period[0], period[1].label)

    def scale(self, world, limit, items):
        for i in self.chosen(limit, limit["of"], items):
            if self.bucket(world, limit, i) is None:
                continue
            x = number(i.w.eval(limit["scale"], self.context(i)))
            if not isinstance(x, Fraction):
                i.amount, i.e.pending = 0, True
                continue
            before, i.amount = i.amount, i.whole(i.amount * x)
            i.limited = i.limited or before != i.amount

    def floor(self, world, limit, items):
        return []           # see floors.py


class Steps:
    """One limit with steps over all its buckets."""

    def __init__(self, limits, world, limit):
        self.limits, self.world, self.limit = limits, world, limit

    def apply(self, items):
        buckets = {}
        for item in self.limits.chosen(self.limit, self.limit["of"], items):
            b = self.limits.bucket(self.world, self.limit, item)
            if b is None:
                continue
            plain, period = b
            buckets.setdefault(plain, []).append((item, period))
            item.passed, item.asked = Fraction(0), item.amount
            item.left = min(item.held, item.amount)
        for members in buckets.values():
            self.row(members)
            for item, _ in members:
                amount = item.whole(item.passed)
                item.limited = item.limited or amount != item.asked
                item.amount = amount

    def row(self, members):
        """The buckets of one combination of the other dims, period by period."""
        if members[0][1] is None:
            self.fill([], [item for item, _ in members], Fraction(0), self.dead(members, None))
            return
        calendar = members[0][1][0]
        ctx = self.limits.context(members[0][0])
        by_start = {}
        for item, (_, p) in members:
            by_start.setdefault(p.start, (p, []))[1].append(item)
        p = by_start[min(by_start)][0]
        carried, widened = [], Fraction(0)
        while p is not None and p.start <= self.world.through:
            own = by_start.get(p.start, (p, []))[1]
            rest, over = self.fill(carried, own, widened, self.dead(members, p))
            widened = Fraction(0)
            if self.limit["unused"] == "next" and p.end <= self.world.through:
                widened = rest
            carried = over if self.limit["excess"] == "next" else []
            if not carried and not widened and all(s <= p.start for s in by_start):
                break
            p = self.world.calendars.next_period(calendar, ctx, p)
        late = [start for start in by_start if p is not None and start > p.start]
        if late:
            raise SettlementStops("a bucket behind the horizon")

    def dead(self, members, period):
        """Room that keys hold which ask less now (`freed` lost)."""
        if self.limit["freed"] != "lost":
            return 0
        total = 0
        for item, p in members:
            if p is None or p[1].start == period.start:
                total += max(0, item.peak - item.asked)
        return total

    def ends(self, item, widened):
        """[(to or None, rate)] read on the entitlement's day."""
        out = []
        steps = self.limit["steps"]
        for n, step in enumerate(steps):
            to = None
            if "to" in step:
                to = number(item.w.eval(step["to"], self.limits.context(item)))
                if not isinstance(to, Fraction):
                    to = Fraction(0)
                if n == len(steps) - 1:
                    to += widened
            out.append((to, Fraction(step["rate"])))
        return out

    def fill(self, carried, own, widened, dead):
        """Fills one bucket; returns the room left and [(item, excess)]."""
        asks = {}
        queue = [(item, amount, 0) for item, amount in carried]
        queue += [(item, Fraction(item.amount), 1) for item in own]
        if self.limit["order"] == "achieved":
            queue.sort(key=lambda q: (q[2], q[0].order()))
            turns = [(item, amount) for item, amount, _ in queue]
        else:
            queue.sort(key=lambda q: (q[2], q[0].order()))
            first = [(item, min(Fraction(item.left), amount)) for item, amount, _ in queue]
            first.sort(key=lambda t: t[0].paid_order())
            second = [(item, amount - min(Fraction(item.left), amount))
                      for item, amount, _ in queue]
            turns = [t for t in first if t[1] > 0] + [t for t in second if t[1] > 0]
            held = {id(item) for item, amount in first if amount > 0}
        self.at, self.count, self.places = Fraction(dead), 0, {}
        over = {}
        for n, (item, amount) in enumerate(turns):
            before = item.passed
            excess = self.pour(item, amount, widened)
            if self.limit["order"] == "settled" and n < len(held):
                item.left -= amount - excess
            over[id(item)] = (item, over.get(id(item), (item, Fraction(0)))[1] + excess)
        over = [v for v in over.values() if v[1] > 0]
        self.bear(over)
        return self.room_left(own or [i for i, _ in carried], widened), over

    def pour(self, item, amount, widened):
        """Passes what the bucket lets through; returns the excess."""
        steps = self.ends(item, widened)
        if self.limit["along"] == "count":
            return self.pour_count(item, amount, steps)
        left = amount
        for to, rate in steps:
            part = left if to is None else min(left, max(Fraction(0), to - self.at))
            item.passed += part * rate
            self.at += part
            left -= part
        return left

    def pour_count(self, item, amount, steps):
        if id(item) not in self.places:
            self.count += 1
            self.places[id(item)] = self.count
        k = self.places[id(item)]
        for to, rate in steps:
            if to is None or to >= k:
                item.passed += amount * rate
                return Fraction(0)
        return amount

    def room_left(self, items, widened):
        last = self.limit["steps"][-1]
        if "to" not in last:
            return Fraction(0)
        if items:
            to = self.ends(items[0], widened)[-1][0]
        else:
            to = number(self.world.eval(last["to"], self.world.context(("contract",)))) + widened
        used = self.at if self.limit["along"] == "amount" else self.count
        return max(Fraction(0), to - used)

    def bear(self, over):
        if isinstance(self.limit["excess"], dict):
            for item, amount in over:
                item.owed_by_others.append((self.limit["excess"]["payer"], item.whole(amount)))
