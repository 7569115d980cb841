"""What erased people hold: their places in limits, tranches, statistics, counted outcomes.

Section 14. The history knows what they did, so that it can be read off once more, with all that is
known at the erasure, as of the statement before it. From then on only this is left of them.
"""
from held import past
from limits import Item
from payments import Entitlement


class Ghost(Item):
    """A row as a limit sees it: first of all, with what it holds."""

    def __init__(self, world, row):
        day = row.bucket[1][1].end if row.bucket[1] else world.through
        super().__init__(Entitlement("", "", ("contract",), "", day), world, row.amount, Nothing())
        self.row, self.frozen = row, True

    def paid_order(self, limit):
        return (False, -1, ())

    def order(self):
        return (self.e.day, "")


class Nothing:
    paid_since, peak, held, most, postings = None, 0, 0, 0, ()

    def of_payer(self, payer):
        return 0

    most_of_payer = of_payer


class Watch:
    """Notes who took what while a statement is worked out."""

    def __init__(self, people, subjects):
        self.people, self.subjects = people, subjects
        self.rows = []              # (Held, Item or None)
        self.over, self.items, self.counted = {}, {}, {}

    def leaves(self, subject):
        return subject in self.subjects

    def count(self, name, per, last):
        """An outcome is counted among these, by versions up to the last (None: by all)."""
        before = self.counted.get((name, per), last)
        if None in (before, last):
            last = None
        elif before.version["seq"] > last.version["seq"]:
            last = before
        self.counted[name, per] = last

    def took(self, item, held, whatever=False):
        """Of a key that has lines; `whatever`: also nothing or less."""
        if self.leaves(item.e.subject) and item.has_lines and (whatever or held.amount > 0):
            held.whatever = whatever
            self.rows.append((held, item))


class Erased:
    """Who is gone, and what they hold."""

    def __init__(self):
        self.people, self.subjects, self.rows = set(), set(), []
        self.over, self.items, self.times = {}, {}, {}

    def take(self, event, events, work_out):
        """`work_out(watch, standing)` works the statement before out once more, with these keys as their
        lines say; None where there was none."""
        people = set(event["participants"])
        subjects = {("person", p) for p in people} | {
            ("enrolment", e["seq"]) for e in events
            if e["type"] == "participant.enrolled" and e["body"]["participant"] in people}
        standing, more = set(), work_out is not None
        while more:
            watch = Watch(people, subjects)
            done = work_out(watch, standing)
            more = done.reversed_unsaid(watch) - standing
            standing |= more
            if not more:
                self.keep_places(watch, done, standing)
                self.keep(watch)
        self.people |= people
        self.subjects |= subjects

    def keep_places(self, watch, done, standing):
        """Of outcomes counted among several. A key that stands has its place, too."""
        places = {}
        leaving = sorted(s for kind in ("enrolment", "person") for s in done.worlds[0].subjects(kind)
                         if watch.leaves(s))
        for (outcome, per), last in sorted(watch.counted.items(), key=lambda c: c[0]):
            for s in leaving:
                for label, bucket in (last or done.worlds[-1]).outcomes.places(outcome, per, s):
                    places[outcome, per, s, label] = bucket
        for subject, outcome, label in sorted({(k[2], k[1], k[3]) for k in standing if k[1]}):
            day, world = done.last_line({k for k in standing if k[1:] == (outcome, subject, label)})
            o = world.outcomes.definition(outcome)
            if world.outcomes.is_shared(o):
                places.setdefault((outcome, o["times"]["per"], subject, label),
                                  world.outcomes.bucket(o, subject, day))
        for (outcome, per, _, _), bucket in places.items():
            self.times[outcome, bucket] = self.times.get((outcome, bucket), 0) + 1

    def keep(self, watch):
        for held, item in watch.rows:
            if item is not None:
                held.amount = settled_part(held.amount, item)
            if held.amount or held.whatever:
                self.rows.append(held)
        for mine, theirs in ((self.over, watch.over), (self.items, watch.items)):
            for key, got in theirs.items():
                mine.setdefault(key, []).extend(v for s, v in got if watch.leaves(s))

    def ghosts(self, kind, name, world):
        return [Ghost(world, row) for row in self.rows if (row.kind, row.name) == (kind, name)]

    def past(self, kind, name, at):
        """Behind the stretches that are held from `at` on."""
        return past([(r.at, r.amount) for r in self.rows if (r.kind, r.name) == (kind, name)], at)


def settled_part(amount, item):
    """What was paid in part only holds no more than was paid."""
    said = item.said
    # its shares are not known; or it stands as its lines say, whatever limits made of that
    came_to = item.before_split if item.e.pending or item.frozen else item.amount
    if said.held <= came_to <= said.most:
        return amount
    return min(amount, max(said.peak, said.most, 0))
