"""Random small contracts over the parts of the terms language, and their histories."""
import random

from history import history

CONTRACT = "bb" * 32
BANDS = ["low", "mid", "high"]
SITES = ["east", "west"]


class Draw:
    """One contract, part by part. `wide` is the chance of the rarer parts."""
    by_person = 0.5             # chance that a cap is each person's own
    sizes = (1, 2, 3)           # how many values, and outcomes
    caps = (0, 1, 1, 2, 3)

    def __init__(self, seed, wide):
        self.r = random.Random("contract %s" % seed)
        self.wide = wide
        self.values, self.outcomes, self.payments = {}, {}, {}
        self.groups, self.tables, self.dates, self.shares = {}, {}, {}, {}
        self.calendars = {}
        self.limits = []
        self.facts = set()
        self.claims = []

    def chance(self, p):
        return self.r.random() < p

    def rare(self, p=1.0):
        return self.r.random() < p * self.wide

    def pick(self, *options):
        return self.r.choice(options)

    # ---- the frame ----

    def frame(self):
        self.calendars = {
            "day": {"unit": "day", "from": "grid"}, "month": {"unit": "month", "from": "grid"},
            "quarter": {"unit": "quarter", "from": "grid"},
            "year": {"unit": "year", "from": "grid"}, "week": {"unit": "iso_week", "from": "grid"},
        }
        self.calendars["block"] = {"unit": self.pick("month", "week", "day"),
                                   "n": self.pick(1, 2, 3), "from": "enrolment.start",
                                   "first": self.pick(0, 1)}
        if self.calendars["block"]["unit"] == "day":
            self.calendars["block"]["n"] = self.pick(7, 10, 30)
        self.proofs = {
            "attested": {"by": ["provider"], "accept": "attested", "accepted_by": ["verifier"]},
            "plain": {"by": ["provider", "register"], "accept": "none"},
            "feed": {"by": ["register"], "accept": "feed"},
            "claims": {"by": ["provider"], "accept": self.pick("none", "attested")},
        }
        if self.proofs["claims"]["accept"] == "attested":
            self.proofs["claims"]["accepted_by"] = ["verifier"]
        if self.rare(0.3):
            self.proofs["attested"]["needs"] = ["contract"]
        if self.rare(0.3):
            self.proofs["attested"]["until"] = {"shift": ["fact.date", 2, "month"]}
        if self.rare(0.2):
            self.proofs["claims"]["claim"] = {
                "opens": "outcome.date", "closes": {"shift": ["outcome.date", 60, "day"]}}
        self.tables = {
            "by_band": {"kind": "exact", "missing": self.pick("unknown", "error", 0),
                        "rows": [{"is": [b], "then": n} for b, n in
                                 zip(BANDS, (100, 250, 400))]},
            "steps": {"kind": self.pick("steps", "linear"), "missing":
                      self.pick("unknown", "previous", 0),
                      "rows": [{"from": 0, "then": 0}, {"from": 10, "then": "12.5"},
                               {"from": 100, "then": 90}]},
            "base": {"kind": "steps", "missing": "unknown",
                     "rows": [{"from": "2020-01-01", "then": "1.02"},
                              {"from": "2020-06-01", "then": "1.035"}]},
        }
        if self.tables["by_band"]["missing"] == "error":
            self.tables["by_band"]["rows"] = self.tables["by_band"]["rows"][:3]

    def parties(self):
        parties = {"fund_a": {"roles": ["funder"]}, "fund_b": {"roles": ["funder"]},
                   "fund_c": {"roles": ["funder", "resolver"]},
                   "prov_a": {"roles": ["provider"]}, "prov_b": {"roles": ["provider"]},
                   "checker": {"roles": ["verifier"]},
                   "register": {"roles": ["source"], "source": [
                       "activity.logged", "earnings.reported", "feed.completed",
                       "milestone.reached", "participant.transferred", "participants.joined",
                       "participant.assigned", "spell.started", "status.reported",
                       "measurement.recorded"]}}
        parties["prov_a"]["sites"] = list(SITES)
        parties["prov_b"]["sites"] = list(SITES)
        return parties

    # ---- conditions ----

    def band(self):
        return self.pick("enrolment.band", "person.band")

    def condition(self):
        """A truth about an enrolment or person."""
        options = [{"is": [self.band(), *self.r.sample(BANDS, 2)]},
                   {"ge": [self.pick("enrolment.age", "person.age"), self.pick(18, 30)]},
                   self.pick("enrolment.wants", "person.wants")]
        x = self.r.choice(options)
        if self.rare(0.3):
            x = {self.pick("all", "any"): self.r.sample(options, 2)}
        if self.rare(0.1):
            x = {"not": x}
        if self.rare(0.1):
            x = {"any": [x, "person.consent"]}
        if self.rare(0.1):
            x = {"any": [x, {"is": ["person.site", self.pick(*SITES)]}]}
        return x

    def group(self, name, of="enrolment"):
        g = {"of": of, "as_of": "enrolled" if self.chance(0.7) else
             self.pick("period", "2020-07-01")}
        if of == "site":
            g["as_of"] = "period"
        elif self.chance(0.8):
            g["where"] = self.condition()
        self.groups[name] = g

    # ---- values ----

    def proof(self):
        return self.pick("attested", "attested", "plain", "feed" if self.wide else "plain")

    def value(self, name):
        kind = self.pick("spell", "spell", "spell", "activity", "earnings", "status",
                         "milestone", *(["measurement"] if self.wide else []))
        v = {"of": kind, "proof": self.proof(), "silence": "none"}
        if self.rare(0.25):
            v["silence"] = "unknown"
        field = {"spell": ["extent", "hours", 1], "activity": ["hours", "quantity", 1],
                 "earnings": ["amount", "hours"], "status": [1], "milestone": [1],
                 "measurement": ["value"]}[kind]
        v["take"] = self.r.choice(field)
        covers = kind in ("spell", "status", "measurement")
        v["per"] = self.pick("day", "day", "month", "block") if covers \
            else self.pick("month", "quarter", "ever", "day")
        v["within"] = "sum" if not self.rare(0.5) \
            else self.pick("sum", "max", "min", "mean", "last")
        if kind in ("spell", "status"):
            v["overlap"] = self.pick("add", "once")
        if kind == "spell":
            v["open"] = self.pick("confirmed", "runs")
        where = {"spell": {"is": ["fact.kind", "employment", "education"]},
                 "activity": {"is": ["fact.kind", "support"]},
                 "milestone": {"is": ["fact.kind", "plan"]},
                 "status": {"is": ["fact.kind", "benefit"]},
                 "measurement": {"is": ["fact.name", "score"]}}.get(kind)
        if where and self.chance(0.8):
            v["where"] = where
        if self.rare(0.15):
            late = {"ge": ["fact.date", "enrolment.start"]} if self.chance(0.5) \
                else {"le": ["fact.recorded", {"shift": ["fact.date", 3, "month"]}]}
            v["where"] = {"all": [v["where"], late]} if "where" in v else late
        if kind == "spell" and self.rare(0.2):
            more = {"is": ["fact.form", "regular"]}
            v["where"] = {"all": [v["where"], more]} if "where" in v else more
        self.values[name] = v
        self.facts.add({"spell": "spell.started", "activity": "activity.logged",
                        "earnings": "earnings.reported", "status": "status.reported",
                        "milestone": "milestone.reached",
                        "measurement": "measurement.recorded"}[kind])
        return v

    def mark(self, name):
        """A number to test this value against."""
        take = self.values[name]["take"]
        return {"extent": self.pick(25, 50), "hours": self.pick(8, 20, "12.5"),
                "amount": self.pick(1000, 5000), "quantity": 3, "value": self.pick(50, 75),
                1: 1}[take]

    def truth_value(self, name, source):
        x = {self.pick("ge", "ge", "ge", "gt", "le" if self.wide else "ge"):
             [source, self.mark(source)]}
        if self.rare(0.2):
            x = {"all": [x, self.condition()]}
        if self.rare(0.1):
            x = {"not": x}
        v = {"is": x}
        if self.rare(0.3):
            v["per"] = "day"
        self.values[name] = v

    # ---- outcomes ----

    def bounds(self):
        first = "enrolment.start"
        last = "contract.outcome_until"
        if self.rare(0.2):
            first = {"max": ["enrolment.start", "2020-03-01"]}
        elif self.rare(0.2):
            first = {"shift": ["enrolment.start", self.pick(-1, 1), "month"]}
        if self.rare(0.3):
            last = {"shift": ["enrolment.start", self.pick(4, 6), "month"]}
        elif self.rare(0.2):
            last = "enrolment.exit"
        elif self.chance(0.2):
            last = "2020-08-15"
        return first, last

    def taken_value(self):
        """A value of facts."""
        return self.r.choice([v for v in self.values if "of" in self.values[v]])

    def outcome(self, name, earlier):
        number = self.taken_value()
        truth = "t_" + number
        if truth not in self.values:
            self.truth_value(truth, number)
        per = self.pick("day", "day", "month", "block", "week" if self.wide else "day")
        group = self.r.choice(list(self.groups))
        while self.groups[group]["of"] == "site":
            group = self.r.choice(list(self.groups))
        o = {"for": group, "per": per, "count": truth}
        o["from"], o["until"] = self.bounds()
        o["reach"] = self.reach(per, number, o)
        o["times"] = {"max": self.pick(1, 1, 1, 2, 3),
                      "per": self.times_per()}
        if o["times"]["max"] > 1:
            o["next"] = self.pick("each_period", "after_last")
        if earlier and self.chance(0.4):
            o["after"] = [self.r.choice(earlier)]
        if earlier and self.rare(0.25):
            o["unless"] = [self.r.choice(earlier)]
        if earlier and self.rare(0.15):
            o["apart_from"] = [self.r.choice(earlier)]
        if self.rare(0.25):
            o["claim"] = "claims"
            self.claims.append(name)
        shown = [q for q in ("group", "proof", "claim", "until", "window", "gap", "after",
                             "unless", "times", "limit") if self.chance(0.5)]
        fits = {"claim": "claim" in o, "window": "of" in o["reach"] and o["reach"]["of"] != "ever",
                "gap": "run" in o["reach"], "after": "after" in o, "unless": "unless" in o}
        o["show"] = [q for q in shown if fits.get(q, True)]
        self.outcomes[name] = o

    def times_per(self):
        return self.pick("person", "person", "enrolment")

    def reach(self, per, number, o):
        if per == "day" and self.chance(0.45):
            return {"run": {"n": self.pick(20, 30, 60), "unit": "day"} if self.chance(0.5)
                    else {"n": self.pick(1, 2, 3), "unit": self.pick("month", "month", "week")},
                    "gap": {"each": self.pick(0, 3, 7), "total": self.pick(7, 14, 30),
                            "clock": self.pick("runs", "stands")}}
        if per == "day":
            reach = self.pick({"to": 1, "of": "ever"}, {"to": 20, "of": 30}, {"to": 40, "of": "ever"},
                              {"to": 5, "of": 5})
        else:
            reach = self.pick({"to": 1, "of": "ever"}, {"to": 2, "of": 3}, {"to": 2, "of": 2},
                              {"to": 3, "of": "ever"})
        if self.rare(0.2) and number in self.values:
            o["count"] = number
            reach = {"to": {"mul": [self.mark(number), 2]} if self.chance(0.5)
                     else self.mark(number), "of": self.pick(2, 3, "ever")}
            if reach["of"] != "ever" and self.chance(0.5):
                reach["mean"] = True
        return reach

    def more_outcomes(self, names):
        if self.rare(0.3) and len(names) >= 2:
            two = self.r.sample(names, 2)
            kinds = {self.groups[self.outcomes[n]["for"]]["of"] for n in two}
            if len(kinds) == 1:
                self.outcomes["both"] = {self.pick("any_of", "all_of"): two}
        if self.rare(0.3):
            group = self.r.choice([g for g in self.groups if self.groups[g]["of"] != "site"])
            self.values["rate"] = {
                "subject": "contract",
                "is": {"div": [{"over": {"group": group, "do": "count", "where":
                                         {"ge": [self.r.choice(names), 1]}}},
                               {"over": {"group": group, "do": "count"}}]}}
            self.outcomes["target"] = {"for": "contract", "on": self.pick("2020-06-30",
                                                                         "2020-08-31"),
                                       "count": {"ge": ["rate", self.pick("0.3", "0.5")]},
                                       "final": "2020-12-31"}

    # ---- payments ----

    def price(self, outcome):
        number = self.taken_value()
        return self.pick(
            1000, 333, "1250.5",
            {"look": {"table": "by_band", "by": [self.band()]}},
            {"mul": [100, {"look": {"table": "base", "at": self.pick("enrolment.start",
                                                                    "2020-05-05")}}]},
            {"mul": [self.pick(10, "2.5", 33), number]},
            {"look": {"table": "steps", "by": [number]}},
            {"add": [{"mul": [7, {"span": ["enrolment.start", "outcome.date" if outcome
                                           else "period.end", "week"]}]}, 100]})

    def payment(self, name, target):
        outcome = isinstance(target, str)
        wide = outcome and target == "target"
        p = {"for": target, "price": self.pick(5000, 12345) if wide else self.price(outcome),
             "round": self.pick("half_up", "half_even", "down", "up", "half_up_100"),
             "from": "thirds" if wide else self.r.choice(list(self.shares) + ["fund_a"]),
             "to": "prov_a", "ended": self.pick("achieved", "started")}
        if self.rare(0.2) and not wide:
            p["when"] = self.condition() if self.chance(0.5) else \
                {"ge": [self.r.choice([v for v in self.values if "of" in self.values[v]]), 1]}
        if self.rare(0.15):
            p["due"] = {"shift": ["outcome.date" if outcome else "period.end", 2, "month"]}
        if self.rare(0.15):
            p["hold"] = {"part": "0.2", "until": "2020-09-30"}
        if self.rare(0.15):
            p["final"] = self.pick("2020-09-30", "2020-08-15")
        if self.rare(0.15) and not wide:
            p["to"] = "holder"
            self.shares["holder"] = {
                "parts": [{"party": "prov_a", "weight": {"is": ["person.provider", "prov_a"]}},
                          {"party": "prov_b", "weight": {"is": ["person.provider", "prov_b"]}}],
                "residual": "first", "none": self.pick("prov_a", "unknown")}
        if self.rare(0.15):
            self.tables["vat"] = {"kind": "steps", "missing": "error",
                                  "rows": [{"from": "2000-01-01", "then": "0.25"}]}
            p["tax"] = "vat"
        self.payments[name] = p

    def period_payment(self, name):
        each = self.pick("month", "quarter", "block")
        group = self.r.choice([g for g in self.groups if self.groups[g]["of"] != "site"])
        target = {"each": each, "of": group, "due": self.pick("end", "end", "start"),
                  "from": "enrolment.start", "until": self.pick("contract.outcome_until",
                                                               "enrolment.exit")}
        self.payment(name, target)

    def share(self):
        self.shares["thirds"] = {"parts": [{"party": p, "weight": 1} for p in
                                           ("fund_a", "fund_b", "fund_c")],
                                 "residual": self.pick("largest", "first", "last"),
                                 "none": "unknown"}
        if self.rare(0.4):
            self.shares["by_band"] = {
                "parts": [{"party": "fund_a", "weight": {"is": [self.band(), "low"]}},
                          {"party": "fund_b", "weight": {"is": [self.band(), "mid"]}}],
                "residual": self.pick("largest", "first", "last"),
                "none": self.pick("fund_c", "unknown")}

    # ---- limits ----

    def limit(self, name):
        of = sorted(self.r.sample(list(self.payments), self.r.randrange(1, len(self.payments) + 1)))
        dims = []
        if self.chance(self.by_person):
            by_person = "person" in [self.groups[g]["of"] for g in self.groups]
            dims.append("person" if by_person else self.pick("person", "enrolment"))
        if self.chance(0.5):
            dims.append({"achieved": self.pick("month", "quarter", "year")})
        elif self.rare(0.15):
            dims.append({"settled": "quarter"})
        periods = any(isinstance(d, dict) for d in dims)
        if self.rare(0.2):
            dims.append({"enrolled": self.pick("month", "quarter")})
        if not dims:
            dims.append("contract")
        count = self.rare(0.25)
        top = self.pick(2, 3) if count else self.pick(500, 1500, 4000, 10000)
        steps = [{"to": top, "rate": "1"}]
        if self.rare(0.2):
            steps = [{"to": top, "rate": "1"}, {"to": top * 3, "rate": "0.5"}]
        limit = {"name": name, "of": of, "per": dims, "steps": steps,
                 "along": "count" if count else "amount",
                 "order": self.pick("settled", "settled", "achieved"),
                 "excess": "lost", "unused": "lost", "freed": "waiting"}
        if periods and self.chance(0.4):
            limit["excess"] = "next"
        if periods and self.rare(0.25):
            limit["unused"] = "next"
        if self.rare(0.15):
            limit["excess"] = {"payer": "fund_c"}
        if self.rare(0.15):
            limit["freed"] = "lost"
        self.limits.append(limit)

    # ---- all of it ----

    def terms(self):
        self.frame()
        self.share()
        self.group("members")
        if self.chance(0.5):
            self.group("people", self.pick("person", "enrolment"))
        for i in range(self.pick(*self.sizes)):
            self.value("v%d" % i)
        names = []
        for i in range(self.pick(*self.sizes)):
            self.outcome("o%d" % i, names)
            names.append("o%d" % i)
        self.more_outcomes(names)
        for i, name in enumerate(self.outcomes):
            if self.chance(0.85) or i == 0:
                self.payment("p%d" % i, name)
        if self.chance(0.5):
            self.period_payment("fee")
        for i in range(self.pick(*self.caps)):
            self.limit("l%d" % i)
        parts = {
            "terms": 1, "semantics": "1", "contract": "random_contract", "version": 1,
            "unit": "EUR", "parties": self.parties(), "proofs": self.proofs,
            "calendars": self.calendars, "tables": self.tables, "groups": self.groups,
            "values": self.values, "outcomes": self.outcomes, "payments": self.payments,
            "shares": self.shares, "limits": self.limits,
            "settlement": {"from": "2020-01-01", "enrol_until": "2020-06-30",
                           "outcome_until": "2020-09-30", "record_until": "2020-11-30",
                           "final": "2020-12-31", "offset": self.pick("+01:00", "-03:30"),
                           "periods": self.pick("month", "quarter"),
                           "cut_off": {"n": self.pick(0, 10), "calendar": "day"},
                           "negative": "carry", "terminate": []}}
        return parts

    def profile(self):
        facts = sorted(self.facts)
        profile = {
            "contract": CONTRACT, "people": 4, "sites": SITES,
            "senders": {"*": ["prov_a", "prov_a", "prov_b"], "claim.attested": ["checker"],
                        "feed.completed": ["register"], "participants.joined": ["register"],
                        "participant.assigned": ["register"],
                        "measurement.recorded": ["checker", "register"],
                        "spell.started": ["prov_a", "prov_b", "register"],
                        "status.reported": ["prov_a", "register"],
                        "earnings.reported": ["prov_a", "register"],
                        "activity.logged": ["prov_a", "register"]},
            "attributes": {"band": BANDS, "age": [17, 18, 29, 30, 45],
                           "wants": [True, True, True, False]},
            "fields": {
                "spell.started": {"kind": ["employment", "employment", "education", "other"],
                                  "form": ["regular", "regular", "subsidised"],
                                  "extent": ["24.99", "25", "50", "100"],
                                  "hours": ["8", "20", "40", "12.5"]},
                "activity.logged": {"kind": ["support", "support", "meeting"],
                                    "hours": ["1", "8", "20.5"], "quantity": ["1", "2.5"]},
                "earnings.reported": {"kind": ["wage"], "amount": [500, 1000, 4999, 5000, -200],
                                      "hours": ["10", "80"]},
                "status.reported": {"kind": ["benefit", "benefit", "sick"]},
                "milestone.reached": {"kind": ["plan", "visit"]},
                "measurement.recorded": {"name": ["score", "score", "other"],
                                         "value": ["49.5", "50", "80"], "method": ["test"]}},
            "facts": facts + facts[:1], "claims": self.claims,
        }
        profile["fields"]["measurement.recorded"]["name"] = ["score"]
        if self.wide:
            profile.update({"feeds": ["spell", "activity", "earnings", "status", "milestone"],
                            "joins": True, "moves": True, "consents": True, "wide": 0.1})
        return profile


def case(seed, kind):
    draw = Draw(seed, 1.0 if kind == "wide" else 0.0)
    terms = draw.terms()
    versions = [{"digest": CONTRACT, "seq": 5, "at": "2019-12-01T09:00:00Z",
                 "from": "2020-01-01", "terms": terms}]
    r = random.Random("size %d" % seed)
    return history(seed, versions, draw.profile(), r.randrange(20, 90), r.randrange(1, 6))
