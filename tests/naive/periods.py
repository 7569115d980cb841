"""Calendars: the grid, blocks from an anchor, days that do not exist."""
import calendar
import datetime

from kinds import NEVER, is_date

DAY = datetime.timedelta(days=1)
MONTHS = {"month": 1, "quarter": 3, "half_year": 6, "year": 12}
MOST = 4000
WALK = 40000            # days in which a block ends


def add_months(d, n):
    at = d.year * 12 + d.month - 1 + n
    year, month = at // 12, at % 12 + 1
    return datetime.date(year, month, min(d.day, calendar.monthrange(year, month)[1]))


def add_units(d, n, unit):
    """The same day n units later, counted from d itself."""
    if unit == "day":
        return d + n * DAY
    if unit in ("week", "iso_week"):
        return d + 7 * n * DAY
    return add_months(d, n * MONTHS[unit])


class Period:
    __slots__ = ("start", "end", "label", "index", "days", "number", "calendar")

    def __init__(self, start, end, label, number, days):
        self.start, self.end, self.label = start, end, label
        self.number = number        # block number, None on the grid
        self.days = days            # the existing days; None: all of them
        self.index = None           # in the range in hand

    def each_day(self):
        if self.days is not None:
            return self.days
        return [self.start + i * DAY for i in range((self.end - self.start).days + 1)]

    def day_count(self):
        if self.days is not None:
            return len(self.days)
        return (self.end - self.start).days + 1

    def has(self, d):
        return self.start <= d <= self.end and (self.days is None or d in self.days)


def grid_bounds(unit, d):
    """First and last civil day, and label, of the grid period that holds d."""
    if unit == "day":
        return d, d, d.isoformat()
    if unit == "iso_week":
        year, week, weekday = d.isocalendar()
        first = d - (weekday - 1) * DAY
        return first, first + 6 * DAY, "%04d-w%02d" % (year, week)
    n = MONTHS[unit]
    part = (d.month - 1) // n
    first = datetime.date(d.year, part * n + 1, 1)
    last = add_months(first, n) - DAY
    label = {"month": "%04d-%02d" % (d.year, d.month),
             "quarter": "%04d-q%d" % (d.year, part + 1),
             "half_year": "%04d-h%d" % (d.year, part + 1),
             "year": "%04d" % d.year}[unit]
    return first, last, label


class Calendars:
    """The calendars of one World (its terms, facts and horizon)."""

    def __init__(self, world):
        self.world = world
        self.memo = {}

    def of(self, name):
        if name == "ever":
            raise KeyError("ever is no calendar of periods")
        return self.world.terms["calendars"][name]

    def uneven(self, cal):
        return "skip" in cal or "stop" in cal

    # ---- days that do not exist ----

    def exists(self, name, ctx, d, use_stop=True):
        cal = self.of(name)
        if not self.uneven(cal):
            return True
        key = ("exists", name, ctx.subject, ctx.relaxed, d, use_stop)
        if key not in self.memo:
            self.memo[key] = self.find_exists(cal, ctx, d, use_stop)
        return self.memo[key]

    def find_exists(self, cal, ctx, d, use_stop):
        skip = cal.get("skip", {})
        if d.isoweekday() in skip.get("weekdays", []):
            return False
        if "days" in skip:
            if self.world.tables.look(skip["days"], [], d, ctx.on(d)) == 1:
                return False
        if use_stop and "stop" in cal:
            if self.world.eval(cal["stop"], ctx.on(d)) is True:
                return False
        return True

    def existing(self, name, ctx, first, last):
        """The days that exist from first to last; None where all do."""
        if not self.uneven(self.of(name)):
            return None
        days = []
        d = first
        while d <= last:
            if self.exists(name, ctx, d):
                days.append(d)
            d += DAY
        return days

    # ---- periods ----

    def grid_period(self, name, ctx, d):
        """The period of the civil block that holds d, or None; its first day is trimmed."""
        cal = self.of(name)
        key = ("grid", name, d) if not self.uneven(cal) \
            else ("grid", name, d, ctx.subject, ctx.relaxed)
        if key in self.memo:
            return self.memo[key]
        first, last, label = grid_bounds(cal["unit"], d)
        days = self.existing(name, ctx, first, last)
        if days is None:
            got = Period(first, last, label, None, None)
        elif days:
            got = Period(days[0], days[-1], label, None, days)
        else:
            got = None
        self.memo[key] = got
        return got

    def anchor(self, name, ctx):
        got = self.world.eval(self.of(name)["from"], ctx)
        return got if is_date(got) and got is not NEVER else None

    def blocks(self, name, ctx, last):
        """Blocks from the anchor that begin on or before `last`."""
        return [p for p in self.known_blocks(name, ctx, last) if p.start <= last]

    def known_blocks(self, name, ctx, last):
        anchor = self.anchor(name, ctx)
        if anchor is None:
            return []
        key = ("blocks", name, ctx.subject, ctx.relaxed, anchor)
        known = self.memo.setdefault(key, [])
        while len(known) < MOST and (not known or known[-1].end < last):
            block = self.next_block(name, ctx, anchor, known)
            if block is None:
                break
            known.append(block)
        return known

    def next_block(self, name, ctx, anchor, known):
        cal = self.of(name)
        k = len(known) + 1
        n, unit = cal["n"], cal["unit"]
        begin = anchor if cal["first"] == 1 else anchor + DAY
        start = known[-1].end + DAY if known else begin
        if not self.uneven(cal):
            if unit in ("day", "week"):
                end = start + n * (7 if unit == "week" else 1) * DAY - DAY
            else:
                end = add_units(begin, k * n, unit) - DAY
            return Period(start, end, str(k), k, None)
        if unit in ("day", "week"):
            return self.counted_block(name, ctx, start, n * (7 if unit == "week" else 1), k)
        return self.stretched_block(name, ctx, start, n, unit, k)

    def counted_block(self, name, ctx, start, n, k):
        days = []
        d = start
        while len(days) < n:
            if (d - start).days >= WALK:
                return None
            if self.exists(name, ctx, d):
                days.append(d)
            d += DAY
        return Period(days[0], days[-1], str(k), k, days)

    def stretched_block(self, name, ctx, start, n, unit, k):
        end = add_units(start, n, unit) - DAY
        seen = start
        while seen <= end:
            if (seen - start).days >= WALK:
                return None
            if not self.exists(name, ctx, seen):
                end += DAY
            seen += DAY
        return Period(start, end, str(k), k, self.existing(name, ctx, start, end))

    def holding(self, name, ctx, d):
        """The period of the calendar that holds d, or None."""
        if self.of(name)["from"] == "grid":
            return self.grid_period(name, ctx, d)
        anchor = self.anchor(name, ctx)
        if anchor is None or d < anchor + (1 - self.of(name)["first"]) * DAY:
            return None
        return next((p for p in self.known_blocks(name, ctx, d) if d <= p.end), None)

    def within(self, name, ctx, first, last):
        """The periods that lie wholly between first and last, in order."""
        out = []
        if first > last:
            return out
        if self.of(name)["from"] == "grid":
            d = first
            while d <= last and len(out) < MOST:
                p = self.grid_period(name, ctx, d)
                _, civil_last, _ = grid_bounds(self.of(name)["unit"], d)
                if p is not None and p.start >= first and p.end <= last:
                    out.append(p)
                d = civil_last + DAY
            return out
        return [p for p in self.blocks(name, ctx, last) if p.start >= first and p.end <= last]

    def first_on(self, name, ctx, first, last):
        """The period that holds `first`, else the next one that begins by `last`; or None."""
        if self.of(name)["from"] != "grid":
            found = [p for p in self.blocks(name, ctx, last) if p.end >= first]
            return found[0] if found else None
        d = first
        while d <= last:
            p = self.grid_period(name, ctx, d)
            if p is not None and p.end >= first:
                return p
            d = grid_bounds(self.of(name)["unit"], d)[1] + DAY
        return None

    def next_period(self, name, ctx, p):
        """The period behind p."""
        if p.number is None:
            d = p.end
            for _ in range(40000):
                _, last, _ = grid_bounds(self.of(name)["unit"], d)
                d = last + DAY
                q = self.grid_period(name, ctx, d)
                if q is not None:
                    return q
            return None
        known = self.known_blocks(name, ctx, p.end)
        while len(known) <= min(p.number, MOST):
            block = self.next_block(name, ctx, self.anchor(name, ctx), known)
            if block is None:
                return None
            known.append(block)
        return known[p.number]

    # ---- shift and span ----

    def shift(self, d, n, name, ctx):
        """n whole periods later; the anchor and `stop` play no part."""
        cal = self.of(name)
        unit, size = cal["unit"], cal.get("n", 1)
        if "skip" not in cal:
            return add_units(d, n * size, unit)
        if unit in ("day", "week", "iso_week"):
            return self.shift_days(d, n * size * (1 if unit == "day" else 7), name, ctx)
        return add_units(d, n * size, unit)

    def shift_days(self, d, n, name, ctx):
        step = DAY if n > 0 else -DAY
        left, last = abs(n), d + 40000 * step
        while left:
            if d == last:
                raise OverflowError("too many days")
            d += step
            if self.exists(name, ctx, d, use_stop=False):
                left -= 1
        return d

    def span(self, first, second, name, ctx):
        n = 0
        if first <= second:
            while self.shift(first, n + 1, name, ctx) <= second:
                n += 1
            return n
        while self.shift(first, n, name, ctx) > second:
            n -= 1
        return n
