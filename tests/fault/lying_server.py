#!/usr/bin/env python3
"""lying_server.py FOLDER: a server between a ledger and its readers, that lies.

It prints its port; with --names behind FOLDER the names of its lies. GET /LIE/PATH answers as a server that tells LIE would; its truth is
FOLDER/public, a folder that `utfall publish` wrote, and FOLDER/fork, FOLDER/old, FOLDER/other are
other such folders; FOLDER/proof is a proof from the ledger, proof.fork one from the fork,
proof.another one of another event. POST /LIE/add-checkpoint answers as a witness that tells LIE would; its truth
are the lines in FOLDER/cosigned (of this head), cosigned.old (of one before) and cosigned.other (by another key).
The names are those of the table in audit/FORMAT.md, which lying_server.t reads.
"""
import base64
import http.server
import os
import re
import socket
import sys
import time

FOLDER = sys.argv[1]
readers = 0


def read(name):
    try:
        with open(os.path.join(FOLDER, name), "rb") as f:
            return f.read()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
        return None


def other_digit(data, at):
    return data[:at] + (b"1" if data[at:at + 1] == b"0" else b"0") + data[at + 1:]


def entries(data):
    """The entries of a bundle, each behind its length."""
    ret = []
    while data:
        size = 2 + (data[0] << 8 | data[1])
        ret.append(data[:size])
        data = data[size:]
    return ret


def changed_entry(data, number):
    rows = entries(data)
    rows[number] = other_digit(rows[number], rows[number].index(b'"event":"') + 9)
    return b"".join(rows)


class Lie(Exception):
    """Raised by a lie that writes its own answer."""


# ---- what is read: (request, path, the true bytes) -> the bytes that are given ----

def two_views(request, path, true):
    """The readers take turns: one sees the ledger, the next the fork."""
    global readers
    if path == "checkpoint":
        readers += 1
    return true if readers % 2 == 1 else read("fork/" + path)


def endless(request, true, ends):
    """Goes on sending until the reader has enough."""
    if not request.path.endswith(ends):
        return true
    request.head(None)
    block = true + b"\n" * 65536
    while True:
        request.wfile.write(block)


def given_length(request, true, length, sent, waits=False):
    request.head(length)
    request.wfile.write(true[:sent])
    request.wfile.flush()
    if waits:
        request.connection.settimeout(60)
        request.rfile.read(1)   # until the reader goes away
    raise Lie


def some_entries(path):
    return path.startswith("tile/entries/001")


def half(request, path, true, length=None, waits=False):
    if not some_entries(path):
        return true
    n = len(true)
    return given_length(request, true, n if length is None else length, n // 2, waits)


def redirect(request, path, true):
    if not some_entries(path):
        return true
    request.send_response(302)
    request.send_header("Location", "/truth/" + path)
    request.send_header("Content-Length", "6")
    request.end_headers()
    request.wfile.write(b"moved\n")
    raise Lie


def proof_of(name):
    """A line of a proof whose hash is another."""
    true = read(name)
    lines = true.split(b"\n")
    row = next(i for i, line in enumerate(lines) if re.fullmatch(rb"[A-Za-z0-9+/]{43}=", line))
    lines[row] = (b"B" if lines[row][:1] == b"A" else b"A") + lines[row][1:]
    return b"\n".join(lines)


def another_event(request, path, true):
    """The entry that was proved, with the event of another."""
    extra = [base64.b64decode(re.search(rb"extra (.*)\n", p).group(1)).split(b"\n")
             for p in (true, read("proof.another"))]
    said = base64.b64encode(extra[0][0] + b"\n" + extra[1][1])
    return re.sub(rb"extra .*\n", b"extra " + said + b"\n", true, count=1)


READ = {
    "truth": lambda r, p, t: t,
    "two-views": two_views,
    "other-ledger": lambda r, p, t: read("other/" + p),
    "old-head": lambda r, p, t: read("old/" + p),
    "no-page": lambda r, p, t: None if some_entries(p) else t,
    "entry": lambda r, p, t: changed_entry(t, 100) if p == "tile/entries/000" else t,
    "entry-left-out": lambda r, p, t: b"".join(entries(t)[:99] + entries(t)[100:])
        if p == "tile/entries/000" else t,
    "entries-swapped": lambda r, p, t: b"".join(entries(t)[:99] + entries(t)[100:101]
        + entries(t)[99:100] + entries(t)[101:]) if p == "tile/entries/000" else t,
    "last-entry": lambda r, p, t: changed_entry(t, -1) if p.startswith("tile/entries/002") else t,
    "last-entry-cut-off": lambda r, p, t: b"".join(entries(t)[:-1])
        if p.startswith("tile/entries/002") else t,
    "fork-s-entries": lambda r, p, t: read("fork/" + p) if p == "tile/entries/001" else t,
    "fork-s-tile": lambda r, p, t: read("fork/" + p) if p == "tile/0/001" else t,
    "other-tile": lambda r, p, t: read("public/tile/0/000") if p == "tile/0/001" else t,
    "hash": lambda r, p, t: bytes([t[0] ^ 1]) + t[1:] if p == "tile/0/001" else t,
    "last-hash": lambda r, p, t: t[:-1] + bytes([t[-1] ^ 1]) if p == "tile/0/002.p/166" else t,
    "short-tile": lambda r, p, t: t[:-32] if p == "tile/0/001" else t,
    "endless-head": lambda r, p, t: endless(r, t, "/checkpoint"),
    "endless-entries": lambda r, p, t: endless(r, t, "/entries/001"),
    "endless-tile": lambda r, p, t: endless(r, t, "tile/1/000.p/2"),
    "half": half,
    "half-and-waits": lambda r, p, t: half(r, p, t, waits=True),
    "half-as-whole": lambda r, p, t: half(r, p, t, length=len(t) // 2),
    "redirect": redirect,
    "page-instead": lambda r, p, t: b"<!doctype html><title>moved</title>\n"
        if some_entries(p) else t,
    "head-of-nobody": lambda r, p, t: b"\n".join(t.split(b"\n")[:4]) + b"\n"
        if p == "checkpoint" else t,
    "head-of-more": lambda r, p, t: re.sub(rb"\n[0-9]+\n", b"\n9007199254740991\n", t, count=1)
        if p == "checkpoint" else t,
    "proof-by-fork": lambda r, p, t: read("proof.fork") if p == "proof" else t,
    "proof-of-another": lambda r, p, t: read("proof.another") if p == "proof" else t,
    "proof-with-another-hash": lambda r, p, t: proof_of("proof") if p == "proof" else t,
    "proof-with-another-event": another_event,
    "proof-by-nobody": lambda r, p, t: read("proof").rsplit("\u2014".encode(), 1)[0]
        if p == "proof" else t,
}


# ---- what is cosigned: (request, what was asked) -> status, answer ----

asked = 0


def never_settles(request, body):
    global asked
    asked += 1
    return 409, b"%d\n" % asked


def witness_endless(request, body):
    request.head(None)
    while True:
        request.wfile.write(b"A" * 65536)


def witness_redirect(request, body):
    request.send_response(307)
    request.send_header("Location", "/cosigns/add-checkpoint")
    request.send_header("Content-Length", "6")
    request.end_headers()
    request.wfile.write(b"moved\n")
    raise Lie


def line():
    return read("cosigned")


def poisoned(request, body):
    """Its own line, and one that says the operator signed what it did not."""
    operator = read("public/checkpoint").split(b"\n")[4]
    last = operator[-10:-9]
    return 200, line() + operator[:-10] + (b"B" if last == b"A" else b"A") + operator[-9:] + b"\n"


COSIGN = {
    "cosigns": lambda r, b: (200, line()),
    "and-a-false-line": poisoned,
    "cosigns-twice": lambda r, b: (200, line() + line()),
    "cosigns-old": lambda r, b: (200, read("cosigned.old")),
    "cosigns-by-another": lambda r, b: (200, read("cosigned.other")),
    "cosigns-nothing": lambda r, b: (200, b""),
    "cosigns-a-page": lambda r, b: (200, b"<!doctype html><title>thanks</title>\n"),
    "cosigns-endlessly": witness_endless,
    "cosigns-by-half": lambda r, b: given_length(r, line(), len(line()), 50),
    "cosigns-and-waits": lambda r, b: given_length(r, line(), len(line()), 50, True),
    "cosigns-short": lambda r, b: given_length(r, line(), 50, 50),
    "is-elsewhere": witness_redirect,
    "knows-more": lambda r, b: (409, b"9007199254740991\n"),
    "never-settles": never_settles,
    "counts-in-words": lambda r, b: (409, b"some\n"),
    "is-broken": lambda r, b: (500, b"\033]0;owned\007 sorry\nand more\n"),
}


class Request(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *args):
        pass

    def head(self, length, status=200):
        self.send_response(status)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self.send_header("Connection", "close")
        self.end_headers()
        self.close_connection = True

    def answer(self, status, body):
        self.head(len(body), status)
        self.wfile.write(body)

    def do_GET(self):
        lie, path = self.path[1:].split("/", 1)
        true = read("proof" if path == "proof" else "public/" + path)
        try:
            given = READ[lie](self, path, true)
        except Lie:
            self.close_connection = True
            return
        except (BrokenPipeError, ConnectionResetError, socket.timeout):
            self.close_connection = True
            return
        self.answer(404 if given is None else 200, b"no such page\n" if given is None else given)

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        try:
            self.answer(*COSIGN[self.path.split("/")[1]](self, body))
        except (Lie, BrokenPipeError, ConnectionResetError, socket.timeout):
            self.close_connection = True


class Server(http.server.ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, address):
        sys.stderr.write("lying_server: %s\n" % sys.exc_info()[1])


if sys.argv[2:] == ["--names"]:
    print("\n".join(sorted(set(READ) | set(COSIGN))))
    sys.exit(0)
server = Server(("127.0.0.1", 0), Request)
print(server.server_address[1], flush=True)
server.serve_forever()
