"""Random expressions of a kind (number, truth, date, word) over what stands at hand where they are read.

Every operator and reference of the language is drawn here, alone and in each other. Names are those
that are defined so far, so that none stands on itself.
"""
PEOPLE = ("enrolment", "person")
FIELDS = {"spell": ("kind", "form", "extent", "hours", "pay", "employer"),
          "status": ("kind", "value"), "earnings": ("kind", "amount", "hours"),
          "activity": ("kind", "days", "hours", "quantity"), "milestone": ("kind",),
          "measurement": ("name", "method", "value"), "flow": ("amount",), "claim": ("ref",)}
NUMBERS = ("extent", "hours", "pay", "amount", "days", "quantity", "value")
DAYS = ("2019-12-31", "2020-01-01", "2020-01-31", "2020-02-01", "2020-02-29", "2020-03-01",
        "2020-03-15", "2020-03-31", "2020-04-01", "2020-04-30", "2020-06-30")


class Hand:
    """What is at hand: whose it is, a period, an outcome, a fact, an entitlement of items."""

    def __init__(self, of, period=False, outcome=False, fact=None, item=False, deep=2):
        self.of, self.period, self.outcome = of, period, outcome
        self.fact, self.item, self.deep = fact, item, deep

    def but(self, **more):
        got = Hand(self.of, self.period, self.outcome, self.fact, self.item, self.deep)
        got.__dict__.update(more)
        return got

    def inner(self):
        return self.but(deep=self.deep - 1)

    def scopes(self):
        return {"person" if self.of in PEOPLE else "", "site" if self.of != "contract" else "",
                "period" if self.period else "", "outcome" if self.outcome else "",
                "fact" if self.fact else "", "item" if self.item else ""}


class Words:
    """Mixed into a Draw: number(), truth(), date(), word() for what is at hand."""
    barred = ()             # names that are being defined

    def known(self, part):
        """Names of a part that may be said."""
        return [n for n in part if n not in self.barred]

    # ---- may a name stand here? ----

    def needs(self, x):
        """The scopes that an expression asks for."""
        if isinstance(x, list):
            return set().union(*map(self.needs, x), ())
        if isinstance(x, str):
            return self.name_needs(x)
        if not isinstance(x, dict):
            return set()
        (op, arg), = x.items()
        if op == "word":
            return set()
        if op == "over":
            return {"period"} & self.needs([v for k, v in arg.items() if k in ("of", "where")])
        if op == "in":
            return self.of_needs(self.groups[arg]["of"]) if arg != "contract" else set()
        if op == "date":
            return self.name_needs(arg["of"])
        if op == "look":
            t = self.tables[arg["table"]]
            about = t.get("about") if not arg.get("by") else None
            about = "person" if t.get("about") == "person" else about
            return self.needs(arg.get("by", [])) | self.needs(arg.get("at", 1)) | \
                ({about} & {"person", "site"})
        if op == "items":
            kinds = set() if arg["among"] == "all" else \
                set().union(*(self.of_needs(self.kind_of(p)) for p in arg["of"]))
            return kinds | self.needs(arg.get("where", 1)) - {"item"}
        if op == "grow":
            return self.needs(arg["rate"]) - {"period"}
        if op in ("shift", "span"):
            arg = arg[:2]
        if op == "is":
            arg = arg[:1]
        if op in ("round", "places"):
            arg = arg[:1]
        return self.needs(arg)

    def of_needs(self, kind):
        return {"person"} if kind in PEOPLE else {"site"} - {"site" if kind == "contract" else ""}

    def name_needs(self, name):
        if "." in name:
            head = name.split(".")[0]
            return {{"enrolment": "person", "contract": ""}.get(head, head)} - {""}
        if name in self.values:
            return self.value_needs(self.values[name])
        if name in self.dates:
            return self.needs(self.dates[name])
        if name in self.outcomes:
            return self.of_needs(self.outcome_of(name))
        return set()

    def value_needs(self, v):
        if "subject" in v:      # lifted, it stays in the period in hand
            period = {"period"} & self.needs(v["is"]) if "is" in v and "per" not in v else set()
            return self.of_needs(v["subject"]) | period
        per = self.calendar_needs(v.get("per", "ever"))
        if "is" in v:
            return self.needs(v["is"]) - ({"period"} if "per" in v else set()) | per
        own = {"person"} if v["of"] in ("spell", "status", "earnings") else set()
        return self.needs(v.get("where", 1)) - {"fact"} | own | per

    def calendar_needs(self, name):
        cal = self.calendars.get(name, {})
        first = cal.get("from", 1)
        return (set() if first == "grid" else self.needs(first)) | self.needs(cal.get("stop", 1))

    def outcome_of(self, name):
        o = self.outcomes[name]
        if "for" not in o:
            return self.outcome_of((o.get("any_of") or o["all_of"])[0])
        return "contract" if o["for"] == "contract" else self.groups[o["for"]]["of"]

    def kind_of(self, payment):
        """What a payment's subjects are."""
        target = self.payments[payment]["for"]
        if isinstance(target, dict):
            return "contract" if target["of"] == "contract" else self.groups[target["of"]]["of"]
        return self.outcome_of(target if isinstance(target, str) else target[0])

    def fits(self, x, hand):
        return self.needs(x) <= hand.scopes()

    def chosen(self, options, hand):
        """One of the options that may stand here; an option is an expression or a function."""
        self.r.shuffle(options)
        for o in options:
            x = o() if callable(o) else o
            if x is not None and self.fits(x, hand):
                return x
        return None

    # ---- numbers ----

    def is_truth(self, x):
        """Does it yield a truth? Of values alone."""
        if isinstance(x, bool):
            return True
        if isinstance(x, dict):
            (op, arg), = x.items()
            return op in ("lt", "le", "eq", "ge", "gt", "is", "all", "any", "not", "known", "in") \
                or op == "if" and self.is_truth(arg[1]) or op == "at" and self.is_truth(arg[0])
        if x in self.values:
            return "is" in self.values[x] and self.is_truth(self.values[x]["is"])
        return x in ("person.consent", "item.sampled")

    def names(self, hand, truths):
        return [v for v in self.known(self.values)
                if self.is_truth(v) == truths and self.fits(v, hand)]

    def number(self, hand):
        plain = [self.pick(0, 1, 2, 5, -3, "0.5", "33.3", 100)]
        names = self.names(hand, False)
        if names:
            plain += self.r.sample(names, min(2, len(names)))
        outcomes = [o for o in self.known(self.outcomes) if self.fits(o, hand)]
        if outcomes:
            plain.append(self.r.choice(outcomes))
        plain += self.number_refs(hand)
        if hand.deep <= 0 or self.chance(0.25):
            return self.r.choice(plain)
        i = hand.inner()
        return self.chosen([
            lambda: {self.pick("add", "mul", "min", "max"): [self.number(i) for _ in
                                                             range(self.pick(2, 2, 3))]},
            lambda: {"sub": [self.number(i), self.number(i)]},
            lambda: {"div": [self.number(i), self.pick(0, 2, 3, "0.5", *names)]},
            lambda: {"round": [self.number(i), self.rounding(), self.pick(1, 5, 10)]},
            lambda: {"places": [self.number(i), self.rounding(), self.places()]},
            lambda: {"if": [self.truth(i), self.number(i), self.number(i)]},
            lambda: {"at": [self.number(i), self.date(i)]},
            lambda: {"span": [self.date(i), self.date(i), self.any_calendar(i)]},
            lambda: self.look_number(i), lambda: self.look_number(i),
            lambda: self.over(i), lambda: self.over(i),
            lambda: self.items(i), lambda: self.items(i),
            lambda: self.truth(i), lambda: self.account_grows(i)], hand)

    def number_refs(self, hand):
        refs = []
        if hand.of in PEOPLE:
            refs += ["enrolment.age", "person.age", "enrolment.index"]
        if hand.period:
            refs += ["period.days", "period.index"]
        if hand.outcome:
            refs.append("outcome.index")
        if hand.item:
            refs += ["item.amount", "item.index"]
        if hand.fact:
            refs += ["fact." + f for f in FIELDS[hand.fact] if f in NUMBERS]
        return refs

    def rounding(self):
        return self.pick("half_up", "half_even", "down", "up")

    def places(self):
        return self.pick(0, 1, 2, self.r.randrange(3, 10), self.r.randrange(3, 10))

    def look_number(self, hand):
        name = self.pick("by_band", "steps", "base", "quality", "ranges", "pairs", "curve", "test",
                         "group_rate", "pair")
        t = self.tables.get(name)
        if t is None or t["kind"] == "exact" and name == "ranges" and self.chance(0.5):
            return None
        look = {"table": name}
        if name in ("by_band", "pairs"):
            look["by"] = [self.word_of(hand, "band")]
        if name == "pairs":
            look["by"].append(self.number(hand.but(deep=0)))
        if name in ("steps", "ranges"):
            look["by"] = [self.number(hand.but(deep=0))]
        if name in ("base", "curve") or "measured" in t:
            look["at"] = self.date(hand if hand.deep > 0 and self.chance(0.2) else hand.inner())
        if name == "pair":
            look["by"] = [self.word_of(hand, "band"), self.word_of(hand, "site")]
        if t.get("about") == "site" and self.chance(0.4):
            look["by"] = [self.word(hand.but(deep=0))]
        return {"look": look}

    def over(self, hand):
        groups = self.known(self.groups)
        if not groups:
            return None
        group = self.r.choice(groups)
        do = self.pick("count", "sum", "min", "max", "mean")
        inner = Hand(self.groups[group]["of"], hand.period, deep=min(1, hand.deep))
        arg = {"group": group, "do": do}
        if do != "count":
            arg["of"] = self.number(inner)
        if do == "mean":
            arg.update({"round": self.rounding(), "places": self.places()})
        if do == "count" or self.chance(0.5):
            arg["where"] = self.truth(inner)
        return {"over": arg}

    def items(self, hand):
        payments = self.known(self.payments)
        if not payments:
            return None
        of = self.r.sample(payments, min(len(payments), self.pick(1, 1, 2)))
        arg = {"of": of, "do": self.pick("sum", "count"), "among": self.pick("subject", "all")}
        if self.chance(0.3):
            arg["where"] = self.about_item(of)
        elif self.chance(0.5):
            arg["where"] = self.truth(hand.but(item=True, fact=None, deep=1))
        elif self.chance(0.15):
            arg["where"] = self.pick(True, True, False)
        return {"items": arg}

    def about_item(self, of):
        """A truth about the entitlement alone."""
        return self.pick({"is": ["item.payment", self.r.choice(of)]},
                         {"not": {"is": ["item.outcome", "o0", "both"]}},
                         {self.comparison(): ["item.date", self.pick(*DAYS)]},
                         {self.comparison(): ["item.index", self.pick(1, 2)]},
                         {self.comparison(): ["item.amount", self.pick(0, 100, 500)]},
                         {"known": self.pick("item.amount", "item.outcome")})

    def account_grows(self, hand):
        flows = [v for v in self.known(self.values) if self.values[v].get("of") == "flow"]
        if not flows:
            return None
        rates = ["0.05", "0.12", {"look": {"table": "base", "at": "contract.start"}},
                 self.floating(), self.floating(),
                 *({"max": [-1, {"min": [1, n]}]}        # by more no account fits 128 bits for long
                   for n in self.names(Hand("contract", period=True), False))]
        return {"grow": {"flows": self.r.choice(flows), "rate": self.r.choice(rates),
                         "rests": self.pick("month", "quarter", "week"), "round": self.rounding()}}

    def floating(self):
        """A rate that changes."""
        day = self.pick("period.start", "period.end", {"shift": ["period.start", -1, "week"]})
        about = self.tables["test"]["about"]
        table = "test" if about == "contract" and self.chance(0.5) else "curve"
        return {"mul": ["0.001", {"look": {"table": table, "at": day}}]}

    # ---- truths ----

    def truth(self, hand):
        plain = self.names(hand, True)
        if hand.of in PEOPLE:
            plain += ["enrolment.wants", "person.wants", "person.consent"]
        if hand.item:
            plain += ["item.sampled", {"ge": ["item.amount", 500]},
                      {"is": ["item.payment", self.r.choice(list(self.payments))]}]
        if not plain or self.chance(0.03):
            plain = [True, False]
        if hand.deep <= 0 or self.chance(0.1):
            return self.r.choice(plain)
        i = hand.inner()
        return self.chosen([
            lambda: {self.comparison(): [self.number(i), self.number(i)]},
            lambda: {self.comparison(): [self.number(i), self.pick(1, 2, 25, 100)]},
            lambda: {self.comparison(): [self.date(i), self.date(i)]},
            lambda: {"eq": [self.word(i), self.word(i)]},
            lambda: self.is_one(i), lambda: self.is_one(i),
            lambda: {self.pick("all", "any"): [self.truth(i) for _ in range(self.pick(1, 2, 3))]},
            lambda: {"not": self.truth(i)},
            lambda: {"known": self.pick(self.number, self.date, self.word, self.truth)(i)},
            lambda: {"if": [self.truth(i), self.truth(i), self.truth(i)]},
            lambda: {"at": [self.truth(i), self.date(i)]},
            lambda: self.is_in(),
            lambda: self.r.choice(plain)], hand)

    def is_in(self):
        groups = self.known(self.groups)
        return {"in": self.r.choice(groups)} if groups else None

    def comparison(self):
        return self.pick("lt", "le", "eq", "ge", "gt")

    def is_one(self, hand):
        about = self.pick("band", "site", "party", "arm", "reason", "kind", "truth")
        if about == "truth":
            return {"is": [self.truth(hand), self.pick("yes", "no")]}
        return {"is": [self.word_of(hand, about), *self.r.sample(self.vocabulary(about),
                                                                 self.pick(1, 1, 2))]}

    # ---- dates ----

    def date(self, hand):
        plain = [self.pick(*DAYS), self.pick(*DAYS), "contract.start", "contract.outcome_until",
                 "contract.final", "contract.end"]
        plain += [d for d in self.known(self.dates) if self.fits(d, hand)]
        if hand.of in PEOPLE:
            plain += ["enrolment.start", "enrolment.start", "enrolment.exit", "person.assigned"]
        if hand.period:
            plain += ["period.start", "period.end", "period.end"]
        if hand.outcome:
            plain += ["outcome.date", "outcome.date"]
        if hand.fact:
            plain += ["fact.date", "fact.date", "fact.recorded"]
        if hand.item:
            plain += ["item.date", "item.date"]
        if hand.deep <= 0 or self.chance(0.3):
            return self.r.choice(plain)
        i = hand.inner()
        return self.chosen([
            lambda: {"shift": [self.date(i), self.pick(-2, -1, 0, 1, 1, 2, 3), self.any_calendar(i)]},
            lambda: {"shift": [self.date(i), self.so_many(i), self.any_calendar(i)]},
            lambda: {self.pick("min", "max"): [self.date(i), self.date(i)]},
            lambda: {"if": [self.truth(i), self.date(i), self.date(i)]},
            lambda: {"at": [self.date(i), self.date(i)]},
            lambda: {"look": {"table": "deadline", "by": [self.word_of(i, "band")]}},
            lambda: self.date_of(), lambda: self.date_of()], hand) or self.r.choice(plain)

    def so_many(self, hand):
        """A number of periods, now and then no whole one."""
        x = {"max": [-9, {"min": [self.number(hand.but(deep=0)), 40]}]}
        return self.pick(x, {"round": [x, self.rounding(), self.pick(1, 2)]}, *self.known(
            n for n in self.names(hand, True)))

    def date_of(self):
        nth = self.pick(1, 1, 2, "last")
        facts = [v for v in self.known(self.values) if "of" in self.values[v]]
        outcomes = self.known(self.outcomes)
        if outcomes and (not facts or self.chance(0.5)):
            name = self.r.choice([o for o in outcomes if "claim" in self.outcomes[o]] or outcomes)
            claimed = "claim" in self.outcomes[name]
            return {"date": {"of": name, "nth": nth, "as": self.pick(
                "happened", "recorded", "claimed", "accepted") if claimed else "happened"}}
        if not facts:
            return None
        return {"date": {"of": self.r.choice(facts), "nth": nth,
                         "as": self.pick("happened", "recorded", "accepted")}}

    def any_calendar(self, hand):
        names = [c for c in self.calendars if self.calendar_needs(c) <= hand.scopes()]
        return self.r.choice(names)

    # ---- words ----

    def vocabulary(self, about):
        return {"band": ["low", "mid", "high"], "site": ["east", "west"],
                "party": ["prov_a", "prov_b", "register"], "arm": ["treated", "control"],
                "reason": ["done", "moved"], "kind": ["employment", "support", "plan", "benefit"],
                }[about]

    def word_of(self, hand, about):
        """A word that may be one of these."""
        options = []
        if hand.of in PEOPLE:
            options += {"band": ["enrolment.band", "person.band"],
                        "site": ["person.site", "enrolment.site", "site.name"],
                        "party": ["person.provider"], "arm": ["person.arm"],
                        "reason": ["enrolment.exit_reason"]}.get(about, [])
        elif hand.of == "site" and about == "site":
            options.append("site.name")
        if hand.fact:
            options += {"party": ["fact.sender"], "kind": ["fact." + FIELDS[hand.fact][0]]
                        if FIELDS[hand.fact][0] in ("kind", "name") else []}.get(about, [])
        options.append({"word": self.r.choice(self.vocabulary(about))})
        return self.r.choice(options)

    def word(self, hand):
        about = self.pick("band", "site", "party", "arm", "reason", "kind")
        if hand.deep > 0 and self.chance(0.15):
            i = hand.inner()
            return {"if": [self.truth(i), self.word_of(i, about), self.word_of(i, about)]}
        if hand.deep > 0 and "speaks" in self.tables and self.chance(0.15):
            return {"look": {"table": "speaks", "by": [self.number(hand.but(deep=0))]}}
        if hand.outcome and self.chance(0.2):
            return "outcome.name"
        if hand.item and self.chance(0.4):
            return self.pick("item.payment", "item.outcome")
        return self.word_of(hand, about)
