"""hostile.py BASE TOKEN PID WORLD UTFALL: requests that nobody should send. Prints TAP."""
import http.client, json, os, random, resource, socket, subprocess, sys, threading, time
import urllib.parse

from tap import finish, ok

base, token, pid, world, utfall = sys.argv[1:6]
host, port = urllib.parse.urlsplit(base).netloc.split(":")
port = int(port)
seed = int(os.environ.get("SEED", 1))
random.seed(seed)
print("# SEED=%d" % seed)


def raw(data, half_close=False, wait=30.0, line=False):
    """All that comes back for these bytes, or its first line; b"" where the connection is ended."""
    s = socket.create_connection((host, port), timeout=wait)
    out = b""
    try:
        s.sendall(data)
        if half_close:
            s.shutdown(socket.SHUT_WR)
        while True:
            got = s.recv(65536)
            if not got:
                break
            out += got
            if line and b"\n" in out:
                break
    except (socket.timeout, ConnectionError, BrokenPipeError):
        pass
    s.close()
    return out


def alive():
    c = http.client.HTTPConnection(host, port, timeout=20)
    began = time.perf_counter()
    c.request("GET", "/v1/head", headers={"Connection": "close"})
    r = c.getresponse()
    good = r.status == 200 and json.loads(r.read())["size"] > 0
    c.close()
    return good, time.perf_counter() - began


def status(data, **more):
    out = raw(data, line=True, **more)
    return int(out.split(b" ")[1]) if out.startswith(b"HTTP/1.") else None


CLOSE = b"Host: x\r\nConnection: close\r\n\r\n"
GET = b"GET /v1/head HTTP/1.1\r\n"

# ---- malformed: refused or ended, never an answer ----
malformed = {
    "no request": b"\r\n\r\n\r\n", "no version": b"GET /v1/head\r\n\r\n",
    "no target": b"GET HTTP/1.1\r\n" + CLOSE, "a NUL": b"GET /v1/he\0ad HTTP/1.1\r\n" + CLOSE,
    "bytes": bytes(range(256)), "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "a bad version": b"GET /v1/head HTTP/9.9\r\n" + CLOSE,
    "no host": b"GET /v1/head HTTP/1.1\r\n\r\n",
    "a header without colon": GET + b"Host x\r\n\r\n",
    "folded headers": GET + b"Host: x\r\n folded\r\n\r\n",
    "two lengths": b"GET /v1/head HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "a negative length": GET + b"Host: x\r\nContent-Length: -1\r\n\r\n",
    "a huge length": GET + b"Host: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
    "length and chunks": GET + b"Host: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "bad chunks": GET + b"Host: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
}
for name, data in malformed.items():
    got = status(data, wait=0.7)
    ok(got is None or got in (200, 400, 404, 413, 414, 431, 501, 505) and alive()[0],
       "malformed, %s: %s" % (name, got))

# ---- too large ----
for name, data in {
    "a long path": b"GET /" + b"a" * 100000 + b" HTTP/1.1\r\n" + CLOSE,
    "a long query": b"GET /v1/events?type=" + b"a" * 100000 + b" HTTP/1.1\r\n" + CLOSE,
    "a long header": GET + b"X: " + b"a" * 100000 + b"\r\n" + CLOSE,
    "many headers": GET + b"".join(b"X%d: y\r\n" % i for i in range(20000)) + CLOSE,
    "a body": GET + b"Host: x\r\nContent-Length: 1000000\r\nConnection: close\r\n\r\n" + b"x" * 1000000,
}.items():
    got = status(data)
    ok(got in (None, 400, 413, 414, 431) and alive()[0], "too large, %s: %s" % (name, got))
got = status(b"POST /v1/head HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n")
ok(got == 405, "a method that is refused does not wait for its body: %s" % got)

# ---- pipelined and half-closed ----
many = GET + b"Host: x\r\n\r\n"
out = raw(many * 50 + GET + CLOSE)
ok(out.count(b"HTTP/1.1 200") == 51, "51 pipelined requests: %d answers" % out.count(b"HTTP/1.1 200"))
mixed = b"".join(b"%s %s HTTP/1.1\r\nHost: x\r\n\r\n" % (m, p)
                 for m in (b"GET", b"HEAD") for p in (b"/v1/head", b"/nothing", b"/v1/events"))
out = raw(mixed + GET + CLOSE)
ok(out.count(b"HTTP/1.1 ") == 7, "pipelined, mixed: %d answers" % out.count(b"HTTP/1.1 "))
out = raw(GET + b"Host: x\r\n\r\n", half_close=True)
ok(out.count(b"HTTP/1.1 200") == 1 or out == b"", "half-closed behind the request")
for cut in range(1, len(many), 7):
    raw(many[:cut], half_close=True, wait=0.2)
ok(alive()[0], "requests that end half way")
for _ in range(200):
    s = socket.create_connection((host, port))
    s.sendall(b"GET /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"
              b"Accept: application/x-ndjson\r\n\r\n" % token.encode())
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    s.close()               # reset while the answer is made
ok(alive()[0], "200 clients that hang up while they are answered")

# ---- noise ----
words = [b"GET", b"HEAD", b" ", b"/v1/", b"contracts/", b"%00", b"?", b"&", b"=", b"HTTP/1.1", b"\r\n",
         b"Authorization: Bearer ", token.encode(), b"v4.public.", b"Accept: ", b"*/*", b";q=", b"\xff",
         b"If-None-Match: ", b'"', b"../", b"tile/", b"x001/", b".p/", b"Host: x\r\n", b"\r\n\r\n"]
for _ in range(300):
    raw(b"".join(random.choice(words) for _ in range(random.randrange(1, 40))) + b"\r\n\r\n",
        half_close=True, wait=0.3)
ok(alive()[0], "300 requests of noise")
c = http.client.HTTPConnection(host, port)
odd = 0
for _ in range(1000):
    path = "/" + "/".join(random.choice(["v1", "tile", "events", "contracts", "..", "0", "a" * 64,
        "%2e", "entries", "x001", "000.p", "256", "", "proofs", "18446744073709551616"])
        for _ in range(random.randrange(1, 6))) + random.choice(["", "?", "?cursor=n1", "?limit=%30",
        "?seq=99999999999999999999"])
    c.request("GET", path, headers={"Authorization": "Bearer " + token,
                                    "Accept": random.choice(["*/*", "text/csv", ";;", "a/b, */*"])})
    r = c.getresponse()
    r.read()
    if r.status not in (200, 400, 404, 406):
        odd += 1
        print("#", path, r.status, file=sys.stderr)
ok(odd == 0, "1000 odd paths: 200, 400, 404 or 406")

# ---- slow and idle ----
soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
want = min(10000, (hard if hard != resource.RLIM_INFINITY else 20000) - 200)
resource.setrlimit(resource.RLIMIT_NOFILE, (want + 200, hard))


def memory():
    for line in open("/proc/%s/status" % pid):
        if line.startswith("VmRSS"):
            return int(line.split()[1])


before = memory()
idle = []
for i in range(want):
    s = socket.socket()
    s.setblocking(False)
    # one address has too few ports for all of them
    s.bind(("127.0.0.%d" % (2 + i // 20000), 0))
    s.connect_ex((host, port))
    idle.append(s)
    if i % 500 == 499:
        time.sleep(0.05)
good, took = alive()
ok(good and took < 15, "%d idle connections: an answer in %d ms" % (want, took * 1000))
for s in idle[::2]:
    try:
        s.send(b"GET /v1/head HTTP/1.1\r\nHo")
    except OSError:
        pass
good, took = alive()
ok(good and took < 15, "half of them begin a request: an answer in %d ms" % (took * 1000))
used = (memory() - before) // max(1, want)
sanitized = os.environ.get("UTFALL_VARIANT") not in (None, "release", "debug")
ok(used < (200 if sanitized else 40), "each holds %d KiB" % used)
for s in idle:
    s.close()
time.sleep(0.5)

dripping = socket.create_connection((host, port))
began = time.time()
ended = None
try:
    for i in range(120):
        dripping.send(b"X" if i else b"GET /v1/head HTTP/1.1\r\nX: ")
        time.sleep(0.5)
        dripping.setblocking(False)
        try:
            if dripping.recv(1000) is not None:
                ended = time.time() - began
                break
        except BlockingIOError:
            pass
        dripping.setblocking(True)
except OSError:
    ended = time.time() - began
ok(ended is not None and ended < 55, "a client that drips its request is ended after %s s"
   % (ended and round(ended)))

# ---- reading never blocks the writer ----
stop = threading.Event()
reads = [0]


def read_on():
    c = http.client.HTTPConnection(host, port)
    while not stop.is_set():
        c.request("GET", "/v1/events", headers={"Authorization": "Bearer " + token,
                                                "Accept": "application/x-ndjson"})
        c.getresponse().read()
        reads[0] += 1


threads = [threading.Thread(target=read_on) for _ in range(4)]
for t in threads:
    t.start()
open(world + "/more.json", "w").write('[{"type": "padding.added", "body": {}}]')
slowest = 0
for i in range(20):
    began = time.perf_counter()
    subprocess.run([utfall, "submit", world + "/more.json", "--ledger", world + "/ledger.db", "--key",
                    world + "/keys/a_city.key", "--checkpoint-key", world + "/keys/checkpoint.key",
                    "--at", "2018-06-01T00:00:%02dZ" % i], check=True, capture_output=True)
    slowest = max(slowest, time.perf_counter() - began)
stop.set()
for t in threads:
    t.join()
ok(reads[0] > 5 and slowest < 20, "20 submissions during %d readings, the slowest in %d ms"
   % (reads[0], slowest * 1000))
c = http.client.HTTPConnection(host, port)
c.request("GET", "/v1/head")
size = json.loads(c.getresponse().read())["size"]
ok(size == 187 + 40, "and the last of them is seen: %d entries" % size)
finish()
