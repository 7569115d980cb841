"""erase.py WORLD BASE UTFALL: what a running server says of a person who is erased. Prints TAP.

Everything there is to ask is asked, by everybody who may, in every media type; then a person is
erased while the server runs, and all is asked again: nothing of what was said of it comes back,
neither from the record nor from what the server kept of its own answers.
"""
import http.client, json, re, subprocess, sys, urllib.parse

folder, base, utfall = sys.argv[1:4]
world = json.load(open(folder + "/world.json"))
number, failed = 0, 0


def ok(good, name, *more):
    global number, failed
    number += 1
    print("%s %d - %s" % ("ok" if good else "not ok", number, name))
    if not good:
        failed += 1
        print("not ok %d - %s" % (number, name), *list(more)[:5], file=sys.stderr)


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
connection = http.client.HTTPConnection(urllib.parse.urlsplit(base).netloc)


def get(path, who="auditor", accept=None, etag=None):
    headers = {"Authorization": "Bearer " + tokens[who]} if tokens[who] else {}
    if accept:
        headers["Accept"] = accept
    if etag:
        headers["If-None-Match"] = etag
    connection.request("GET", path, headers=headers)
    r = connection.getresponse()
    return r.status, r.read().decode("utf-8", "replace"), r.headers


C, S = "/v1/contracts/" + contract, "/v1/statements/" + statement
PEOPLE = C + "/participants/"
paths = [C + x for x in ("", "/terms", "/limits", "/balances", "/disputes", "/counts", "/outcomes",
                         "/outlook", "/participants", "/participants?outcome=placed")]
paths += [PEOPLE + p + x for p in (gone, stays) for x in ("", "/outlook")]
paths += [C + "/outcomes?participant=" + gone, S, S + "/lines", S + "/lines?limit=7", S + "/totals",
          S + "/lines?participant=" + gone, S + "/totals?participant=" + gone, "/v1/aggregates",
          "/v1/events", "/v1/events?contract=%s&participant=%s" % (contract, gone), "/v1/bundle"]
paths += [S + "/lines/%d%s" % (n, x) for n in (its[0], others[0]) for x in ("", "/explanation", "/evidence")]
paths += ["/v1/events/" + e["digest"] for e in about] + \
    ["/v1/events?digest=" + e["digest"][:16] for e in about] + \
    ["/v1/entries/%d/proof" % e["seq"] for e in about]
KINDS = (None, "text/csv", "application/x-ndjson", "text/plain")


def ask_all():
    return {(p, w, k): get(p, w, k) for p in paths for w in tokens for k in KINDS}


before = ask_all()
again = ask_all()
ok([x[:2] for x in before.values()] == [x[:2] for x in again.values()], "asked twice, all says the same")
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
tries = 0
while done.returncode != 0 and tries < 5:
    tries += 1
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

ok(get(PEOPLE + gone)[0] == 404 and get(PEOPLE + gone + "/outlook")[0] == 404, "the person is not found")
ok(get(PEOPLE + stays)[0] == 200, "another is")
ok(json.loads(get(C + "/outcomes?participant=" + gone)[1])["items"] == [], "nor are its outcomes")
for e in about:
    x = json.loads(get("/v1/events/" + e["digest"])[1])
    ok(x["state"] == "erased" and "event" not in x and "participant" not in x,
       "%s: what is left is that it was erased" % e["type"], x)
line = json.loads(get(S + "/lines/%d" % its[0])[1])
ok(line["amount"] == lines[its[0]]["body"]["amount"] and "participant" not in line,
   "its line stands, without it", line)
ok(get(S + "/lines/%d/explanation" % its[0])[0] == 404, "but why is no longer told")
ok(json.loads(get(S + "/lines/%d/evidence" % its[0])[1])["items"] == [], "nor by what")
other = json.loads(get(S + "/lines/%d/explanation" % others[0])[1])["sentences"]
ok(other == json.loads(before[S + "/lines/%d/explanation" % others[0], "auditor", None][1])["sentences"],
   "the line of another is explained as before")
ok(get(S + "/totals")[1] == sums, "sums are what they were")
shown = {x["digest"] for x in json.loads(get("/v1/events?limit=1000")[1])["items"]}
ok({e["digest"] for e in kept} <= shown, "lines and statements are all there")
print("1..%d" % number)
sys.exit(1 if failed else 0)
