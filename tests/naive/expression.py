"""Expressions, and the tables and groups they read. Section 2, 3, 7 and 8."""
from kinds import (NEVER, NEVER_NUMBER, UNKNOWN, DATE, DECIMAL, SettlementStops, Word, all_of,
                   any_of, before_or_on, earliest, fits, is_date, is_number, latest, literal,
                   number, parse_date, quotient, round_multiple, round_whole, truth)
from ledger import civil


class Context:
    """What is in hand where an expression is read."""

    __slots__ = ("subject", "day", "period", "fact", "occurrence", "item", "relaxed")

    def __init__(self, subject, day, period=None, relaxed=False):
        self.subject, self.day, self.period, self.relaxed = subject, day, period, relaxed
        self.fact = self.occurrence = self.item = None

    def copy(self):
        c = Context(self.subject, self.day, self.period, self.relaxed)
        c.fact, c.occurrence, c.item = self.fact, self.occurrence, self.item
        return c

    def on(self, day):
        c = self.copy()
        c.day = day
        return c

    def of(self, subject):
        c = self.copy()
        c.subject = subject
        return c


class Expressions:
    def __init__(self, world):
        self.w = world
        self.constants = {}             # strings that are numbers or dates; None: a reference

    def eval(self, x, ctx):
        if isinstance(x, int):
            return x
        if isinstance(x, str):
            if x not in self.constants:
                constant = DECIMAL.fullmatch(x) or DATE.fullmatch(x)
                self.constants[x] = literal(x) if constant else None
            got = self.constants[x]
            return self.reference(x, ctx) if got is None else got
        (op, arg), = x.items()
        return fits(getattr(self, "op_" + op)(arg, ctx))

    def numbers(self, xs, ctx):
        return [number(self.eval(x, ctx)) for x in xs]

    # ---- references ----

    def reference(self, name, ctx):
        if "." in name:
            head, field = name.split(".")
            return getattr(self, "ref_" + head)(field, ctx)
        terms = self.w.terms
        if name in terms.get("values", {}):
            return self.w.values.read(name, ctx)
        if name in terms.get("dates", {}):
            return self.eval(terms["dates"][name], ctx)
        return self.w.outcomes.how_often(name, ctx)

    def ref_fact(self, field, ctx):
        fact = ctx.fact
        if field == "date":
            return fact.first
        if field == "recorded":
            return civil(fact.chain.members[0].at, self.w.offset)
        if field == "sender":
            return Word(fact.member.sender)
        return fact.field(field, ctx.day)

    def ref_person(self, field, ctx):
        w, person = self.w, self.w.person(ctx.subject)
        if person is None:
            return UNKNOWN
        if field == "site":
            return w.site(person, ctx.day)
        if field == "provider":
            mine = w.enrolment(ctx.subject) if ctx.subject[0] == "enrolment" else None
            holder = w.ledger.provider(person, ctx.day, w.parties, mine)
            return Word(holder) if holder else UNKNOWN
        if field in ("arm", "assigned"):
            got = w.ledger.assignment(person)
            if got is None:
                return UNKNOWN if field == "arm" else NEVER
            return Word(got.head.body["arm"]) if field == "arm" else got.date("on")
        if field == "consent":
            return w.ledger.consent(person, ctx.day)
        return w.ledger.attribute(person, field, ctx.day)

    def ref_enrolment(self, field, ctx):
        w, e = self.w, self.w.enrolment(ctx.subject)
        if e is None:
            return UNKNOWN
        if field == "start":
            return e.start
        if field in ("exit", "exit_reason"):
            got = w.ledger.exit_of(e)
            if field == "exit":
                return got.date("on") if got else NEVER
            reason = got.head.body.get("reason") if got else None
            return Word(reason) if reason else UNKNOWN
        if field == "site":
            return Word(e.site) if e.site else UNKNOWN
        if field == "index":
            ids = [f.id for f in w.ledger.enrolments_of(w.ledger.person_of(e.participant))]
            return ids.index(e.id) + 1 if e.id in ids else UNKNOWN
        return literal(e.attributes[field]) if field in e.attributes else UNKNOWN

    def ref_site(self, field, ctx):
        if ctx.subject[0] == "site":
            return Word(ctx.subject[1])
        person = self.w.person(ctx.subject)
        return self.w.site(person, ctx.day) if person is not None else UNKNOWN

    def ref_period(self, field, ctx):
        p = ctx.period
        if p is None:
            return UNKNOWN
        if field == "days":
            return p.day_count()
        if field == "index":
            return UNKNOWN if p.index is None else p.index
        return {"start": p.start, "end": p.end}[field]

    def ref_outcome(self, field, ctx):
        o = ctx.occurrence
        if o is None:
            return UNKNOWN
        return {"date": o.day, "name": Word(o.outcome), "index": o.ordinal}[field]

    def ref_item(self, field, ctx):
        i = ctx.item
        if field == "amount":
            return UNKNOWN if i.pending else i.price
        if field == "sampled":
            return self.sampled(i)
        return {"payment": Word(i.payment), "outcome": Word(i.outcome), "date": i.day,
                "index": i.ordinal}[field]

    def sampled(self, item):
        """Does a verdict on a sample name the claim?"""
        claim = item.occurrence.claim if item.occurrence else None
        return claim is not None and any(
            "population" in c.head.body and claim.digest in c.head.body["events"]
            for c in self.w.ledger.of_type("claim.attested"))

    def ref_contract(self, field, ctx):
        s = self.w.terms["settlement"]
        if field == "end":
            return self.w.last_day
        return parse_date(s[{"start": "from"}.get(field, field)])

    # ---- arithmetic ----

    def fold(self, xs, ctx, step):
        values = self.numbers(xs, ctx)
        if any(v is UNKNOWN for v in values):
            return UNKNOWN
        if any(v is NEVER_NUMBER for v in values):
            return NEVER_NUMBER
        got = values[0]
        for v in values[1:]:
            got = step(got, v)
            if got is UNKNOWN:
                return UNKNOWN
            fits(got)
        return got

    def op_add(self, xs, ctx):
        return self.fold(xs, ctx, lambda a, b: a + b)

    def op_mul(self, xs, ctx):
        return self.fold(xs, ctx, lambda a, b: a * b)

    def op_sub(self, xs, ctx):
        return self.fold(xs, ctx, lambda a, b: a - b)

    def op_div(self, xs, ctx):
        a, b = self.numbers(xs, ctx)
        if is_number(b) and b == 0:
            return UNKNOWN              # never, too, by nothing
        return self.fold(xs, ctx, quotient)

    def extreme(self, xs, ctx, of_numbers, of_dates):
        values = [self.eval(x, ctx) for x in xs]
        if values and all(is_date(v) for v in values):
            return of_dates(values)
        return self.fold(xs, ctx, of_numbers)

    def op_min(self, xs, ctx):
        return self.extreme(xs, ctx, min, earliest)

    def op_max(self, xs, ctx):
        return self.extreme(xs, ctx, max, latest)

    def op_round(self, arg, ctx):
        v = number(self.eval(arg[0], ctx))
        return v if not is_number(v) else round_multiple(v, arg[1], arg[2])

    def op_places(self, arg, ctx):
        v = number(self.eval(arg[0], ctx))
        if not is_number(v):
            return v
        return quotient(round_whole(v * 10 ** arg[2], arg[1]), 10 ** arg[2])

    # ---- comparison and logic ----

    def compare(self, xs, ctx, test, words=False):
        a, b = (self.eval(x, ctx) for x in xs)
        if a is UNKNOWN or b is UNKNOWN:
            return UNKNOWN
        if is_date(a) and is_date(b):
            order = 0 if a == b else (-1 if before_or_on(a, b) else 1)
            return test(order)
        if words and isinstance(a, Word) and isinstance(b, Word):
            return a == b
        a, b = number(a), number(b)
        if a is UNKNOWN or b is UNKNOWN:
            return UNKNOWN
        if a is NEVER_NUMBER or b is NEVER_NUMBER:
            return False
        return test((a > b) - (a < b))

    def op_lt(self, xs, ctx):
        return self.compare(xs, ctx, lambda o: o < 0)

    def op_le(self, xs, ctx):
        return self.compare(xs, ctx, lambda o: o <= 0)

    def op_eq(self, xs, ctx):
        return self.compare(xs, ctx, lambda o: o == 0, words=True)

    def op_ge(self, xs, ctx):
        return self.compare(xs, ctx, lambda o: o >= 0)

    def op_gt(self, xs, ctx):
        return self.compare(xs, ctx, lambda o: o > 0)

    def op_is(self, arg, ctx):
        v = self.eval(arg[0], ctx)
        if isinstance(v, bool):
            v = Word("yes" if v else "no")
        return v in arg[1:] if isinstance(v, Word) else UNKNOWN

    def op_all(self, xs, ctx):
        return all_of(truth(self.eval(x, ctx)) for x in xs)

    def op_any(self, xs, ctx):
        return any_of(truth(self.eval(x, ctx)) for x in xs)

    def op_not(self, x, ctx):
        v = truth(self.eval(x, ctx))
        return v if v is UNKNOWN else not v

    def op_known(self, x, ctx):
        return self.eval(x, ctx) is not UNKNOWN

    def op_if(self, xs, ctx):
        v = truth(self.eval(xs[0], ctx))
        if v is UNKNOWN:
            return UNKNOWN
        return self.eval(xs[1] if v else xs[2], ctx)

    def op_word(self, w, ctx):
        return Word(w)

    # ---- days, tables, groups ----

    def op_in(self, group, ctx):
        return self.w.groups.holds(group, ctx)

    def op_at(self, xs, ctx):
        day = self.eval(xs[1], ctx)
        if not is_date(day) or day is NEVER:
            return UNKNOWN
        there = ctx.on(day)
        if ctx.period is not None:
            there.period = self.w.same_calendar(ctx, day)
        return self.eval(xs[0], there)

    def op_look(self, arg, ctx):
        day = self.eval(arg["at"], ctx) if "at" in arg else ctx.day
        by = [self.eval(x, ctx) for x in arg.get("by", [])]
        if day is UNKNOWN or any(b is UNKNOWN for b in by):
            return UNKNOWN
        return self.w.tables.look(arg["table"], by, day, ctx)

    def op_date(self, arg, ctx):
        name, nth = arg["of"], arg["nth"]
        if name in self.w.terms.get("values", {}):
            return self.fact_date(name, nth, arg["as"], ctx)
        occurrences = self.w.outcomes.of_asker(name, ctx)
        if nth == "last":
            occurrences = [o for o in occurrences if o.day <= ctx.day][-1:]
        else:
            occurrences = occurrences[nth - 1:nth]
        if not occurrences:
            return NEVER
        o = occurrences[0]
        if arg["as"] == "happened":
            return o.day
        return self.w.outcomes.other_date(o, arg["as"])

    def fact_date(self, name, nth, how, ctx):
        facts = self.w.values.belonging(name, ctx)
        if nth == "last":
            facts = [f for f in facts if f[0] <= ctx.day][-1:]
        else:
            facts = facts[nth - 1:nth]
        if not facts:
            return NEVER
        day, fact = facts[0]
        if how == "happened":
            return day
        if how == "recorded":
            return civil(fact.chain.members[0].at, self.w.offset)
        if how == "accepted":
            given = [at for _, verdict, at in self.w.ledger.verdicts()
                     .get(fact.member.digest, {}).values() if verdict == "accepted"]
            return civil(max(given), self.w.offset) if given else NEVER
        return NEVER

    def op_shift(self, arg, ctx):
        day, n = self.eval(arg[0], ctx), number(self.eval(arg[1], ctx))
        if day is UNKNOWN or n is UNKNOWN or not is_date(day):
            return UNKNOWN
        if day is NEVER or n is NEVER_NUMBER:
            return NEVER
        if n.denominator != 1:
            return UNKNOWN
        try:
            return self.w.calendars.shift(day, int(n), arg[2], ctx)
        except (OverflowError, ValueError):
            raise SettlementStops("a day beyond the year 9999") from None

    def op_span(self, arg, ctx):
        a, b = self.eval(arg[0], ctx), self.eval(arg[1], ctx)
        if not is_date(a) or not is_date(b):
            return UNKNOWN
        if a is NEVER or b is NEVER:
            return NEVER_NUMBER
        return self.w.calendars.span(a, b, arg[2], ctx)

    # ---- statistics ----

    def op_over(self, arg, ctx):
        got = []
        for subject in self.w.groups.subjects(arg["group"]):
            there = ctx.of(subject)
            there.relaxed = False       # of others nothing is
            member = self.w.groups.member(arg["group"], there)
            chosen = member
            if member is True and "where" in arg:
                chosen = truth(self.eval(arg["where"], there))
            if chosen is UNKNOWN:
                got.append((subject, UNKNOWN))
            elif chosen:
                got.append((subject, number(self.eval(arg["of"], there)) if "of" in arg else 1))
        held = self.held("over", arg, ctx, got)
        return self.statistic(arg, [v for _, v in got] + held)

    def held(self, what, arg, ctx, got):
        """What erased people hold of this reading; notes who stands in it, for the next erasure."""
        settlement = self.w.settlement
        key = (id(arg), ctx.day)
        if settlement.watch:
            known = [(s, v) for s, v in got if v is not UNKNOWN]
            getattr(settlement.watch, what).setdefault(key, known)
        return getattr(settlement.erased, what).get(key, [])

    def statistic(self, arg, values):
        if any(v is UNKNOWN for v in values):
            return UNKNOWN
        if arg["do"] == "count":
            return len(values)
        if any(v is NEVER_NUMBER for v in values):
            return UNKNOWN
        if arg["do"] == "sum":
            return fits(sum(values))
        if not values:
            return UNKNOWN
        if arg["do"] == "mean":
            mean = fits(quotient(sum(values), len(values)))
            scale = 10 ** arg["places"]
            return quotient(round_whole(mean * scale, arg["round"]), scale)
        return {"min": min, "max": max}[arg["do"]](values)

    def op_items(self, arg, ctx):
        got = []
        for payment in arg["of"]:
            for item in self.w.settlement.entitlements(payment):
                if item.day > ctx.day or item.day > self.w.through:
                    continue
                if arg["among"] == "subject" and not self.w.same_subject(item.subject, ctx):
                    continue
                there = ctx.copy()
                there.item = item
                chosen = truth(self.eval(arg["where"], there)) if "where" in arg else True
                if chosen is UNKNOWN or chosen and item.pending:
                    got.append((item.subject, UNKNOWN))
                elif chosen:
                    got.append((item.subject, 1 if arg["do"] == "count" else item.price))
        values = [v for _, v in got]
        if arg["among"] == "all":
            values += self.held("items", arg, ctx, got)
        return UNKNOWN if UNKNOWN in values else sum(values)

    def op_grow(self, arg, ctx):
        return self.w.values.grow(arg, ctx)


class Tables:
    def __init__(self, world):
        self.w = world

    def look(self, name, by, day, ctx):
        table = self.w.terms["tables"][name]
        if "rows" in table:
            return self.look_rows(name, table, by, day)
        return self.look_measured(name, table, by, day, ctx)

    def look_rows(self, name, table, by, day):
        count = len(table["rows"][0].get("is", [])) if table["rows"] else 0
        words, given = by[:count], [number(b) for b in by[count:]]
        if not all(isinstance(w, Word) for w in words):
            return UNKNOWN
        rows = [r for r in table["rows"] if r.get("is", []) == words]
        at = given[0] if given else day
        if "from" not in (table["rows"][0] if table["rows"] else {}):
            return literal(rows[0]["then"]) if rows else self.missing(name, table, [], None)
        rows = [(literal(r["from"]), literal(r["then"])) for r in rows]
        return self.choose(name, table, rows, at)

    def choose(self, name, table, rows, at):
        """The answer of (from, then) rows for a number or a date `at`."""
        if at is NEVER or at is NEVER_NUMBER or at is UNKNOWN:
            return UNKNOWN
        rows = sorted(rows, key=lambda r: r[0])
        lower = [r for r in rows if r[0] <= at]
        if "domain" in table and is_number(at):
            low, high = (literal(d) for d in table["domain"])
            if not low <= at <= high:
                return self.missing(name, table, [], at)
        if table["kind"] == "steps" and lower:
            return lower[-1][1]
        if lower and lower[-1][0] == at:
            return lower[-1][1]
        if table["kind"] == "linear":
            upper = [r for r in rows if r[0] > at]
            if lower and upper:
                return self.between(lower[-1], upper[0], at)
        return self.missing(name, table, rows, at)

    def between(self, a, b, at):
        def far(x, y):
            d = x - y
            return d if is_number(d) else d.days
        return a[1] + quotient((b[1] - a[1]) * far(at, a[0]), far(b[0], a[0]))

    def missing(self, name, table, rows, at):
        how = table["missing"]
        if how == "unknown":
            return UNKNOWN
        if how == "error":
            raise SettlementStops("table %s has no row for this" % name)
        if how == "previous":
            lower = [r for r in rows if r[0] <= at]
            return lower[-1][1] if lower else UNKNOWN
        return literal(how)

    def look_measured(self, name, table, by, day, ctx):
        if not is_date(day) or day is NEVER:
            return UNKNOWN
        about = self.about(table, by, ctx)
        if about is None:
            return UNKNOWN
        found = {}
        for c in self.w.ledger.of_type("measurement.recorded"):
            member = c.members[0] if table["revised"] == "first" else c.head
            body = member.body
            if body["name"] != table["measured"] or body.get("method") != table.get("method"):
                continue
            if {k: body[k] for k in ("group", "participant", "site") if k in body} \
                    not in about:
                continue
            if not self.w.plays(table["by"], member.sender):
                continue
            first = parse_date(body["from"])
            if table["revised"] == "first" and first in found:
                continue
            to = parse_date(body["to"]) if "to" in body else NEVER
            found[first] = (member.seq, to, literal(body["value"]))
        rows = [(first, then) for first, (_, _, then) in sorted(found.items())]
        if table["kind"] != "exact":
            return self.choose(name, table, rows, day)
        lower = sorted(f for f in found if f <= day)
        if lower and before_or_on(day, found[lower[-1]][1]):
            return found[lower[-1]][2]
        return self.missing(name, table, [r for r in rows if r[0] <= day], day)

    def about(self, table, by, ctx):
        """The subject members a measurement must carry: a list of possibilities."""
        kind = table["about"]
        if kind == "contract":
            return [{}]
        if kind == "group":
            return [{"group": table["group"]}]
        if kind == "person":
            person = self.w.person(ctx.subject)
            if person is None:
                return None
            return [{"participant": p} for p in self.w.ledger.pseudonyms(person)]
        site = by[0] if by else self.w.expressions.ref_site("name", ctx)
        return None if site is UNKNOWN else [{"site": str(site)}]


class Groups:
    def __init__(self, world):
        self.w = world
        self.memo = {}

    def kind(self, name):
        return "contract" if name == "contract" else self.w.terms["groups"][name]["of"]

    def subjects(self, name):
        """Everybody that could be a member."""
        return self.w.subjects(self.kind(name))

    def holds(self, name, ctx):
        """`in`: is whoever asks a member; a person is where one of its enrolments is."""
        if name == "contract":
            return True
        if self.w.person(ctx.subject) is None and self.kind(name) != ctx.subject[0]:
            return False                # a site is no person, the contract neither
        asked = self.w.asked(self.kind(name), ctx)
        return any_of(self.member(name, ctx.of(s)) for s in asked)

    def member(self, name, ctx):
        """Is the subject (of the group's own kind) a member on the day looked at?"""
        if name == "contract":
            return True
        day = ctx.day
        if self.w.terms["groups"][name]["as_of"] in ("enrolled", "assigned"):
            day = None                  # the day looked at plays no part
        key = (name, ctx.subject, day, ctx.relaxed)
        if key not in self.memo:
            self.memo[key] = self.find_member(name, ctx)
        return self.memo[key]

    def find_member(self, name, ctx):
        if ctx.subject[0] == "enrolment" and not self.w.ledger.stands(ctx.subject[1]):
            return False
        group = self.w.terms["groups"][name]
        begins = self.begins(ctx.subject)
        if begins is NEVER:
            return False                # of this person nothing stands
        if ctx.subject[0] == "enrolment":
            if begins > parse_date(self.w.terms["settlement"]["enrol_until"]):
                return False
        as_of = self.as_of(group, ctx, begins)
        if as_of is UNKNOWN:
            return UNKNOWN
        if as_of is None or not before_or_on(begins, as_of):
            return False
        there = Context(ctx.subject, as_of)
        parts = []
        if "in" in group:
            parts.append(self.holds(group["in"], there))
        if "where" in group:
            parts.append(truth(self.w.eval(group["where"], there)))
        return all_of(parts)

    def begins(self, subject):
        if subject[0] == "enrolment":
            return self.w.ledger.enrolment(subject[1]).start
        if subject[0] == "person":
            return self.w.ledger.begins(subject[1])
        return parse_date(self.w.terms["settlement"]["from"])

    def as_of(self, group, ctx, begins):
        """The as-of day; None: there is none; UNKNOWN: it has not come."""
        how = group["as_of"]
        if how == "enrolled":
            return begins
        if how == "period":
            return ctx.day
        if how == "assigned":
            got = self.w.ledger.assignment(self.w.person(ctx.subject))
            return got.date("on") if got else None
        day = self.w.eval(how, ctx)
        if not is_date(day) or day is NEVER or day > ctx.day:
            return UNKNOWN
        return day
