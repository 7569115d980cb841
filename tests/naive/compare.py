#!/usr/bin/env python3
"""Random contracts and histories through both evaluators, compared line by line.

compare.py ENGINE [--seeds FIRST-LAST] [--kind KIND] [--case FILE] [--keep FILE] [--shrink]
    [--most DIFFERENCES] [--progress PAIRS]
KIND is jonkoping, core, wide, broad, tiny, every, small, one of broad.FOCUS or
every.FOCUS; ENGINE the program of tests/cli/settle_json.c. Prints a line a difference and
ends with 1 where there was one.
"""
import argparse
import json
import signal
import subprocess
import sys

import broad
import contracts
import every
import jonkoping
from evaluate import canonical, evaluate, root_of
from history import history

FIELDS = ("key", "payment", "outcome", "subject", "occurrence", "payer", "payee", "unit", "tax",
          "version", "year", "amount", "reason", "achieved")


class Engine:
    """The real engine behind a pipe."""

    def __init__(self, program):
        self.program = program
        self.start()

    def start(self):
        self.pipe = subprocess.Popen([self.program], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                     text=True, encoding="utf-8")

    def stop(self):
        self.pipe.kill()
        self.pipe.communicate()

    def settle(self, case):
        self.ask(case)
        return self.answer()

    def ask(self, case):
        try:
            self.pipe.stdin.write("".join(canonical(line) + "\n" for line in flat(case)))
            self.pipe.stdin.flush()
        except BrokenPipeError:
            pass                        # there will be no answer

    def answer(self):
        answer = self.pipe.stdout.readline()
        if not answer:
            self.stop()
            self.start()
            return {"statements": [], "drawn": [], "refused": "the engine died", "statement": 1}
        got = json.loads(answer)
        got["statements"] = [[line_of(pair) for pair in st] for st in got["statements"]]
        return got


def flat(case):
    """A case as lines in ledger order."""
    rows = [(v["seq"], 0, {"version": v}) for v in case["terms"]]
    rows += [(e["seq"], 0, {"event": e}) for e in case["events"] if e["type"] != "data.erased"]
    rows += [(e["seq"], 0, {"erase": dict(e, people=e["participants"])}) for e in case["events"]
             if e["type"] == "data.erased"]
    for n, st in enumerate(case["statements"]):
        rows.append((st["size"] - 1, 1 + n, {"statement": dict(st, root=root_of(st))}))
    return [r[2] for r in sorted(rows, key=lambda r: r[:2])] + [{"end": True}]


def line_of(pair):
    line, basis = pair["line"], pair["basis"]
    both = {**{f: "" for f in FIELDS}, **line, **basis}
    both["subject"] = basis.get("participant") or basis.get("site") or ""
    return {f: both[f] for f in FIELDS}


def short(line):
    return " ".join("%s=%s" % (f[:6], str(line[f])[:12]) for f in FIELDS if line[f] != "")


def differences(ours, theirs):
    """Sentences that say where the two answers differ; the first statement only."""
    if ("refused" in ours) != ("refused" in theirs):
        return ["naive: %s, engine: %s"
                % tuple(r.get("refused", "settles") for r in (ours, theirs))]
    for n, (a, b) in enumerate(zip(ours["statements"], theirs["statements"])):
        left, right = [canonical(x) for x in a], [canonical(x) for x in b]
        out = []
        for x in sorted(set(left) | set(right)):
            extra = left.count(x) - right.count(x)
            if extra > 0:
                out.append("statement %d: only naive:  %s" % (n + 1, short(json.loads(x))))
            if extra < 0:
                out.append("statement %d: only engine: %s" % (n + 1, short(json.loads(x))))
        if out:
            return out
        for i, (x, y) in enumerate(zip(left, right)):
            if x != y:
                return ["statement %d: other order: line %d is naive:  %s"
                        % (n + 1, i + 1, short(json.loads(x))),
                        "statement %d:                       engine: %s"
                        % (n + 1, short(json.loads(y)))]
    if sorted(ours["drawn"]) != sorted(theirs["drawn"]):
        return ["drawn to be checked: naive %s, engine %s"
                % tuple(sorted(r["drawn"]) for r in (ours, theirs))]
    if len(ours["statements"]) != len(theirs["statements"]):
        return ["naive settles %d statements, engine %d"
                % (len(ours["statements"]), len(theirs["statements"]))]
    return []


def compare(engine, case):
    """Sentences that say where the two differ, and how many lines there were."""
    engine.ask(case)
    try:
        ours = evaluate(case)
    except Exception as e:              # one case that it cannot do ends no long run
        engine.answer()
        return ["the second evaluator fails: %s: %s" % (type(e).__name__, e)], 0
    return differences(ours, engine.answer()), sum(len(s) for s in ours["statements"])


class TooLong(BaseException):
    """No exception of the evaluator's own."""


def limited(engine, args, seed, seconds=120):
    """(case, sentences, lines) of what a seed draws, given up after a while."""
    def give_up(*_):
        raise TooLong
    signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    case = None
    try:
        case = json.load(open(args.case)) if args.case else make_case(args.kind, seed)
        return (case, *compare(engine, case))
    except TooLong:
        engine.stop()
        engine.start()
        return case, ["no answer within %d seconds" % seconds], 0
    except Exception as e:              # what draws it settles it, too
        return case, ["the second evaluator fails as it draws: %s: %s"
                      % (type(e).__name__, e)], 0
    finally:
        signal.alarm(0)


def make_case(kind, seed):
    if kind == "jonkoping":
        return history(seed, jonkoping.versions(), jonkoping.PROFILE, 30 + seed % 60, 2 + seed % 9)
    if kind in ("broad", "tiny"):
        return broad.case(seed, kind == "tiny")
    if kind in broad.FOCUS:
        return broad.case(seed, False, kind)
    if kind in ("every", "small") or kind[6:] in broad.FOCUS:
        return every.case(seed, kind == "small", kind[6:] or None)
    return contracts.case(seed, kind)


def shrink(engine, case):
    """Takes events and statements away as long as the two still differ."""
    def bad(c):
        try:
            return bool(differences(evaluate(c), engine.settle(c)))
        except KeyError:
            return False
    changed = True
    while changed:
        changed = False
        for n in reversed(range(1, len(case["statements"]))):
            smaller = dict(case, statements=case["statements"][:n])
            if bad(smaller):
                case, changed = smaller, True
            else:
                break
        for i in reversed(range(len(case["events"]))):
            gone = case["events"][i]["digest"]
            events = [e for e in case["events"] if e["digest"] != gone]
            if any(gone in json.dumps(e["body"]) for e in events):
                continue
            smaller = dict(case, events=events)
            if bad(smaller):
                case, changed = smaller, True
    return case


def options(seeds, kind):
    """The program of the engine that is asked, seeds, a kind of case."""
    args = argparse.ArgumentParser()
    args.add_argument("engine")
    args.add_argument("--seeds", default=seeds)
    args.add_argument("--kind", default=kind)
    return args


def seeds_of(text):
    """7, or 1-20."""
    first, _, last = text.partition("-")
    return range(int(first), int(last or first) + 1)


def main():
    args = options("1-20", "jonkoping")
    args.add_argument("--case")
    args.add_argument("--keep")
    args.add_argument("--shrink", action="store_true")
    args.add_argument("--most", type=int, default=1)
    args.add_argument("--progress", type=int, default=0)
    args = args.parse_args()
    engine = Engine(args.engine)
    failed = lines = pairs = 0
    for seed in seeds_of(args.seeds):
        case, found, count = limited(engine, args, seed)
        pairs += 1
        lines += count
        if args.progress and pairs % args.progress == 0:
            print("# to seed %d: %d pairs, %d lines, %d differ" % (seed, pairs, lines, failed),
                  flush=True)
        if not found:
            continue
        failed += 1
        print("# seed %d (%s): %d differences" % (seed, args.kind, len(found)), flush=True)
        for text in found[:4]:
            print("#   " + text)
        if args.shrink and case:
            case = shrink(engine, case)
            for text in differences(evaluate(case), engine.settle(case))[:6]:
                print("#   shrunk: " + text)
        if args.keep and case:
            json.dump(case, open(args.keep, "w"))
        if failed >= args.most:
            break
    print("# %s seeds %s: %d pairs, %d lines, %d differ" % (args.kind, args.seeds, pairs, lines,
                                                          failed))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
