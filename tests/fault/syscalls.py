"""syscalls.py FOLDER UTFALL COUNT SEED: every call to the system of one append fails, or is its last.

FOLDER holds ledger.db, checkpoint.key and pad.submission. One append is traced: its calls that
touch the ledger's files. Then it is done again once for each call and fault (EIO, ENOSPC, killed at
that moment), and whatever happens the ledger verifies, what was acknowledged is there, what is said
not to be written is not, and the same file can be sent again and stands there once. COUNT of them
are tried, chosen by SEED; 0: all. Prints what was not so, then one line of counts.
"""
import collections
import os
import random
import re
import shutil
import sqlite3
import subprocess
import sys

FOLDER, UTFALL, COUNT, SEED = sys.argv[1:]
COUNT, SEED = int(COUNT), int(SEED)
LEDGER = os.path.join(FOLDER, "work.db")
ENDS = ("", "-wal", "-shm", "-journal")
SUBMIT = [UTFALL, "submit", os.path.join(FOLDER, "pad.submission"), "--ledger", LEDGER,
          "--checkpoint-key", os.path.join(FOLDER, "checkpoint.key"), "--at", "2017-05-01T00:00:00Z"]
PATHS = [x for end in ENDS for x in ("-P", LEDGER + end)] + ["-P", FOLDER]
# These change something, or say that it is safe.
CHANGES = {"pwrite64", "write", "fdatasync", "fsync", "ftruncate", "unlink", "rename", "openat"}
ID = re.search(r'"submission_id":"([0-9A-Z]+)"', open(SUBMIT[2]).readline()).group(1)


def run(*command):
    # A process that is traced cannot look for leaks.
    env = dict(os.environ, ASAN_OPTIONS=os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0")
    return subprocess.run(command, capture_output=True, text=True, env=env)


def fresh():
    for end in ENDS:
        if os.path.exists(LEDGER + end):
            os.unlink(LEDGER + end)
    shutil.copy(os.path.join(FOLDER, "ledger.db"), LEDGER)


def recorded():
    db = sqlite3.connect(LEDGER)
    count = db.execute("SELECT count(*) FROM entry WHERE instr(CAST(bytes AS TEXT), ?)", (ID,)).fetchone()[0]
    db.close()
    return count


def calls():
    """How often each call touches the ledger's files in one append."""
    fresh()
    trace = os.path.join(FOLDER, "trace")
    r = run("strace", "-f", "-qq", "-o", trace, *PATHS, *SUBMIT)
    if r.returncode:
        sys.exit("strace: " + r.stderr)
    counts = collections.Counter()
    for line in open(trace, errors="replace"):
        name = re.match(r"\d+ +([a-z0-9_]+)\(", line)
        if name:
            counts[name.group(1)] += 1
    return counts


def verifies():
    r = run(UTFALL, "verify", "--full", "--ledger", LEDGER)
    return None if r.returncode == 0 else "does not verify: %d %s" % (r.returncode, r.stderr)


def attempt(name, n, fault):
    fresh()
    r = run("strace", "-f", "-qq", "-o", os.path.join(FOLDER, "trace"), *PATHS, "-e",
            "inject=%s:%s:when=%d" % (name, fault, n), *SUBMIT)
    if r.returncode not in (0, 4, 5, 6, -9, 137):
        return "ends with %d: %s" % (r.returncode, r.stderr)
    if "error" in fault and r.returncode and not r.stderr:
        return "ends with %d and no word" % r.returncode
    wrong = verifies()
    if wrong:
        return wrong
    count = recorded()
    if r.returncode == 0 and count != 1:
        return "was acknowledged and stands there %d times" % count
    if "nothing was written" in r.stderr and count:
        return "said that nothing was written, and it stands there"
    again = run(*SUBMIT)
    if again.returncode:
        return "sent again, it ends with %d: %s" % (again.returncode, again.stderr)
    if recorded() != 1:
        return "sent again, it stands there %d times" % recorded()
    return verifies()


def main():
    cases = []
    for name, count in sorted(calls().items()):
        for n in range(1, count + 1):
            cases.append((name, n, "error=EIO"))
            cases.append((name, n, "signal=KILL"))
            if name in CHANGES:
                cases.append((name, n, "error=ENOSPC"))
    total = len(cases)
    rng = random.Random(SEED)
    if COUNT and COUNT < total:
        # Half of them where something changes.
        chosen = [c for c in cases if c[0] in CHANGES]
        half = min(len(chosen), COUNT // 2)
        cases = rng.sample(chosen, half) + rng.sample([c for c in cases if c[0] not in CHANGES], COUNT - half)
    bad = 0
    for name, n, fault in cases:
        wrong = attempt(name, n, fault)
        if wrong:
            bad += 1
            print("call %d of %s, %s: %s" % (n, name, fault, wrong))
    print("%d of %d faults tried, %d not as expected" % (len(cases), total, bad))


main()
