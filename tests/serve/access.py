"""access.py WORLD BASE UTFALL: walks endpoint x role x party and looks into every answer.

What a caller may see is said here again, in other words than the server's, from the whole record
(the world's bundle). Every answer is searched for pseudonyms, events (by their salts) and amounts
that its caller may not see. Prints TAP.
"""
import base64, http.client, io, json, re, subprocess, sys, tarfile, time, urllib.parse

from tap import finish, ok

folder, base, utfall = sys.argv[1:4]
world = json.load(open(folder + "/world.json"))
contracts, parties = world["contracts"], world["parties"]

# ---- the record ----

entries = [json.loads(x) for x in open(folder + "/bundle/entries.jsonl")]
bodies = [json.loads(x) for x in open(folder + "/bundle/events.jsonl")]
events, sender, position = [], None, 0
for entry in entries:
    if "submission" in entry:
        sender = entry["submission"]["key"].split("+")[0]
        continue
    e = dict(bodies[position], seq=entry["seq"], digest=entry["event"], sender=sender)
    e["contract"] = e["digest"] if e["type"] == "contract.proposed" else e["body"].get("contract")
    events.append(e)
    position += 1
by_digest = {e["digest"]: e for e in events}
submissions = [(e["submission"]["key"].split("+")[0], e["submission"]["submission_id"], e["seq"])
               for e in entries if "submission" in e]
name_of = {d: n for n, d in contracts.items()}
lines = [e for e in events if e["type"] == "settlement.line"]
basis = {(e["contract"], e["body"]["line"]): e for e in events if e["type"] == "settlement.basis"}
statements = {e["contract"]: e for e in events if e["type"] == "settlement.issued"}
people = {}                     # (contract, pseudonym) -> provider now
for e in events:
    if e["type"] == "participant.enrolled":
        people[e["contract"], e["body"]["participant"]] = e["sender"]
    if e["type"] == "participant.transferred":
        people[e["contract"], e["body"]["participant"]] = e["body"]["to"]


def payee(e):
    """Who gains by a line, basis, payment or dispute."""
    if e["type"] == "settlement.basis":
        return payee([x for x in lines if x["contract"] == e["contract"] and
                      x["body"]["line"] == e["body"]["line"]][0])
    if e["type"] == "dispute.opened":
        return payee(by_digest[e["body"]["line"]])
    return e["body"]["payee"]


def has_role(party, role, contract):
    return party in parties[name_of[contract]].get(role, [])


MONEY = ("settlement.line", "settlement.basis", "payment.made", "dispute.opened")
FACTS = ("spell.started", "spell.confirmed")
PERSON = ("participant.enrolled", "participant.transferred")


def sees(party, role, e):
    if role in ("auditor", "operator") or e["sender"] == party:
        return True
    if e["type"].split(".")[0] in ("ledger", "party", "key"):
        return True
    c = e["contract"]
    if c is None or not has_role(party, role, c):
        return False
    if role == "funder" or e["type"].startswith("contract."):
        return True
    if role == "verifier":
        return e["type"] in FACTS + PERSON
    if e["type"] in MONEY:
        return payee(e) == party
    if e["type"] == "claim.attested":
        return {by_digest[d]["sender"] for d in e["body"]["events"]} == {party}
    if e["type"] == "settlement.approved":
        return True
    if e["type"] == "settlement.issued":
        return False            # it holds the other provider's total
    return people[c, e["body"]["participant"]] == party


# ---- asking ----

host = urllib.parse.urlsplit(base).netloc
connection, asked_at = http.client.HTTPConnection(host), 0


def get(path, token=None, accept=None, method="GET"):
    global asked_at
    if time.monotonic() - asked_at > 5:     # the server ends what is idle for long
        connection.close()
    headers = {"Authorization": "Bearer " + token} if token else {}
    if accept:
        headers["Accept"] = accept
    for _ in range(1200):       # a forecast may not be there yet
        connection.request(method, path, headers=headers)
        r = connection.getresponse()
        body = r.read()
        if r.status != 503 or "/forecast" not in path:
            break
        time.sleep(0.1)
    asked_at = time.monotonic()
    return r.status, body, r.headers


def mint(party, role, origin=world["origin"], key="tokens", expires="2099-01-01T00:00:00Z"):
    return json.loads(subprocess.run(
        [utfall, "token", "mint", party, "--role", role, "--origin", origin, "--expires", expires,
         "--key", "%s/keys/%s.key" % (folder, key), "--json"], check=True,
        capture_output=True, text=True).stdout)


everybody = sorted({q for p in parties.values() for r in p.values() for q in r})
ROLES = ("funder", "provider", "verifier", "auditor")
callers = [(p, r, mint(p, r)["token"]) for p in everybody for r in ROLES]
callers += [("nobody", r, mint("nobody", r)["token"]) for r in ROLES]
callers.append(("keeper", "operator", mint("keeper", "operator")["token"]))

# ---- what must not be in an answer ----


def pseudonyms_in(e):
    return set(re.findall(r'"([a-z2-7]{26})"', json.dumps(e["body"])))


def forbidden(party, role):
    seen = [e for e in events if sees(party, role, e)] if role else []
    salts = {e["salt"] for e in events} - {e["salt"] for e in seen}
    known = set().union(*[pseudonyms_in(e) for e in seen]) if seen else set()
    amounts_seen, amounts = set(), set()
    for e in events:
        if e["type"] in ("settlement.line", "payment.made"):
            (amounts_seen if role and e in seen else amounts).add(abs(e["body"]["amount"]))
        if e["type"] == "settlement.issued":
            for t in e["body"]["totals"]:
                own = role and (e in seen or t["payee"] == party and
                                has_role(party, "provider", e["contract"]) and role == "provider")
                (amounts_seen if own else amounts).add(abs(t["amount"]))
    points = {e["body"]["attributes"]["points"] for e in events
              if e["type"] == "participant.enrolled" and e not in seen}
    return salts, {p for _, p in people} - known, (amounts | points) - amounts_seen - {0}


number_in = re.compile(rb"(?<![0-9a-zA-Z+/])-?[0-9]{5,}(?:[.][0-9]{2})?(?![0-9a-zA-Z])")


def leaks(body, bad):
    salts, pseudonyms, amounts = bad
    # proofs hold entries and events in base64
    for extra in re.findall(rb"\nextra ([A-Za-z0-9+/=]+)\n", body):
        body += base64.b64decode(extra)
    text = body.decode("utf-8", "replace")
    body = re.sub(rb"(?<=[0-9]) (?=[0-9]{3})", b"", body)   # "1 234.50 SEK"
    found = [s for s in salts if s in text] + [p for p in pseudonyms if p in text]
    for n in number_in.findall(body):
        digits = n.decode().lstrip("-").replace(".", "")
        if int(digits) in amounts:
            found.append(n)
    return found


# ---- every endpoint, and who gets an answer ----

C, S = "/v1/contracts/", "/v1/statements/"
NEVER, PARTY, OWN, ANY = range(4)
#           funder provider verifier auditor operator
TABLE = {
    "proof": (ANY, ANY, ANY, ANY, ANY), "contract": (PARTY, PARTY, PARTY, ANY, ANY),
    "whole": (PARTY, OWN, NEVER, ANY, ANY), "rows": (PARTY, PARTY, NEVER, ANY, ANY),
    "people": (PARTY, PARTY, PARTY, ANY, ANY), "person": (PARTY, OWN, PARTY, ANY, ANY),
    "outlook": (PARTY, OWN, NEVER, ANY, ANY), "line": (PARTY, OWN, NEVER, ANY, ANY),
}
ORDER = ("funder", "provider", "verifier", "auditor", "operator")


def endpoints():
    """(path, row of TABLE, contract, owner) of everything that needs a token."""
    some = min(d for d, e in by_digest.items() if e["type"] == "party.registered")
    yield "/v1/proofs/inclusion?seq=3", "proof", None, None
    yield "/v1/proofs/consistency?from=3", "proof", None, None
    for c in contracts.values():
        yield C + c, "contract", c, None
        yield C + c + "/terms", "contract", c, None
        yield C + c + "/limits", "whole", c, None
        for tail in ("/balances", "/disputes", "/counts", "/outcomes", "/outlook",
                     "/forecast?until=2018-12-31"):
            yield C + c + tail, "rows", c, None
        yield C + c + "/participants", "people", c, None
        for (d, p), provider in people.items():
            if d == c:
                yield C + c + "/participants/" + p, "person", c, provider
                yield C + c + "/participants/" + p + "/outlook", "outlook", c, provider
            else:               # of the other contract: nobody's here
                yield C + c + "/participants/" + p, "nothing", c, None
        s = statements[c]["digest"]
        yield S + s, "rows", c, None
        yield S + s + "/lines", "rows", c, None
        yield S + s + "/totals", "rows", c, None
        for x in lines:
            if x["contract"] == c:
                for tail in ("", "/explanation", "/evidence"):
                    yield S + s + "/lines/%d" % x["body"]["line"] + tail, "line", c, payee(x)
        yield S + s + "/lines/99", "nothing", c, None
    yield C + some, "nothing", None, None
    yield S + some, "nothing", None, None
    yield "/v1/events/" + "0" * 64, "nothing", None, None


def allowed(row, party, role, contract, owner):
    if row == "nothing":
        return False
    need = TABLE[row][ORDER.index(role)]
    if need == ANY:
        return True
    if need == NEVER or not has_role(party, role, contract):
        return False
    return need == PARTY or owner == party


all_paths = list(endpoints())
LISTS = ["/v1/events", "/v1/statements"] + \
    [C + c + t for c in contracts.values() for t in ("/participants", "/outcomes", "/balances")] + \
    [S + s["digest"] + "/lines" for s in statements.values()]

for party, role, token in callers:
    bad = forbidden(party, role)
    wrong, leaked, asked = [], [], 0

    def ask(path, want, accept=None):
        global connection
        status, body, headers = get(path, token, accept)
        if status != want:
            wrong.append((path, "got %d, want %d" % (status, want)))
        found = leaks(body, bad)
        if found:
            leaked.append((path, found[:3]))
        return body

    for path, row, contract, owner in all_paths:
        good = allowed(row, party, role, contract, owner)
        body = ask(path, 200 if good else 404)
        asked += 1
        if good and path.endswith("/evidence"):
            for x in json.loads(body)["items"]:
                e = by_digest[x["digest"]]
                if x["type"] != (e["type"] if sees(party, role, e) else "withheld"):
                    wrong.append((path, "type", x["type"], e["type"]))
    for e in events:
        want = 200 if sees(party, role, e) else 404
        ask("/v1/events/" + e["digest"], want)
        ask("/v1/entries/%d/proof" % e["seq"], want)
        asked += 2
    for who, sid, seq in submissions:
        own = who == party or role in ("auditor", "operator")
        ask("/v1/receipts/%s/%s" % (who, sid), 200 if own else 404)
        ask("/v1/entries/%d/proof" % seq, 200)
    # lists hold exactly what may be seen
    got = {x["digest"] for x in map(json.loads, ask("/v1/events", 200, "application/x-ndjson")
                                    .splitlines())}
    want = {e["digest"] for e in events if sees(party, role, e)}
    if got != want:
        wrong.append(("/v1/events", "%d events, want %d" % (len(got), len(want)),
                      [by_digest[d]["type"] for d in got ^ want][:5]))
    # so does a search by the beginning of a digest, and sums are of what may be seen
    for e in events[::7]:
        found = {x["digest"] for x in json.loads(ask("/v1/events?digest=" + e["digest"][:8], 200))["items"]}
        if found != ({e["digest"]} if sees(party, role, e) else set()):
            wrong.append(("/v1/events?digest=", e["type"], found))
    for c, s in statements.items():
        status, body, _ = get(S + s["digest"] + "/totals", token)
        own = [x["body"]["amount"] for x in lines if x["contract"] == c and sees(party, role, x)]
        if status == 200 and json.loads(body)["lines"] != len(own) or \
                status == 200 and sum(t["amount"] for t in json.loads(body)["totals"]) != sum(own):
            wrong.append(("totals of the lines", body, sum(own)))
    for path in LISTS:
        for accept in ("text/csv", "application/x-ndjson", "application/json"):
            if path == "/v1/events" and accept == "text/csv":
                continue
            status, body, _ = get(path, token, accept)
            found = leaks(body, bad)
            if found:
                leaked.append((path, accept, found[:3]))
    # the bundle withholds the rest
    tar = tarfile.open(fileobj=io.BytesIO(ask("/v1/bundle", 200)))
    rows = tar.extractfile("events.jsonl").read()
    if leaks(rows, bad):
        leaked.append(("/v1/bundle", leaks(rows, bad)[:3]))
    shown = [json.loads(x) for x in rows.splitlines()]
    if [("salt" in x) for x in shown] != [sees(party, role, e) for e in events]:
        wrong.append(("/v1/bundle", "events that are shown"))
    ok(not wrong, "%s as %s: %d answers are for it or not" % (party, role, asked), *wrong)
    ok(not leaked, "%s as %s: no answer holds what is not its own" % (party, role), *leaked)

# ---- the public ----

bad = forbidden("", None)
wrong, leaked = [], []
everything = [p for p, _, _, _ in all_paths] + ["/v1/events", "/v1/statements", "/v1/bundle",
             "/v1/replay", "/v1/entries/1/proof"] + \
    ["/v1/receipts/%s/%s" % (w, s) for w, s, _ in submissions[:5]]
for path in everything:
    status, body, _ = get(path)
    if status != 401:
        wrong.append((path, status))
    if leaks(body, bad):
        leaked.append(path)
for path in ("/v1/head", "/v1/ledger", "/v1/entries?limit=1000", "/v1/parties", "/v1/keys",
             "/v1/contracts", "/v1/aggregates", "/checkpoint", "/v1/access", "/metrics",
             "/v1/entries/3", "/openapi.json", "/tile/0/000.p/%d" % len(entries),
             "/tile/entries/000.p/%d" % len(entries)):
    status, body, _ = get(path)
    if status != 200:
        wrong.append((path, status))
    if leaks(body, bad):
        leaked.append(path)
ok(not wrong, "without a token: the public part, and 401 for all else", *wrong)
ok(not leaked, "without a token: no person, event or amount", *leaked)

# ---- tokens that do not count all look the same ----

good = mint("a_city", "funder")
subprocess.run([utfall, "key", "new", "keeper", "--out", folder + "/keys/forger.key"], check=True,
               capture_output=True)
expired = subprocess.run(
    [utfall, "token", "mint", "a_city", "--role", "funder", "--origin", world["origin"],
     "--expires", "2020-01-02T00:00:00Z", "--at", "2020-01-01T00:00:00Z",
     "--key", folder + "/keys/tokens.key"], check=True, capture_output=True, text=True).stdout.strip()
tokens = {
    "missing": None, "expired": expired,
    "forged": mint("a_city", "funder", key="forger")["token"],
    "foreign": mint("a_city", "funder", origin="serve.example/other")["token"],
    "changed": good["token"][:40] + ("A" if good["token"][40] != "A" else "B") + good["token"][41:],
    "of another form": "v2.local.AAAA", "no operator": mint("a_city", "operator")["token"],
    "a checkpoint key's": mint("a_city", "funder", key="a_city")["token"],
}
path = C + contracts["a"]
answers = {name: get(path, t) for name, t in tokens.items()}
first = answers["missing"]
for name, (status, body, headers) in answers.items():
    same = {k: v for k, v in headers.items() if k != "Date"} == \
        {k: v for k, v in first[2].items() if k != "Date"}
    ok(status == 401 and body == first[1] and same, "a token that is %s: 401 as without one" % name)
times = {name: [] for name in tokens}
for _ in range(300):
    for name, t in tokens.items():
        began = time.perf_counter()
        get(path, t)
        times[name].append(time.perf_counter() - began)
median = {n: sorted(t)[len(t) // 2] * 1e6 for n, t in times.items()}
spread = max(median.values()) - min(median.values())
noise = max(sorted(t)[225] - sorted(t)[75] for t in times.values()) * 1e6
ok(spread < max(2 * noise, 150), "they take the same time: medians within %d us, noise %d us"
   % (spread, noise), median)

ok(get(path, good["token"])[0] == 200, "a token that counts")
subprocess.run([utfall, "token", "revoke", good["revoke"], "--ledger", folder + "/ledger.db", "--key",
                folder + "/keys/keeper.key", "--checkpoint-key", folder + "/keys/checkpoint.key",
                "--at", "2018-05-01T00:00:00Z"], check=True, capture_output=True)
status, body, _ = get(path, good["token"])
ok(status == 401 and body == first[1], "and no longer once it is revoked, at the next request")
ok(get(path, mint("a_city", "funder")["token"])[0] == 200, "another token of the same party counts")

# what a contract's terms call their parts is for its parties
for name, digest in sorted(contracts.items()):
    token = mint(name[0] + "_city", "funder")["token"]
    ok(json.loads(get(C + digest, token)[1])["titles"] ==
       {"limits": {"pool": "Tak"}, "outcomes": {"placed": "I arbete"}, "payments": {}},
       "the titles of contract %s" % name, json.loads(get(C + digest, token)[1])["titles"])

# other methods are refused before path and token
for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
    answers = {get(p, t, method=method)[0] for p in (path, "/nothing", "/v1/head")
               for t in (None, good["token"])}
    ok(answers == {405}, "%s is refused whatever is asked by whom" % method, answers)
finish()
