"""What an amendment does to a contract: members put into its clauses and taken out of them, clauses
drawn anew, parties left out. Nothing that the checker refuses whatever is settled: names keep what
they stand for, and none stands on itself.
"""
import copy

from aims import texts
from contracts import BANDS
from words import Hand

# Words that any other of their list may stand for, by the member that has them.
WORDS = (("residual", ("largest", "first", "last")), ("order", ("settled", "achieved")),
         ("freed", ("waiting", "lost")), ("ended", ("achieved", "started")),
         ("clock", ("runs", "stands")), ("overlap", ("add", "once")),
         ("open", ("confirmed", "runs")), ("within", ("sum", "min", "max", "mean", "last")),
         ("revised", ("first", "latest")), ("negative", ("carry", "repay")), ("due", ("start", "end")),
         ("among", ("subject", "all")), ("do", ("count", "sum")), ("do", ("sum", "min", "max")),
         ("as", ("happened", "recorded", "accepted")), ("next", ("each_period", "after_last")),
         ("round", ("half_up", "half_even", "down", "up")), ("nth", (1, 2, "last")))


class Amendment:
    """A new version's terms, changed in some places."""

    def __init__(self, draw, terms):
        self.draw, self.terms = draw, terms

    def look(self):
        """The draw says what the terms now say."""
        d, t = self.draw, self.terms
        d.values, d.outcomes, d.payments = t["values"], t["outcomes"], t["payments"]
        d.groups, d.tables, d.shares = t["groups"], t["tables"], t["shares"]
        d.calendars, d.limits, d.proofs = t["calendars"], t["limits"], t["proofs"]
        d.dates = t.get("dates", {})

    def change(self, often):
        """So many changes, none that makes a name stand on itself or ask for more than it did."""
        for what in self.draw.r.choices(CHANGES, k=often):
            before, asked = copy.deepcopy(self.terms), self.asked()
            what(self)
            self.terms.update(shares=self.draw.shares, tables=self.draw.tables)
            if not self.sound(asked):
                self.terms.clear()
                self.terms.update(before)
            self.look()
        return self.terms

    def asked(self):
        self.look()
        d = self.draw
        return {(part, n): d.name_needs(n) if part != "calendars" else d.calendar_needs(n)
                for part in ("values", "dates", "calendars") for n in self.terms.get(part, {})}

    def sound(self, before):
        if circular(self.terms) or named(self.terms) - {*self.terms["parties"]}:
            return False
        if not all(self.at_hand(name) for name in self.terms["payments"]):
            return False
        return all(needs <= before.get(name, needs) for name, needs in self.asked().items())

    def at_hand(self, payment):
        """Is all that the payment reads there where it is read?"""
        p = self.terms["payments"][payment]
        said = [p[m] for m in ("price", "when", "due") if m in p]
        said += [p["hold"]["until"]] if "hold" in p else []
        return self.draw.needs(said) <= self.hand(payment).scopes()

    # ---- small choices ----

    def one(self, part, fits=lambda clause: True):
        """A clause of this part that fits, by name; None where there is none."""
        names = [n for n, clause in self.terms[part].items() if fits(clause)]
        return self.draw.r.choice(names) if names else None

    def flip(self, clause, member, new):
        """Takes a member out, or puts it in."""
        if member in clause and self.draw.chance(0.6):
            del clause[member]
        elif new is not None:
            clause[member] = new

    def hand(self, payment):
        return self.draw.hand_of(self.terms["payments"][payment]["for"])

    # ---- limits ----

    def limit_in(self):
        d, limits = self.draw, self.terms["limits"]
        before = len(limits)
        d.limit("n%d" % d.r.randrange(1000, 9999))
        for limit in limits[before:]:
            limits.remove(limit)
            limits.insert(d.r.randrange(len(limits) + 1), limit)

    def limit_out(self):
        if self.terms["limits"]:
            self.terms["limits"].remove(self.draw.r.choice(self.terms["limits"]))

    def limit_anew(self):
        """Of one name, and perhaps another kind."""
        d, limits = self.draw, self.terms["limits"]
        if not limits:
            return
        n, before = d.r.randrange(len(limits)), len(limits)
        d.limit(limits[n]["name"])
        if len(limits) > before:
            new = limits[before]
            del limits[before:]
            if new["name"] == limits[n]["name"]:
                limits[n] = new

    def dims(self):
        d = self.draw
        limits = [l for l in self.terms["limits"] if "floor" not in l]
        if not limits:
            return
        limit = d.r.choice(limits)
        per = [x for x in limit["per"] if x != "contract"]
        if per and d.chance(0.5):
            per.remove(d.r.choice(per))
        else:
            more = d.pick("person", "enrolment", "site", "payer", "payee", {"group": "members"},
                          {"enrolled": "month"}, {"achieved": "month"}, {"settled": "month"},
                          {"achieved": "week"}, {"enrolled": "quarter"})
            if isinstance(more, dict):
                kinds = ({"achieved", "settled"} if {"achieved", "settled"} & {*more} else {*more})
                per = [x for x in per if not isinstance(x, dict) or not kinds & {*x}]
            per += [] if more in per else [more]
        ends = [s["to"] for s in limit.get("steps", []) if "to" in s] + [limit.get("scale", 1)]
        if d.needs(ends):               # they are read for whom a bucket is
            return
        limit["per"] = per or ["contract"]
        if not any(isinstance(x, dict) and {"achieved", "settled"} & {*x} for x in limit["per"]):
            limit.update({m: "lost" for m in ("unused", "excess") if limit.get(m) == "next"})

    def ends(self):
        """Of steps: what is left over, how many there are, how far they go."""
        d = self.draw
        limits = [l for l in self.terms["limits"] if "steps" in l]
        if not limits:
            return
        limit = d.r.choice(limits)
        steps = limit["steps"]
        dated = any(isinstance(x, dict) and {"achieved", "settled"} & {*x} for x in limit["per"])
        what = d.pick("excess", "unused", "longer", "shorter", "open", "rate", "along")
        if what in ("excess", "unused") and dated:
            limit[what] = "next" if limit[what] != "next" else "lost"
        elif what == "excess" and not borne(self.terms, limit):
            limit[what] = "lost" if isinstance(limit[what], dict) else {"payer": "fund_d"}
        elif what == "longer" and isinstance(steps[-1].get("to"), int):
            steps.append({"to": steps[-1]["to"] * 2, "rate": d.pick("0.5", 1, "0")})
        elif what == "shorter" and len(steps) > 1:
            steps.pop()
        elif what == "open" and "to" in steps[-1] and limit["excess"] == limit["unused"] == "lost":
            del steps[-1]["to"]
        elif what == "rate":
            d.r.choice(steps)["rate"] = d.pick("0.5", 1, "0.9")
        elif what == "along":
            limit["along"] = "count" if limit["along"] == "amount" else "amount"

    def amounts(self):
        """A floor, a scale, a deduction."""
        d = self.draw
        limits = [l for l in self.terms["limits"] if "steps" not in l]
        if not limits:
            return
        limit = d.r.choice(limits)
        if "floor" in limit:
            limit.update(d.pick({"floor": d.pick(100, 900, 3000)}, {"on": d.pick(
                "2020-01-31", "2020-03-01", "contract.outcome_until")}, {"to": "prov_b"}, {"from": "thirds"}))
        elif "scale" in limit:
            limit["scale"] = d.pick("0.25", 2, 0, d.number(Hand("contract", deep=1)))
        else:
            more = [p for p in self.terms["payments"] if p not in limit["of"]]
            limit["less"] = d.r.sample(more, d.pick(1, min(2, len(more))))

    def limited(self):
        """Which payments a limit is about."""
        d = self.draw
        limits = [l for l in self.terms["limits"] if "less" not in l]
        if not limits:
            return
        limit = d.r.choice(limits)
        more = [p for p in self.terms["payments"] if p not in ("owed", *limit["of"])]
        if len(limit["of"]) > 1 and d.chance(0.5):
            limit["of"].remove(d.r.choice(limit["of"]))
        elif more and not isinstance(limit.get("excess"), dict):
            limit["of"].append(d.r.choice(more))

    # ---- payments ----

    def payment_in(self):
        d = self.draw
        d.payment("q%d" % d.r.randrange(1000, 9999), d.r.choice([*self.terms["outcomes"]]))

    def payment_out(self):
        """Unless something reads what it pays."""
        t = self.terms
        name = self.draw.r.choice([*t["payments"]])
        said = [t[p] for p in ("values", "payments", "outcomes", "groups", "shares", "limits")]
        said = [*texts([*said[:5], *([l.get(m) for m in ("floor", "scale", "steps", "on")]
                                      for l in t["limits"])])]
        if name in said or not {*t["payments"]} - {name, "owed", "upkeep", "cut"}:
            return
        del t["payments"][name]
        for limit in t["limits"]:
            for part in ("of", "less"):
                limit[part] = [p for p in limit.get(part, ["none"]) if p != name]
            if limit["less"] == ["none"]:
                del limit["less"]
        t["limits"][:] = [l for l in t["limits"] if l["of"] and l.get("less", 1)]

    def member_of_payment(self):
        """A condition, a later day, a last day, a part held back, a tax."""
        d, name = self.draw, self.one("payments")
        p, hand = self.terms["payments"][name], self.hand(name)
        shallow = hand.but(deep=1)
        what = d.pick("when", "due", "final", "hold", "hold", "tax")
        if what == "tax":
            d.tables.setdefault("vat", {"kind": "steps", "missing": "unknown", "rows": [
                {"from": "2020-01-01", "then": "0.25"}, {"from": "2020-02-01", "then": "0.2"}]})
        with d.defining(name):
            self.flip(p, what, {
                "when": lambda: d.fair(shallow), "due": lambda: d.date(shallow),
                "final": lambda: d.date(Hand("contract", deep=1)), "tax": lambda: "vat",
                "hold": lambda: {"part": d.pick("0.2", "0.5", 1, "0.333"),
                                 "until": d.date(shallow)}}[what]())

    def priced(self):
        d, name = self.draw, self.one("payments")
        p, hand = self.terms["payments"][name], self.hand(name)
        with d.defining(name):
            x = d.sure(d.number(hand), 250)
            d.pick(lambda: p.update(price=d.pick(x, {"add": [300, x]})),
                   lambda: p.update(round=d.pick("half_up", "half_even_7", "down_50", "up")),
                   lambda: p.update({d.pick("from", "to"): d.any_share(
                       d.pick("from", "to"), hand)}))()

    def periods_of_payment(self):
        d, name = self.draw, self.one("payments", lambda p: isinstance(p["for"], dict))
        if name is None:
            return
        target = self.terms["payments"][name]["for"]
        hand = Hand(self.hand(name).of, deep=1)
        target.update(d.pick({"from": d.pick(d.date(hand), "2020-02-01", "contract.start")},
                             {"until": d.pick(d.date(hand), "2020-03-15", "contract.final")},
                             {"each": d.pick("month", "week", "quarter")},
                             {"due": d.pick("start", "end")}))

    def outcomes_of_payment(self):
        d, t = self.draw, self.terms
        name = self.one("payments", lambda p: not isinstance(p["for"], dict))
        if name is None:
            return
        p = t["payments"][name]
        have = p["for"] if isinstance(p["for"], list) else [p["for"]]
        more = [o for o in t["outcomes"] if o not in have and d.outcome_of(o) == self.hand(name).of]
        if len(have) > 1 and d.chance(0.5):
            have = have[:-1]
        elif more:
            have = have + [d.r.choice(more)]
        p["for"] = have

    # ---- outcomes ----

    def outcome_in(self):
        d = self.draw
        name, paid = "o%d" % d.r.randrange(1000, 9999), "q%d" % d.r.randrange(1000, 9999)
        d.outcome(name, [n for n in self.terms["outcomes"] if d.outcome_of(n) not in (
            "site", "contract")])
        d.payment(paid, name)

    def outcome_anew(self):
        """Of the same subjects, with another mark."""
        d, t = self.draw, self.terms
        name = self.one("outcomes", lambda o: "reach" in o and "claim" not in o
                        and o["for"] in t["groups"] and t["groups"][o["for"]]["of"] != "site")
        if name is None:
            return
        old = t["outcomes"][name]
        if name in dated(t):
            return
        with d.defining(name):
            d.outcome(name, [])
        o = t["outcomes"][name]
        for kept in ("for", "times", "next", "after", "unless", "apart_from"):
            o.pop(kept, None)
            if kept in old:
                o[kept] = old[kept]
        shown(o)

    def ordered(self):
        """Before which, behind which, apart from which."""
        d, t = self.draw, self.terms
        name = self.one("outcomes", lambda o: "reach" in o)
        if name is None:
            return
        o, of = t["outcomes"][name], d.outcome_of(name)
        others = [n for n in t["outcomes"] if n != name and d.outcome_of(n) == of]
        real = [n for n in others if "reach" in t["outcomes"][n]]
        what = d.pick("after", "unless", "apart_from")
        names = real if what == "apart_from" else others
        self.flip(o, what, d.r.sample(names, d.pick(1, min(2, len(names)))) if names else None)
        shown(o)

    def often(self):
        d, name = self.draw, self.one("outcomes", lambda o: "next" in o)
        if name is None:
            return
        o = self.terms["outcomes"][name]
        people = d.outcome_of(name) in ("person", "enrolment")
        if d.chance(0.5) and people:
            o["times"]["per"] = d.pick("person", "enrolment", "site", "contract")
        else:
            o["times"]["max"] = d.pick(2, 3, 4, {"add": [1, d.number(Hand(
                "enrolment" if people else d.outcome_of(name), deep=1))]})

    def mark(self):
        """What it counts, from when and until when, how much and how often."""
        d, t = self.draw, self.terms
        name = self.one("outcomes", lambda o: "reach" in o)
        if name is None:
            return
        o, of = t["outcomes"][name], d.outcome_of(name)
        hand = Hand(of, period=True, deep=1)
        with d.defining(name):
            what = d.pick("count", "to", "of", "from", "until", "per", "show", "claim")
            if what == "count":
                o["count"] = d.fair(hand) if "run" in o["reach"] else d.sure(d.number(hand), 1)
            elif what == "to" and "to" in o["reach"]:
                o["reach"]["to"] = d.sure(d.number(hand), 2)
            elif what == "of" and "of" in o["reach"]:
                o["reach"]["of"] = d.pick(1, 2, 3, "ever")
                o["reach"].pop("mean", None)
                if o["reach"]["of"] != "ever" and d.chance(0.5):
                    o["reach"]["mean"] = True
            elif what in ("from", "until"):
                o[what] = d.date(Hand(of, deep=1))
            elif what == "per" and "run" not in o["reach"]:
                o["per"] = d.pick("day", "week", "month", "block" if of == "enrolment" else "quarter")
            elif what == "claim" and of in ("person", "enrolment"):
                if "claim" not in o or name not in dated(t):
                    self.flip(o, "claim", "claims")
            elif what == "show":
                o["show"] = d.r.sample(SHOWN, d.r.randrange(len(SHOWN)))
            shown(o)

    def parts(self):
        d = self.draw
        name = self.one("outcomes", lambda o: "any_of" in o or "all_of" in o)
        if name is not None:
            (how, of), = [(k, v) for k, v in self.terms["outcomes"][name].items() if k != "title"]
            del self.terms["outcomes"][name][how]
            self.terms["outcomes"][name][d.pick("any_of", "all_of")] = of[:d.pick(1, 2)]

    def dated_outcome(self):
        d, t = self.draw, self.terms
        name = self.one("outcomes", lambda o: "on" in o)
        if name is not None:
            o, hand = t["outcomes"][name], Hand(d.outcome_of(name), deep=1)
            with d.defining(name):
                o.update(d.pick({"on": d.date(hand)}, {"count": d.fair(hand)},
                                {"final": d.pick("2020-03-31", "contract.final",
                                                 d.date(Hand("contract", deep=1)))}))

    # ---- what they stand on ----

    def group(self):
        d, t = self.draw, self.terms
        name = self.one("groups")
        g = t["groups"][name]
        with d.defining(name):
            what = d.pick("where", "where", "in", "as_of")
            if what == "in":
                kinds = ("site",) if g["of"] == "site" else ("person", "enrolment")
                other = [n for n in t["groups"] if n != name and t["groups"][n]["of"] in kinds]
                self.flip(g, "in", d.r.choice(other) if other else None)
            elif what == "where":
                self.flip(g, "where", d.fair(Hand(g["of"], deep=1)))
            else:
                g["as_of"] = d.pick("period", "2020-02-01", *(
                    ("enrolled", "assigned") if g["of"] != "site" else ()))

    def value(self):
        d, t = self.draw, self.terms
        name = self.one("values", lambda v: "of" in v and v["of"] != "flow")
        if name in (None, "away"):      # for ever away: days without end that do not exist
            return
        v = t["values"][name]
        with d.defining(name):
            what = d.pick("where", "per", "proof", "silence", "subject")
            if what == "where":
                self.flip(v, "where", d.truth(Hand("enrolment", fact=v["of"], deep=1)))
            elif what == "per":
                v["per"] = d.pick("day", "week", "month", "ever")
            elif what == "proof":
                v["proof"] = d.pick("plain", "feed", "attested")
            elif what == "silence" and v["of"] != "measurement":
                v["silence"] = d.pick("none", "unknown")
            elif v.get("subject", "person") not in ("site", "contract"):
                self.flip(v, "subject", d.pick("person", "enrolment"))

    def reading(self):
        """Another statistic, another condition."""
        d, t = self.draw, self.terms
        name = self.one("values", lambda v: "is" in v and "subject" not in v)
        if name is None:
            return
        v = t["values"][name]
        with d.defining(name):
            hand = Hand("enrolment", period=True)
            v["is"] = d.fair(hand) if name.startswith("t_") or d.is_truth(name) \
                else d.sure(d.number(hand), 1)
        if d.chance(0.3):
            self.flip(v, "per", d.pick("day", "month"))

    def proof(self):
        """How it is verified, by when, with what, when it may be claimed."""
        d, name = self.draw, self.one("proofs")
        p = self.terms["proofs"][name]
        what = d.pick("accept", "accept", "needs", "until", "by", "claim", "sample")
        if what == "accept":
            p.pop("accepted_by", None)
            p["accept"] = d.pick("attested", "feed", "none")
            if p["accept"] == "attested":
                p["accepted_by"] = d.pick(["verifier"], ["checker"], ["verifier", "second"])
        elif what == "until":
            self.flip(p, "until", d.pick({"shift": ["fact.date", d.pick(3, 20), "workday"]},
                                         "2020-02-15", "contract.outcome_until"))
        elif what == "needs":
            self.flip(p, "needs", d.pick(["payslip"], ["contract"]))
        elif what == "by":
            p["by"] = d.pick(["prov_a"], ["provider", "register"], ["prov_b", "source"],
                             ["provider", "second"], ["register"])
        elif what == "claim" and name == "claims":
            self.flip(p, "claim", d.pick({"opens": "outcome.date"}, {"closes": {
                "shift": ["outcome.date", 1, "month"]}}, {"opens": "2020-02-01", "closes": "2020-03-31"}))
        elif what == "sample" and name in ("claims", "attested", "plain"):
            self.flip(p, "sample", {"share": d.pick("0.5", 1), "of": "settled_period",
                                    "seed": "next_checkpoint"} if d.sampled else None)

    def table(self):
        d, name = self.draw, self.one("tables")
        t = self.terms["tables"][name]
        if t["missing"] in ("unknown", "previous"):
            t["missing"] = d.pick("unknown", "previous")
        if "rows" not in t:
            self.flip(t, "method", "test")
            t["by"] = d.pick(["verifier"], ["checker", "register"])
            return
        row = d.r.choice(t["rows"])
        if len(t["rows"]) > 2 and d.chance(0.3):
            t["rows"].remove(row)
        elif isinstance(row["then"], int) and name != "closed":
            row["then"] += d.pick(-1, 1, 50)
        elif name == "deadline":
            row["then"] = d.pick("2020-01-31", "2020-02-28", "2020-03-31")
        if name == "ranges":
            self.flip(t, "domain", d.pick([0, 50], ["0.5", 100]))

    def calendar(self):
        """Days that do not exist, other blocks."""
        d = self.draw
        name = self.one("calendars", lambda c: "n" in c or "skip" in c or "stop" in c)
        c = self.terms["calendars"][name]
        what = d.pick("skip", "stop", "n", "first")
        if what == "skip":
            self.flip(c, "skip", {"weekdays": d.pick([7], [2, 6])})
        elif what == "stop":
            self.flip(c, "stop", {"ge": ["away", 1]})
        elif what in c:
            c[what] = d.pick(0, 1) if what == "first" else d.pick(1, 2, 3, 7)

    def share(self):
        """Parts and tranches, one more or one less."""
        d, t = self.draw, self.terms
        share = t["shares"][self.one("shares")]
        tranches = share.get("tranches")
        parts = d.r.choice(tranches or [share])["parts"]
        what = d.pick("part", "part", "tranche", "kind", "none")
        if what == "part" and len(parts) > 1 and d.chance(0.5):
            parts.remove(d.r.choice(parts))
        elif what == "part":
            payees = parts[0]["party"].startswith(("prov", "lend"))
            more = [p for p in (("prov_b", "surety") if payees else ("fund_c", "surety"))
                    if p not in [x["party"] for x in parts]]
            parts += [{"party": p, "weight": d.pick(1, "0.5")} for p in more[:1]]
        elif what == "tranche" and tranches and len(tranches) > 1:
            tranches.pop(0)
        elif what == "kind" and tranches:
            share["parts"] = share.pop("tranches")[-1]["parts"]
            del share["order"]
        elif what == "kind" and t["limits"] is not None:
            share["tranches"] = [{"to": 600, "parts": share["parts"][:1]},
                                 {"parts": share.pop("parts")}]
            share["order"] = d.pick("settled", "achieved")
        elif what == "none":
            share["none"] = d.pick("unknown", parts[0]["party"])

    def party(self):
        """One that is left out, or another one; what it may do."""
        d, t = self.draw, self.terms
        what = d.pick("out", "out", "sites", "own", "source")
        if what == "out":
            gone, other = d.pick(("prov_b", "prov_a"), ("fund_b", "fund_a"), ("second", "checker"))
            if gone in t["parties"]:
                leave_out(t, gone, other)
        elif what == "sites":
            self.flip(t["parties"][d.pick("prov_a", "checker")], "sites", d.pick(["east"], ["west"]))
        elif what == "own":
            self.flip(t["parties"].get("prov_b", {}), "attests_own", True)
        else:
            source = t["parties"]["register"]["source"]
            source.remove(d.r.choice(source))

    def settlement(self):
        d, s = self.draw, self.terms["settlement"]
        what = d.pick("dispute", "ends", "ends", "terminate", "last", "last", "periods")
        if what == "dispute":
            self.flip(s, "dispute_until", {"n": d.pick(0, 5, 40), "calendar": d.pick("day", "workday")})
        elif what == "ends":
            s.update(d.pick({"enrol_until": "2020-01-31"}, {"outcome_until": "2020-03-15"},
                            {"outcome_until": "2020-05-31"}, {"enrol_until": "2020-03-31"}))
        elif what == "last":
            s.update(d.pick({"record_until": "2020-06-15"}, {"record_until": "2020-05-31"},
                            {"final": "2020-07-31"}, {"final": "2020-06-15"}))
        elif what == "periods":
            s["periods"] = d.pick("month", "quarter", "half_year", "week")
        else:
            s["terminate"] = d.pick(["fund_a"], ["fund_a", "fund_c"])

    def word(self):
        """Another word of the same list somewhere."""
        d = self.draw
        part = d.pick("values", "outcomes", "payments", "limits", "shares", "tables", "settlement")
        found = [s for s in swaps(self.terms[part])
                 if s[1] != "as" or s[0]["of"] not in self.terms["outcomes"]]
        if found:
            held, member, others = d.r.choice(found)
            held[member] = d.r.choice(others)


SHOWN = ("group", "proof", "claim", "until", "window", "gap", "after", "unless", "times", "limit")
CHANGES = tuple(f for n, f in vars(Amendment).items() if n in (
    "limit_in limit_out limit_anew dims ends amounts limited payment_in payment_out priced "
    "member_of_payment periods_of_payment outcomes_of_payment outcome_in outcome_anew ordered often "
    "mark parts dated_outcome group value reading proof table calendar share party settlement "
    "word").split()) + (Amendment.dims, Amendment.ends, Amendment.member_of_payment, Amendment.word)


def shown(o):
    """Only what the outcome asks for is shown."""
    fits = {"claim": "claim" in o, "window": o["reach"].get("of", "ever") != "ever",
            "gap": "run" in o["reach"], "after": "after" in o, "unless": "unless" in o}
    o["show"] = [q for q in o["show"] if fits.get(q, True)]


def swaps(x):
    """(what holds it, its member, the words that may stand there instead)"""
    if isinstance(x, dict):
        for member, y in x.items():
            for name, words in WORDS:
                if name == member and not isinstance(y, (dict, list, bool)) and y in words \
                        and (name != "do" or ("among" in x) == ("count" in words)):
                    yield x, member, [w for w in words if w != y]
    for y in x.values() if isinstance(x, dict) else x if isinstance(x, list) else ():
        yield from swaps(y)


def dated(x):
    """What `date` asks for."""
    if isinstance(x, dict):
        if {*x} == {"of", "nth", "as"}:
            yield x["of"]
    for y in x.values() if isinstance(x, dict) else x if isinstance(x, list) else ():
        yield from dated(y)


def borne(terms, limit):
    """Does fund_d bear a part of these payments already?"""
    said = [terms["payments"][p]["from"] for p in limit["of"]]
    return "fund_d" in {*said, *texts([terms["shares"].get(n, n) for n in said])}


ROLES = {"funder", "investor", "provider", "evaluator", "verifier", "source", "resolver",
         "guarantor"}


def named(terms):
    """The parties that pay, are paid or say something, but for those by their role."""
    says = {p for held in (*terms["proofs"].values(), *terms["tables"].values())
            for who in ("by", "accepted_by") for p in held.get(who, [])}
    return bears(terms) | says - ROLES


def bears(terms):
    """The parties that pay or are paid."""
    got = {held[side] for held in (*terms["payments"].values(), *terms["limits"])
           for side in ("from", "to") if side in held} - {*terms["shares"]}
    for share in terms["shares"].values():
        for held in share.get("tranches", [share]):
            got.update(p["party"] for p in held["parts"])
        got |= {share["none"]} - {"unknown"}
    return got


def leave_out(terms, gone, other):
    """Everything that names this party names another one."""
    del terms["parties"][gone]
    for share in terms["shares"].values():
        for held in share.get("tranches", [share]):
            names = {p["party"] for p in held["parts"]}
            held["parts"] = [dict(p, party=other if p["party"] == gone else p["party"])
                             for p in held["parts"] if p["party"] != gone or other not in names]
        share["none"] = other if share["none"] == gone else share["none"]
    for held in (*terms["payments"].values(), *terms["limits"]):
        for side in ("from", "to"):
            if held.get(side) == gone:
                held[side] = other
    for held in (*terms["proofs"].values(), *terms["tables"].values()):
        for who in ("by", "accepted_by"):
            if who in held:
                held[who] = sorted({other if p == gone else p for p in held[who]})


def circular(terms):
    """Does a name stand on itself?"""
    stands = {}
    for part in ("dates", "calendars", "proofs", "values", "outcomes", "groups", "payments",
                 "shares"):
        for name, clause in terms.get(part, {}).items():
            if part == "calendars":
                clause = [clause["from"], clause.get("stop")]
            if part == "proofs":
                clause = [clause.get("until"), clause.get("claim")]
            stands[name] = {*stands.get(name, ()), *texts(clause)}
    done, open_ = set(), set()

    def into(name):
        if name in done or name not in stands:
            return False
        if name in open_:
            return True
        open_.add(name)
        found = any(into(n) for n in stands[name])
        open_.discard(name)
        done.add(name)
        return found
    return any(into(n) for n in stands)
