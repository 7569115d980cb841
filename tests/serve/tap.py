"""Test Anything Protocol for the tests of the server: from tap import ok, finish."""
import sys

number, failed = 0, 0


def ok(good, name, *more):
    """One test; where it fails, `more` says what was found: ten things at most."""
    global number, failed
    number += 1
    print("%s %d - %s" % ("ok" if good else "not ok", number, name))
    if not good:
        failed += 1
        for x in more[:10]:
            print("# " + str(x)[:300], file=sys.stderr)
        print("not ok %d - %s" % (number, name), file=sys.stderr)


def finish():
    """The plan; ends the program, with 1 where a test failed."""
    print("1..%d" % number)
    sys.exit(1 if failed else 0)
