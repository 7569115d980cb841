"""Histories that reach what their contract asks for: people who are in its groups; facts that its
values take, near the numbers that they are compared with, sent and verified by whom the proof
names; claims; measurements.
"""
from history import Chain, Teller
from kinds import parse_date
from periods import DAY, add_units

TYPES = {"spell": "spell.started", "status": "status.reported", "earnings": "earnings.reported",
         "activity": "activity.logged", "milestone": "milestone.reached",
         "measurement": "measurement.recorded", "flow": "flow.recorded"}
COMPARE = ("lt", "le", "eq", "ge", "gt")
PARTS = ("dates", "proofs", "calendars", "tables", "groups", "values", "outcomes", "payments",
         "shares")


def texts(x):
    """All strings inside x."""
    if isinstance(x, str):
        yield x
    for y in x.values() if isinstance(x, dict) else x if isinstance(x, list) else ():
        yield from texts(y)


def used(terms):
    """(part, name) of all that payments and limits stand on."""
    found, queue = set(), [terms["payments"], terms["limits"]]
    found.update(("payments", name) for name in terms["payments"])
    while queue:
        for text in set(texts(queue.pop())):
            for part in PARTS:
                if (part, text) not in found and text in terms.get(part, {}):
                    found.add((part, text))
                    queue.append(terms[part][text])
    return found


def compared(x):
    """(operand, number) of every comparison with a number inside x."""
    if isinstance(x, dict):
        for op, arg in x.items():
            if op in COMPARE and isinstance(arg[0], str) and is_number(arg[1]):
                yield arg[0], arg[1]
            yield from compared(arg)
    elif isinstance(x, list):
        for y in x:
            yield from compared(y)


def is_number(x):
    return isinstance(x, int) and not isinstance(x, bool) \
        or isinstance(x, str) and x.replace(".", "").lstrip("-").isdigit()


class Aims(Teller):
    def __init__(self, story):
        super().__init__(story)
        t = self.t = story.terms
        names = used(t)
        self.values = sorted(n for p, n in names if p == "values" and "of" in t["values"][n])
        self.tables = sorted(n for p, n in names if p == "tables" and "measured" in t["tables"][n])
        self.claimed = sorted(n for p, n in names
                              if p == "outcomes" and "claim" in t["outcomes"][n])
        self.counted = [v for v in self.values if self.stands(v)]
        self.strives = self.striven()
        self.said = set(texts([t[p][n] for p, n in names]))
        self.marks = list(compared([t[p][n] for p, n in sorted(names)]))

    def striven(self):
        """{outcome: the value that it counts} of those that count a value of facts."""
        t, got = self.t, {}
        for name in sorted(n for n in t["outcomes"] if "reach" in t["outcomes"][n]):
            said = [*texts(t["outcomes"][name]["count"])]
            said += [*texts([t["values"][n] for n in said if n in t["values"]])]
            found = [n for n in said if n in self.values]
            if found:
                got[name] = found[0]
        return got

    def stands(self, value):
        """Does an outcome count it, at once or through one name?"""
        t = self.t
        said = set(texts([o.get("count") for o in t["outcomes"].values()]))
        return value in said | set(texts([t["values"][n] for n in said if n in t["values"]]))

    # ---- what would make a condition true ----

    def wishes(self, x, heads):
        """{member: what it may be} so that x is true, as far as x is simple."""
        if isinstance(x, str):
            head, _, member = x.partition(".")
            if head in heads:
                return {member: [True]}
            return self.wishes(self.t["values"].get(x, {}).get("is"), heads)
        if not isinstance(x, dict):
            return {}
        (op, arg), = x.items()
        if op == "any":
            return self.wishes(self.s.pick(arg), heads)
        if op in ("all", "if", "at"):
            got = {}
            for y in arg:
                got.update(self.wishes(y, heads))
            return got
        if op not in ("is", *COMPARE) or not isinstance(arg[0], str):
            return {}
        head, _, member = arg[0].partition(".")
        if head not in heads:
            return {}
        if op == "is":
            return {member: [{"yes": True, "no": False}.get(w, w) for w in arg[1:]]}
        return {member: near(arg[1])} if is_number(arg[1]) else {}

    def attributes(self):
        out = super().attributes()
        asked = [g["where"] for g in self.t["groups"].values() if "where" in g]
        if asked and self.s.chance(0.8):
            wanted = self.wishes(self.s.pick(asked), ("enrolment", "person"))
            if self.strives:
                count = self.t["outcomes"][self.s.pick(sorted(self.strives))]["count"]
                wanted.update(self.wishes(count, ("enrolment", "person")))
            for name in self.p["attributes"]:
                if name in wanted:
                    value = self.s.pick(wanted[name])
                    if isinstance(value, type(self.p["attributes"][name][0])):
                        out[name] = value
        return out

    # ---- when and by whom ----

    def window(self, p):
        """The first day on which somebody's facts matter, and the last."""
        first = parse_date(self.s.settlement["from"])
        begun = [parse_date(c.body["on"]) for c in self.s.alive("participant.enrolled")
                 if c.body["participant"] == p]
        return max([first, *begun[:1]]), max(self.s.today(), first + 20 * DAY)

    def day(self, p):
        first, last = self.window(p)
        if self.s.chance(0.2):
            return self.s.back(60)
        if self.s.chance(0.15):
            return self.edge()
        return first + self.s.random.randrange(max(1, min(90, (last - first).days + 1))) * DAY

    def edge(self):
        """A day at which months, windows and versions end, or beside it."""
        return self.s.pick(self.p["boundaries"]) + self.s.pick((-1, 0, 0, 1)) * DAY

    def who(self, names, kind):
        """One of these roles and parties that may send this."""
        may = set(self.p["senders"].get(kind, self.p["senders"]["*"]))
        named = sorted(p for p, party in self.t["parties"].items() if p in may and
                       (p in names or set(names) & set(party["roles"])))
        return self.s.pick(named) if named else self.sender(kind)

    def enrol(self):
        s = self.s
        if s.chance(0.15) or len(s.present()) >= self.p["people"]:
            return super().enrol()
        first = parse_date(s.settlement["from"])
        day = first + s.random.randrange(-12, 24) * DAY
        if s.chance(0.15):
            day = min(self.edge(), first + 60 * DAY)
        body = {"on": day.isoformat(), "participant": s.pseudonym()}
        attributes = self.attributes()
        if attributes:
            body["attributes"] = attributes
        if self.p.get("sites"):
            body["site"] = s.pick(self.p["sites"])
        chain = s.tell(self.sender("participant.enrolled"), "participant.enrolled", body)
        if chain and ("person.arm" in self.said or "assigned" in self.said):
            self.assign()
        if chain and self.strives:
            for _ in range(s.pick((1, 1, 2))):
                self.strive(s.pick(sorted(self.strives)), body["participant"])
        if chain and "person.consent" in self.said and s.chance(0.7):
            self.consent(body["participant"])
        return None

    # ---- facts that are taken ----

    def taken(self, name, p, day=None):
        """A fact of this value, and what makes it count."""
        s, v = self.s, self.t["values"][name]
        proof, kind = self.t["proofs"][v["proof"]], TYPES[v["of"]]
        about = {"participant": p}
        if v.get("subject") in ("site", "contract"):
            about = {"site": s.pick(self.p["sites"])} if v["subject"] == "site" else {}
        if kind == "flow.recorded":
            about = self.about(kind, p)
        aimed, day = day is not None, day or self.day(p)
        body = self.body(kind, v, name, dict(about))
        self.when(kind, body, day, aimed)
        if kind in ("earnings.reported", "activity.logged", "milestone.reached") and s.chance(0.3):
            body["ref"] = "r%d" % s.random.randrange(3)
        self.prove(body, proof)
        chain = s.tell(self.who(proof["by"], kind), kind, body)
        if chain is None:
            return
        if kind == "spell.started":
            self.reported(chain, v, proof, day, aimed)
        if proof["accept"] == "attested":
            self.accept([chain.head], proof, chain.sender)
        if v["silence"] == "unknown" and v["of"] in self.p["feeds"] and s.chance(0.7):
            self.complete(v["of"], day)

    def strive(self, outcome, p):
        """What an outcome counts, for some periods in a row."""
        s, value, o = self.s, self.strives[outcome], self.t["outcomes"][outcome]
        for earlier in o.get("after", []):
            if earlier in self.strives and self.strives[earlier] != value and s.chance(0.6):
                self.strive(earlier, p)
        self.count(value, outcome, p)
        if "claim" in o and s.chance(0.8):
            self.claims(outcome, p)

    def count(self, value, outcome, p):
        s, first = self.s, self.window(p)[0]
        if self.t["values"][value]["of"] in ("spell", "status", "measurement"):
            return self.taken(value, p, first + s.pick((-1, 0, 0, 1, 7)) * DAY)
        days = self.ends(self.t["outcomes"][outcome]["per"], first)
        skip = s.pick((0, 0, 1))
        for day in days[skip:skip + s.pick((1, 2, 3, 5))]:
            self.taken(value, p, day)
        return None

    def ends(self, name, first):
        """Last days of periods behind `first`, about."""
        c = self.t["calendars"][name]
        length = {"day": 1, "week": 7, "iso_week": 7, "month": 1, "quarter": 3, "half_year": 6,
                  "year": 12}[c["unit"]] * c.get("n", 1)
        if c["unit"] in ("day", "week", "iso_week"):
            late = 6 - first.weekday() if c["unit"] == "iso_week" else length - c.get("first", 1)
            return [first + (late + i * length) * DAY for i in range(6)]
        if c["from"] == "grid":
            months = [m for m in range(1, 13) if m % length == 0 and m >= first.month]
            start = first.replace(day=1)
            return [add_units(start, m - start.month + 1, "month") - DAY for m in months]
        return [add_units(first, (i + 1) * length, "month") - c["first"] * DAY for i in range(4)]

    def body(self, kind, v, name, about):
        s = self.s
        body = self.words(kind, about)
        wanted = self.wishes(v.get("where"), ("fact",))
        take = v["take"]
        if isinstance(take, str) and s.chance(0.7):
            marks = [n for x, n in self.marks if x == name]
            if marks:
                wanted[take] = near(s.pick(marks))
        for member, options in wanted.items():
            fields = self.p["fields"].get(kind, {})
            if member in fields and s.chance(0.9):
                body[member] = like(fields[member][0], s.pick(options), body.get(member))
        return {k: x for k, x in body.items() if x is not None and may_be_said(k, x)}

    def when(self, kind, body, day, aimed):
        s = self.s
        if kind in ("spell.started", "status.reported", "measurement.recorded"):
            body["from"] = day.isoformat()
            if kind == "status.reported":
                body["to"] = (day + s.pick((13, 31, 60, 90) if aimed else (0, 4, 6, 13, 30, 45, 60))
                          * DAY).isoformat()
            elif kind == "measurement.recorded" and s.chance(0.3):
                body["to"] = (day + s.pick((13, 30, 60)) * DAY).isoformat()
        elif kind == "earnings.reported":
            body["month"] = day.isoformat()[:8] + "01"
        else:
            body["on"] = day.isoformat()

    def prove(self, body, proof):
        if "needs" in proof and self.s.chance(0.9):
            body["evidence"] = [{"file": self.s.bytes(32).hex(), "kind": kind}
                                for kind in proof["needs"]]

    def reported(self, spell, v, proof, day, aimed):
        """Confirmed, changed or ended, so that it covers some days."""
        s = self.s
        far = day + s.pick((14, 31, 60, 75) if aimed else (6, 13, 20, 29, 30, 31, 45, 60)) * DAY
        if v["open"] == "runs" and s.chance(0.5):
            return
        kind = s.pick(("spell.confirmed", "spell.confirmed", "spell.ended"))
        body = {"on": far.isoformat(), "participant": spell.body["participant"],
                "spell": spell.head}
        self.prove(body, proof)
        part = s.tell(spell.sender, kind, body)
        if part:
            part.spell = spell
            if proof["accept"] == "attested":
                self.accept([part.head], proof, part.sender)

    def accept(self, digests, proof, sender):
        """A verdict by somebody who may."""
        s = self.s
        by = self.who(proof["accepted_by"], "claim.attested")
        own = self.t["parties"].get(by, {}).get("attests_own")
        if not s.chance(0.9) or by == sender and not own:
            return
        chain = Chain("claim.attested", by, {}, None)
        chain.body = {"events": digests, "method": "seen",
                      "verdict": "accepted" if s.chance(0.95) else "rejected"}
        chain.head = s.say(by, "claim.attested", chain.body)
        chain.members, chain.key = [chain.head], ("claim.attested", chain.head)
        s.chains.append(chain)
        self.p["seen"].update(digests)

    def complete(self, feed, day):
        first = day - self.s.random.randrange(40) * DAY
        self.s.tell(self.sender("feed.completed"), "feed.completed",
                    {"feed": feed, "from": first.isoformat(),
                     "to": (first + self.s.random.randrange(40, 150) * DAY).isoformat()})

    # ---- claims, measurements ----

    def claims(self, name, p):
        s = self.s
        proof = self.t["proofs"][self.t["outcomes"][name]["claim"]]
        body = {"outcome": name, "participant": p}
        if s.chance(0.2):
            body["on"] = self.day(p).isoformat()
        self.prove(body, proof)
        chain = s.tell(self.who(proof["by"], "claim.made"), "claim.made", body)
        if chain and proof["accept"] == "attested":
            self.accept([chain.head], proof, chain.sender)

    def measure(self, p):
        """A row of a measured table."""
        s, t = self.s, self.t["tables"][self.s.pick(self.tables)]
        about = {"contract": {}, "site": {"site": s.pick(self.p["sites"])},
                 "person": {"participant": p}, "group": {"group": t.get("group")}}[t["about"]]
        body = dict(about, name=t["measured"], value=s.pick(
            ["0.05", "0.2", "1"] if t["measured"] == "errors" else ["1", "2.5", "20", "49.5"]))
        if "method" in t:
            body["method"] = t["method"]
        body["from"] = (parse_date(s.settlement["from"]) + s.pick((-20, 0, 0, 14, 30, 59)) * DAY
                        ).isoformat()
        if s.chance(0.2):
            body["to"] = (parse_date(body["from"]) + s.pick((0, 30, 90)) * DAY).isoformat()
        s.tell(self.who(t["by"], "measurement.recorded"), "measurement.recorded", body)

    # ---- what comes next ----

    def aim(self):
        s = self.s
        p = s.pick(s.present())
        draw = []
        if self.strives:
            draw += [lambda: self.strive(s.pick(sorted(self.strives)), p)] * 8
        if self.values:
            draw += [lambda: self.taken(s.pick(self.values), p)] * 2
        plain = [v for v in self.values if v != "away"]
        if plain:
            draw += [lambda: self.taken(s.pick(plain), p)] * 3
        if self.counted:
            draw += [lambda: self.taken(s.pick(self.counted), p)] * 2
        if self.claimed:
            draw += [lambda: self.claims(s.pick(self.claimed), p)] * 2
        if self.tables:
            draw += [lambda: self.measure(p)] * 2
        if self.said & {"person.provider", "person.site", "site.name"}:
            draw += [lambda: self.move(p)] * 3 + [lambda: self.change(p)]
        if self.said & {"person.band", "person.age", "person.wants"}:
            draw.append(lambda: self.change(p))
        if "enrolment.exit" in self.said or "enrolment.exit_reason" in self.said:
            draw.append(lambda: self.leave(p))
        if draw:
            s.pick(draw)()

    def step(self):
        s = self.s
        if s.all_settled and s.chance(0.8):
            return
        if s.statements and s.events[-1:] and s.events[-1]["seq"] < s.statements[-1]["size"] \
                and s.chance(0.3):
            s.pick((self.correct, self.correct, self.retract, self.unattest))()
            return
        people = len(s.present())
        if people == 0:
            most = self.p["people"]
            for _ in range(most if self.p.get("at_once") else s.pick(range(1, most + 1))):
                self.enrol()
        if s.present() and s.chance(self.p["aims"]):
            for _ in range(s.pick((1, 1, 2, 3))):
                self.aim()
        else:
            super().step()


def near(n):
    """Numbers about n, oftener at or above it."""
    n = float(n) if isinstance(n, str) else n
    return [n, n, n + 1, n + 1, 2 * n, n - 1]


MOST = {"hours": 168, "extent": 200, "days": 366, "pay": 10 ** 15}


def may_be_said(field, x):
    """Does an event's form allow it?"""
    return field not in MOST or 0 <= float(x) <= MOST[field]


def like(example, value, otherwise):
    """The value in the form that the example has, else otherwise."""
    if isinstance(value, bool) or isinstance(example, bool):
        return otherwise
    if isinstance(value, str):
        return value if isinstance(example, str) and value.replace("_", "").isalpha() else otherwise
    if isinstance(example, int):
        return int(value)
    if example.isalpha():
        return otherwise
    if value < 0:
        return otherwise
    return ("%.2f" % value).rstrip("0").rstrip(".")
