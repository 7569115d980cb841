"""forecast.py WORLD BASE UTFALL SERVER: forecasts in the API, beside the rest of it. Prints TAP.

A forecast is computed beside the requests. While several are asked for at once, entries are
recorded and clients go away, everybody is told in the end what the command line says, of a head
not older than the one that was asked at. Last, the server (a process id) is told to end while one
is in hand.
"""
import http.client, json, os, re, signal, socket, subprocess, sys, threading, time, urllib.parse

from tap import finish, ok

folder, base, utfall, server = sys.argv[1:5]
world = json.load(open(folder + "/world.json"))
contract = world["contracts"]["a"]
host = urllib.parse.urlsplit(base).netloc
DAYS = ["2018-%02d-30" % month for month in (6, 9, 11, 12)]


def command(*args):
    return subprocess.run([utfall, *args, "--ledger", folder + "/ledger.db"], check=True,
                          capture_output=True, text=True).stdout


def key(party):
    return "%s/keys/%s.key" % (folder, party)


def mint(who, role):
    return subprocess.run([utfall, "token", "mint", who, "--role", role, "--origin", world["origin"],
                           "--expires", "2099-01-01T00:00:00Z", "--key", key("tokens")],
                          check=True, capture_output=True, text=True).stdout.strip()


token = mint("anyone", "auditor")
tokens = [mint("asker%d" % n, "auditor") for n in range(4)]


def path(day):
    return "/v1/contracts/%s/forecast?until=%s" % (contract, day)


def get(day, connection=None, etag=None, token=token):
    """Asks again while the answer is 503: (status, body, headers)."""
    connection = connection or http.client.HTTPConnection(host, timeout=300)
    headers = {"Authorization": "Bearer " + token}
    if etag:
        headers["If-None-Match"] = etag
    for _ in range(3000):
        connection.request("GET", path(day), headers=headers)
        r = connection.getresponse()
        body = r.read().decode()
        if r.status != 503:
            break
        time.sleep(0.1)
    return r.status, body, r.headers


def head():
    connection = http.client.HTTPConnection(host, timeout=300)
    connection.request("GET", "/v1/head")
    return json.loads(connection.getresponse().read())["size"]


def size_of(headers):
    return int(re.match(r"size=(\d+),", headers["Utfall-Head"])[1])


def said(day):
    return command("forecast", contract, "--until", day, "--json").strip()


def record(party, events):
    with open(folder + "/more.json", "w") as f:
        json.dump(events, f)
    command("submit", folder + "/more.json", "--key", key(party), "--checkpoint-key",
            key("checkpoint"), "--at", "2018-04-21T08:00:00Z", "--contract", contract)


# ---- one after the other ----
want = {day: said(day) for day in DAYS}
first = get(DAYS[0])
ok(first[0] == 200 and first[1].strip() == want[DAYS[0]], "a forecast is what the command line says", first[1])
ok(get(DAYS[0], etag=first[2]["ETag"])[0] == 304, "and is not sent again to who has it")

# ---- many at once, while entries come and clients go ----
answers, going = [], True


def ask_for(days, token):
    connection = http.client.HTTPConnection(host, timeout=300)
    for day in days:
        since = head()
        answers.append((day, since, get(day, connection, token=token)))


def go_away():
    while going:
        with socket.create_connection(host.rsplit(":", 1)) as s:
            s.sendall(("GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n"
                       % (path("2019-03-31"), token)).encode())
        time.sleep(0.5)


def pad():
    while going:
        record("a_city", [{"type": "padding.added", "body": {}}])
        time.sleep(0.3)


others = [threading.Thread(target=go_away), threading.Thread(target=pad)]
askers = [threading.Thread(target=ask_for, args=(DAYS[n:] + DAYS[:n], tokens[n])) for n in range(4)]
for t in others + askers:
    t.start()
for t in askers:
    t.join()
going = False
for t in others:
    t.join()
ok(len(answers) == 4 * len(DAYS), "everybody is answered in the end")
wrong = [(day, a[0], [(k, v, json.loads(want[day]).get(k)) for k, v in json.loads(a[1]).items()
                      if json.loads(want[day]).get(k) != v])
         for day, _, a in answers if a[0] != 200 or json.loads(a[1]) != json.loads(want[day])]
ok(not wrong, "with the forecast of that day", *wrong)
old = [(day, since, a[2]["Utfall-Head"]) for day, since, a in answers if a[0] == 200 and
       not size_of(a[2]) >= since]
ok(not old, "of a head that is not older than the question", *old)

# ---- what changes the forecast ----
enrolled = [e for e in map(json.loads, open(folder + "/bundle/events.jsonl"))
            if e["type"] == "spell.started" and e["body"]["contract"] == contract][0]["body"]
record("a_north", [{"type": "participant.enrolled", "body": {
    "participant": "aaaaaaaaaaaaaaaaaaaaaaaaaa", "on": "2018-04-20", "attributes": {"points": 77}}},
    {"type": "spell.started", "body": dict({k: enrolled[k] for k in ("kind", "extent")}, **{
        "participant": "aaaaaaaaaaaaaaaaaaaaaaaaaa", "from": "2018-04-20"})}])
size = int(command("checkpoint", "show").split("\n")[1])
until = time.monotonic() + 60
new = get(DAYS[-1])
while size_of(new[2]) < size and time.monotonic() < until:  # it may not have seen the commit yet
    time.sleep(0.1)
    new = get(DAYS[-1])
ok(new[1].strip() == said(DAYS[-1]) != want[DAYS[-1]], "an event that changes it is in the next one", new[1])
late = get("2018-01-31")
ok(late[0] == 400 and "nothing would be settled until 2018-01-31" in late[1], "a refusal comes the same way", late[:2])

# ---- the end, while one is in hand ----
with socket.create_connection(host.rsplit(":", 1)) as s:
    s.sendall(("GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n"
               % (path("2019-12-31"), token)).encode())
    os.kill(int(server), signal.SIGTERM)
    s.settimeout(300)
    try:
        while s.recv(65536):
            pass
        ended = True
    except ConnectionError:
        ended = True
    except OSError:
        ended = False
ok(ended, "a server that is told to end ends")
finish()
