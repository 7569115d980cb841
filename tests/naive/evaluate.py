#!/usr/bin/env python3
"""A second evaluation of the terms language, for tests: slow and plain.

Written from contracts/README.md alone. Reads one case a line, a JSON document
{"terms":[{"digest","seq","at","from","terms"}…], "events":[…],
"statements":[{"size","through"}…]}, and prints for each case one line of JSON:
{"statements":[[LINE…]…]} or {"refused":"…","statement":N}.
"""
import json
import sys

from erasure import Erased
from kinds import SettlementStops, parse_date
from settlement import Memory, Settlement


def shown(line, settlement):
    payment, outcome, subject, occurrence = line.key
    payer, payee, unit, tax, version, year = line.posting
    who = settlement.names[subject]
    return {"payment": payment, "outcome": outcome, "subject": who, "occurrence": occurrence,
            "payer": payer, "payee": payee, "unit": unit, "tax": tax, "version": version,
            "year": year, "amount": line.amount, "reason": line.reason,
            "achieved": line.achieved.isoformat() if line.achieved else ""}


def canonical(x):
    return json.dumps(x, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def erase(case, done, memory, erased, event):
    """What the people of this erasure hold, as of the statement before it."""
    def work_out(watch):
        if not done:
            return False
        Settlement(case["terms"], case["events"], event["seq"], done[-1]["through"], done,
                   memory.copy(), erased, watch).lines()
        return True
    erased.take(event, case["events"], work_out)


def evaluate(case):
    done, out, names, memory, erased = [], [], {}, Memory(), Erased()
    erasures = [e for e in case["events"] if e["type"] == "data.erased"]
    for n, st in enumerate(case["statements"]):
        through = parse_date(st["through"])
        try:
            while erasures and erasures[0]["seq"] < st["size"]:
                erase(case, done, memory, erased, erasures.pop(0))
            s = Settlement(case["terms"], case["events"], st["size"], through, done, memory, erased)
            lines = s.lines()
        except SettlementStops as stop:
            return {"statements": out, "refused": str(stop), "statement": n + 1}
        for line in lines:
            subject = line.key[2]
            if subject not in names:
                names[subject] = subject[1] if subject[0] == "site" \
                    else s.worlds[-1].participant(subject)
        s.names = names
        done.append({"number": n + 1, "through": through, "size": st["size"], "lines": lines})
        out.append([shown(l, s) for l in lines])
    return {"statements": out}


def main():
    for text in sys.stdin:
        if text.strip():
            print(canonical(evaluate(json.loads(text))), flush=True)


if __name__ == "__main__":
    main()
