"""When an outcome is reached, and what would have been one. Section 10."""
from kinds import NEVER, NEVER_NUMBER, UNKNOWN, before_or_on, is_date, is_number, number, parse_date, \
    round_whole, truth
from ledger import civil
from periods import DAY, Period, add_units

TRUTHS = ("lt", "le", "eq", "ge", "gt", "is", "all", "any", "not", "known", "in")
QUALIFIERS = ("group", "proof", "claim", "until", "window", "gap", "after", "unless")


class Occurrence:
    def __init__(self, outcome, subject, day, period, first):
        self.outcome, self.subject, self.day = outcome, subject, day
        self.period = period            # None for `on`, any_of, all_of
        self.first = first              # first day that counted
        self.ordinal, self.label = 1, ""
        self.claim = self.claim_chain = None


class Outcomes:
    def __init__(self, world):
        self.w = world
        self.memo = {}

    def definition(self, name):
        return self.w.terms["outcomes"][name]

    def kind(self, name):
        """What its subjects are."""
        o = self.definition(name)
        if "for" in o:
            return self.w.groups.kind(o["for"])
        return self.kind((o.get("any_of") or o["all_of"])[0])

    def subjects(self, name):
        return self.w.subjects(self.kind(name))

    # ---- asked by name in an expression ----

    def of_asker(self, name, ctx, optimistic=False):
        """Occurrences meant when ctx.subject asks, by day."""
        out = []
        if not self.has_asker(name, ctx):
            return out
        for s in self.w.asked(self.kind(name), ctx):
            own = self if s == ctx.subject else self.governing(name, s)
            out += own.reached(name, s, optimistic) if own else []
        out.sort(key=lambda o: (o.day, self.w.order_of(o.subject)))
        return out

    def has_asker(self, name, ctx):
        """A site is no person, the contract neither that nor a site; of a person it must be known."""
        person = self.w.person(ctx.subject)
        if self.kind(name) == "site" and ctx.subject[0] != "site":
            return person is not None and self.w.site(person, ctx.day) is not UNKNOWN
        return self.kind(name) not in ("enrolment", "person") or person is not None

    def governing(self, name, subject, last=None):
        """Enrolments that are taken together are each read by the version that governs it."""
        if subject[0] != "enrolment":
            return self
        world = self.w.settlement.taker(subject, last)
        return world.outcomes if name in world.terms.get("outcomes", {}) else None

    def how_often(self, name, ctx):
        if not self.has_asker(name, ctx):
            return UNKNOWN
        sure = [o for o in self.of_asker(name, ctx) if o.day <= ctx.day]
        most = [o for o in self.of_asker(name, ctx, True) if o.day <= ctx.day]
        return len(sure) if len(sure) == len(most) else UNKNOWN

    def reached_by(self, name, ctx, day, optimistic=False):
        return any(o.day <= day for o in self.of_asker(name, ctx, optimistic))

    # ---- reached: with times ----

    def reached(self, name, subject, optimistic=False):
        return self.judged(name, subject, optimistic)[0]

    def judged(self, name, subject, optimistic=False):
        """(occurrences, those beyond times.max) of one subject."""
        key = ("judged", name, subject, optimistic)
        if key not in self.memo:
            self.memo[key] = self.judge(name, subject, optimistic)
        return self.memo[key]

    def judge(self, name, subject, optimistic):
        outcome = self.definition(name)
        if "times" not in outcome:
            return self.simple(name, outcome, subject, optimistic), []
        mine, last = [], self.counted_to(subject)
        for s in self.rivals(outcome, subject, None):
            own = self if s == subject else self.governing(name, s, last)
            mine += own.potential(name, s, frozenset(), optimistic) if own else []
        mine.sort(key=lambda o: (o.day, self.w.order_of(o.subject), o.subject))
        good, beyond = [], []
        older = self.older(name, subject, optimistic)
        held = {(o.subject, o.label) for o in older}
        sofar = self.taken_first(name, outcome, older)
        for o in mine:
            rivals = self.bucket(outcome, o.subject, o.day)
            limit = self.most(outcome, o.subject)
            if (o.subject, o.label) in held:
                good.append(o)
            elif is_number(limit) and sofar.get(rivals, 0) < limit:
                sofar[rivals] = sofar.get(rivals, 0) + 1
                good.append(o)
            else:
                beyond.append(o)
        if self.w.settlement.watch and not optimistic and self.is_shared(outcome):
            self.w.settlement.watch.count(name, outcome["times"]["per"], last)
        return ([o for o in good if o.subject == subject],
                [o for o in beyond if o.subject == subject])

    # ---- places of several versions: section 15 ----

    def counted_to(self, subject):
        """The last version by which places are counted for who asks: its own, where a later one takes the
        subject; None: all."""
        own = self.w.settlement.taker(subject)
        worlds = self.w.settlement.worlds
        return self.w if worlds.index(own) > worlds.index(self.w) else None

    def older(self, name, subject, optimistic):
        """What older versions govern of subjects that a later one takes, and gave a place."""
        settlement, out = self.w.settlement, []
        last = self.counted_to(subject)
        for world in settlement.worlds:
            if world is (last or settlement.worlds[-1]):
                break
            if "times" not in world.terms.get("outcomes", {}).get(name, {}):
                continue
            for s in self.rivals(self.definition(name), subject, None):
                if settlement.taker(s, world) is world and settlement.taker(s, last) is not world:
                    out += [o for o in world.outcomes.reached(name, s, optimistic)
                            if self.has_key(world, o)]
        return out

    def places(self, name, per, subject):
        """[(label, bucket)] that a subject has among those of its site, or all, as this version, the last
        that counted them so, counts it: its own, and what versions before that one govern."""
        settlement, got = self.w.settlement, {}
        own = settlement.taker(subject, self.w)
        for world in settlement.worlds[:settlement.worlds.index(self.w) + 1]:
            outcomes = world.outcomes
            if settlement.taker(subject, world) is not world or not outcomes.counts(name, subject):
                continue
            for o in outcomes.reached(name, subject):
                if world is own or self.has_key(world, o):
                    got.setdefault(o.label, outcomes.bucket({"times": {"per": per}}, subject, o.day))
        return got.items()

    def counts(self, name, subject):
        """Has this version such an outcome, of such subjects?"""
        o = self.w.terms.get("outcomes", {}).get(name, {})
        return "times" in o and self.kind(name) == subject[0]

    def has_key(self, world, o):
        """Does this version govern some payment for it?"""
        for payment, p in world.terms["payments"].items():
            of = [p["for"]] if isinstance(p["for"], str) else p["for"]
            if o.outcome in of and world.settlement.governs(
                    world, world.payments.for_outcome(payment, o)):
                return True
        return False

    def most(self, outcome, subject):
        """How often at most, in whole times."""
        most = number(self.w.eval(outcome["times"]["max"], self.w.in_the_end(subject)))
        return round_whole(most, "down") if is_number(most) else 0

    def taken_first(self, name, outcome, older):
        """{bucket: places} that erased people hold, and older versions keep."""
        out = dict(self.places_held(name, outcome))
        for o in older:
            bucket = self.bucket(outcome, o.subject, o.day)
            out[bucket] = out.get(bucket, 0) + 1
        return out

    def is_shared(self, outcome):
        return outcome.get("times", {}).get("per") in ("site", "contract")

    def places_held(self, name, outcome):
        """{bucket: places that erased people have}"""
        if not self.is_shared(outcome):
            return {}
        return {b: n for (of, b), n in self.w.settlement.erased.times.items() if of == name}

    def bucket(self, outcome, subject, day):
        """What occurrences are counted together with this subject's on that day."""
        per = outcome["times"]["per"]
        if per == "enrolment" or subject[0] in ("site", "contract"):
            return subject
        if per == "person":
            return self.w.person(subject)
        if per == "site":
            return ("site", self.w.site(self.w.person(subject), day))
        return ("contract",)

    def rivals(self, outcome, subject, day):
        """The subjects whose occurrences may be counted together with this one's."""
        per = outcome["times"]["per"]
        everybody = self.w.groups.subjects(outcome["for"])
        if per == "person" and subject[0] == "enrolment":
            return [s for s in everybody if self.w.person(s) == self.w.person(subject)]
        if per in ("site", "contract"):
            return everybody
        return [subject]

    # ---- on, any_of, all_of ----

    def simple(self, name, outcome, subject, optimistic):
        if "on" in outcome:
            return self.on_a_day(name, outcome, subject, optimistic)
        parts = outcome.get("any_of") or outcome["all_of"]
        firsts = []
        for part in parts:
            got = self.of_asker(part, self.w.context(subject), optimistic)
            if got:
                firsts.append(got[0])
        if not firsts or ("all_of" in outcome and len(firsts) < len(parts)):
            return []
        pick = min if "any_of" in outcome else max
        best = pick(firsts, key=lambda o: o.day)
        return [Occurrence(name, subject, best.day, None, min(o.first for o in firsts)
                           if "all_of" in outcome else best.first)]

    def on_a_day(self, name, outcome, subject, optimistic):
        w = self.w
        day = w.eval(outcome["on"], w.in_the_end(subject))
        if not is_date(day) or day is NEVER or day > w.through:
            return []
        ctx = w.context(subject, day)
        member = w.groups.member(outcome["for"], ctx)
        if member is False or (member is UNKNOWN and not optimistic):
            return []
        count = truth(w.eval(outcome["count"], ctx))
        if count is True or (count is UNKNOWN and optimistic):
            return [Occurrence(name, subject, day, None, day)]
        return []

    # ---- the mark and the qualifiers ----

    def potential(self, name, subject, relax, optimistic):
        """Occurrences of one subject as if `times` did not matter, in order."""
        key = ("potential", name, subject, relax, optimistic)
        if key not in self.memo:
            self.memo[key] = self.find_potential(name, subject, relax, optimistic)
        return self.memo[key]

    def find_potential(self, name, subject, relax, optimistic):
        outcome = self.definition(name)
        periods, counts = self.counted(name, subject, "until" in relax, "proof" in relax,
                                       optimistic)
        out = []
        begin = 0
        while self.most(outcome, subject) > 0:
            found = self.marked(outcome, subject, periods, counts, begin, relax, optimistic)
            again = None
            for i in sorted(found):
                o = self.try_reach(name, outcome, subject, periods, i, found[i], relax, optimistic)
                if o is None:
                    continue
                out.append(o)
                self.name_occurrence(outcome, o, len(out))
                if self.used_up(outcome, o, len(out)):
                    return out
                if outcome.get("next") != "each_period":
                    again = i + 1
                    break
            if outcome.get("next") != "after_last" or again is None:
                return out
            begin = again
        return out

    def counted(self, name, subject, to_final, any_proof, optimistic):
        """The periods and what each counts."""
        key = ("counted", name, subject, to_final, any_proof, optimistic)
        if key not in self.memo:
            outcome = self.definition(name)
            periods = self.periods(outcome, subject, to_final, any_proof)
            counts = [self.count(outcome, subject, p, any_proof, optimistic) for p in periods]
            self.apart(outcome, subject, periods, counts)
            self.memo[key] = periods, counts
        return self.memo[key]

    def used_up(self, outcome, o, count):
        """Has this one subject reached it as often as anybody may?"""
        return count >= self.most(outcome, o.subject)

    def name_occurrence(self, outcome, o, ordinal):
        o.ordinal = ordinal
        if outcome["times"]["max"] == 1 and outcome["times"]["max"] is not True:
            o.label = ""
        elif outcome.get("next") == "each_period" and o.period.number is None:
            o.label = o.period.label
        else:
            o.label = str(ordinal)

    def periods(self, outcome, subject, to_final, any_proof):
        w = self.w
        ctx, there = w.context(subject), w.in_the_end(subject)
        ctx.relaxed = there.relaxed = any_proof
        first, last = (w.eval(outcome[x], there) for x in ("from", "until"))
        s = w.terms["settlement"]
        end = parse_date(s["outcome_until"])
        if to_final:
            end = last = parse_date(s["final"])
        if not is_date(first) or first is NEVER or not is_date(last):
            return []
        last = end if last is NEVER else min(last, end)
        # Indexes are counted in the whole range, whatever the horizon.
        last = min(last, w.through)
        out = []
        for i, p in enumerate(w.calendars.within(outcome["per"], ctx, first, last)):
            q = Period(p.start, p.end, p.label, p.number, p.days)
            q.index, q.calendar = i + 1, outcome["per"]
            out.append(q)
        return out

    def count(self, outcome, subject, period, any_proof, optimistic):
        """What the period counts; UNKNOWN stays unknown."""
        ctx = self.w.context(subject, period.end, period)
        ctx.relaxed = any_proof
        v = number(self.w.eval(outcome["count"], ctx))
        if is_number(v):
            return v
        if v is NEVER_NUMBER:
            return 0
        if v is UNKNOWN and optimistic:
            return self.whole_mark(outcome, ctx)
        return UNKNOWN

    def whole_mark(self, outcome, ctx):
        if self.is_truth(outcome["count"]) or "run" in outcome["reach"]:
            return 1
        ctx.relaxed = False
        to = number(self.w.eval(outcome["reach"]["to"], ctx))
        return to if is_number(to) else UNKNOWN

    def is_truth(self, x):
        """Does the expression yield a truth?"""
        if isinstance(x, bool):
            return True
        if isinstance(x, str):
            value = self.w.terms.get("values", {}).get(x)
            if value is not None and "is" in value:
                return self.is_truth(value["is"])
            return x == "person.consent"
        if isinstance(x, dict):
            (op, arg), = x.items()
            if op == "if":
                return self.is_truth(arg[1]) and self.is_truth(arg[2])
            return self.is_truth(arg[0]) if op == "at" else op in TRUTHS
        return False

    def apart(self, outcome, subject, periods, counts):
        for other in outcome.get("apart_from", []):
            for o in self.of_asker(other, self.w.context(subject)):
                for i, p in enumerate(periods):
                    if p.start <= o.day and p.end >= o.first:
                        counts[i] = 0

    def marked(self, outcome, subject, periods, counts, begin, relax, optimistic):
        """{index: first day that counted} of the periods in which the mark holds."""
        reach = outcome["reach"]
        if "run" in reach:
            return self.runs(outcome, subject, periods, counts, begin, relax)
        found = {}
        n = None if reach["of"] == "ever" or "window" in relax else reach["of"]
        total = 0             # of the window that ends in period i
        for i in range(begin, len(periods)):
            total += 0 if counts[i] is UNKNOWN else counts[i]
            low = begin if n is None else max(begin, i + 1 - n)
            if low > begin and n is not None and i - n >= begin and counts[i - n] is not UNKNOWN:
                total -= counts[i - n]
            ctx = self.w.context(subject, periods[i].end, periods[i])
            ctx.relaxed = "proof" in relax
            to = number(self.w.eval(reach["to"], ctx))
            if not is_number(to):
                short = reach.get("mean") and n is not None and i + 1 - low < n
                if to is UNKNOWN and optimistic and not short:
                    found[i] = self.first_counted(periods, counts, low, i)
                continue
            if reach.get("mean"):
                if n is not None and (i + 1 - low < n or UNKNOWN in counts[low:i + 1]):
                    continue
                to = reach["of"] * to
            if total >= to:
                found[i] = self.first_counted(periods, counts, low, i)
        return found

    def first_counted(self, periods, counts, low, i):
        for j in range(low, i):
            if counts[j] is not UNKNOWN and counts[j] > 0:
                return periods[j].start
        return periods[i].start

    def runs(self, outcome, subject, periods, counts, begin, relax):
        counting = [c is not UNKNOWN and c > 0 for c in counts]
        found = {}
        for s in range(begin, len(periods)):
            if counting[s] and not (s > begin and counting[s - 1]):
                self.follow_run(outcome, subject, periods, counting, s, relax, found)
        return found

    def follow_run(self, outcome, subject, periods, counting, s, relax, found):
        run, gap = outcome["reach"]["run"], outcome["reach"]["gap"]
        ctx = self.w.context(subject)
        base = add_units(periods[s].start, run["n"], run["unit"]) - DAY
        now, total, missing = 0, 0, 0
        for i in range(s, len(periods)):
            if i > s:
                missing += (periods[i].start - periods[i - 1].end).days - 1
            if not counting[i]:
                now += 1
                total += 1
                if "gap" not in relax and (now > gap["each"] or total > gap["total"]):
                    return
                continue
            now = 0
            moved = missing + (total if gap["clock"] == "stands" else 0)
            if periods[i].start >= base + moved * DAY:
                found.setdefault(i, periods[s].start)

    def try_reach(self, name, outcome, subject, periods, i, first, relax, optimistic):
        w, p = self.w, periods[i]
        ctx = w.context(subject, p.end, p)
        if "group" not in relax:
            member = w.groups.member(outcome["for"], ctx)
            if member is False or (member is UNKNOWN and not optimistic):
                return None
        o = Occurrence(name, subject, p.end, p, first)
        if "claim" in outcome and "claim" not in relax and not self.claimed(outcome, o):
            return None
        if "after" not in relax:
            for other in outcome.get("after", []):
                if not self.reached_by(other, ctx, p.end, optimistic):
                    return None
        if "unless" not in relax:
            for other in outcome.get("unless", []):
                if self.reached_by(other, ctx, p.end):
                    return None
        return o

    # ---- claims ----

    def claimed(self, outcome, o):
        w = self.w
        proof = w.terms["proofs"][outcome["claim"]]
        person = w.person(o.subject)
        subject = ("person", person) if person is not None else o.subject
        for chain in w.ledger.of_type("claim.made"):
            member = w.facts.counting(chain, outcome["claim"], proof, False, o)
            if member is None or member.body["outcome"] != o.outcome:
                continue
            if w.facts.about(member.body, subject) \
                    and self.in_time(proof, chain, member, o):
                o.claim, o.claim_chain = member, chain
                return True
        return False

    def in_time(self, proof, chain, member, o):
        w = self.w
        ctx = w.context(o.subject, o.day)
        ctx.occurrence = o
        recorded = civil(chain.members[0].at, w.offset)
        window = proof.get("claim", {})
        if "opens" in window:
            opens = w.eval(window["opens"], ctx)
            if not is_date(opens) or not before_or_on(opens, recorded):
                return False
        if "closes" in window:
            closes = w.eval(window["closes"], ctx)
            if not is_date(closes) or not before_or_on(recorded, closes):
                return False
        if "on" in member.body:
            return o.period.start <= parse_date(member.body["on"]) <= o.day
        return True

    def other_date(self, o, how):
        """`claimed`, `recorded`, `accepted` of an occurrence."""
        if o.claim is None:
            return NEVER
        if how != "accepted":
            return civil(o.claim_chain.members[0].at, self.w.offset)
        given = [at for _, verdict, at in self.w.ledger.verdicts().get(o.claim.digest, {}).values()
                 if verdict == "accepted"]
        return civil(max(given), self.w.offset) if given else NEVER

    # ---- candidates ----

    def candidates(self, name, subject):
        """[(Occurrence, reason)] of one subject."""
        outcome = self.definition(name)
        if "show" not in outcome:
            return []
        good, beyond = self.judged(name, subject)
        out = []
        if "times" in outcome["show"]:
            paid = {o.label for o in good}
            out = [(o, "times") for o in beyond if o.label not in paid]
        if good or out:
            return out
        return self.relaxed(name, outcome, subject)

    def relaxed(self, name, outcome, subject):
        shown = [q for q in QUALIFIERS if q in outcome["show"]]
        found = self.first_relaxed(name, outcome, subject, frozenset(shown))
        if found is None:
            return []
        for i, reason in enumerate(shown):
            if self.first_relaxed(name, outcome, subject, frozenset(shown[i + 1:])) is None:
                return [(found, reason)]
        return []

    def first_relaxed(self, name, outcome, subject, relax):
        """The first occurrence with these qualifiers relaxed; `times` holds all the same."""
        for o in self.potential(name, subject, relax, False):
            if self.times_left(name, outcome, o):
                return o
        return None

    def times_left(self, name, outcome, o):
        bucket = self.bucket(outcome, o.subject, o.day)
        older = self.older(name, o.subject, False)
        held = {(k.subject, k.label) for k in older}
        before = self.taken_first(name, outcome, older).get(bucket, 0)
        for s in self.rivals(outcome, o.subject, o.day):
            own = self.governing(name, s, self.counted_to(o.subject))
            if s == o.subject or own is None:
                continue
            for other in own.reached(name, s):
                if self.bucket(outcome, s, other.day) == bucket and \
                        (s, other.label) not in held and \
                        (other.day, self.w.order_of(s), s) < (o.day, self.w.order_of(o.subject),
                                                            o.subject):
                    before += 1
        limit = self.most(outcome, o.subject)
        return is_number(limit) and before < limit
