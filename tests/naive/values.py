"""Values: a number per period from facts, or a named expression. Section 9."""
from kinds import NEVER, UNKNOWN, fits, is_number, number, quotient, round_whole, truth
from facts import COVERING, LEVELS
from periods import DAY, Period


class Values:
    def __init__(self, world):
        self.w = world
        self.memo = {}

    def definition(self, name):
        return self.w.terms["values"][name]

    def read(self, name, ctx):
        value = self.definition(name)
        subject = self.w.lift(value.get("subject"), ctx)
        if subject is None:
            return UNKNOWN
        there = ctx.copy()
        there.subject = subject
        there.fact = there.occurrence = there.item = None
        if "per" in value and value["per"] != "ever":
            there.period = self.w.holding(value["per"], there, ctx.day)
            if there.period is None:
                return UNKNOWN
            there.day = there.period.end
        key = (name, subject, there.day, there.relaxed,
               (there.period.start, there.period.end, there.period.index)
               if there.period else None)
        if key not in self.memo:
            if "is" in value:
                self.memo[key] = self.w.eval(value["is"], there)
            else:
                self.memo[key] = self.of_facts(name, value, there)
        return self.memo[key]

    # ---- values of facts ----

    def facts(self, name, value, ctx):
        subject = ctx.subject
        person = self.w.person(subject)
        if person is not None:
            subject = ("person", person)
        return self.w.facts.of_value(name, value, subject, ctx.relaxed)

    def belongs(self, value, fact, ctx, day):
        """Is it one of the value's facts on this day? Asked on the fact's own day, of a spell
        on that of the last change."""
        if "where" not in value:
            return True
        asked = max([fact.first] + [d for d, _, _ in fact.changes if d <= day])
        key = ("belongs", id(value), id(fact), ctx.subject, asked)
        if key not in self.memo:
            there = ctx.on(asked)
            there.fact, there.period = fact, None
            self.memo[key] = truth(self.w.eval(value["where"], there))
        return self.memo[key]

    def first_day(self, value, fact, ctx, sure):
        """The first day on which it belongs to the value (or may belong), or None."""
        days = sorted({fact.first} | {d for d, _, _ in fact.changes if d > fact.first})
        for day in days:
            got = self.belongs(value, fact, ctx, day)
            if fact.last is not None and not fact.covers(day):
                continue
            if got is True or (got is UNKNOWN and not sure):
                return day
        return None

    def belonging(self, name, ctx):
        value = self.definition(name)
        there = ctx.copy()
        there.subject = self.w.lift(value.get("subject"), ctx)
        if there.subject is None:
            return []
        found = [(self.first_day(value, f, there, True), f)
                 for f in self.facts(name, value, there)]
        return sorted([f for f in found if f[0] is not None],
                      key=lambda f: (f[0], f[1].chain.seq))

    def taken(self, value, fact, day):
        return 1 if value["take"] == 1 else number(fact.field(value["take"], day))

    def of_facts(self, name, value, ctx):
        facts = self.facts(name, value, ctx)
        period = ctx.period
        if value["per"] == "ever":
            period = self.since_ever(value, facts, ctx)
        if value["of"] in COVERING:
            return self.fold_days(value, facts, period, ctx)
        return self.fold_facts(value, facts, period, ctx)

    def since_ever(self, value, facts, ctx):
        """From the first day of whose facts they are, or of the first fact if it is earlier."""
        person = self.w.person(ctx.subject)
        subject = ctx.subject if person is None else ("person", person)
        days = [self.first_day(value, f, ctx, False) for f in facts]
        days = [d for d in days if d is not None] + [ctx.day]
        begins = self.w.groups.begins(subject)
        if begins is not NEVER:
            days.append(begins)
        return Period(min(days), ctx.day, "", None, None)

    def fold_days(self, value, facts, period, ctx):
        if value["within"] == "last":
            return self.day_number(value, facts, period.each_day()[-1], ctx)
        days = [self.day_number(value, facts, d, ctx) for d in period.each_day()]
        if any(d is UNKNOWN for d in days):
            return UNKNOWN
        return self.fold(value["within"], days)

    def fold(self, within, numbers):
        if within == "mean":
            return fits(quotient(sum(numbers), len(numbers)))
        return fits({"sum": sum, "min": min, "max": max}[within](numbers))

    def day_number(self, value, facts, day, ctx):
        covering = [(f, self.belongs(value, f, ctx, day)) for f in facts if f.covers(day)]
        covering = [(f, t) for f, t in covering if t is not False]
        if not covering:
            if value["silence"] == "unknown" and not self.w.facts.feed_covers(value["of"], [day]):
                return UNKNOWN
            return 0
        numbers = [self.taken(value, f, day if f.changes else f.first) if t is True else UNKNOWN
                   for f, t in covering]
        if any(n is UNKNOWN for n in numbers):
            return UNKNOWN
        if value.get("overlap") == "add":
            return sum(numbers)
        return max(numbers)

    def fold_facts(self, value, facts, period, ctx):
        inside = [(f, self.belongs(value, f, ctx, f.first)) for f in facts if period.has(f.first)]
        inside = [(f, t) for f, t in inside if t is not False]
        if not inside:
            if value["silence"] == "unknown" \
                    and not self.w.facts.feed_covers(value["of"], period.each_day()):
                return UNKNOWN
            return 0
        numbers = [self.taken(value, f, f.first) if t is True else UNKNOWN for f, t in inside]
        if any(n is UNKNOWN for n in numbers):
            return UNKNOWN
        if value["within"] == "last":
            return numbers[-1]
        return self.fold(value["within"], numbers)

    # ---- the running account ----

    def grow(self, arg, ctx):
        value = self.definition(arg["flows"])
        there = ctx.of(("contract",))
        flows = []
        for f in self.facts(arg["flows"], value, there):
            t = self.belongs(value, f, there, f.first)
            if f.first > ctx.day or t is False:
                continue
            amount = self.taken(value, f, f.first) if t is True else UNKNOWN
            if amount is UNKNOWN:
                return UNKNOWN
            flows.append((f.first, amount))
        return self.run_account(arg, ctx, flows) if flows else 0

    def rate(self, arg, ctx, rest):
        """What is booked at the end of a period."""
        there = ctx.on(rest.end)
        there.period = rest
        return number(self.w.eval(arg["rate"], there))

    def run_account(self, arg, ctx, flows):
        balance, waits = 0, 0
        rest = None
        day = flows[0][0]
        while day <= ctx.day:
            balance += sum(amount for d, amount in flows if d == day)
            if rest is None or day > rest.end:
                rest = self.w.holding(arg["rests"], ctx.of(("contract",)), day)
            leap = (day.replace(month=12, day=31) - day.replace(month=1, day=1)).days + 1
            waits += quotient(balance, leap)
            if rest is not None and day == rest.end:
                rate = self.rate(arg, ctx, rest)
                if not is_number(rate):
                    return rate
                balance += round_whole(waits * rate, arg["round"])
                waits = 0
            day += DAY
        return balance
