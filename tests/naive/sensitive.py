#!/usr/bin/env python3
"""How much the random pairs can see: changes one clause of a random contract and settles again.

sensitive.py ENGINE [--seeds FIRST-LAST] [--kind KIND] [--tries N]
Of every seed's contract N clauses (3) are changed, one at a time: an amount, a number, a date, an
operator, a name, a word that chooses a reading, or a condition that is left out. Only clauses that
a payment or a limit stands on are changed. Prints how many of the changes that the engine takes
change a line, a reason or the order of lines, by part of the contract. A pair that no change of its
contract can change says little where both agree.
"""
import copy
import datetime
import random
import signal
import sys

from aims import PARTS as NAMED, used
from compare import Engine, make_case, options, seeds_of
from kinds import DATE, DECIMAL

SWAPS = (("lt", "le", "eq", "ge", "gt"), ("all", "any"), ("add", "mul", "min", "max"),
         ("sub", "div"))
WORDS = (("half_up", "half_even", "down", "up"), ("largest", "first", "last"),
         ("settled", "achieved"), ("lost", "next"), ("waiting", "lost"), ("achieved", "started"), ("start", "end"),
         ("sum", "max", "min", "mean", "last"), ("add", "once"), ("confirmed", "runs"),
         ("none", "unknown"), ("enrolled", "period"), ("each_period", "after_last"),
         ("exact", "steps", "linear"), ("unknown", "previous"),
         ("happened", "recorded", "accepted"), ("subject", "all"), ("runs", "stands"), ("carry", "repay"), ("amount", "count"),
         ("low", "mid", "high"), ("east", "west"), ("fund_a", "fund_b", "fund_c", "fund_d"),
         ("prov_a", "prov_b"), ("treated", "control"), ("employment", "education", "other"),
         ("day", "week", "month", "quarter", "block"), ("first", "latest"), ("person", "enrolment"),
         ("attested", "plain", "feed"),
         ("enrolment.start", "contract.start", "person.assigned", "enrolment.exit"),
         ("enrolment.band", "person.band"), ("enrolment.age", "person.age"),
         ("enrolment.wants", "person.wants", "person.consent"),
         ("period.start", "period.end"), ("period.days", "period.index"),
         ("fact.date", "fact.recorded"), ("outcome.date", "contract.start"),
         ("contract.outcome_until", "contract.final", "contract.end"),
         ("item.amount", "item.index"))
OPTIONAL = ("where", "when", "in", "after", "unless", "apart_from", "needs", "until", "hold", "tax",
            "final", "due", "claim", "mean", "stop", "skip", "sample", "accepted_by")
PARTS = (*NAMED, "limits")


def places(x, path=()):
    """Paths to everything inside x."""
    yield path
    inner = x.items() if isinstance(x, dict) else enumerate(x) if isinstance(x, list) else ()
    for k, y in inner:
        if k not in ("show", "title", "name", "sites"):
            yield from places(y, (*path, k))


def at(x, path):
    for k in path:
        x = x[k]
    return x


def other(r, x, terms):
    """Another literal, word or name of the same kind; None where none is known."""
    if isinstance(x, bool):
        return not x
    if isinstance(x, int):
        return r.choice([n for n in (x + 1, x - 1, 2 * x, 0, 1) if n != x])
    if DATE.fullmatch(x):
        days = datetime.timedelta(days=r.choice((-31, -7, -1, 1, 7, 31)))
        return (datetime.date.fromisoformat(x) + days).isoformat()
    if DECIMAL.fullmatch(x):
        return r.choice([d for d in ("0", "0.25", "0.5", "1", "7.5") if d != x])
    alike = [w for words in WORDS if x in words for w in words if w != x]
    for part in ("values", "outcomes", "groups", "tables", "payments", "dates"):
        if x in terms.get(part, {}):
            alike += [n for n in terms[part] if n != x]
    return r.choice(alike) if alike else None


def changed(r, terms):
    """(part, the terms with one clause changed), or None."""
    names = sorted(used(terms)) + [("limits", i) for i in range(len(terms["limits"]))]
    part = r.choice(sorted({p for p, _ in names}))
    name = r.choice([n for p, n in names if p == part])
    path = r.choice([p for p in places(terms[part][name], (part, name))])
    new = copy.deepcopy(terms)
    held, key = at(new, path[:-1]), path[-1]
    x = held[key]
    if key in OPTIONAL and isinstance(held, dict):
        del held[key]
    elif isinstance(x, dict) and len(x) == 1:
        (op, arg), = x.items()
        alike = [o for ops in SWAPS if op in ops for o in ops if o != op]
        if not alike:
            return None
        held[key] = {r.choice(alike): arg}
    elif isinstance(x, (dict, list)):
        return None
    else:
        held[key] = other(r, x, terms)
        if held[key] is None:
            return None
    return part, new


def in_time(engine, case, seconds=10):
    """The answer; none where a change makes days beyond number not exist."""
    def stop(*_):
        engine.pipe.kill()
    signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    got = engine.settle(case)           # says that it is refused where the engine ends
    signal.alarm(0)
    return got


def tries(engine, case, r, most):
    """[(part, does it change the answer)] of changes that the engine takes."""
    before, got = engine.settle(case), []
    for _ in range(40 * most):
        if len(got) == most or "refused" in before:
            break
        n = r.randrange(len(case["terms"]))
        change = changed(r, case["terms"][n]["terms"])
        if change is None:
            continue
        part, terms = change
        versions = list(case["terms"])
        versions[n] = dict(versions[n], terms=terms)
        after = in_time(engine, dict(case, terms=versions))
        if "refused" not in after:
            got.append((part, after["statements"] != before["statements"]))
    return got


def main():
    args = options("1-200", "small")
    args.add_argument("--tries", type=int, default=3)
    args = args.parse_args()
    engine = Engine(args.engine)
    counts = {}
    for seed in seeds_of(args.seeds):
        for part, seen in tries(engine, make_case(args.kind, seed),
                                random.Random("sensitive %d" % seed), args.tries):
            for p in (part, "all"):
                n, m = counts.get(p, (0, 0))
                counts[p] = n + 1, m + seen
    for part in (*PARTS, "all"):
        n, m = counts.get(part, (0, 0))
        print("# %s %-10s %6d changes, %6d seen, %5.1f %%"
              % (args.kind, part, n, m, 100 * m / max(n, 1)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
