#!/usr/bin/env python3
"""Every contracts/*/ with events.jsonl through the engine and through tests/naive.

contracts.py ENGINE [--show] FOLDER...   prints "pass NAME" or "fail NAME" and remarks.
ENGINE is the program of tests/cli/settle_json.c. --show prints the lines that came out.

events.jsonl is what the ledger would hold, one JSON object a line, by time:
  {"at", "sender", "type", "body", "id"?}   an event; `contract` is left out of bodies, a person
      is a short name (padded to a pseudonym), and "@id" stands for the digest of event `id`
  … "repeat": {"times": N, "every": "1 month", "fields": ["month"]}   said N times; at, and each
      field, moves on by so much (days, weeks, months); without fields only `at` does
  … "people": ["p", N]   said of N people, p_001 to p_N
  {"at", "statement": "2018-03-31"}         all before `at` is settled through that day
  {"at", "version": "terms-2.json"}         the last signature of a new version
A statement of expected.json is {"through", "lines": [TEXT…]}, or "totals": {TEXT: [lines, sum]}.
"""
import hashlib
import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "naive"))
from compare import Engine
from evaluate import evaluate
from kinds import parse_date
from periods import add_units

CONTRACT = hashlib.sha256(b"contract").hexdigest()
LETTERS = str.maketrans("0123456789_", "abcdefghij7")


def pseudonym(name):
    return name.translate(LETTERS).ljust(26, "a")


def digest(name):
    return hashlib.sha256(name.encode()).hexdigest()


def moved(text, every, times):
    n, unit = every.split()
    day = add_units(parse_date(text[:10]), int(n) * times, unit.rstrip("s"))
    return day.isoformat() + text[10:]


def whole(value):
    """A body as recorded: digests for @id, the pseudonym of each name."""
    if isinstance(value, dict):
        out = {k: whole(v) if k != "participant" else pseudonym(v) for k, v in value.items()}
        if "events" in out:
            out["events"] = sorted(out["events"])
        return out
    if isinstance(value, list):
        return [whole(v) for v in value]
    if isinstance(value, str) and value.startswith("@"):
        return digest(value[1:])
    return value


def people(row):
    if "people" not in row:
        return [row]
    prefix, n = row["people"]
    return [dict(row, body=dict(row["body"], participant="%s_%03d" % (prefix, i)))
            for i in range(1, n + 1)]


def spread(row):
    """One row of the file as the rows it stands for."""
    repeat = row.get("repeat", {"times": 1})
    for i in range(repeat["times"]):
        again = dict(row, body=dict(row.get("body", {})))
        if i:
            again["at"] = moved(row["at"], repeat["every"], i)
            for field in repeat.get("fields", []):
                again["body"][field] = moved(row["body"][field], repeat["every"], i)
            if "id" in row:
                again["id"] = "%s.%d" % (row["id"], i)
        yield from people(again)


def version(folder, name, seq, at):
    terms = json.loads((folder / name).read_text())
    start = terms.get("applies", {}).get("from", terms["settlement"]["from"])
    return {"digest": CONTRACT if name == "terms.json" else digest(name), "seq": seq, "at": at,
            "from": start, "terms": terms}


def read_case(folder):
    terms = version(folder, "terms.json", 1, "1990-01-01T00:00:00Z")
    case = {"terms": [terms], "events": [], "statements": []}
    rows = [r for text in (folder / "events.jsonl").read_text().splitlines()
            for r in spread(json.loads(text))]
    seq = 1
    for row in sorted(rows, key=lambda r: r["at"]):
        at = row["at"] if "T" in row["at"] else row["at"] + "T12:00:00Z"
        seq += 1
        if "statement" in row:
            case["statements"].append({"size": seq, "through": row["statement"]})
            seq += 100000
        elif "version" in row:
            case["terms"].append(version(folder, row["version"], seq, at))
        else:
            body = whole(dict(row["body"], contract="@contract"))
            if row["type"] == "event.corrected":
                body["body"]["contract"] = CONTRACT
            case["events"].append({
                "seq": seq, "at": at, "sender": row["sender"], "type": row["type"], "body": body,
                "digest": digest(row["id"] if "id" in row else "event %d" % seq),
                "salt": "AAAAAAAAAAAAAAAAAAAAAA"})
    return case


def names(case, folder):
    """Pseudonym -> short name."""
    found = {}
    for text in (folder / "events.jsonl").read_text().splitlines():
        for row in spread(json.loads(text)):
            body = row.get("body", {})
            for name in [body.get("participant"), body.get("body", {}).get("participant")]:
                if name:
                    found[pseudonym(name)] = name
    return found


def text_of(line, short):
    """payment/outcome#occurrence subject payer>payee amount unit reason day"""
    what = line["payment"]
    if line["outcome"] and line["outcome"] != line["payment"]:
        what += "/" + line["outcome"]
    if line["occurrence"]:
        what += "#" + str(line["occurrence"])
    subject = short.get(line["subject"], line["subject"]) or "-"
    out = "%s %s %s>%s %d %s" % (what, subject, line["payer"], line["payee"], line["amount"],
                                 line["unit"])
    if line["tax"]:
        out += " tax:" + line["tax"]
    if line["version"] != CONTRACT:
        out += " v2" if line["version"] == digest("terms-2.json") else " v3"
    out += " %s %s" % (line["reason"], line["achieved"])
    return out if str(line["year"]) == line["achieved"][:4] else out + " year:%s" % line["year"]


def total_of(lines):
    totals = {}
    for line in lines:
        key = "%s %s>%s %s %s" % (line["payment"], line["payer"], line["payee"], line["unit"],
                                  line["reason"])
        n, amount = totals.get(key, (0, 0))
        totals[key] = (n + 1, amount + line["amount"])
    return {k: list(v) for k, v in totals.items()}


def differences(answer, expected, case, short):
    if "refused" in answer:
        return ["statement %d is refused: %s" % (answer["statement"], answer["refused"])]
    out = []
    for got, want, st in zip(answer["statements"], expected, case["statements"]):
        if want["through"] != st["through"]:
            out.append("expected.json has %s, events.jsonl %s" % (want["through"], st["through"]))
        if "totals" in want:
            have = total_of(got)
            out += ["%s: %s: got %s, want %s" % (st["through"], k, have.get(k), want["totals"].get(k))
                    for k in sorted(set(have) | set(want["totals"]))
                    if have.get(k) != want["totals"].get(k)]
            continue
        have, left = sorted(text_of(line, short) for line in got), sorted(want["lines"])
        for text in sorted(set(have) | set(left)):
            extra = have.count(text) - left.count(text)
            if extra:
                out.append("%s: %s %s" % (st["through"], "got " if extra > 0 else "want", text))
    if not len(answer["statements"]) == len(expected) == len(case["statements"]):
        out.append("%d statements settled, %d asked, %d expected"
                   % (len(answer["statements"]), len(case["statements"]), len(expected)))
    return out


def show(answer, case, short):
    for got, st in zip(answer["statements"], case["statements"]):
        print("   through %s" % st["through"])
        for text in sorted(text_of(line, short) for line in got):
            print("      " + text)


def main():
    args = [a for a in sys.argv[1:] if a != "--show"]
    engine = Engine(args[0])
    bad = 0
    for folder in map(pathlib.Path, args[1:]):
        case = read_case(folder)
        short = names(case, folder)
        path = folder / "expected.json"
        expected = json.loads(path.read_text()) if path.exists() else []
        for who, settle in (("engine", engine.settle), ("second evaluator", evaluate)):
            answer = settle(case)
            found = differences(answer, expected, case, short)
            bad += bool(found)
            print("%s %s: %s" % ("fail" if found else "pass", folder.name, who))
            for text in found[:40]:
                print("#   " + text)
            if "--show" in sys.argv:
                show(answer, case, short)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
