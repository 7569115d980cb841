"""soak.py SECONDS: the read-only API under load, with its memory each minute.

RATE requests a second (300) over all endpoints in all roles and media types, every fifth of them a
forecast, an explanation or an outlook, while somebody appends a submission every ten seconds.
$UTFALL and $UTFALL_AUDIT are the programs. Says at the end how long answers took, in milliseconds:
the half of them took less than p50, all but one of a hundred less than p99. Ends with 1 where an
answer was none (503 is one of a forecast that is being computed, and of nothing else), or where the
memory of the last quarter is more than a tenth above that of the second.

Measured over an hour on two cores with much else running, on the world of 60 people a provider
(1,783 entries at the start): 524,273 requests, 146 a second; 161 MB after a minute, while answers
and engines begin to be kept, 231 to 256 MB from minute 22 to the end. That was before forecasts,
explanations and outlooks were a fifth of it. With them, 13 minutes at the lowest priority of a
crowded machine, which left little for the second half: 71,174 requests; 209 MB after three minutes,
256 MB from minute 7 to the end; p50 at most 1.5 ms, p99 at most 0.5 s, of forecasts 1.4 s.
"""
import http.client, json, os, random, re, shutil, subprocess, sys, tempfile, threading, time
import urllib.parse

seconds = int(sys.argv[1])
rate = int(os.environ.get("RATE", "300"))
utfall, audit = os.environ["UTFALL"], os.environ["UTFALL_AUDIT"]
here = os.path.dirname(os.path.abspath(__file__))
folder = tempfile.mkdtemp()
world = folder + "/world"
subprocess.run([sys.executable, here + "/world.py", world], check=True,
               env=dict(os.environ, PEOPLE=os.environ.get("PEOPLE", "60")))
facts = json.load(open(world + "/world.json"))
server = subprocess.Popen([audit, "serve", "--ledger", world + "/ledger.db", "--listen", "127.0.0.1:0",
                           "--rate", "0", "--access-log", folder + "/access.log"],
                          stdout=subprocess.PIPE, text=True)
host = urllib.parse.urlsplit(server.stdout.readline().split()[-1]).netloc
stop = time.monotonic() + seconds
counts, took, ended, lock = {}, {}, [], threading.Lock()


def mint(party, role):
    return subprocess.run([utfall, "token", "mint", party, "--role", role, "--origin", facts["origin"],
                           "--expires", "2099-01-01T00:00:00Z", "--key", world + "/keys/tokens.key"],
                          check=True, capture_output=True, text=True).stdout.strip()


callers = [("auditor", mint("anyone", "auditor")), ("operator", mint("keeper", "operator"))] + \
    [(r, mint(q, r)) for p in facts["parties"].values() for r in p for q in p[r]]


def get(path):
    c = http.client.HTTPConnection(host)
    c.request("GET", path, headers={"Authorization": "Bearer " + callers[0][1]})
    return json.loads(c.getresponse().read())


def items(path):
    return get(path + ("&" if "?" in path else "?") + "limit=1000")["items"]


api = json.load(open(here + "/../../audit/openapi.json"))
contracts = list(facts["contracts"].values())
statements = [x["statement"] for x in items("/v1/statements")]
people = [x["participant"] for c in contracts for x in items("/v1/contracts/%s/participants" % c)]
events = [x["digest"] for x in items("/v1/events")]
receipts = [(x["entry"]["submission"]["key"].split("+")[0], x["entry"]["submission"]["submission_id"])
            for x in items("/v1/entries") if "submission" in x["entry"]]


def fill(path):
    party, submission = random.choice(receipts)
    values = {"contract": random.choice(contracts), "statement": random.choice(statements),
              "digest": random.choice(events), "participant": random.choice(people),
              "seq": str(random.randrange(1000)), "line": str(random.randrange(1, 200)),
              "path": "0/%03d" % random.randrange(4), "party": party, "submission": submission}
    return re.sub(r"\{(\w+)\}", lambda m: values[m[1]], path)


C, S = "/v1/contracts/{contract}", "/v1/statements/{statement}"
HEAVY = {C + "/forecast": "forecast", S + "/lines/{line}/explanation": "explanation",
         C + "/outlook": "outlook", C + "/participants/{participant}/outlook": "outlook"}
QUERIES = {C + "/forecast": lambda: "?until=%d-%02d-30" % (random.choice((2018, 2019)), random.randrange(6, 13)),
           C + "/participants/{participant}/outlook": lambda: "?day=2018-06-%02d" % random.randrange(1, 31),
           "/v1/proofs/inclusion": lambda: "?seq=%d" % random.randrange(1000),
           "/v1/proofs/consistency": lambda: "?from=%d" % random.randrange(1, 1000),
           "/v1/events": lambda: "?limit=%d&cursor=n%d" % (random.randrange(1, 200), random.randrange(1000))}


def ask_on(number):
    random.seed(number)
    c, due = http.client.HTTPConnection(host), time.monotonic()
    while time.monotonic() < stop:
        path = random.choice(list(HEAVY if random.random() < 0.2 else api["paths"]))
        item, kind = api["paths"][path], HEAVY.get(path, "all else")
        if path == "/v1/bundle" and random.random() < 0.9:
            continue            # a whole ledger each time
        kinds = list(item["get"]["responses"]["200"].get("content", {})) or ["*/*"]
        headers = {"Accept": random.choice(kinds), "Accept-Language": random.choice(["sv", "da", "en"])}
        if random.random() < 0.9:
            headers["Authorization"] = "Bearer " + random.choice(callers)[1]
        began = time.monotonic()
        c.request("GET", fill(path) + QUERIES.get(path, lambda: "")(), headers=headers)
        r = c.getresponse()
        r.read()
        with lock:
            status = "wait" if r.status == 503 and kind == "forecast" else r.status
            counts[status] = counts.get(status, 0) + 1
            took.setdefault(kind, []).append(time.monotonic() - began)
        due = max(due + 4 / rate, time.monotonic() - 1)
        time.sleep(max(0, due - time.monotonic()))
    ended.append(number)


def write_on():
    json.dump([{"type": "padding.added", "body": {}}], open(folder + "/more.json", "w"))
    n = 0
    while time.monotonic() < stop:
        subprocess.run([utfall, "submit", folder + "/more.json", "--ledger", world + "/ledger.db",
                        "--key", world + "/keys/a_city.key", "--checkpoint-key",
                        world + "/keys/checkpoint.key", "--at",
                        time.strftime("2019-%m-%dT%H:%M:%SZ", time.gmtime(n))],
                       check=True, capture_output=True)
        n += 1
        time.sleep(10)
    ended.append("writer")


def memory():
    for line in open("/proc/%d/status" % server.pid):
        if line.startswith("VmRSS"):
            return int(line.split()[1])


workers = [threading.Thread(target=ask_on, args=(n,), daemon=True) for n in range(4)]
workers.append(threading.Thread(target=write_on, daemon=True))
for t in workers:
    t.start()
began, samples = time.monotonic(), []
step = min(60, seconds / 20)
while time.monotonic() < stop:
    time.sleep(max(0, began + step * (len(samples) + 1) - time.monotonic()))
    samples.append(memory())
    with lock:
        print("%5d s  %7d KiB  %s" % (time.monotonic() - began, samples[-1],
                                      " ".join("%s:%d" % x for x in sorted(counts.items(), key=str))), flush=True)
for t in workers:
    t.join(60)
server.terminate()
good = server.wait() == 0 and len(ended) == len(workers) and \
    all(s in (200, 400, 401, 404, "wait") for s in counts)
quarter = len(samples) // 4
before, after = max(samples[quarter:2 * quarter]), max(samples[-quarter:])
shutil.rmtree(folder)
for kind, times in sorted(took.items()):
    times.sort()
    print("%-12s %7d answers, p50 %7.1f, p99 %7.1f, longest %7.1f ms"
          % (kind, len(times), *(1000 * times[min(len(times) * p // 100, len(times) - 1)]
                                 for p in (50, 99, 100))))
print("%d requests; at most %d KiB in the second quarter, %d KiB in the last"
      % (sum(counts.values()), before, after))
sys.exit(0 if good and after < before * 1.1 else 1)
