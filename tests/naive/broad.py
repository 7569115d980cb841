"""Random contracts over the parts that contracts.py has not: floors, deductions, scales, tranches,
limits per payer, sites, items, running accounts, days that do not exist, dates of facts, negative
prices, amendments, termination and disputes. Small, so that very many can be settled; dates fall
on boundaries more often than not.
"""
import copy
import random

from contracts import CONTRACT, SITES, Draw
from evaluate import evaluate
from history import history
from kinds import parse_date

FLOWS = "lender"
FOCUS = ("erased", "sampled", "amended")


def asks_nobody(share):
    """Tranches whose ends and weights are plain numbers."""
    return "tranches" in share and all(
        isinstance(x, int) for t in share["tranches"]
        for x in [t.get("to", 0)] + [part["weight"] for part in t["parts"]])


class Broad(Draw):
    def __init__(self, seed, focus=None):
        self.seed, self.focus = str(seed), focus
        self.by_person = 0.1 if focus == "erased" else 0.5
        super().__init__("broad %s" % seed, 1.0)

    # ---- the frame ----

    def frame(self):
        super().frame()
        self.calendars["workday"] = {"unit": "day", "from": "grid", "skip": {"weekdays": [6, 7]}}
        self.calendars["going"] = {"unit": "day", "n": self.pick(5, 10), "first": 1,
                                   "from": "enrolment.start", "stop": {"ge": ["away", 1]}}
        self.calendars["half"] = {"unit": "month", "n": 1, "from": "enrolment.start",
                                  "first": self.pick(0, 1), "stop": {"ge": ["away", 1]}}
        self.values["away"] = {"of": "status", "proof": "plain", "silence": "none", "take": 1,
                               "per": "day", "within": "max", "overlap": "once",
                               "where": {"is": ["fact.kind", "sick"]}}
        self.facts.add("status.reported")
        self.tables["quality"] = {"measured": "score", "by": ["verifier"],
                                  "about": self.pick("site", "person", "contract"),
                                  "revised": self.pick("first", "latest"),
                                  "kind": self.pick("exact", "steps", "linear"),
                                  "missing": self.pick("unknown", "previous", 1)}

        self.sampled = self.focus == "sampled" or self.chance(0.1)
        if self.sampled:
            sample = {"share": self.pick("0.1", "0.5", "1"), "of": "settled_period",
                      "seed": "next_checkpoint"}
            for name in self.r.sample(["claims", "attested", "plain"], self.pick(1, 2)):
                self.proofs[name]["sample"] = sample
            self.tables["errors"] = {"measured": "errors", "by": ["verifier"], "about": "contract",
                                     "revised": self.pick("first", "latest"), "kind": "steps",
                                     "missing": self.pick("unknown", "previous", 0)}

    def parties(self):
        parties = super().parties()
        parties["fund_d"] = {"roles": ["funder"]}
        parties[FLOWS] = {"roles": ["investor"]}
        return parties

    def resolver(self, _):
        return "fund_c"

    def quality(self):
        """A look at what was measured; at a site by its name now and then."""
        look = {"table": "quality", "at": self.pick("enrolment.start", "2020-03-31")}
        if self.tables["quality"]["about"] == "site" and self.chance(0.5):
            look["by"] = [{"word": self.pick(*SITES)}]
        return {"look": look}

    def times_per(self):
        return self.pick("contract", "site") if self.chance(0.1) else super().times_per()

    # ---- payments ----

    def price(self, outcome):
        number = self.r.choice([v for v in self.values if "of" in self.values[v]])
        more = [{"sub": [self.pick(50, 100), {"mul": [10, number]}]}, -250,
                {"mul": [7, self.quality()]}]
        facts = [v for v in self.values if "of" in self.values[v]]
        more.append({"add": [100, {"span": [
            {"date": {"of": self.r.choice(facts), "nth": self.pick(1, 2, "last"),
                      "as": self.pick("happened", "recorded", "accepted")}},
            "outcome.date" if outcome else "period.end", self.pick("day", "workday")]}]})
        if self.payments and self.chance(0.2):
            return {"mul": ["0.1", {"items": {"of": [self.r.choice(list(self.payments))],
                                              "do": self.pick("sum", "count"),
                                              "among": self.pick("subject", "all")}}]}
        return self.pick(*more) if self.chance(0.25) else super().price(outcome)

    def payment(self, name, target):
        super().payment(name, target)
        p = self.payments[name]
        if self.chance(0.15) and target != "target":
            p[self.pick("from", "to")] = "steps_of"
            self.shares["steps_of"] = {
                "tranches": [{"to": self.pick(500, 1500), "parts": [{"party": "fund_a", "weight": 1}]},
                             {"parts": [{"party": "fund_b", "weight": 2},
                                        {"party": "prov_b", "weight": 1}]}],
                "order": self.pick("settled", "achieved"), "residual": self.pick("first", "last"),
                "none": "unknown"}

    def period_payment(self, name):
        super().period_payment(name)
        self.payments[name]["for"]["each"] = self.pick("month", "block", "going", "half", "week")

    def site_payment(self):
        self.group("places", "site")
        self.values["of_site"] = {"of": self.pick("activity", "milestone"), "proof": "plain",
                                  "silence": "none", "take": 1, "per": "month", "within": "sum",
                                  "subject": "site"}
        self.facts.add({"activity": "activity.logged", "milestone": "milestone.reached"}
                       [self.values["of_site"]["of"]])
        self.payments["upkeep"] = {
            "for": {"each": "month", "of": "places", "due": self.pick("start", "end"),
                    "from": "contract.start", "until": "contract.outcome_until"},
            "price": {"mul": [self.pick(100, "33.3"), "of_site"]}, "round": "half_up",
            "from": self.pick("thirds", "fund_a"), "to": "prov_a", "ended": "achieved"}

    def account(self):
        self.values["lent"] = {"of": "flow", "proof": "checked", "silence": "none",
                               "take": "amount", "per": "ever", "within": "sum",
                               "subject": "contract"}
        self.proofs["checked"] = {"by": ["verifier"], "accept": "none"}
        self.facts.add("flow.recorded")
        self.payments["owed"] = {
            "for": {"each": "month", "of": "contract", "due": "end", "from": "contract.start",
                    "until": "contract.outcome_until"},
            "price": {"grow": {"flows": "lent", "rate": self.pick("0.05", "0.12"),
                               "rests": self.pick("month", "quarter"),
                               "round": self.pick("half_up", "half_even", "down")}},
            "round": "half_up", "from": "fund_a", "to": FLOWS, "ended": "achieved"}

    def cut(self):
        """Sampled, and the error found carried over to what was not drawn."""
        of = [p for p in self.payments if p != "owed"]
        self.payments["cut"] = {
            "for": {"each": "month", "of": "contract", "due": "end", "from": "contract.start",
                    "until": "contract.outcome_until"},
            "price": {"mul": [-1, {"look": {"table": "errors", "at": "period.end"}}, {"items": {
                "of": self.r.sample(of, min(len(of), self.pick(1, 2))), "do": "sum", "among": "all",
                "where": {"not": "item.sampled"}}}]},
            "round": self.pick("half_up", "down"), "from": "fund_a", "to": "prov_a",
            "ended": "achieved"}
        self.facts.add("measurement.recorded")

    # ---- limits ----

    def limit(self, name):
        if name == "l0" and self.sampled and self.chance(0.8):
            self.cut()
        if "owed" in self.payments and self.chance(0.5):
            return super().limit(name)
        kind = self.pick("steps", "steps", "late", "floor", "less", "scale",
                         *(["steps"] * 6 if self.focus == "erased" else []))
        payments = [p for p in self.payments if p not in ("owed", "upkeep", "cut")]
        of = sorted(self.r.sample(payments, self.r.randrange(1, len(payments) + 1)))
        limit = {"name": name, "of": of, "per": self.dims(),
                 "order": self.pick("settled", "achieved")}
        if kind == "steps":
            super().limit(name)
            excess = self.limits[-1]["excess"]
            if isinstance(excess, dict):
                excess["payer"] = "fund_d"
            return None
        if kind == "late":
            limit["per"] = self.pick(["payer"], ["payee"], ["payer", "payee"]) \
                + [d for d in limit["per"] if d != "contract"]
            limit.update({"steps": [{"to": self.pick(300, 1000), "rate": "1"}],
                          "along": "amount", "excess": "lost", "unused": "lost",
                          "freed": self.pick("waiting", "waiting", "lost")})
            if self.chance(0.2):
                limit["excess"] = {"payer": "fund_d"}
            if self.chance(0.1):
                limit["steps"].append({"to": 3000, "rate": "0.5"})
            if any(isinstance(d, dict) and "achieved" in d for d in limit["per"]):
                limit["unused"] = self.pick("lost", "lost", "next")
                limit["excess"] = self.pick(limit["excess"], "next")
        elif kind == "floor":
            limit["per"] = [d for d in limit["per"] if d in ("person", "site", "contract")
                            or isinstance(d, dict) and "achieved" in d][:2] or ["contract"]
            if "person" in limit["per"] and "site" in limit["per"]:
                limit["per"].remove("site")
            tranches = [n for n, s in self.shares.items() if asks_nobody(s)]
            limit.update({"floor": self.pick(200, 2000), "on": self.pick("2020-02-29", "2020-03-31"),
                          "from": self.pick("thirds", "fund_a", *tranches), "to": "prov_a"})
        elif kind == "less":
            limit["less"] = [self.r.choice(payments)]
            limit["of"] = [p for p in of if p not in limit["less"]] or None
            if limit["of"] is None:
                return None
        else:
            limit["scale"] = self.pick("0.5", "0.333333333", "1.1")
        self.limits.append(limit)
        return None

    def dims(self):
        dims = []
        if self.chance(0.5):
            dims.append("site" if self.focus == "erased" else self.pick("person", "site"))
        if self.chance(0.4):
            dims.append({"achieved": self.pick("month", "quarter")})
        if self.chance(0.15):
            dims.append({"group": "members"})
        if self.chance(0.15):
            dims.append({"enrolled": self.pick("month", "quarter")})
        return dims or ["contract"]

    # ---- all of it ----

    def terms(self):
        if self.chance(0.25):
            self.later = self.site_payment
        elif self.chance(0.25):
            self.later = self.account
        t = super().terms()
        t["settlement"].update({"periods": self.pick("month", "month", "quarter"),
                                "enrol_until": "2020-02-29", "outcome_until": "2020-04-30",
                                "record_until": "2020-05-31", "final": "2020-06-30",
                                "terminate": ["fund_a"]})
        text = {"2020-03-01": "2020-02-01", "2020-08-15": "2020-03-15", "2020-09-30": "2020-03-31",
                "2020-06-30": "2020-03-31", "2020-08-31": "2020-03-31", "2020-07-01": "2020-03-01",
                "2020-12-31": "2020-05-31"}
        for part in ("outcomes", "payments", "groups"):
            t[part] = dated(t[part], text)
        return t

    later = None

    def more_outcomes(self, names):
        super().more_outcomes(names)
        if self.later:
            self.later()

    def profile(self):
        p = super().profile()
        p.update({"people": 3, "investor": FLOWS, "wide": 0.3 if self.later else 0.1,
                  "boundaries": [parse_date(d) for d in (
                      "2019-12-31", "2020-01-01", "2020-01-31", "2020-02-01", "2020-02-29",
                      "2020-03-01", "2020-03-15", "2020-03-31", "2020-04-01", "2020-04-30")],
                  "recently": 45})
        p["senders"]["flow.recorded"] = ["checker"]
        p["fields"]["flow.recorded"] = {"amount": [10000, 2500, -5000, -20000]}
        p["arms"] = self.chance(0.2)
        p["sampled"] = self.sampled
        return p


def deep(x):
    """Levels of JSON."""
    inner = x.values() if isinstance(x, dict) else x if isinstance(x, list) else ()
    return 1 + max((deep(y) for y in inner), default=0)


def dated(x, text):
    """x with its dates moved nearer."""
    if isinstance(x, str):
        return text.get(x, x)
    if isinstance(x, list):
        return [dated(y, text) for y in x]
    if isinstance(x, dict):
        return {k: dated(v, text) for k, v in x.items()}
    return x


# ---- what is done to a whole case ----

def amend(draw, case, add=None):
    """Another version of other prices and limits, in force behind a statement."""
    if len(case["statements"]) < 2:
        return
    st = draw.r.choice(case["statements"][:-1])
    first = case["terms"][0]["terms"]
    terms = copy.deepcopy(first)
    day = draw.pick("2020-01-15", "2020-02-01", "2020-02-29", "2020-03-01")
    terms["version"] = 2
    terms["applies"] = {"to": draw.pick("enrolled", "achieved", "all"), "from": day,
                        "settled": draw.pick("keep", "keep", "reprice")}
    for p in terms["payments"].values():
        if isinstance(p["price"], int):
            p["price"] += draw.pick(-100, 100, 1)
        elif draw.chance(0.2):
            p["price"] = {"mul": [draw.pick(2, "0.5"), p["price"]]}
        if not isinstance(p["for"], dict) and draw.chance(0.2):
            p["due"] = {"shift": ["outcome.date", draw.pick(0, 1, 3), "month"]}
        if draw.chance(0.15):
            p["when"] = draw.condition()
            if isinstance(p["for"], dict) and p["for"]["of"] in ("contract", "places") \
                    or {"target", "busy"} & {*p["for"]} or p["for"] in ("target", "busy"):
                del p["when"]
    for limit in terms["limits"]:
        for step in limit.get("steps", []):
            if isinstance(step.get("to"), int) and limit["along"] == "amount":
                step["to"] += draw.pick(-200, 0, 500)
        if "order" in limit and draw.chance(0.2):
            limit["order"] = draw.pick("settled", "achieved")
        if draw.chance(0.2) and not any(e["type"] == "data.erased" for e in case["events"]):
            amend_dims(draw, limit)
    if draw.chance(0.2):
        terms["limits"].reverse()
    amend_shares(draw, terms)
    amend_windows(draw, terms)
    (add or case["terms"].append)({"digest": "cc" * 32, "seq": st["size"] + 50000, "from": day,
                                   "at": st["through"] + "T12:00:00Z", "terms": terms})


def amend_dims(draw, limit):
    """Who shares a bucket: more than what the earlier version's limit asks."""
    more = draw.pick("site", {"group": "members"}, {"enrolled": "month"})
    if "floor" not in limit and more not in limit["per"]:
        limit["per"] = [d for d in limit["per"] if d != "contract"] + [more]


def amend_shares(draw, terms):
    """Other weights, another residual, longer tranches."""
    for share in terms["shares"].values():
        if draw.chance(0.3):
            share["residual"] = draw.pick("first", "last", "largest")
        for tranche in share.get("tranches", [share]):
            if isinstance(tranche.get("to"), int):
                tranche["to"] += draw.pick(0, 250)
            for part in tranche["parts"]:
                if isinstance(part["weight"], int) and draw.chance(0.3):
                    part["weight"] = draw.pick(0, 1, 3)
            if all(part["weight"] == 0 for part in tranche["parts"]):
                tranche["parts"][0]["weight"] = 1


def amend_windows(draw, terms):
    """Other marks, bounds and groups, for who enrols later or for all."""
    applies = terms["applies"]
    one = applies["to"] == "enrolled" or applies["to"] == "all" and applies["settled"] == "reprice"
    for o in terms["outcomes"].values():
        if "reach" not in o or o["for"] not in terms["groups"] \
                or terms["groups"][o["for"]]["of"] != "enrolment":
            continue
        if "run" in o["reach"] and draw.chance(0.4):
            o["reach"]["gap"]["each"] = draw.pick(0, 3, 7)
        elif o["reach"].get("of") == "ever" and draw.chance(0.4):
            o["reach"]["to"] = draw.pick(1, 2, 3)
        if "apart_from" in o and draw.chance(0.5):
            del o["apart_from"]
        elif "after" in o and draw.chance(0.2):
            o["apart_from"] = o["after"]
        if draw.chance(0.2):
            o["from"] = draw.pick("2020-02-01", {"shift": ["enrolment.start", 1, "month"]})
        if draw.chance(0.3):
            o["until"] = draw.pick("2020-03-31", {"shift": ["enrolment.start", 2, "month"]})
    for group in terms["groups"].values():
        if one and group["of"] == "enrolment" and draw.chance(0.3):
            group["where"] = draw.condition()


def terminate(draw, case):
    st = draw.r.choice(case["statements"])
    day = draw.pick("2020-01-31", "2020-02-15", "2020-02-29", "2020-03-14")
    insert(case, st["size"] + 40000, st["through"], "fund_a", "contract.terminated",
           {"on": day}, draw)


def dispute(draw, case):
    """A line of a statement is disputed, and decided before a later one."""
    done = evaluate(dict(case, statements=case["statements"][:-1]))["statements"]
    choice = [n for n, lines in enumerate(done) if lines]
    if not choice:
        return
    n = draw.r.choice(choice)
    for k in range(draw.pick(1, 1, 2)):
        i = draw.r.randrange(len(done[n]))
        line = done[n][i]
        later = draw.r.randrange(n, len(case["statements"]) - 1)
        st = case["statements"][n]
        opened = insert(case, st["size"] + 60000 + 10 * k, st["through"], line["payer"],
                        "dispute.opened", {"reason": "wrong"}, draw, [n + 1, i + 1])
        if draw.chance(0.2):
            continue
        body = {"dispute": opened}
        if draw.chance(0.3):
            body["stands"] = True
        else:
            body["amount"] = draw.pick(0, 1, 77, -50, 1000)
        st = case["statements"][later]
        insert(case, st["size"] + 70000 + 10 * k, st["through"], draw.resolver(line["payer"]),
               "dispute.resolved", body, draw)


def disputed(case):
    """(the last statement of which a line is disputed, whose lines)"""
    lines = [e["line"] for e in case["events"] if e["type"] == "dispute.opened"]
    done = evaluate(case)["statements"] if lines else []
    return max((n for n, _ in lines), default=0), {done[n - 1][i - 1]["subject"] for n, i in lines}


def erase(draw, case):
    """Somebody with lines is erased, whose lines nobody disputes; nothing is said about them
    afterwards."""
    n = draw.r.randrange(len(case["statements"]) - 1)
    last, spared = disputed(case)
    if last > n + 1:
        return
    st = case["statements"][n]
    done = evaluate(dict(case, statements=case["statements"][:n + 1]))["statements"]
    people = sorted({l["subject"] for lines in done for l in lines if len(l["subject"]) == 26
                     and l["amount"]} or {e["body"]["participant"] for e in case["events"]
                                          if e["type"] == "participant.enrolled"
                                          and e["seq"] < st["size"]})
    paid = sorted({l["subject"] for lines in done for l in lines if len(l["subject"]) == 26
                   and l["amount"] > 0 and l["tax"] == ""})
    if paid and draw.chance(0.5):
        people = paid
    if not people:
        return
    taken = {e["seq"] for e in case["events"]} | {s["size"] for s in case["statements"]}
    later = [e["seq"] + 1 for e in case["events"] if e["seq"] > st["size"]
             and e["seq"] + 1 not in taken]
    seq = draw.r.choice(later) if later and draw.chance(0.5) else st["size"] + 30000
    gone = joined(case, {draw.r.choice(people)}, seq)
    if gone & spared:
        return
    if seq == st["size"] + 30000 and draw.chance(0.7):
        take_back(draw, case, gone, st)
    case["events"] = without(case["events"], gone, seq)
    case["events"].append({"seq": seq, "at": st["through"] + "T12:00:00Z", "sender": "operator",
                           "digest": "%064x" % draw.r.getrandbits(250), "type": "data.erased",
                           "participants": sorted(gone), "body": {}})
    case["events"].sort(key=lambda e: e["seq"])


def take_back(draw, case, people, st):
    """Something is retracted or rejected behind a statement: no statement says so any more."""
    named = {e["body"].get("event") for e in case["events"]}
    facts = [e for e in case["events"] if e["seq"] < st["size"] and e["digest"] not in named
             and e["type"] not in ("event.retracted", "event.corrected", "participants.joined")
             and e["body"].get("participant") in people]
    whole = [e for e in facts if e["type"] == "participant.enrolled"]
    for n in range(min(len(facts), draw.pick(1, 2))):
        fact = draw.r.choice(whole if n == 0 and whole and draw.chance(0.5) else facts)
        facts.remove(fact)
        if draw.chance(0.6):
            insert(case, st["size"] + 20000 + n, st["through"], fact["sender"], "event.retracted",
                   {"event": fact["digest"]}, draw)
        else:
            insert(case, st["size"] + 20000 + n, st["through"], "checker", "claim.attested",
                   {"events": [fact["digest"]], "method": "letter", "verdict": "rejected"}, draw)


def joined(case, people, seq):
    """All pseudonyms of these people."""
    joins = [set(e["body"]["participants"]) for e in case["events"]
             if e["type"] == "participants.joined" and e["seq"] < seq]
    while any(j & people and not j <= people for j in joins):
        people = people.union(*(j for j in joins if j & people))
    return people


def without(events, gone, seq):
    """The events but those about these people behind `seq`, and verdicts on what is erased."""
    erased, out = set(), []
    for e in events:
        body = e["body"]
        inner = body.get("body", body)
        about = gone & {inner.get("participant"), body.get("participant"),
                        *body.get("participants", [])}
        if about or body.get("event") in erased:
            erased.add(e["digest"])
            if e["seq"] > seq:
                continue
        elif e["seq"] > seq and "events" in inner:
            left = [d for d in inner["events"] if d not in erased]
            if not left:
                erased.add(e["digest"])
                continue
            inner["events"] = left
        out.append(e)
    return out


def insert(case, seq, day, sender, kind, body, draw, line=None):
    digest = "%064x" % draw.r.getrandbits(250)
    event = {"seq": seq, "at": day + "T12:00:00Z", "sender": sender, "digest": digest,
             "salt": "B" * 22, "type": kind, "body": dict(body, contract=CONTRACT)}
    if line:
        event["line"] = line
    case["events"].append(event)
    case["events"].sort(key=lambda e: e["seq"])
    return digest


def case(seed, tiny=False, focus=None):
    """`tiny`: few events and one or two statements, for very many. `focus`: more of one thing."""
    draw = Broad(seed, focus)
    terms = draw.terms()
    while deep(terms) > 14:         # more levels than terms may have
        draw = Broad(draw.seed + "'", focus)
        terms = draw.terms()
    versions = [{"digest": CONTRACT, "seq": 5, "at": "2019-12-01T09:00:00Z",
                 "from": "2020-01-01", "terms": terms}]
    size = random.Random("broad size %d" % seed)
    steps, statements = (size.randrange(4, 14), size.randrange(1, 3)) if tiny \
        else (size.randrange(6, 30), size.randrange(1, 5))
    got = history(seed, versions, draw.profile(), steps, statements)
    if focus == "amended" or draw.chance(0.2):
        amend(draw, got)
    if draw.chance(0.15):
        terminate(draw, got)
    if len(got["statements"]) > 1:
        if focus == "erased" or draw.chance(0.1):
            erase(draw, got)
        elif draw.chance(0.15):
            dispute(draw, got)
    return got
