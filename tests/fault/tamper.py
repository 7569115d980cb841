"""tamper.py SMALL AUDIT UTFALL WHAT COUNT SEED: changes whatever a ledger consists of, and looks.

SMALL is a folder that small_ledger.c wrote, with its policy. WHAT is bundle or store. Cases are
generated: every line and JSON member of every file, every column of every row of every table that
sqlite_master names, each changed, removed, doubled, swapped, cut. COUNT of them are tried, chosen
by SEED; 0: all. What must come of each is a table of classes, below: the kinds of finding that may
be reported, or what the command may say besides. Each is replayed from the first entry and from
where an earlier replay of the history's first part came to (--resume). Prints what went unnoticed
or was called something else, then one line of counts.
"""
import collections
import hashlib
import json
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys

SMALL, AUDIT, UTFALL, WHAT, COUNT, SEED = sys.argv[1:]
COUNT, SEED = int(COUNT), int(SEED)
HEX, DIGITS, LOWER, UPPER = "0123456789abcdef", "0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGH"

Case = collections.namedtuple("Case", "name klass op make")

# ---- changes of text and of JSON, members in a list so that one may stand there twice ----


def other(text, rng):
    """One character replaced by another of its kind."""
    at = rng.randrange(len(text))
    for row in (DIGITS, HEX if all(c in HEX for c in text) else LOWER, UPPER):
        if text[at] in row:
            return text[:at] + rng.choice([c for c in row if c != text[at]]) + text[at + 1:]
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1:]


def dump(value):
    if isinstance(value, Members):
        return "{" + ",".join(json.dumps(k) + ":" + dump(v) for k, v in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(dump(v) for v in value) + "]"
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Members(list):
    pass


def load(text):
    return json.loads(text, object_pairs_hook=Members)


def rows(value, rng):
    """Changes of a list as such: its items removed, doubled, swapped."""
    for i in range(len(value)):
        yield "removed", i, type(value)(value[:i] + value[i + 1:])
        yield "doubled", i, type(value)(value[:i] + [value[i]] + value[i:])
        if i + 1 < len(value):
            yield "swapped", i, type(value)(value[:i] + [value[i + 1], value[i]] + value[i + 2:])
    del rng


def variants(value, rng, path=""):
    """(path, operation, changed value) for everything inside."""
    if isinstance(value, list):
        for op, i, changed in rows(value, rng):
            yield path + "/" + (value[i][0] if isinstance(value, Members) else str(i)), op, changed
        for i, item in enumerate(value):
            inner, name = (item[1], item[0]) if isinstance(value, Members) else (item, str(i))
            for p, op, changed in variants(inner, rng, path + "/" + name):
                put = (name, changed) if isinstance(value, Members) else changed
                yield p, op, type(value)(value[:i] + [put] + value[i + 1:])
    elif isinstance(value, bool):
        yield path, "changed", not value
    elif isinstance(value, int):
        yield path, "changed", value + 1
        yield path, "changed", -value - 1
    elif value:
        yield path, "changed", other(value, rng)
        yield path, "cut", value[:-1]


# ---- what must come of it ----

# The kinds of finding that a change may be called, by file, place and operation; the first row
# that fits. Besides kinds: "refused", it cannot be read as a ledger at all; "no", it verifies but
# no longer has the witness; "verified", nothing is lost.
ANY_ENTRY = "bytes sequence time chain digest signature count"
BUNDLE = [
    # The event that opens the ledger is asked for before anything else.
    (r"entries.jsonl:[12]\b", ANY_ENTRY + " event"),
    # A JSON text with a member more, less or elsewhere is not canonical: not an entry.
    (r"entries.jsonl /\S* (removed|doubled|swapped)", "bytes"),
    (r"entries.jsonl /at ", "time bytes"),
    (r"entries.jsonl /seq ", "sequence bytes"),
    (r"entries.jsonl /prev ", "chain bytes"),
    (r"entries.jsonl /event ", "digest bytes"),
    (r"entries.jsonl /v ", "bytes"),
    (r"entries.jsonl /submission/", "signature bytes"),
    (r"entries.jsonl (removed|doubled|swapped)", "sequence bytes"),
    (r"entries.jsonl changed", ANY_ENTRY),
    (r"entries.jsonl (emptied|cut|space|no last|a line)", "bytes"),
    # Whatever an event says, its bytes are those that its entry names.
    (r"events.jsonl:1\b", "digest bytes event rule"),
    (r"events.jsonl /", "digest"),
    (r"events.jsonl (removed|doubled|swapped|changed|emptied|space)", "digest event bytes"),
    (r"events.jsonl (cut|no last|a line)", "event bytes"),
    # Signature lines may stand twice and in any order.
    (r"(checkpoint:5|cosigned:[56]) (doubled|swapped)|rotations:6 swapped", "verified"),
    (r"(checkpoint|entries.jsonl|events.jsonl) file removed", "refused file"),
    (r"checkpoint ", "checkpoint tree"),
    # The witness's own line taken away leaves a ledger without a witness; so does its name.
    (r"cosigned ", "checkpoint tree no"),
    (r"rotations ", "checkpoint refused file"),
    (r"keys file removed", "verified"),
    (r"keys ", "file"),
    (r"manifest.json /(entries|events) changed", "refused file"),
    # A file that the manifest does not list is not there: see above what each is worth.
    (r"manifest.json /files/[0-9]+ removed", "refused file no verified checkpoint"),
    (r"manifest.json ", "refused file"),
]
STORE = [
    (r"entry row 1 ", ANY_ENTRY + " event refused"),
    (r"entry[.]bytes ", ANY_ENTRY),
    (r"entry[.](seq|row) ", "sequence count event tree refused"),
    # Zeros, or nothing, stand for what was erased: no data.erased names it, or what rests on it
    # has lost its ground.
    (r"event[.]bytes (zeroed|emptied)", "event rule statement signature checkpoint"),
    (r"event[.]bytes ", "digest event bytes rule statement signature checkpoint"),
    (r"event[.](seq|row) ", "event digest refused"),
    # The head, the newest with a cosignature, and the first behind a new key are replayed; the
    # others are held against the tree by `utfall verify`, like the receipts.
    # A cosignature that stands there twice is one, and who made it says its own verifier key.
    (r"checkpoint row 33 line (doubled|swapped)", "verified no checkpoint unnoticed"),
    (r"checkpoint.", "checkpoint tree no refused verified"),
    (r"receipt.", "verified"),
    (r"cache_", "verified"),
]


def digest(data):
    return hashlib.sha256(data).hexdigest()


class Bundle:
    """The files of the bundle in memory; written to a folder with one of them changed."""

    def __init__(self):
        self.folder = os.path.join(SMALL, "bundle")
        self.files = {n: open(os.path.join(self.folder, n), "rb").read()
                      for n in sorted(os.listdir(self.folder))}

    def write(self, folder, name, data):
        """`data` None: the file is taken away, from the manifest too."""
        files = dict(self.files)
        files[name] = data
        if name != "manifest.json":
            m = json.loads(files["manifest.json"])
            for f in m["files"]:
                if f["name"] == name and data is not None:
                    f["sha256"], f["size"] = digest(data), len(data)
            m["files"] = [f for f in m["files"] if f["name"] != name or data is not None]
            files["manifest.json"] = (dump_sorted(m) + "\n").encode()
        os.mkdir(folder)
        for n, d in files.items():
            if d is not None:
                with open(os.path.join(folder, n), "wb") as f:
                    f.write(d)


def dump_sorted(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def line_changes(name, data, rng):
    lines = data.split(b"\n")[:-1]
    for op, i, changed in rows(lines, rng):
        yield f"{name}:{i + 1}", "line", op, b"\n".join(changed + [b""]) if changed else b""
    for i, line in enumerate(lines):
        def at(new, i=i):
            return b"\n".join(lines[:i] + [new] + lines[i + 1:] + [b""])
        cut = b"\n".join(lines[:i] + [b""]) if i else b""
        yield f"{name}:{i + 1}", "line", "cut off here", cut
        yield f"{name}:{i + 1}", "line", "emptied", at(b"")
        if line:
            yield f"{name}:{i + 1}", "line", "cut within", cut + line[:len(line) // 2]
            yield f"{name}:{i + 1}", "line", "space added", at(line + b" ")
            yield f"{name}:{i + 1}", "line", "changed", at(other(line.decode(), rng).encode())
    yield name, "line", "no last line end", data[:-1]
    yield name, "line", "a line more", data + b"x\n"


def json_changes(name, data, rng):
    lines = data.decode().split("\n")[:-1]
    for i, line in enumerate(lines):
        for path, op, changed in variants(load(line), rng):
            text = "\n".join(lines[:i] + [dump(changed)] + lines[i + 1:] + [""])
            yield f"{name}:{i + 1}{path}", path, op, text.encode()


def bundle_cases(rng):
    b = Bundle()
    for name, data in b.files.items():
        def case(place, klass, op, changed, name=name):
            return Case(place, klass, op, lambda d: b.write(d, name, changed))
        for place, _, op, changed in line_changes(name, data, rng):
            if changed != data:
                yield case(place, name, op, changed)
        if name.endswith(".json") or name.endswith(".jsonl"):
            for place, path, op, changed in json_changes(name, data, rng):
                yield case(place, name + " " + path, op, changed)
        yield case(name, name, "file removed", None)


# ---- the ledger's file ----


class Store:
    def __init__(self):
        self.path = os.path.join(SMALL, "ledger.db")
        db = sqlite3.connect("file:%s?mode=ro" % self.path, uri=True)
        self.triggers = db.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        self.tables = {}
        for name, in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"):
            columns = [c[1] for c in db.execute("PRAGMA table_info(%s)" % name)]
            self.tables[name] = (columns, db.execute("SELECT * FROM %s ORDER BY 1" % name).fetchall())
        db.close()

    def write(self, path, table, rows):
        """The same file with all rows of one table replaced; the triggers as before."""
        shutil.copy(self.path, path)
        db = sqlite3.connect(path)
        db.execute("PRAGMA ignore_check_constraints = ON")
        for name, _ in self.triggers:
            db.execute("DROP TRIGGER " + name)
        db.execute("DELETE FROM " + table)
        marks = ",".join("?" * len(self.tables[table][0]))
        db.executemany("INSERT INTO %s VALUES (%s)" % (table, marks), rows)
        for _, sql in self.triggers:
            db.execute(sql)
        db.commit()
        db.close()


def blob_changes(value, rng):
    at = rng.randrange(len(value))
    yield "bit", value[:at] + bytes([value[at] ^ 1 << rng.randrange(8)]) + value[at + 1:]
    yield "cut", value[:len(value) // 2]
    yield "emptied", b""
    yield "longer", value + b"x"
    yield "zeroed", bytes(len(value))
    if value[:1] == b"{":
        chosen = [c for _, _, c in variants(load(value.decode()), rng)]
        for changed in rng.sample(chosen, min(3, len(chosen))):
            yield "member", dump(changed).encode()
    elif b"\n\n" in value:
        for _, _, op, changed in line_changes("", value, rng):
            yield "line " + op, changed


def store_cases(rng):
    s = Store()
    for table, (columns, rows) in s.tables.items():
        def case(place, column, op, changed, table=table):
            return Case("%s %s" % (table, place), "%s.%s" % (table, column), op,
                        lambda path: s.write(path, table, changed))
        for i, row in enumerate(rows):
            for c, column in enumerate(columns):
                if isinstance(row[c], int):
                    changes = [("other", row[c] + 1000), ("negative", -row[c] - 1)]
                else:
                    changes = blob_changes(row[c], rng)
                for op, new in changes:
                    if new != row[c]:
                        put = rows[:i] + [row[:c] + (new,) + row[c + 1:]] + rows[i + 1:]
                        yield case("row %s" % row[0], column, op, put)
                if c > 0 and i + 1 < len(rows) and rows[i + 1][c] != row[c]:
                    def with_column(r, v, c=c):
                        return r[:c] + (v,) + r[c + 1:]
                    yield case("row %s" % row[0], column, "swapped", rows[:i] + [
                        with_column(row, rows[i + 1][c]), with_column(rows[i + 1], row[c])
                    ] + rows[i + 2:])
            yield case("row %s" % row[0], "row", "removed", rows[:i] + rows[i + 1:])
            free = next(n for n in range(len(rows) + 1, 1 << 20) if all(r[0] != n for r in rows))
            yield case("row %s" % row[0], "row", "doubled", rows + [(free,) + row[1:]])
        if rows:
            yield case("all rows", "row", "removed all", [])


# ---- trying ----

WORK = os.path.join(SMALL, "work")


def clear():
    shutil.rmtree(WORK, ignore_errors=True)
    for end in ("", "-wal", "-shm"):
        if os.path.exists(WORK + end):
            os.unlink(WORK + end)


def run(*command):
    return subprocess.run(command, capture_output=True, text=True)


def replay(*more):
    """What a change is called, and the words."""
    r = run(AUDIT, "replay", WORK, "--policy", os.path.join(SMALL, "policy"),
            "--require", "witnessed", "--json", *more)
    report = json.loads(r.stdout) if r.stdout else {}
    kind = report.get("finding", {}).get("kind")
    if kind and r.returncode == (1 if kind in ("statement", "balance") else 5):
        return kind, r.stderr
    return {0: "verified", 1: "no", 5: "refused"}.get(r.returncode, "status %d" % r.returncode), r.stderr


class Earlier:
    """What a replay of the first part kept: the entries before some checkpoint, about the middle."""

    def __init__(self):
        self.kept = os.path.join(SMALL, "kept")
        db = sqlite3.connect("file:%s?mode=ro" % os.path.join(SMALL, "ledger.db"), uri=True)
        sizes = [r[0] for r in db.execute("SELECT size FROM checkpoint ORDER BY size")]
        self.size = sizes[len(sizes) // 2]
        self.note, = db.execute("SELECT note FROM checkpoint WHERE size = ?", (self.size,)).fetchone()
        db.close()
        clear()
        if WHAT == "bundle":
            self.write_bundle()
        else:
            self.write_store()
        r = run(AUDIT, "replay", WORK, "--operator-key", os.path.join(SMALL, "operator.vkey"),
                "--resume", self.kept)
        if r.returncode:
            sys.exit("the first part does not verify: " + r.stderr)
        clear()

    def write_bundle(self):
        b = Bundle()
        entries = b.files["entries.jsonl"].split(b"\n")[:self.size]
        events = sum(b'"event":"' in e[:50] for e in entries)
        files = {"entries.jsonl": b"\n".join(entries + [b""]),
                 "events.jsonl": b"\n".join(b.files["events.jsonl"].split(b"\n")[:events] + [b""]),
                 "checkpoint": self.note}
        m = json.loads(b.files["manifest.json"])
        m["entries"], m["events"] = self.size, events
        m["files"] = [{"name": n, "sha256": digest(d), "size": len(d)} for n, d in sorted(files.items())]
        files["manifest.json"] = (dump_sorted(m) + "\n").encode()
        os.mkdir(WORK)
        for n, d in files.items():
            with open(os.path.join(WORK, n), "wb") as f:
                f.write(d)

    def write_store(self):
        shutil.copy(os.path.join(SMALL, "ledger.db"), WORK)
        db = sqlite3.connect(WORK)
        for name, in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute("DROP TRIGGER " + name)
        for table in ("receipt", "event", "entry"):
            db.execute("DELETE FROM %s WHERE seq >= %d" % (table, self.size))
        db.execute("DELETE FROM checkpoint WHERE size > %d" % self.size)
        for table in ("cache_run", "cache_tile", "cache_state"):
            db.execute("DELETE FROM " + table)
        db.commit()
        db.close()

    def replay(self):
        copy = WORK + ".kept"
        shutil.copy(self.kept, copy)
        try:
            return replay("--resume", copy)
        finally:
            os.unlink(copy)

    def wrong(self, case, kinds):
        """A change is found as from the first entry on, or because it is not what was verified; a
        store's bytes that nothing new needs are left to the earlier replay."""
        kind, words = self.replay()
        allowed = set(kinds) | {"history"}
        row = re.match(r"(entry|event|checkpoint) row (\d+)", case.name)
        if row and int(row.group(2)) <= self.size or case.name.startswith("receipt"):
            allowed |= {"verified", "no", "digest"}
        # Another name or party: it is not what was verified, and the command says so.
        if re.match(r"checkpoint|manifest.json|cosigned", case.name):
            allowed |= {"status 3"}
        return None if kind in allowed else "resumed: %s\n%s" % (kind, words)


def settle():
    """The next statement recorded, and what it says; None where that is refused."""
    r = run(UTFALL, "settle", "--ledger", WORK, "--key", SMALL + "/operator.key", "--checkpoint-key",
            SMALL + "/checkpoint.key", "--at", "2017-07-16T00:00:00Z", "--confirm-clock")
    if r.returncode:
        return (None, r.stderr) if r.returncode in (4, 5) else ("status %d" % r.returncode, r.stderr)
    r = run(UTFALL, "statement", "show", "2", "--ledger", WORK, "--json")
    return json.loads(r.stdout)["issued"] if r.returncode == 0 else r.stderr, r.stderr


def expected(table, case):
    for pattern, kinds in table:
        for name in (case.name, case.klass):
            if re.match(pattern, "%s %s" % (name, case.op)):
                return kinds.split()
    return []


def try_bundle(case, earlier):
    case.make(WORK)
    kind, words = replay()
    if kind not in expected(BUNDLE, case):
        return "%s\n%s" % (kind, words)
    return earlier.wrong(case, expected(BUNDLE, case))


def try_store(case, honest, earlier):
    case.make(WORK)
    kind, words = replay()
    wrong = earlier.wrong(case, expected(STORE, case))
    if wrong:
        return wrong
    verify = run(UTFALL, "verify", "--full", "--ledger", WORK)
    if kind not in expected(STORE, case):
        return "%s\n%s" % (kind, words)
    noticed = "unnoticed" not in expected(STORE, case)
    if verify.returncode not in (0, 5):
        return "verify ends with %d\n%s" % (verify.returncode, verify.stderr)
    cache = case.klass.startswith("cache_")
    # A cosignature is checked by who holds the witness's key.
    if noticed and not cache and verify.returncode == 0 and kind in ("verified", "refused"):
        return "replay: %s; verify notices nothing" % kind
    if cache:
        says, words = settle()
        if says is not None and says != honest:
            return "settles otherwise\n%s%s" % (says, words)
        if replay()[0] != "verified":
            return "is settled into something that does not verify"
    return None


def main():
    rng = random.Random(SEED)
    cases = list(bundle_cases(rng) if WHAT == "bundle" else store_cases(rng))
    total = len(cases)
    if COUNT and COUNT < total:
        cases = rng.sample(cases, COUNT)
    honest = None
    if WHAT == "store":
        clear()
        shutil.copy(os.path.join(SMALL, "ledger.db"), WORK)
        honest, _ = settle()
    earlier = Earlier()
    bad = 0
    for case in cases:
        clear()
        wrong = try_bundle(case, earlier) if WHAT == "bundle" else try_store(case, honest, earlier)
        if wrong:
            bad += 1
            print("%s: %s (%s): %s" % (case.name, case.op, case.klass, wrong))
    clear()
    print("%s: %d of %d changes tried, %d not as expected" % (WHAT, len(cases), total, bad))


main()
