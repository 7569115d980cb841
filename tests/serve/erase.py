"""erase.py WORLD BASE UTFALL: what a running server says of a person who is erased. Prints TAP.

Everything there is to ask is asked, by everybody who may, in every media type; then a person is
erased while the server runs, and all is asked again: nothing of what was said of it comes back,
neither from the record nor from what the server kept of its own answers.
"""
import http.client, json, re, subprocess, sys, time, urllib.parse

from tap import finish, ok

folder, base, utfall = sys.argv[1:4]
world = json.load(open(folder + "/world.json"))


entries = [json.loads(x) for x in open(folder + "/bundle/entries.jsonl")]
bodies = [json.loads(x) for x in open(folder + "/bundle/events.jsonl")]
heads = [e for e in entries if "event" in e]
events = [dict(b, digest=e["event"], seq=e["seq"]) for e, b in zip(heads, bodies)]
contract = world["contracts"]["a"]
party = world["parties"]["a"]
enrolled = [e for e in events if e["type"] == "participant.enrolled" and
            e["body"]["contract"] == contract]
# not the first, who is transferred: the last of the second provider
gone = enrolled[-1]["body"]["participant"]
stays = enrolled[1]["body"]["participant"]
about = [e for e in events if e["body"].get("participant") == gone]
kept = [e for e in events if e["type"] in ("settlement.line", "settlement.issued")]
secrets = {gone} | {e["salt"] for e in about}
lines = {e["body"]["line"]: e for e in events if e["type"] == "settlement.line" and
         e["body"]["contract"] == contract}
its = [e["body"]["line"] for e in about if e["type"] == "settlement.basis"]
others = [n for n in lines if n not in its]
statement = [e["digest"] for e in events if e["type"] == "settlement.issued" and
             e["body"]["contract"] == contract][0]


def mint(who, role):
    return subprocess.run([utfall, "token", "mint", who, "--role", role, "--origin", world["origin"],
                           "--expires", "2099-01-01T00:00:00Z", "--key", folder + "/keys/tokens.key"],
                          check=True, capture_output=True, text=True).stdout.strip()


tokens = {"auditor": mint("anyone", "auditor"), "funder": mint(party["funder"][0], "funder"),
          "provider": mint(party["provider"][1], "provider"),
          "verifier": mint(party["verifier"][0], "verifier"), "public": None}
connection, asked_at = http.client.HTTPConnection(urllib.parse.urlsplit(base).netloc), 0


def get(path, who="auditor", accept=None, etag=None):
    global asked_at
    if time.monotonic() - asked_at > 5:     # the server ends what is idle for long
        connection.close()
    headers = {"Authorization": "Bearer " + tokens[who]} if tokens[who] else {}
    if accept:
        headers["Accept"] = accept
    if etag:
        headers["If-None-Match"] = etag
    for _ in range(1200):       # a forecast may not be there yet
        connection.request("GET", path, headers=headers)
        r = connection.getresponse()
        body = r.read().decode("utf-8", "replace")
        if r.status != 503 or "/forecast" not in path:
            break
        time.sleep(0.1)
    asked_at = time.monotonic()
    return r.status, body, r.headers


C, S = "/v1/contracts/" + contract, "/v1/statements/" + statement
PEOPLE = C + "/participants/"
first = about[0]                        # its enrolment
sent = max((e for e in entries if "submission" in e and e["seq"] < first["seq"]), key=lambda e: e["seq"])
its_line, other_line = "%s/lines/%d" % (S, its[0]), "%s/lines/%d" % (S, others[0])


def same(was, now):
    return was == now


def items(text):
    return json.loads(text)["items"]


def without(was, now):
    """The list has one row less for each of the person's, and is otherwise what it was."""
    return [x for x in items(was) if gone not in json.dumps(x)] == items(now)


def unnamed(was, now):
    """Every row is there, with its amount; the person's name none."""
    old, new = items(was), items(now)
    return len(old) == len(new) and all(
        x == y if x.get("participant") != gone else
        "participant" not in y and y["amount"] == x["amount"] for x, y in zip(old, new))


def erased(was, now):
    x = json.loads(now)
    return x["state"] == "erased" and "event" not in x and "participant" not in x and \
        x["digest"] == json.loads(was)["digest"]


def all_erased(was, now):
    return items(now) != [] and all(x["state"] == "erased" and "event" not in x for x in items(now))


def grown(was, now):
    return json.loads(now)["size"] > json.loads(was)["size"]


def anything(was, now):
    return True


# Every endpoint of openapi.json under /v1: paths, the status after the erasure, what the answer then is
# to the one of before. Before it the status is 200. None of the answers may name the person.
TABLE = {
    "/v1/head": [("/v1/head", 200, grown)],
    "/v1/ledger": [("/v1/ledger", 200, anything)],
    "/v1/access": [("/v1/access", 200, same)],
    "/v1/parties": [("/v1/parties", 200, same)],
    "/v1/keys": [("/v1/keys", 200, same)],
    "/v1/aggregates": [("/v1/aggregates", 200, anything)],
    "/v1/replay": [("/v1/replay", 200, same)],
    "/v1/bundle": [("/v1/bundle", 200, lambda was, now: all(
        '{"erased":"%s"}' % e["digest"] in now for e in about))],
    "/v1/entries": [("/v1/entries?limit=20", 200, same)],
    "/v1/entries/{seq}": [("/v1/entries/%d" % first["seq"], 200, same)],
    "/v1/entries/{seq}/proof": [("/v1/entries/%d/proof" % e["seq"], 200, anything) for e in about],
    "/v1/proofs/inclusion": [("/v1/proofs/inclusion?seq=%d&size=%d" % (first["seq"], len(entries)), 200, same)],
    "/v1/proofs/consistency": [("/v1/proofs/consistency?from=3&to=%d" % len(entries), 200, same)],
    "/v1/receipts/{party}/{submission}": [("/v1/receipts/%s/%s" % (
        sent["submission"]["key"].split("+")[0], sent["submission"]["submission_id"]), 200, same)],
    "/v1/events": [("/v1/events", 200, anything),
                   ("/v1/events?contract=%s&participant=%s" % (contract, gone), 200,
                    lambda was, now: items(was) != [] and items(now) == [])] +
                  [("/v1/events?digest=" + e["digest"][:16], 200, all_erased) for e in about],
    "/v1/events/{digest}": [("/v1/events/" + e["digest"], 200, erased) for e in about],
    "/v1/contracts": [("/v1/contracts", 200, same)],
    "/v1/contracts/{contract}": [(C, 200, anything)],
    "/v1/contracts/{contract}/terms": [(C + "/terms", 200, same)],
    "/v1/contracts/{contract}/limits": [(C + "/limits", 200, without)],
    "/v1/contracts/{contract}/balances": [(C + "/balances", 200, same)],
    "/v1/contracts/{contract}/disputes": [(C + "/disputes", 200, same)],
    "/v1/contracts/{contract}/counts": [(C + "/counts", 200, anything)],
    "/v1/contracts/{contract}/outcomes": [(C + "/outcomes", 200, unnamed),
                                          (C + "/outcomes?participant=" + gone, 200,
                                           lambda was, now: items(was) != [] and items(now) == [])],
    "/v1/contracts/{contract}/outlook": [(C + "/outlook", 200, without)],
    "/v1/contracts/{contract}/forecast": [(C + "/forecast?until=2018-12-31", 200, anything)],
    "/v1/contracts/{contract}/participants": [(C + "/participants", 200, without),
                                              (C + "/participants?outcome=placed", 200, without)],
    "/v1/contracts/{contract}/participants/{participant}": [(PEOPLE + gone, 404, None),
                                                            (PEOPLE + stays, 200, same)],
    "/v1/contracts/{contract}/participants/{participant}/outlook": [
        (PEOPLE + gone + "/outlook", 404, None), (PEOPLE + stays + "/outlook", 200, same)],
    "/v1/statements": [("/v1/statements", 200, same)],
    "/v1/statements/{statement}": [(S, 200, anything)],
    "/v1/statements/{statement}/lines": [
        (S + "/lines?limit=1000", 200, unnamed), (S + "/lines?limit=7", 200, anything),
        (S + "/lines?participant=" + gone, 200, lambda was, now: items(was) != [] and items(now) == [])],
    "/v1/statements/{statement}/totals": [(S + "/totals", 200, same),
                                          (S + "/totals?participant=" + gone, 200, anything)],
    "/v1/statements/{statement}/lines/{line}": [
        (its_line, 200, lambda was, now: "participant" in json.loads(was) and
         "participant" not in json.loads(now) and json.loads(was)["amount"] == json.loads(now)["amount"]),
        (other_line, 200, same)],
    "/v1/statements/{statement}/lines/{line}/explanation": [(its_line + "/explanation", 404, None),
                                                            (other_line + "/explanation", 200, same)],
    "/v1/statements/{statement}/lines/{line}/evidence": [
        (its_line + "/evidence", 200, lambda was, now: items(was) != [] and items(now) == []),
        (other_line + "/evidence", 200, same)],
}
described = [p for p in json.load(open("audit/openapi.json"))["paths"] if p.startswith("/v1/")]
ok(sorted(TABLE) == sorted(described), "the table has every endpoint", set(TABLE) ^ set(described))
paths = [row[0] for rows in TABLE.values() for row in rows]
KINDS = (None, "text/csv", "application/x-ndjson", "text/plain")


def ask_all():
    return {(p, w, k): get(p, w, k) for p in paths for w in tokens for k in KINDS}


before = ask_all()
again = ask_all()
ok([x[:2] for x in before.values()] == [x[:2] for x in again.values()], "asked twice, all says the same")
wrong = [(p, before[p, "auditor", None][0]) for p in paths if before[p, "auditor", None][0] != 200]
ok(not wrong, "and an auditor may ask all of it", *wrong)
told = [s for s in secrets if any(s in x[1] for x in before.values())]
ok(len(told) == len(secrets), "and all that was said of the person is told")
sums = get(S + "/totals")[1]

done = subprocess.run([utfall, "erase", gone, "--ledger", folder + "/ledger.db", "--authority",
                       "decision 12", "--yes", "--forfeit", "--key", folder + "/keys/keeper.key",
                       "--checkpoint-key", folder + "/keys/checkpoint.key",
                       "--at", "2018-06-01T00:00:00Z"], capture_output=True, text=True)
ok("recorded" in done.stdout, "the person is erased", done.stdout, done.stderr)
# The server lets go of what it read a moment ago; on a busy machine not within the command's patience.
open(folder + "/more.json", "w").write('[{"type": "padding.added", "body": {}}]')
until = time.monotonic() + 60
while done.returncode != 0 and time.monotonic() < until:
    done = subprocess.run([utfall, "submit", folder + "/more.json", "--ledger", folder + "/ledger.db",
                           "--key", folder + "/keys/a_city.key", "--checkpoint-key",
                           folder + "/keys/checkpoint.key", "--at", "2018-06-01T00:00:01Z"],
                          capture_output=True, text=True)
ok(done.returncode == 0, "the server does not keep the old bytes in the store's log", done.stderr)
log = open(folder + "/ledger.db-wal", "rb").read() + open(folder + "/ledger.db", "rb").read()
ok(not [s for s in secrets if s.encode() in log], "they are in no file")

after = ask_all()
# who asks for a pseudonym is told it in the link to the next page, and nowhere else
leaks = [(k, s) for k, x in after.items() for s in secrets if s in x[1]]
ok(not leaks, "nothing of it comes back, whatever is asked by whom", *leaks)
ok(not [k for k, x in after.items() if x[0] >= 500], "no answer fails",
   *[(k, x) for k, x in after.items() if x[0] >= 500])
stale = [k for k, x in before.items() if x[0] == 200 and x[2]["ETag"] and
         get(k[0], k[1], k[2], x[2]["ETag"])[0] == 304]
ok(not stale, "and no ETag of before holds", *stale)

for template, rows in TABLE.items():
    bad = []
    for path, status, how in rows:
        was, now = before[path, "auditor", None], after[path, "auditor", None]
        if now[0] != status or (how is not None and not how(was[1], now[1])):
            bad.append((path, now[0], was[1][:300], now[1][:300]))
    ok(not bad, "%s: %s" % (template, ", ".join(str(row[1]) for row in rows)), *bad)
shown = {x["digest"] for x in json.loads(get("/v1/events?limit=1000")[1])["items"]}
ok({e["digest"] for e in kept} <= shown, "lines and statements are all there")
finish()
