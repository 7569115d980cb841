#!/usr/bin/env python3
"""A second evaluation of the terms language, for tests: slow and plain.

Written from contracts/README.md alone. Reads one case a line, a JSON document
{"terms":[{"digest","seq","at","from","terms"}…], "events":[…],
"statements":[{"size","through"}…]}, and prints for each case one line of JSON:
{"statements":[[LINE…]…]} or {"refused":"…","statement":N}.
"""
import hashlib
import json
import sys

from erasure import Erased
from kinds import Fraction, SettlementStops, parse_date
from settlement import Memory, Settlement


sys.setrecursionlimit(10000)
CONTRACT_SALT = "A" * 22


def shown(line, settlement):
    payment, outcome, subject, occurrence = line.key
    payer, payee, unit, tax, version, year = line.posting
    who = settlement.names[subject]
    return {"key": line.hash, "payment": payment, "outcome": outcome, "subject": who,
            "occurrence": occurrence,
            "payer": payer, "payee": payee, "unit": unit, "tax": tax, "version": version,
            "year": year, "amount": line.amount, "reason": line.reason,
            "achieved": line.achieved.isoformat() if line.achieved else ""}


def canonical(x):
    return json.dumps(x, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


def root_of(st):
    """A root behind this statement, for the draw."""
    return sha256("root %d" % st["size"])


def key_hash(line, settlement, name):
    """What a line calls its key by. Section 14."""
    payment, outcome, subject, occurrence = line.key
    ledger, first = settlement.ledger, settlement.worlds[0].version
    key = {"contract": first["digest"], "occurrence": occurrence, "outcome": outcome,
           "payment": payment, "salt": CONTRACT_SALT}
    if subject[0] == "site":
        key["site"] = name
    elif subject[0] != "contract":
        key["participant"] = name
        key["salt"] = ledger.salt_of(name)
    if subject[0] == "enrolment":
        key["enrolment"] = next(c for c in ledger.chains if c.seq == subject[1]).members[0].digest
    return sha256("utfall/key/v1\n" + canonical({k: v for k, v in key.items() if v != ""}))


def drawn(settlement, lines, root):
    """["PROOF KEY"…] of this statement that are to be checked. Section 5."""
    sums = {}
    for line in lines:
        if line.posting[3] == "":
            sums.setdefault(line.hash, [line, 0])[1] += line.amount
    by_proof = {}
    for h, (line, amount) in sums.items():
        world = next(w for w in settlement.worlds if w.version["digest"] == line.posting[4])
        proof = sampled_by(world.terms, line.key[0])
        if amount > 0 and proof:
            by_proof.setdefault((world, proof), []).append(h)
    out = []
    for (world, proof), keys in by_proof.items():
        share = world.terms["proofs"][proof]["sample"]["share"]
        keys.sort(key=lambda h: sha256("utfall/sample/v1\n%s\n%s" % (root, h)))
        out += ["%s %s" % (proof, h) for h in keys[:-(-len(keys) * Fraction(share) // 1)]]
    return out


def sampled_by(terms, payment):
    """The proof by which what a payment rests on is checked by sample, or None."""
    p = terms["payments"].get(payment)
    if p is None:
        return None
    target = p["for"]
    if isinstance(target, dict):
        return min(rests_on(terms, p["price"]), default=None)
    outcomes = [target] if isinstance(target, str) else target
    found = set()
    for name in outcomes:
        o = terms["outcomes"][name]
        if "claim" in o and "sample" in terms["proofs"][o["claim"]]:
            return o["claim"]
        found |= counted(terms, name)
    return min(found, default=None)


def counted(terms, name):
    o = terms["outcomes"][name]
    parts = o.get("any_of") or o.get("all_of") or []
    return set().union(*(counted(terms, p) for p in parts), rests_on(terms, o.get("count")))


def rests_on(terms, x):
    """The sampled proofs of the facts that an expression reads."""
    if isinstance(x, dict):
        if "date" in x and isinstance(x["date"], dict) or "grow" in x:
            return set()
        return set().union(*(rests_on(terms, v) for v in x.values()))
    if isinstance(x, list):
        return set().union(*(rests_on(terms, v) for v in x))
    value = terms.get("values", {}).get(x) if isinstance(x, str) else None
    if value is None:
        return set()
    if "is" in value:
        return rests_on(terms, value["is"])
    return {value["proof"]} if "sample" in terms["proofs"][value["proof"]] else set()


def erase(case, done, memory, erased, event):
    """What the people of this erasure hold, as of the statement before it."""
    def work_out(watch, standing):
        s = Settlement(case["terms"], case["events"], event["seq"], done[-1]["through"], done,
                       memory.copy(), erased, watch, standing)
        s.lines()
        return s
    erased.take(event, case["events"], work_out if done else None)


def evaluate(case):
    done, out, names, memory, erased, checked = [], [], {}, Memory(), Erased(), []
    hashes = {}
    erasures = [e for e in case["events"] if e["type"] == "data.erased"]
    for n, st in enumerate(case["statements"]):
        through = parse_date(st["through"])
        try:
            while erasures and erasures[0]["seq"] < st["size"]:
                erase(case, done, memory, erased, erasures.pop(0))
            s = Settlement(case["terms"], case["events"], st["size"], through, done, memory, erased)
            lines = s.lines()
        except (SettlementStops, OverflowError) as stop:    # or a date beyond the year 9999
            return {"statements": out, "drawn": checked, "refused": str(stop), "statement": n + 1}
        for line in lines:
            subject = line.key[2]
            if subject not in names:
                names[subject] = subject[1] if subject[0] == "site" \
                    else s.worlds[-1].participant(subject)
            line.hash = hashes.get(line.key) or key_hash(line, s, names[subject])
            hashes[line.key] = line.hash
        s.names = names
        checked += ["%d %s" % (n + 1, d) for d in drawn(s, lines, root_of(st))]
        done.append({"number": n + 1, "through": through, "size": st["size"], "lines": lines})
        out.append([shown(l, s) for l in lines])
    return {"statements": out, "drawn": checked}


def main():
    for text in sys.stdin:
        if text.strip():
            print(canonical(evaluate(json.loads(text))), flush=True)


if __name__ == "__main__":
    main()
