"""Limits: buckets with room, floors, deductions, scales. Section 12.

An Item is what a limit looks at: an entitlement, or after the split one payer's
and payee's part of it.
"""
from held import Held, past
from kinds import NEVER, UNKNOWN, Fraction, is_date, is_number, number, round_payment, round_whole


class Item:
    def __init__(self, e, world, amount, said, payer="", payee=""):
        self.e, self.w, self.amount = e, world, amount
        self.said = said                # what earlier statements' lines say: a Said
        self.payer, self.payee = payer, payee
        self.frozen = False             # final: it stays as settled
        self.gone = False               # no entitlement now: room that it set free
        self.once = False               # no entitlement now, whatever limits make of it
        self.owed_by_others = []        # (party, amount): excess that a party bears
        self.limited = False
        self.has_lines = False
        self.unpriced = e.pending       # before limits
        self.row = None                 # of somebody who was erased: what is held
        self.before_split = amount

    def order(self):
        e = self.e
        return (e.day, *self.w.order_of(e.subject, self.once), e.payment, e.outcome, e.label,
                e.subject[1] if e.subject[0] == "enrolment" else 0, self.payer, self.payee)

    def paid_order(self, limit):
        """Frozen ones, in settled order also paid ones, by the statement since which they are."""
        return self.since_order(limit, self.frozen)

    def since_order(self, by, first=False):
        early = first or (by["order"] == "settled" and self.said.paid_since is not None)
        since = self.said.paid_since or 0
        return (not early, since if early else 0, self.order())

    def held(self, limit):
        """What its lines hold of a limit's room, up to what it asks."""
        if self.frozen:
            return max(0, self.amount)
        if limit["order"] != "settled":
            return 0
        return max(0, min(self.amount, self.said.held - self.elsewhere(limit)))

    def most(self, limit):
        """The same where rounding of what is held back may hide more."""
        if self.frozen or limit["order"] != "settled":
            return self.held(limit)
        excess = limit.get("excess")
        other = self.said.most_of_payer(excess["payer"]) if isinstance(excess, dict) else 0
        return max(0, min(self.amount, self.said.most - other))

    def peak(self, limit):
        return self.said.peak - self.elsewhere(limit)

    def elsewhere(self, limit):
        """What another party owes as this limit's excess."""
        excess = limit.get("excess")
        return self.said.of_payer(excess["payer"]) if isinstance(excess, dict) else 0

    def rounded(self, x):
        """x rounded as the payment."""
        return round_payment(x, self.w.terms["payments"][self.e.payment]["round"])


class Limits:
    def __init__(self, settlement):
        self.s = settlement

    def apply(self, limits, items):
        for world, limit in limits:
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

    def whose(self, limit, item):
        """Whom the numbers of a limit are read for."""
        own = {"person", "enrolment", "site"} & set(map(str, limit["per"]))
        return self.context(item).of(item.e.subject if own else ("contract",))

    def bucket(self, world, limit, item):
        """(dims without period, period dim or None); None where it is not limited."""
        plain, period = [], None
        for dim in limit["per"]:
            if isinstance(dim, str):
                plain.append(self.plain_dim(item, dim))
            elif "group" in dim:
                if dim["group"] not in item.w.terms["groups"] \
                        or item.w.groups.holds(dim["group"], self.context(item)) is not True:
                    return None
            elif "enrolled" in dim:
                began = self.began(item, dim["enrolled"])
                if began is None:
                    return None
                plain.append(began.label)
            else:
                (how, calendar), = dim.items()
                day = item.e.day if how == "achieved" else self.settled_day(limit, item)
                period = (calendar, item.w.calendars.holding(calendar, self.context(item), day))
                if period[1] is None:
                    return None
        return tuple(plain), period

    def began(self, item, calendar):
        """The period in which the enrolment's first day lies: that by which lines stand in order."""
        ctx = self.context(item)
        return item.w.calendars.holding(calendar, ctx, item.w.date(item.order()[1]))

    def settled_day(self, limit, item):
        """Room that is lost when it is freed stays taken where it was taken."""
        paid = item.said.paid_since
        if keeps(limit):
            paid = self.s.settled.paid_ever.get(item.e.key())
        return self.s.through if paid is None else self.s.settled.through_of(paid)

    def plain_dim(self, item, dim):
        subject, w = item.e.subject, item.w
        if dim == "person":
            return w.person(subject) or subject
        if dim == "enrolment":
            e = w.enrolment(subject)
            return e.id if e else ""
        if dim == "site":
            if subject[0] == "site":
                return subject[1]
            person = w.person(subject)
            site = UNKNOWN if person is None else w.site(person, item.e.day)
            return "" if site is UNKNOWN else site      # all that is at no known site: together
        return {"payer": item.payer, "payee": item.payee, "contract": ""}[dim]

    def chosen(self, limit, items, gone=False, of="of"):
        """Those that the version that governs them puts under the limit."""
        return [i for i in items if i.e.payment in self.own(limit, i).get(of, [])
                and (gone or not i.gone)]

    def own(self, limit, item):
        """The limit of this name in the version that governs the item."""
        limits = item.w.terms.get("limits", []) if item.e.floor is None else []
        return next((l for l in limits if l["name"] == limit["name"]), {})

    def place(self, world, limit, item):
        if not item.row:
            return self.bucket(world, limit, item)
        period, plain = None, []
        for dim in limit["per"]:
            if isinstance(dim, str):    # by what the limit was per when they left
                plain.append(item.row.dims.get(dim, ""))
            elif "group" not in dim:
                (how, calendar), = dim.items()
                got = self.period_now(world, item, how, calendar)
                if got is None:
                    return None         # it had no such period then
                if how == "enrolled":
                    plain.append(got.label)
                else:
                    period = (calendar, got)
        return tuple(plain), period

    def period_now(self, world, item, how, calendar):
        """The period that holds the last day of the one in which it stood, as the limit was."""
        _, was = item.row.bucket
        day = item.row.began if how == "enrolled" else was and was[1].end
        return world.calendars.holding(calendar, self.context(item), day) if day else None

    # ---- less, scale ----

    def less(self, world, limit, items):
        pools = {}
        for ghost in self.s.erased.ghosts("less", limit["name"], world):
            b = self.flat(self.place(world, limit, ghost))
            pools[b] = pools.get(b, 0) + ghost.amount
        for i in self.chosen(limit, items, of="less"):
            b = self.bucket(world, limit, i)
            self.watch(limit, i, Held("less", limit["name"], i.amount, b), True)
            pools[self.flat(b)] = pools.get(self.flat(b), 0) + i.amount
        of = [(i, self.flat(self.bucket(world, limit, i)), i.held(limit), i.most(limit))
              for i in sorted(self.chosen(limit, items), key=Item.order)]
        for keeps_most in (True, False):
            for i, b, held, most in of:
                if b is None:
                    continue
                take = max(0, min(i.amount - (most if keeps_most else held), pools.get(b, 0)))
                i.amount -= take
                i.limited = i.limited or take > 0
                pools[b] = pools.get(b, 0) - take
                self.watch(limit, i, Held("less", limit["name"], -take,
                                          self.bucket(world, limit, i)), take > 0)

    def watch(self, limit, item, held, whatever=False):
        """Notes what an erasure leaves of an item: nothing where the limit is each person's own."""
        if self.s.watch and held.bucket is not None \
                and not {"person", "enrolment"} & set(map(str, limit["per"])):
            names = [str(d) for d in limit["per"] if is_plain(d)]
            held.dims = dict(zip(names, held.bucket[0]))
            held.places = places_of(limit)
            held.began = min((self.began(item, d["enrolled"]).end for d in limit["per"]
                              if isinstance(d, dict) and "enrolled" in d), default=None)
            self.s.watch.took(item, held, whatever)

    def flat(self, bucket):
        if bucket is None:
            return None
        plain, period = bucket
        return plain, period and (period[0], period[1].label)

    def scale(self, world, limit, items):
        for i in self.chosen(limit, items):
            if i.amount <= 0 or i.frozen or self.bucket(world, limit, i) is None:
                continue
            x = number(world.eval(limit["scale"], self.whose(limit, i)))
            if not is_number(x):
                i.amount, i.e.pending = 0, True
                continue
            before, i.amount = i.amount, i.rounded(i.amount * x)
            i.limited = i.limited or before != i.amount

    # ---- floor ----

    def floor(self, world, limit, items):
        """Top-ups of buckets whose payments fall short; new items."""
        on = world.eval(limit["on"], world.context(("contract",)))
        if not is_date(on) or on is NEVER:
            return []
        sums = {}
        for ghost in self.s.erased.ghosts("floor", limit["name"], world):
            b = self.place(world, limit, ghost)
            if b is not None:
                sums.setdefault(self.flat(b), [ghost, 0])[1] += ghost.amount
        for i in self.chosen(limit, items):
            if not i.e.pending:
                b = self.bucket(world, limit, i)
                if b is not None and self.has_subject(limit, i):
                    due = i.amount if i.e.day <= on else 0
                    sums.setdefault(self.flat(b), [i, 0])[1] += due
                    self.watch(limit, i, Held("floor", limit["name"], due, b), True)
        if on > self.s.through:
            return []
        if not sums and limit["per"] == ["contract"]:
            sums[()] = [None, 0]
        out = []
        for item, total in sums.values():
            got = self.top_up(world, limit, on, item, total)
            if got is not None:
                out.append(got)
        return out

    def has_subject(self, limit, item):
        """A floor per person or site has no bucket of those that have none."""
        person = item.w.person(item.e.subject)
        return not (person is None and "person" in limit["per"]) \
            and not ("site" in limit["per"] and self.plain_dim(item, "site") == "")

    def top_up(self, world, limit, on, item, total):
        subject, label = ("contract",), ""
        plain, period = self.place(world, limit, item) if item is not None else ((), None)
        for dim, value in zip(filter(is_plain, limit["per"]), plain):
            if dim == "person":
                subject = ("person", item.w.person(item.e.subject))
            elif dim == "site":
                subject = ("site", value)
            elif dim != "contract":
                label = value
        if period is not None:
            label = period[1].label
        level = number(world.eval(limit["floor"], world.context(subject, on)))
        if not is_number(level) or level <= total:
            return None
        e = self.s.floor_entitlement(world, limit, subject, label, on)
        e.price = round_whole(level - total, "half_up")
        return self.s.item(e, e.price) if e.price > 0 else None


def is_plain(dim):
    """Is it one of those that come before the period?"""
    return isinstance(dim, str) or "enrolled" in dim


def places_of(limit):
    """Between two limits of which this is the same a place means the same."""
    return limit.get("along"), limit["per"]


def keeps(limit):
    """Does room that a key has freed stay taken for others? Where excess goes on it does not."""
    return "steps" in limit and limit["order"] == "settled" and limit["freed"] == "lost" \
        and limit["excess"] != "next"


class Steps:
    """One limit with steps over all its buckets."""

    def __init__(self, limits, world, limit):
        self.limits, self.world, self.limit = limits, world, limit
        steps = limit["steps"]
        self.cap = limit["along"] == "amount" and len(steps) == 1 and Fraction(steps[0]["rate"]) == 1
        self.on = limit["excess"] == "next"
        self.keeps = keeps(limit)

    def apply(self, items):
        buckets = {}
        ghosts = self.limits.s.erased.ghosts("limit", self.limit["name"], self.world)
        for item in ghosts + self.limits.chosen(self.limit, items, self.keeps):
            b = self.limits.place(self.world, self.limit, item)
            if b is None:
                continue
            plain, period = b
            buckets.setdefault(plain, []).append((item, period))
            item.passed, item.asked = min(0, item.amount), item.amount
            item.left = item.held(self.limit)
            item.open = item.most(self.limit) - item.left
        for plain, members in buckets.items():
            self.row(plain, members)
            for item, _ in members:
                item.limited = item.limited or item.passed != item.asked
                item.amount = 0 if item.e.pending else item.passed

    def row(self, plain, members):
        """The buckets of one combination of the other dims, period by period."""
        if members[0][1] is None:
            self.here = plain, None
            self.fill([], [item for item, _ in members], 0)
            return
        calendar = members[0][1][0]
        ctx = self.limits.context(members[0][0])
        by_start = {}
        for item, (_, p) in members:
            by_start.setdefault(p.start, (p, []))[1].append(item)
        p = by_start[min(by_start)][0]
        known = min((p.start for item, (_, p) in members if not item.unpriced), default=None)
        carried, widened = [], 0
        while p is not None and p.start <= self.world.through:
            own = by_start.get(p.start, (p, []))[1]
            self.here = plain, (calendar, p)
            rest, over = self.fill(carried, own, widened)
            widened = 0
            if (self.limit["unused"] == "next" and known is not None and known <= p.start
                    and p.end <= self.world.through):
                widened = rest
            carried = over if self.on else []
            if not carried and not widened and all(s <= p.start for s in by_start):
                break
            p = self.world.calendars.next_period(calendar, ctx, p)

    def ends(self, item, widened, asks=True):
        """[(to or None, rate)] read on the entitlement's day, as the version has them that has the
        limit; None: a `to` is not known, and what asks for room waits for it."""
        out = []
        steps = self.limit["steps"]
        for n, step in enumerate(steps):
            to = None
            if "to" in step:
                to = number(self.world.eval(step["to"], self.limits.whose(self.limit, item)))
                if not is_number(to):
                    item.e.pending = item.e.pending or asks
                    return None
                to = round_whole(to, "down") + (widened if n == len(steps) - 1 else 0)
            out.append((to, Fraction(step["rate"])))
        return out

    def fill(self, carried, own, widened):
        """Fills one bucket; returns the room left and [(item, excess)]."""
        queue = [(item, amount, 0) for item, amount in carried]
        queue += [(item, max(0, item.amount), 1) for item in own]
        if self.cap:
            queue.sort(key=lambda q: (q[2], q[0].order()))
        else:
            queue.sort(key=lambda q: (q[2], q[0].paid_order(self.limit)))
        asks = [(item, amount) for item, amount, _ in queue]
        if self.cap:
            over = self.fill_cap(asks, widened)
        elif self.limit["along"] == "count":
            over = self.fill_count(asks, widened)
        else:
            over = self.fill_ladder(asks, widened)
        over = [(item, amount) for item, amount in over if amount > 0]
        if isinstance(self.limit["excess"], dict):
            for item, amount in over:
                item.owed_by_others.append((self.limit["excess"]["payer"], amount))
        return self.room_left([item for item, _ in asks], widened), over

    def fill_cap(self, asks, widened):
        """A plain cap: what is held first, then the rest; nothing is rounded."""
        self.at, kept, over, taken = 0, {}, [], {}
        for item, amount in sorted(asks, key=lambda a: a[0].paid_order(self.limit)):
            take = min(item.left, amount)
            if self.on and take > 0:
                take = min(take, self.room(item, widened))
            item.left -= take
            item.passed += take
            taken[id(item)] = take
            self.at += take
            kept[id(item)] = max(0, item.peak(self.limit) - take) if self.keeps else 0
        self.kept = sum(kept.values())

        def ask(item, rest):
            own, take = kept[id(item)], 0
            if rest > 0:
                take = min(rest, max(0, self.room(item, widened) - (self.kept - own)))
            item.passed += take
            self.at += take
            kept[id(item)] -= min(take, own)
            self.kept -= min(take, own)
            taken[id(item)] += take
            return take

        whole = [amount - taken[id(item)] <= item.open for item, amount in asks]
        for first in (True, False):
            for (item, amount), all_of_it in zip(asks, whole):
                if all_of_it == first:
                    item.open -= ask(item, min(item.open, amount - taken[id(item)]))
        for item, amount in asks:
            rest = amount - taken[id(item)]
            over.append((item, rest - ask(item, rest)))
        for item, _ in asks:
            peak = item.peak(self.limit) if self.keeps else 0
            self.took(item, max(peak, taken[id(item)]))
        return over

    def took(self, item, amount, at=None):
        """Notes what an erasure would leave of an item in this bucket."""
        if item.row is None and not item.unpriced:
            self.limits.watch(self.limit, item, Held("limit", self.limit["name"], amount, self.here,
                                                     at), self.limit["unused"] == "next")

    def stretches(self, asks):
        """What is held; where nobody knows its place in what the limit is now, at the start."""
        out, first = [], 0
        for item, _ in asks:
            if item.row is None or item.amount <= 0:
                continue
            size = item.row.count if self.limit["along"] == "count" else item.amount
            if item.row.places == places_of(self.limit) and item.row.at is not None:
                out.append((item.row.at, size))
            else:
                first += size
        return out + [(0, first)]

    def room(self, item, widened):
        ends = self.ends(item, widened)
        if ends is None:
            return 0
        to = ends[-1][0]
        return 1 << 62 if to is None else max(0, to - self.at)

    def fill_ladder(self, asks, widened):
        """Steps with rates: each lies where the ones before it ended; rounded as the payment."""
        self.at, self.kept, over = 0, 0, []
        held = self.stretches(asks)
        for item, amount in asks:
            if amount <= 0 or item.row is not None:
                self.took(item, 0)
                continue
            self.at = begin = past(held, self.at)
            steps, left, passed = self.ends(item, widened), amount, 0
            for to, rate in steps or []:
                part = left if to is None else min(left, max(0, to - self.at))
                passed += part * rate
                self.at += part
                left -= part
            if steps is not None:
                item.passed += item.rounded(passed)
                over.append((item, left))
                self.took(item, self.at - begin, begin)
        self.at = past(held, self.at)
        return over

    def fill_count(self, asks, widened):
        self.at, self.kept, over = 0, 0, []
        held = self.stretches(asks)
        for item, amount in asks:
            steps = self.ends(item, widened) if amount > 0 and item.row is None else None
            if steps is None:
                self.took(item, 0)
                continue
            begin = past(held, self.at)
            self.at = begin + 1
            rates = [rate for to, rate in steps if to is None or to >= self.at]
            if rates:
                item.passed += item.rounded(amount * rates[0])
                self.took(item, amount, begin)
            else:
                over.append((item, amount))
        self.at = past(held, self.at)
        return over

    def whose_room(self):
        """Whom a bucket of nobody's is read for: its enrolment, person or site."""
        dims = dict(zip([str(d) for d in self.limit["per"] if is_plain(d)], self.here[0]))
        if dims.get("enrolment"):
            return ("enrolment", dims["enrolment"])
        if dims.get("person"):          # or what is a site's or the contract's, by itself
            return dims["person"] if isinstance(dims["person"], tuple) \
                else ("person", dims["person"])
        return ("site", dims["site"]) if dims.get("site") else ("contract",)

    def room_left(self, items, widened):
        last = self.limit["steps"][-1]
        if "to" not in last:
            return 0
        if items:
            ends = self.ends(items[-1], widened, asks=False)
            to = ends[-1][0] if ends else 0
        else:
            day = min(self.here[1][1].end, self.world.through) if self.here[1] else None
            to = number(self.world.eval(last["to"], self.world.context(self.whose_room(), day)))
            to = (round_whole(to, "down") if is_number(to) else 0) + widened
        return max(0, to - self.at - self.kept)
