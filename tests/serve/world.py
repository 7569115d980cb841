#!/usr/bin/env python3
"""world.py FOLDER: a ledger with two contracts, for tests of who may see what.

Each contract (a, b) has two funders, two providers, a verifier; `both` is a funder of a and a
provider of b. Every person earns an amount that nobody else earns. $UTFALL is the program, $PEOPLE
how many people a provider has (3). With $SHARED each person earns both providers a second payment, and
all of those share one room that is too small.
"""
import base64, hashlib, json, os, subprocess, sys

folder = os.path.abspath(sys.argv[1])
utfall = os.environ["UTFALL"]
parties = {
    "a": {"funder": ["a_city", "both"], "provider": ["a_north", "a_south"], "verifier": ["a_check"]},
    "b": {"funder": ["b_city", "b_state"], "provider": ["both", "b_south"], "verifier": ["b_check"]},
}
os.makedirs(folder + "/keys")
env = dict(os.environ, UTFALL_LEDGER=folder + "/ledger.db", LC_ALL="C",
           UTFALL_CHECKPOINT_KEY=folder + "/keys/checkpoint.key")


def run(*args, at=None):
    if at:
        env["UTFALL_AT"] = at
    done = subprocess.run([utfall, *args], env=env, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit("%s ended with %d: %s%s" % (args, done.returncode, done.stdout, done.stderr))
    return done.stdout.strip()


def key(party):
    return "%s/keys/%s.key" % (folder, party)


def send(party, events, contract=None):
    path = folder + "/events.json"
    with open(path, "w") as f:
        json.dump(events, f)
    more = ["--contract", contract] if contract else []
    run("submit", path, "--key", key(party), "--book", folder + "/book", *more)


def pseudonym(n):
    digest = hashlib.sha256(b"person %d" % n).digest()
    return base64.b32encode(digest[:16]).decode().lower().rstrip("=")


def terms(name):
    p = parties[name]
    share = lambda rows: {"parts": [{"party": q, "weight": w} for q, w in rows],
                          "residual": "first", "none": "unknown"}
    t = {
        "terms": 1, "semantics": "1", "contract": "contract_" + name, "version": 1, "unit": "SEK",
        "parties": {q: {"roles": [role] + (["resolver"] if role == "verifier" else [])}
                    for role in p for q in p[role]},
        "proofs": {"attested": {"by": ["provider"], "accept": "attested",
                                "accepted_by": ["verifier"]}},
        "calendars": {"day": {"unit": "day", "from": "grid"},
                      "quarter": {"unit": "quarter", "from": "grid"}},
        "groups": {"everybody": {"of": "enrolment", "as_of": "enrolled"}},
        "values": {
            "extent": {"of": "spell", "where": {"is": ["fact.kind", "employment"]},
                       "take": "extent", "per": "day", "within": "sum", "overlap": "add",
                       "open": "confirmed", "silence": "none", "proof": "attested"},
            "works": {"is": {"ge": ["extent", 25]}, "per": "day"}},
        "outcomes": {"placed": {
            "title": "I arbete",
            "for": "everybody", "per": "day", "count": "works", "reach": {"to": 1, "of": "ever"},
            "from": "enrolment.start", "until": "contract.outcome_until",
            "times": {"max": 1, "per": "person"}, "show": ["proof"]}},
        "payments": {"placed_pay": {
            "for": "placed", "price": "enrolment.points", "round": "half_up", "from": "payers",
            "to": "providers", "ended": "achieved"}},
        "shares": {
            "payers": share([(p["funder"][0], 2), (p["funder"][1], 1)]),
            "providers": share([(q, {"if": [{"is": ["person.provider", q]}, 1, 0]})
                                for q in p["provider"]])},
        "limits": [{"name": "cap", "of": ["placed_pay"], "per": ["person"],
                    "steps": [{"to": 900000000, "rate": "1"}], "along": "amount",
                    "order": "settled", "excess": "lost", "unused": "lost",
                    "freed": "waiting"}],
        "settlement": {
            "from": "2018-01-01", "enrol_until": "2019-06-30", "outcome_until": "2019-12-31",
            "record_until": "2020-03-31", "final": "2020-06-30", "offset": "+01:00",
            "periods": "quarter", "cut_off": {"n": 15, "calendar": "day"}, "negative": "carry",
            "dispute_until": {"n": 90, "calendar": "day"}, "terminate": []},
    }
    if "SHARED" in os.environ:
        t["payments"]["team_pay"] = dict(t["payments"]["placed_pay"], to="team",
                                         price={"div": ["enrolment.points", 7]})
        t["shares"]["team"] = share([(p["provider"][0], 7), (p["provider"][1], 3)])
        t["limits"].append(dict(t["limits"][0], name="pool", title="Tak", of=["team_pay"], per=["contract"],
                                steps=[{"to": 2345678, "rate": "1"}]))
    return t


def persons(name):
    """By provider: pseudonyms, and the points that decide what each earns."""
    count = int(os.environ.get("PEOPLE", "3"))
    first = 1 if name == "a" else 1 + 4 * max(count, 5)
    ids = {q: range(first + i * max(count, 5), first + i * max(count, 5) + count)
           for i, q in enumerate(parties[name]["provider"])}
    return {q: [(pseudonym(k), 1000003 * k + 7919 * k * k) for k in ids[q]] for q in ids}


def open_ledger():
    run("init", "--origin", "serve.example/world", "--exact", "--operator", "keeper",
        "--simulated", "--key", key("keeper"), at="2018-01-02T08:00:00Z")
    everybody = sorted({q for p in parties.values() for role in p.values() for q in role})
    for q in everybody:
        vkey = run("key", "new", q, "--out", key(q))
        run("party", "add", q, vkey, "--key", key("keeper"), "--title", q.upper())
    tokens = run("key", "new", "keeper", "--out", key("tokens"))
    run("key", "add", tokens, "--use", "tokens", "--key", key("keeper"))
    return tokens


def open_contract(name):
    path = folder + "/terms-%s.json" % name
    with open(path, "w") as f:
        json.dump(terms(name), f)
    run("contract", "propose", path, "--key", key("keeper"))
    listed = json.loads(run("contract", "list", "--json"))
    digest = [x["digest"] for x in listed if x["name"] == "contract_" + name][0]
    for q in parties[name]["funder"] + parties[name]["provider"]:
        run("contract", "sign", digest, "--key", key(q))
    return digest


def live(name, digest):
    for q, people in persons(name).items():
        send(q, [{"type": "participant.enrolled", "body": {
            "participant": p, "on": "2018-01-03", "attributes": {"points": points}}}
            for p, points in people], digest)
        send(q, [{"type": "spell.started", "label": "%s-%s" % (q, p), "body": {
            "participant": p, "from": "2018-01-10", "kind": "employment", "extent": "80"}}
            for p, _ in people], digest)
    # one is corrected, and confirmed later, like all
    env["UTFALL_AT"] = "2018-02-01T08:00:00Z"
    for q, people in persons(name).items():
        send(q, [{"type": "spell.confirmed", "label": "c-%s-%s" % (q, p), "body": {
            "participant": p, "on": "2018-01-31", "spell": "@%s-%s" % (q, p)}}
            for p, _ in people], digest)
        send(parties[name]["verifier"][0], [{"type": "claim.attested", "body": {
            "events": ["@%s-%s" % (q, p) for p, _ in people] +
                      ["@c-%s-%s" % (q, p) for p, _ in people],
            "method": "letter", "verdict": "accepted"}}], digest)


def settle(name, digest):
    run("settle", digest, "--key", key("keeper"), at="2018-04-20T08:00:00Z")
    statement = json.loads(run("statement", "list", digest, "--json"))[0]["digest"]
    payer, (first, second) = parties[name]["funder"][0], parties[name]["provider"]
    send(payer, [{"type": "settlement.approved", "body": {"statement": statement}}], digest)
    for payee in (first, second):
        send(payer, [{"type": "payment.made", "body": {
            "amount": 70000 + len(payee), "on": "2018-04-20", "payee": payee, "unit": "SEK",
            "ref": "pay-" + payee[0]}}], digest)
    lines = [json.loads(x) for x in run("events", "--contract", digest, "--type",
             "settlement.line", "--json").splitlines() if x.startswith("{")] or \
        json.loads(run("events", "--contract", digest, "--type", "settlement.line", "--json"))
    for n, who in ((0, payer), (-1, second)):
        send(who, [{"type": "dispute.opened", "body": {
            "line": lines[n]["digest"], "reason": "wrong_person"}}], digest)
    # the first person moves from the first provider to the second
    p = persons(name)[first][0][0]
    for q in (second, first):
        send(q, [{"type": "participant.transferred", "body": {
            "participant": p, "on": "2018-04-20", "to": second}}], digest)


tokens = open_ledger()
contracts = {name: open_contract(name) for name in parties}
for name, digest in contracts.items():
    env["UTFALL_AT"] = "2018-01-20T08:00:00Z"
    live(name, digest)
for name, digest in contracts.items():
    settle(name, digest)
run("bundle", folder + "/bundle")
with open(folder + "/world.json", "w") as f:
    json.dump({"contracts": contracts, "parties": parties, "tokens": tokens,
               "origin": "serve.example/world"}, f)
