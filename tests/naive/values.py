"""Values: a number per period from facts, or a named expression. Section 9."""
from kinds import UNKNOWN, Fraction, fits, number, round_whole, truth
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

    def belongs(self, value, fact, ctx):
        if "where" not in value:
            return True
        there = ctx.copy()
        there.fact = fact
        return truth(self.w.eval(value["where"], there))

    def belonging(self, name, ctx):
        value = self.definition(name)
        there = ctx.copy()
        there.subject = self.w.lift(value.get("subject"), ctx)
        if there.subject is None:
            return []
        return [f for f in self.facts(name, value, there)
                if self.belongs(value, f, there) is True]

    def taken(self, value, fact, day):
        return Fraction(1) if value["take"] == 1 else number(fact.field(value["take"], day))

    def of_facts(self, name, value, ctx):
        facts = self.facts(name, value, ctx)
        facts = [(f, self.belongs(value, f, ctx)) for f in facts]
        facts = [(f, t) for f, t in facts if t is not False]
        period = ctx.period
        if value["per"] == "ever":
            firsts = [f.first for f, _ in facts]
            first = min(firsts) if firsts else ctx.day
            period = Period(first, ctx.day, "", None, None) if first <= ctx.day else None
            if period is None or not facts:
                return Fraction(0) if value["silence"] == "none" else UNKNOWN
        if value["of"] in COVERING:
            return self.fold_days(value, facts, period)
        return self.fold_facts(value, facts, period)

    def fold_days(self, value, facts, period):
        days = [self.day_number(value, facts, d) for d in period.each_day()]
        if value["within"] == "last":
            return days[-1]
        if any(d is UNKNOWN for d in days):
            return UNKNOWN
        return self.fold(value["within"], days)

    def fold(self, within, numbers):
        if within == "mean":
            return fits(sum(numbers, Fraction(0)) / len(numbers))
        return fits({"sum": lambda n: sum(n, Fraction(0)), "min": min, "max": max}[within](numbers))

    def day_number(self, value, facts, day):
        covering = [(f, t) for f, t in facts if f.covers(day)]
        if not covering:
            if value["silence"] == "unknown" and not self.w.facts.feed_covers(value["of"], [day]):
                return UNKNOWN
            return Fraction(0)
        numbers = [self.taken(value, f, day) if t is True else UNKNOWN for f, t in covering]
        if any(n is UNKNOWN for n in numbers):
            return UNKNOWN
        if value.get("overlap") == "add":
            return sum(numbers, Fraction(0))
        return max(numbers)

    def fold_facts(self, value, facts, period):
        inside = [(f, t) for f, t in facts if period.has(f.first)]
        if not inside:
            if value["silence"] == "unknown" \
                    and not self.w.facts.feed_covers(value["of"], period.each_day()):
                return UNKNOWN
            return Fraction(0)
        numbers = [self.taken(value, f, f.first) if t is True else UNKNOWN for f, t in inside]
        if any(n is UNKNOWN for n in numbers):
            return UNKNOWN
        if value["within"] == "last":
            return numbers[-1]
        return self.fold(value["within"], numbers)

    # ---- the running account ----

    def grow(self, arg, ctx):
        value = self.definition(arg["flows"])
        there = ctx.copy()
        there.subject = self.w.lift(value.get("subject"), ctx)
        if there.subject is None:
            return UNKNOWN
        flows = []
        for f in self.facts(arg["flows"], value, there):
            t = self.belongs(value, f, there)
            if f.first > ctx.day or t is False:
                continue
            amount = self.taken(value, f, f.first) if t is True else UNKNOWN
            if amount is UNKNOWN:
                return UNKNOWN
            flows.append((f.first, amount))
        if not flows:
            return Fraction(0)
        return self.run_account(arg, ctx, flows)

    def run_account(self, arg, ctx, flows):
        balance, earned = Fraction(0), Fraction(0)
        rest = None
        day = flows[0][0]
        while day <= ctx.day:
            balance += sum(amount for d, amount in flows if d == day)
            rate = number(self.w.eval(arg["rate"], ctx.on(day)))
            if not isinstance(rate, Fraction):
                return rate
            if rest is None or day > rest.end:
                rest = self.w.holding(arg["rests"], ctx, day)
            leap = (day.replace(month=12, day=31) - day.replace(month=1, day=1)).days + 1
            earned += balance * rate / leap
            if rest is not None and day == rest.end:
                balance += round_whole(earned, arg["round"])
                earned = Fraction(0)
            day += DAY
        return balance
