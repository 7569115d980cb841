#!/usr/bin/env python3
"""What must not change a statement: properties of the engine alone, on random cases.

metamorphic.py ENGINE PROPERTY [--seeds FIRST-LAST]
    order    events on the same side of every cut-off in another order, each person's own kept
    split    the same events with other numbers: another submission each, or all in one
    retract  a fact retracted before the first statement, or never said
    looser   a sole cap with a higher end never pays less in all
Carried settlement against settlement from scratch is compared by the engine's program itself, at
every statement of every case.
"""
import argparse
import copy
import random
import sys

import broad
from compare import Engine, differences, seeds_of


def plain(seed):
    """A case without disputes (they name a line's number)."""
    case = broad.case(seed)
    case["events"] = [e for e in case["events"] if not e["type"].startswith("dispute.")]
    return case


def borders(case):
    return sorted([st["size"] for st in case["statements"]] + [v["seq"] for v in case["terms"]])


def same_side(case, a, b):
    return all((a <= x) == (b <= x) for x in borders(case))


def about(event, by_digest):
    """Whom an event is about, through what it corrects, retracts or judges; None: anybody."""
    body = event["body"]
    names = {body[k] for k in ("participant",) if k in body}
    for digest in [body.get("event")] + body.get("events", []):
        if digest in by_digest:
            names |= about(by_digest[digest], by_digest) or {"?"}
    if "body" in body:
        names |= {body["body"].get("participant", "?")}
    return names or None


def reorder(case, r):
    """Neighbours about different people change places, over and over; whether any did."""
    moved = False
    events = case["events"]
    by_digest = {e["digest"]: e for e in events}
    names = [about(e, by_digest) for e in events]
    for _ in range(10 * (len(events) - 1)):
        i = r.randrange(len(events) - 1)
        if not names[i] or not names[i + 1] or names[i] & names[i + 1]:
            continue
        if "?" in names[i] | names[i + 1]:
            continue
        if not same_side(case, events[i]["seq"], events[i + 1]["seq"]):
            continue
        a, b = events[i], events[i + 1]
        a["seq"], b["seq"] = b["seq"], a["seq"]
        events[i], events[i + 1] = b, a
        names[i], names[i + 1] = names[i + 1], names[i]
        moved = True
    return moved


def order(engine, seed, r):
    case = plain(seed)
    case["events"] = [e for e in case["events"] if e["type"] != "participants.joined"]
    other = copy.deepcopy(case)
    if not reorder(other, r):
        return None
    return differences(engine.settle(case), engine.settle(other))


def split(engine, seed, r):
    case = plain(seed)
    other = copy.deepcopy(case)
    line = [(e["seq"], 1, e) for e in other["events"]] \
        + [(v["seq"], 1, v) for v in other["terms"]] \
        + [(st["size"], 0, st) for st in other["statements"]]
    seq = 4
    for _, is_event, what in sorted(line, key=lambda x: x[:2]):
        seq += r.choice([1, 1, 1, 2, 30])
        what["seq" if is_event else "size"] = seq
        seq += 0 if is_event else 50000         # a statement's own lines follow it
    return differences(engine.settle(case), engine.settle(other))


KINDS = ("spell.started", "activity.logged", "earnings.reported", "status.reported",
         "milestone.reached", "measurement.recorded", "claim.made", "participant.changed",
         "consent.given", "spell.confirmed", "spell.changed", "spell.ended")


def retract(engine, seed, r):
    case = plain(seed)
    case["statements"] = case["statements"][-1:]
    case["terms"] = case["terms"][:1]
    size = case["statements"][0]["size"]
    gone = {e["body"]["event"] for e in case["events"] if e["type"] == "event.retracted"}
    corrected = {e["body"]["event"] for e in case["events"] if e["type"] == "event.corrected"}
    heads = [e for e in case["events"] if e["type"] in KINDS and e["seq"] < size
             and e["digest"] not in gone | corrected]
    if not heads:
        return None
    fact = r.choice(heads)
    with_it, without = copy.deepcopy(case), copy.deepcopy(case)
    with_it["events"].append({
        "seq": size, "at": case["events"][-1]["at"], "sender": fact["sender"],
        "digest": "f" * 64, "salt": fact["salt"], "type": "event.retracted",
        "body": {"contract": fact["body"]["contract"], "event": fact["digest"]}})
    with_it["events"].sort(key=lambda e: e["seq"])
    with_it["statements"][0]["size"] += 1
    unsay(without, {fact["digest"]})
    return differences(engine.settle(with_it), engine.settle(without))


def unsay(case, digests):
    """Takes events away, and what is said about them."""
    while digests:
        more, kept = set(), []
        for e in case["events"]:
            body = e["body"]
            if e["digest"] in digests:
                continue
            if body.get("event") in digests or body.get("spell") in digests:
                more.add(e["digest"])
                continue
            for b in (body, body.get("body", {})):
                if "events" in b:
                    b["events"] = [d for d in b["events"] if d not in digests]
            if body.get("events") == [] or body.get("body", {}).get("events") == []:
                more.add(e["digest"])
                continue
            kept.append(e)
        case["events"], digests = kept, more


def looser(engine, seed, r):
    case = plain(seed)
    case["terms"] = case["terms"][:1]
    terms = case["terms"][0]["terms"]
    caps = [l for l in terms["limits"] if "steps" in l and l["along"] == "amount"
            and len(l["steps"]) == 1 and "payer" not in l["per"] and "payee" not in l["per"]]
    if not caps:
        return None
    cap = caps[0]
    cap["excess"] = "lost" if isinstance(cap["excess"], dict) else cap["excess"]
    terms["limits"] = [cap]
    other = copy.deepcopy(case)
    step = other["terms"][0]["terms"]["limits"][0]["steps"][0]
    step["to"] += r.choice([1, 7, 100, 1000])
    a, b = engine.settle(case), engine.settle(other)
    if "refused" in a or "refused" in b:
        return differences(a, b) or None
    before, after = (sum(l["amount"] for st in x["statements"] for l in st
                         if l["payment"] in cap["of"] and l["tax"] == "") for x in (a, b))
    return [] if before <= after else ["%s: %d with %d, %d with %d" % (
        cap["name"], before, cap["steps"][0]["to"], after, step["to"])]


def main():
    args = argparse.ArgumentParser()
    args.add_argument("engine")
    args.add_argument("property", choices=["order", "split", "retract", "looser"])
    args.add_argument("--seeds", default="1-50")
    args = args.parse_args()
    engine = Engine(args.engine)
    failed = tried = 0
    for seed in seeds_of(args.seeds):
        found = globals()[args.property](engine, seed, random.Random("meta %d" % seed))
        tried += found is not None
        if found:
            failed += 1
            print("# seed %d (%s):" % (seed, args.property))
            for text in found[:4]:
                print("#   " + text)
    print("# %s: seeds %s, %d applied, %d failed" % (args.property, args.seeds, tried, failed))
    return 1 if failed or not tried else 0


if __name__ == "__main__":
    sys.exit(main())
