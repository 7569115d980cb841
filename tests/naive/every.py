"""Random contracts over every part of the terms language: what contracts.py and broad.py have not,
and random expressions of every kind wherever one may stand.
"""
import contextlib
import random

import broad
from aims import Aims
from amended import Amendment, circular
from broad import Broad, deep
from contracts import BANDS, CONTRACT, SITES, Draw
from evaluate import evaluate
from history import history
from words import DAYS, PEOPLE, Hand, Words

PERIODS = ("block", "going", "half", "week", "month", "workday", "work_week", "open_month",
           "calm", "thirds_of_year", "halves", "late_block", "half_year", "year")

# What a party may say by being named as its source, besides what the register always says.
TELLS = ("participant.enrolled", "participant.changed", "participant.exited", "consent.given",
         "consent.withdrawn", "spell.changed", "spell.confirmed", "spell.ended", "claim.made",
         "flow.recorded", "claim.attested")


class Every(Words, Broad):
    amending = False

    def __init__(self, seed, focus=None, small=False):
        super().__init__(seed, focus)
        if small:
            self.sizes, self.caps = (1, 1, 2), (0, 1, 1, 2)
        self.far = self.pick(0.1, 0.3, 0.6)     # how much of it is random
        self.crowd = self.chance(0.12)  # many people under a ladder, most of them without news

    @contextlib.contextmanager
    def defining(self, *names):
        """What is drawn here stands on none of these names."""
        before, self.barred = self.barred, (*self.barred, *names)
        yield
        self.barred = before

    def some(self, p=1.0):
        return self.chance(self.far * p)

    # ---- oftener known, and true about as often as false ----

    def plain_truth(self, of):
        """A truth that is known of nearly all."""
        if of in PEOPLE:
            return Draw.condition(self)
        site = {"is": ["site.name", self.pick(*SITES)]}
        return self.pick(site, {"not": site}) if of == "site" else self.pick(
            {"ge": [{"over": {"group": "members", "do": "count"}}, self.pick(1, 2)]}, True)

    def fair(self, hand):
        """A random truth that leaves a good part to a plain one."""
        x = self.truth(hand)
        return self.pick(x, {"any": [x, self.plain_truth(hand.of)]},
                         {"all": [{"any": [{"not": {"known": x}}, x]}, self.plain_truth(hand.of)]},
                         {"if": [{"known": x}, x, self.plain_truth(hand.of)]})

    def sure(self, x, otherwise):
        """Mostly known."""
        return {"if": [{"known": x}, x, otherwise]} if self.chance(0.6) else x

    # ---- the frame ----

    def frame(self):
        super().frame()
        self.more_tables()
        self.more_calendars()
        self.more_proofs()
        for name in ("d0", "d1")[:self.pick(0, 1, 2)]:
            self.dates[name] = self.date(Hand("enrolment"))

    def more_calendars(self):
        grid = {"from": "grid"}
        stop = {"stop": {"ge": ["away", 1]}}
        days = {"skip": {"days": "closed"}}
        if self.chance(0.2):
            self.values["still"] = {"is": {"ge": ["away", 1]}, "subject": "person"}
            stop = {"stop": self.pick("still", "still", False)}
        rest = {"skip": {"weekdays": self.pick([6, 7], [1], [3, 4, 5], [2])}}
        if self.chance(0.3):
            rest["skip"]["days"] = "closed"
        self.calendars.update({
            "half_year": {"unit": "half_year", **grid},
            "work_week": {"unit": "iso_week", **grid, **rest},
            "open_month": {"unit": "month", **grid, **self.pick(days, rest, stop)},
            "calm": {"unit": "day", **grid, **self.pick(days, stop, {**days, **stop})},
            "thirds_of_year": {"unit": self.pick("month", "month", "quarter", "week"),
                               "n": self.pick(1, 1, 2), "first": self.pick(0, 1),
                               "from": self.some_anchor(),
                               **self.pick({}, rest, stop, days)},
            "halves": {"unit": self.pick("quarter", "half_year", "year", "month"), "n": 1,
                       "first": self.pick(0, 1), "from": self.some_anchor()},
            "late_block": {"unit": self.pick("day", "day", "week"), "n": self.pick(1, 3, 9),
                           "first": self.pick(0, 1), "from": self.some_anchor(),
                           **self.pick({}, rest, stop, days)}})

    def some_anchor(self):
        return self.pick("enrolment.start", "2020-01-31", "2019-12-31", "contract.start",
                         "person.assigned", "enrolment.exit",
                         {"shift": ["enrolment.start", self.pick(-1, 1), "month"]},
                         {"max": ["enrolment.start", "2020-02-01"]})

    def more_tables(self):
        missing = self.pick("unknown", "previous", 7)
        self.tables.update({
            "closed": {"kind": self.pick("exact", "steps"), "missing": self.pick("unknown", 0),
                       "rows": [{"from": d, "then": n} for d, n in
                                (("2020-01-06", 1), ("2020-01-20", self.pick(0, 1)),
                                 ("2020-02-10", 0), ("2020-02-29", 1), ("2020-03-02", 0))]},
            "ranges": {"kind": self.pick("exact", "steps", "linear"), "missing": missing,
                       "rows": [{"from": n, "then": t} for n, t in
                                ((0, 10), (1, "20.5"), (25, 40), (100, -5))]},
            "pairs": {"kind": self.pick("exact", "steps", "linear"), "missing": missing,
                      "rows": [{"is": [b], "from": n, "then": n * 3 + len(b)}
                               for b in BANDS[:self.pick(2, 3)] for n in (0, 18, 40)]},
            "curve": {"kind": self.pick("exact", "steps", "linear"), "missing": missing,
                      "rows": [{"from": d, "then": n} for d, n in
                               (("2020-01-01", 100), ("2020-02-01", 110), ("2020-03-31", 50))]},
            "deadline": {"kind": "exact", "missing": self.pick("unknown", "2020-04-30"),
                         "rows": [{"is": [b], "then": d} for b, d in
                                  zip(BANDS[:2], ("2020-02-29", "2020-03-31"))]},
            "pair": {"kind": "exact", "missing": self.pick("unknown", 1), "unit": "EUR",
                     "rows": [{"is": [b, s], "then": n} for n, (b, s) in enumerate(
                         (b, s) for b in BANDS[:2] for s in SITES)]},
            "speaks": {"kind": "steps", "missing": self.pick("unknown", {"word": "mid"}),
                       "rows": [{"from": n, "then": {"word": b}} for n, b in
                                zip((1, 18, 30), BANDS)]},
            "test": {"measured": "score", "by": self.pick(["verifier"], ["checker", "register"],
                                                          ["second"], ["evaluator"]),
                     "method": "test", "about": self.pick("site", "person", "contract"),
                     "revised": self.pick("first", "latest"),
                     "kind": self.pick("exact", "steps", "linear"),
                     "missing": self.pick("unknown", "previous", "2.5")}})
        self.tables["group_rate"] = {
            "measured": "score", "by": ["verifier", "register"], "about": "group",
            "group": "members", "revised": self.pick("first", "latest"),
            "kind": self.pick("exact", "steps", "linear"), "missing": self.pick("unknown", 3)}
        if self.chance(0.4):
            self.tables["ranges"]["domain"] = self.pick([0, 50], ["0.5", 100], [-1, 30])

    def more_proofs(self):
        for name in ("plain", "attested", "feed", "claims"):
            p = self.proofs[name]
            if self.some(0.4):
                p["by"] = self.pick(["prov_a"], ["provider", "register", "second"],
                                    ["prov_b", "source"], ["provider"])
            if self.some(0.4) and "accepted_by" in p:
                p["accepted_by"] = self.pick(["checker"], ["verifier", "second"], ["second"],
                                             ["verifier", "evaluator"])
            if self.some(0.2) and "sample" in p:
                p["sample"]["share"] = 1
            if self.some(0.2):
                p["needs"] = self.pick(["payslip"], ["contract", "payslip"])
            if self.some(0.2):
                p["until"] = self.pick({"shift": ["fact.date", self.pick(3, 20), "workday"]},
                                       "2020-03-15", "contract.final",
                                       {"max": ["fact.date", "2020-02-29"]})
        if self.some(0.4):
            self.proofs["claims"]["claim"] = self.pick(
                {"opens": {"shift": ["outcome.date", self.pick(-5, 5), "day"]}},
                {"closes": {"shift": ["outcome.date", 1, "month"]}},
                {"opens": "2020-02-01", "closes": "contract.outcome_until"},
                {"closes": "2020-03-01"}, {})

    def parties(self):
        parties = super().parties()
        parties["second"] = {"roles": self.pick(["verifier"], ["evaluator"],
                                                ["verifier", "evaluator"])}
        parties["surety"] = {"roles": ["guarantor", "resolver"]}
        if self.some(0.5):          # says something, and that it is so
            parties["second"] = {"roles": ["provider", "verifier"], "attests_own": True}
        if self.some(0.5):
            parties["fund_c"]["resolves_own"] = True
        parties["register"]["source"] += self.r.sample(TELLS, self.pick(0, 2, 4, 8))
        if self.some(0.1):
            parties["surety"]["source"] = ["status.reported"]
        for name in ("prov_b", "second", "checker"):
            if self.some(0.3):
                parties[name]["sites"] = self.pick(["east"], ["west"])
        self.party = parties
        return parties

    # ---- conditions, groups, values ----

    def condition(self):
        if self.some() and not self.amending:
            return self.fair(Hand("enrolment"))
        return super().condition()

    def group(self, name, of="enrolment"):
        if of == "site" and name in self.groups:
            return                      # what is drawn since may stand on it
        super().group(name, of)
        with self.defining(name, *(["busy"] if of == "site" else [])):
            self.vary_group(name, of)

    def vary_group(self, name, of):
        g = self.groups[name]
        if of == "site":
            g["as_of"] = self.pick("period", "period", "2020-01-01", "2020-02-01", "contract.start")
            if self.some():
                g["where"] = self.fair(Hand("site", deep=1))
            return
        if self.some(0.6):
            g["as_of"] = self.pick("assigned", "assigned", "period", "2020-02-15",
                                   {"shift": ["contract.start", 1, "month"]},
                                   {"max": ["contract.start", "contract.end"]})
        people = [n for n in self.groups if n != name and self.groups[n]["of"] != "site"]
        if people and self.some():
            g["in"] = self.r.choice(people)
        if self.some(0.5):
            g["where"] = self.fair(Hand(of))

    def value(self, name):
        v = super().value(name)
        with self.defining(name):
            self.vary_value(v)
        return v

    def vary_value(self, v):
        kind = v["of"]
        if kind == "measurement" and self.chance(0.85):
            v["proof"] = self.pick("plain", "feed")     # by whom measures
        if kind == "spell" and self.some(0.5):
            v["take"] = "pay"
        if kind == "activity" and self.some(0.5):
            v["take"] = "days"
        if self.some():
            v["per"] = self.pick("ever", *PERIODS)
        if self.some(0.5):
            v["where"] = self.truth(Hand("enrolment", fact=kind, deep=2))
        elif self.some(0.05):
            v["where"] = self.pick(True, True, False)
        if self.some(0.3):
            v["subject"] = self.pick("person", "enrolment")
            if kind in ("activity", "milestone", "measurement") and self.chance(0.5) \
                    and not {"person"} & (self.needs(v.get("where", 1))
                                          | self.calendar_needs(v["per"])):
                v["subject"] = self.pick("site", "contract")

    def mark(self, name):
        v = self.values[name]
        if v.get("take") in ("pay", "days"):
            return {"pay": self.pick(20000, 30000), "days": self.pick(1, "2.5")}[v["take"]]
        return super().mark(name)

    def truth_value(self, name, source):
        super().truth_value(name, source)
        with self.defining(name):
            self.vary_truth_value(name)

    def vary_truth_value(self, name):
        if self.some(0.5):
            self.values[name] = {"is": self.fair(Hand("enrolment", period=True))}
        if self.some(0.4):
            self.values[name]["per"] = self.pick("day", *PERIODS)
        elif "per" not in self.values[name] and self.some(0.2):
            self.values[name]["subject"] = "person"
        if self.some(0.02):
            self.values[name]["is"] = self.pick(True, {"ge": [1, 1]})

    # ---- outcomes ----

    def bounds(self):
        first, last = super().bounds()
        hand = Hand("enrolment", deep=1)
        if self.some(0.3):
            first = self.pick("contract.start", *["person.assigned"] * self.chance(0.3),
                              *self.dates,
                              {"shift": ["enrolment.start", self.pick(-2, 10), "workday"]},
                              self.date_of() or "2020-01-15")
        if self.some(0.4):
            last = self.pick("contract.final", "contract.final", "contract.end", *self.dates,
                             {"min": ["contract.outcome_until", self.date(hand)]},
                             {"shift": ["enrolment.start", 2, "quarter"]})
        return first, last

    def taken_value(self):
        plain = [v for v in self.values if v != "away" and "of" in self.values[v]]
        return self.r.choice(plain) if plain and self.chance(0.85) else super().taken_value()

    def reach(self, per, number, o):
        """Mostly what some weeks can reach."""
        reach = super().reach(per, number, o)
        if "run" in reach and self.chance(0.8):
            reach["run"] = self.pick({"n": 5, "unit": "day"}, {"n": 14, "unit": "day"},
                                     {"n": 2, "unit": "week"}, {"n": 1, "unit": "month"})
        elif per == "day" and o.get("count") != number and self.chance(0.8):
            reach = self.pick({"to": 1, "of": "ever"}, {"to": 3, "of": 7}, {"to": 10, "of": "ever"},
                              {"to": 2, "of": 2})
        elif o.get("count") != number and self.chance(0.7):
            reach = self.pick({"to": 1, "of": "ever"}, {"to": 1, "of": 1}, {"to": 2, "of": 3},
                              {"to": 2, "of": "ever"})
        return reach

    def outcome(self, name, earlier):
        super().outcome(name, earlier)
        with self.defining(name):
            self.vary_outcome(name)

    def vary_outcome(self, name):
        o = self.outcomes[name]
        if "run" in o["reach"]:
            if self.some(0.4):
                o["per"] = self.pick("day", "workday", "calm")
            if self.some(0.4):
                o["reach"]["run"] = {"n": 1, "unit": self.pick("quarter", "half_year", "year", "week",
                                                             "week")}
            if self.some(0.3):
                o["count"] = self.fair(Hand("enrolment", period=True))
        else:
            if self.some(0.5):
                o["per"] = self.pick("day", *PERIODS)
            if self.some(0.3):
                o["count"] = self.sure(self.number(Hand("enrolment", period=True)), 1)
            if self.some(0.3):
                o["reach"]["to"] = self.sure(self.number(Hand("enrolment", period=True, deep=1)), 2)
        if o["times"]["max"] > 1 and self.some(0.4):
            x = self.number(Hand("enrolment", deep=1))
            names = self.names(Hand("enrolment"), False)
            most = self.pick({"add": [self.pick(0, 1), x]}, x, *names[:1])
            if most != 1:       # which repeats nothing
                o["times"]["max"] = most
        self.vary_order(name, o)
        if self.some(0.1) and "busy" not in self.outcomes:
            self.places_outcome("busy")

    def vary_order(self, name, o):
        """Behind, before and apart from more than one."""
        of = self.outcome_of(name)
        others = [n for n in self.known(self.outcomes) if n != name and self.outcome_of(n) == of]
        for how in ("after", "unless", "apart_from"):
            if how in o and len(others) > 1 and self.some(0.8):
                more = [n for n in others if how != "apart_from" or "reach" in self.outcomes[n]]
                o[how] = sorted({*o[how], *self.r.sample(more, min(2, len(more)))})

    def places_outcome(self, name):
        """Of a site, or of the contract."""
        of = self.pick("places", "contract")
        if "places" not in self.groups:
            self.group("places", "site")
        if of == "contract":
            self.values.setdefault("of_all", {
                "of": "activity", "proof": "plain", "silence": "none", "take": 1, "per": "month",
                "within": "sum", "subject": "contract"})
            self.facts.add("activity.logged")
        hand = Hand("site" if of == "places" else "contract", period=True, deep=1)
        times = {"max": self.pick(1, 2), "per": "contract" if of == "contract" else
                 self.pick("site", "contract")}
        self.outcomes[name] = {
            "for": of, "per": self.pick("month", "week", "day"), "count": self.number(hand),
            "reach": {"to": self.pick(1, 2), "of": self.pick(1, 2, "ever")},
            "from": self.pick("contract.start", "2020-02-01"), "until": "contract.outcome_until",
            "times": times, "show": self.r.sample(["group", "proof", "until", "limit"], 2)}
        if times["max"] > 1:
            self.outcomes[name]["next"] = self.pick("each_period", "after_last")

    def more_outcomes(self, names):
        super().more_outcomes(names)
        if self.some(0.4):
            kinds = {}
            for n in names:
                kinds.setdefault(self.groups[self.outcomes[n]["for"]]["of"], []).append(n)
            parts = self.r.choice(list(kinds.values()))
            self.outcomes["either"] = {self.pick("any_of", "all_of"): parts[:2]}
        if self.some(0.4):
            g = self.r.choice([g for g in self.groups if self.groups[g]["of"] != "site"])
            of = self.groups[g]["of"]
            self.outcomes["then"] = {
                "for": g, "on": self.pick("2020-02-29", "d0" if "d0" in self.dates else "2020-03-15",
                                          {"shift": ["enrolment.start", 1, "month"]}),
                "count": self.fair(Hand(of)), "final": self.pick("2020-04-30", "contract.final", {
                    "shift": ["contract.outcome_until", self.pick(0, 1, 10), "day"]})}

    # ---- payments ----

    def hand_of(self, target):
        if isinstance(target, dict):
            return Hand("contract" if target["of"] == "contract" else
                        self.groups[target["of"]]["of"], period=True)
        return Hand(self.outcome_of(target if isinstance(target, str) else target[0]),
                    outcome=True)

    def payment(self, name, target):
        with self.defining(name):
            self.any_payment(name, target)

    def any_payment(self, name, target):
        of = self.outcome_of(target) if isinstance(target, str) else None
        if of in ("site", "contract") and target != "target":
            self.payments[name] = self.plain_payment(target)
        else:
            super().payment(name, target)
        p, hand = self.payments[name], self.hand_of(target)
        if isinstance(p["price"], dict) and self.chance(0.6):
            p["price"] = {"add": [self.pick(200, 333), self.sure(p["price"], 100)]}
        if isinstance(target, str) and self.some(0.2):
            more = [o for o in self.outcomes if o != target and self.outcome_of(o) == hand.of]
            p["for"] = [target] + more[:1]
        if self.some(0.6):
            x = self.sure(self.number(hand), self.pick(250, 700))
            p["price"] = self.pick({"add": [500, x]}, {"add": [100, {"mul": [10, x]}]}, x)
        if self.some(0.4):
            p["when"] = self.fair(hand)
        if "due" in p and self.chance(0.6):
            p["due"] = {"shift": [*p["due"]["shift"][:1], self.pick(1, 2), "week"]}
        if self.some(0.3):
            p["due"] = self.pick(self.date(hand), {"min": [self.date(hand), "2020-02-29"]})
        if self.some(0.2):
            p["final"] = self.date(hand.but(of="contract", deep=1))
        if self.some(0.2):
            p["hold"] = {"part": self.pick("0.2", "0.333", "0.5", 1), "until": self.date(
                hand.but(deep=1))}
        if self.some(0.2):
            p["round"] += self.pick("_7", "_50") if p["round"][-1].isalpha() else ""
        if self.some(0.1):
            p["unit"] = "USD"
        if self.some(0.2):
            self.tables["vat"] = {"kind": self.pick("steps", "exact", "linear"),
                                  "missing": self.pick("unknown", "previous", "0.06", "error"),
                                  "rows": [{"from": "2020-01-01", "then": "0.25"},
                                           {"from": "2020-02-01", "then": "0.2"},
                                           {"from": "2020-12-01", "then": "0"}]}
            p["tax"] = "vat"
        if self.some(0.25):
            side = self.pick("from", "to")
            p[side] = self.any_share(side, hand)

    def plain_payment(self, target):
        return {"for": target, "price": self.pick(700, 1001), "round": "half_up",
                "from": self.pick("thirds", "fund_a"), "to": "prov_a",
                "ended": self.pick("achieved", "started")}

    def any_share(self, side, hand):
        """A share by random weights, of its own name."""
        name = "share_%d" % len(self.shares)
        who = ("fund_a", "fund_b", "surety") if side == "from" else ("prov_a", "prov_b", "lender")
        share = {"residual": self.pick("largest", "first", "last"),
                 "none": self.pick(who[0], "fund_d", "unknown")}
        hand = hand.but(deep=1, period=False, outcome=False)
        parts = [{"party": p, "weight": self.pick(0, 1, 2, "0.5", self.number(hand),
                                                  self.truth(hand))} for p in who]
        if self.chance(0.5):
            share["parts"] = parts[:self.pick(1, 2, 3, 3)]
        else:
            ends = [self.pick(100, 400), self.pick(900, 2000)]
            if self.some():
                ends[0] = {"min": [ends[0], self.number(Hand("contract", deep=1))]}
            names = self.names(Hand("contract"), False)
            if names and self.some():
                ends[0] = self.r.choice(names)
            share.update({"tranches": [{"to": e, "parts": parts[i:i + 2]}
                                       for i, e in enumerate(ends)][:self.pick(0, 1, 1, 2, 2)],
                          "order": self.pick("settled", "achieved")})
            share["tranches"].append({"parts": parts[:1 + self.pick(0, 1)]})
        self.shares[name] = share
        return name

    def in_tranches(self):
        """A share whose parts change as its total grows, one for all who ask for it."""
        self.shares.setdefault("in_turn", {
            "tranches": [{"to": self.pick(300, 1200), "parts": [{"party": "fund_b", "weight": 1}]},
                         {"parts": [{"party": "fund_a", "weight": 1}, {"party": "surety", "weight": 2}]}],
            "order": self.pick("settled", "achieved"), "residual": "first", "none": "unknown"})
        return "in_turn"

    def account(self):
        super().account()
        grow = self.payments["owed"]["price"]["grow"]
        grow["round"] = self.rounding()
        if self.some():
            grow["rate"] = self.floating()
        if self.some(0.3):
            grow["rests"] = self.pick("week", "half_year", "year", "thirds_of_year")
        if grow["rests"] == "thirds_of_year" and self.calendar_needs("thirds_of_year"):
            grow["rests"] = "halves" if not self.calendar_needs("halves") else "year"

    def site_payment(self):
        super().site_payment()
        if self.chance(0.6):
            self.payments["upkeep"]["price"] = {"add": [200, self.payments["upkeep"]["price"]]}

    def period_payment(self, name):
        super().period_payment(name)
        p = self.payments[name]
        if self.some(0.5):
            p["for"]["each"] = self.pick(*PERIODS)
        if self.some(0.2):
            p["for"]["from"] = self.pick("contract.start", "person.assigned", "2020-02-01",
                                         self.date(Hand(self.hand_of(p["for"]).of, deep=1)))
        if self.some(0.2):
            p["for"]["until"] = self.pick("contract.final", "2020-03-15", "contract.end",
                                          self.date(Hand(self.hand_of(p["for"]).of, deep=1)))

    # ---- limits ----

    def dims(self):
        dims = super().dims()
        if self.some(0.2):
            dims = [d for d in dims if not isinstance(d, dict) or "group" in d]
            dims.append({self.pick("settled", "achieved"): self.pick(
                "month", "quarter", "week", "half_year", "year", "work_week")})
        if self.some(0.2):
            dims = [d for d in dims if not isinstance(d, dict) or "group" not in d]
            dims.append({"group": self.r.choice(list(self.groups))})
        if self.some(0.1) and "person" not in dims:
            dims.append(self.pick("enrolment", "person"))
        return [d for i, d in enumerate(dims) if d != "contract" or len(dims) == 1]

    def ladder(self, name):
        """Steps that all climb, each where the ones before ended."""
        along = self.pick("amount", "count")
        ends = (400, 900, 2500) if along == "amount" else (1, 2, 4)
        steps = [{"to": self.pick(*ends[:2]), "rate": self.pick("1", "0.9")},
                 {"to": ends[2], "rate": "0.5"}, {"rate": "0.1"}][:self.pick(2, 2, 3)]
        if self.some():
            steps[-2]["to"] = {"add": [steps[-2]["to"], self.pick(
                {"over": {"group": "members", "do": "count"}},
                self.number(Hand("contract", deep=1)))]}
        of = [p for p in self.payments if p not in ("owed", "cut", "upkeep")]
        self.limits.append({
            "name": name, "of": sorted(self.r.sample(of, self.r.randrange(1, len(of) + 1))),
            "per": self.pick(["contract"], ["contract"], ["site"], [{"achieved": "quarter"}]),
            "steps": steps, "along": along, "order": self.pick("settled", "settled", "achieved"),
            "excess": "lost", "unused": "lost", "freed": self.pick("waiting", "lost")})

    def limit(self, name):
        if self.crowd and not self.limits:
            return self.ladder(name)
        before = len(self.limits)
        super().limit(name)
        for limit in self.limits[before:]:
            if limit.get("along") == "amount" and self.chance(0.6):
                limit["steps"][0]["to"] = self.pick(250, 400, 600, 900, 1400)
            elif limit.get("along") == "count" and self.chance(0.6):
                limit["steps"][0]["to"] = 1
            self.vary(limit)
        if self.some(0.15):
            self.floor_or_less(name + "_more")
        return None

    def vary(self, limit):
        hand = Hand("enrolment" if "person" in limit["per"] or "enrolment" in limit["per"] else
                    "site" if "site" in limit["per"] else "contract", deep=1)
        if "floor" in limit:
            if self.chance(0.2):
                limit["per"] = [d for d in limit["per"] if d != "contract"] \
                    + [{"group": self.r.choice(list(self.groups))}]
            if self.chance(0.3):
                limit["from"] = self.in_tranches()
            if self.some(0.2):
                limit["per"] = [d for d in limit["per"] if isinstance(d, str)][:1] \
                    + [{"enrolled": self.pick("month", "quarter", "work_week")}]
            if self.some(0.5):
                limit["floor"] = {"add": [500, self.number(hand)]}
            elif self.some(0.1):
                limit["floor"] = self.r.choice([900, *self.names(hand, False)])
            if self.some(0.3):
                limit["on"] = self.pick("contract.outcome_until", "2020-01-31",
                                        self.date(Hand("contract", deep=1)))
        elif "scale" in limit:
            if self.some(0.5):
                limit["scale"] = self.number(hand)
        elif "steps" in limit:
            self.vary_steps(limit, hand)

    def vary_steps(self, limit, hand):
        last = limit["steps"][-1]
        if self.some(0.4) and limit["along"] == "amount":
            last["to"] = {"add": [last["to"], self.number(hand)]}
        if self.some(0.2):
            last["rate"] = self.pick("0", "0.5", "1.5", "0.333333333", 1)
        names = self.names(hand, False)
        if names and self.some(0.15):
            last["to"] = self.r.choice(names)
        if self.some(0.3):
            limit["steps"].append({"rate": self.pick("0", "0.25", "1")})
        dated = any(isinstance(d, dict) and not {"achieved", "settled"}.isdisjoint(d)
                    for d in limit["per"])
        if dated and self.some(0.4):
            limit["unused"] = "next"
        if self.some(0.2):
            limit["freed"] = "lost"
        if self.some(0.2):
            limit["excess"] = self.pick({"payer": "fund_d"}, "next" if dated else "lost")

    def floor_or_less(self, name):
        payments = [p for p in self.payments if p != "owed"]
        if len(payments) > 2:
            a, b, c = self.r.sample(payments, 3)
            self.limits.append({"name": name, "of": [a], "less": [b, c], "per": self.dims(),
                                "order": self.pick("settled", "achieved")})

    # ---- all of it ----

    def terms(self):
        t = super().terms()
        if self.dates:
            t["dates"] = broad.dated(self.dates, {})
        s = t["settlement"]
        if self.some(0.5):
            s["periods"] = self.pick("half_year", "quarter", "quarter",
                                     "week" if self.chance(0.3) else "month")
        if self.some(0.5):
            s["cut_off"] = {"n": self.pick(0, 1, 5), "calendar": self.pick("workday", "week", "day")}
        s["negative"] = self.pick("carry", "repay")
        s["terminate"] = self.pick(["fund_a"], ["fund_a"], ["fund_a", "prov_a"])
        if self.some(0.1):
            t["notes"] = [{"at": "/payments", "source": "art. %d" % n, "reading": "as agreed"}
                          for n in range(self.pick(0, 1, 2))]
        self.late_claims(t)
        s["offset"] = self.pick("+01:00", "-03:30", "+14:00", "-12:00")
        if self.some(0.5):
            s["dispute_until"] = {"n": self.pick(0, 14, 30),
                                  "calendar": self.pick("day", "workday")}
        self.entitle(t)
        return t

    def late_claims(self, t):
        """Until when a claim may be recorded stands on what is known."""
        if self.claims and self.some(0.3):
            with self.defining(*self.outcomes):
                hand = Hand("enrolment", outcome=True, fact="claim")
                self.proofs["claims"]["until"] = self.pick(
                    self.date(hand), {"if": [self.truth(hand), "2020-03-15", "contract.final"]},
                    {"shift": ["contract.start", self.so_many(hand), "week"]})
            if circular(t):
                del self.proofs["claims"]["until"]

    def entitle(self, t):
        """Gives some clauses a title, or another one."""
        clauses = [*t["groups"].values(), *t["outcomes"].values(), *t["payments"].values(),
                   *t["limits"]]
        for n, clause in enumerate(clauses):
            if self.some(0.4):
                clause["title"] = self.pick("Sex månader i arbete", "§ 4 – “a fee”", "x" * 200,
                                            "Title %d" % n)

    def resolver(self, payer):
        """Who decides what this payer disputes: nobody its own, unless the terms say so."""
        own = payer == "fund_c" and "resolves_own" not in self.party["fund_c"]
        return "surety" if own else super().resolver(payer)

    def profile(self):
        p = super().profile()
        f = p["fields"]
        f["spell.started"].update({"pay": [20000, 25000, 31000]})
        f["activity.logged"]["days"] = ["1", "2.5"]
        f["status.reported"]["value"] = ["low", "high"]
        f["measurement.recorded"]["name"] = ["score", "score", "score", "other"]
        f["measurement.recorded"]["method"] = ["test", "test", "look"]
        s = p["senders"]
        s["measurement.recorded"] = ["checker", "register", "second"]
        s["claim.attested"] = ["checker", "checker", "second"]
        s["milestone.reached"] = ["prov_a", "prov_b", "register"]
        if "attests_own" in self.party["second"]:
            for senders in (s["*"], s["spell.started"], s["status.reported"],
                            s["milestone.reached"]):
                senders.append("second")
        p["arms"] = p["arms"] or self.chance(0.4)
        p["wide"] = max(p["wide"], self.pick(0.1, 0.4))
        p["facts"] = p["facts"] + self.pick([], ["measurement.recorded"])
        p["method"], p["measured"] = self.pick(0.3, 0.9), "members"
        p["teller"], p["aims"], p["people"] = Aims, 0.75, self.pick(1, 2, 2, 3)
        if self.crowd:
            p["people"], p["at_once"] = self.pick(4, 6, 8), True
        return p

def case(seed, tiny=False, focus=None):
    """Of up to three the first that pays something for half of its payments, or, one in ten, as it
    comes; then as broad.py does, with everything that may be done to a case, oftener and together.
    """
    as_it_comes = random.Random("as it comes %d" % seed).random() < 0.1
    for more in ("", "'", "''"):
        draw, got = one_case(seed, tiny, focus, more)
        if as_it_comes or pays(got) >= 0.5:
            break
    draw.amending = True
    if focus == "amended" or draw.chance(0.3):
        amend(draw, got, draw.pick(1, 1, 2))
    if draw.chance(0.2):
        broad.terminate(draw, got)
    if len(got["statements"]) > 1:
        if draw.chance(0.25):
            broad.dispute(draw, got)
        if focus == "erased" or draw.chance(0.2):
            broad.erase(draw, got)
    return got


def pays(case):
    """The part of the payments that the last statement would pay for, were it the only one."""
    try:
        lines = evaluate(dict(case, statements=case["statements"][-1:]))["statements"]
    except Exception:           # whoever compares it says so
        return 1
    paid = {l["payment"] for st in lines for l in st if l["amount"]}
    payments = case["terms"][-1]["terms"]["payments"]
    return len(paid & {*payments}) / len(payments)


def one_case(seed, tiny, focus, more):
    """A contract and its history; others for another `more`."""
    draw, terms = None, None
    while draw is None or deep(terms) > 14:
        draw = Every("every %s%s" % (seed, more) if draw is None else draw.seed + "'", focus, tiny)
        terms = draw.terms()
    versions = [{"digest": CONTRACT, "seq": 5, "at": "2019-12-01T09:00:00Z",
                 "from": "2020-01-01", "terms": terms}]
    size = random.Random("every size %s%s" % (seed, more))
    steps, statements = (size.randrange(4, 14), size.randrange(1, 4)) if tiny \
        else (size.randrange(6, 30), size.randrange(1, 5))
    if terms["settlement"]["periods"] in ("week", "month"):
        statements = max(draw.pick(2, 3, 3), statements)
    if draw.crowd:
        statements = max(3, statements)
    return draw, history("%s%s" % (seed, more), versions, draw.profile(), steps, statements)


def amend(draw, case, often):
    """Once or twice."""
    for digest in ("cc", "dd")[:often]:
        before = case["terms"][-1]
        if deep(before["terms"]) > 13:
            return
        broad.amend(draw, dict(case, terms=[before]), case["terms"].append)
        after = case["terms"][-1]
        if after is not before:
            draw.entitle(after["terms"])
            Amendment(draw, after["terms"]).change(draw.pick(0, 1, 2, 4, 6))
        if after is not before and (after["seq"] <= before["seq"] or deep(after["terms"]) > 14):
            case["terms"].pop()
        elif after is not before:
            after["digest"] = digest * 32
            after["terms"]["version"] = before["terms"]["version"] + 1
