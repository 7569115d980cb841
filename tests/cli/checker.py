"""checker.py [FOLDER]: every finding about terms has a case in the tests, in its own words.

Reads the texts of check_error(), check_warn() and find() in src/contract/check*.c and of
build_error() in src/contract/terms*.c. Each must be what a case expects: of test_check.c or
test_amend.c in tests/unit, which has `mended` beside it and runs that without the finding, or
of tests/unit/data/terms_refused.json, where what is spoilt is a contract that is taken.
"""
import glob, json, os, re, sys

if len(sys.argv) > 1:
    os.chdir(sys.argv[1])

# What cannot be said yet, and why.
LATER = {"the rules of reading change from": "there is one semantics; the loader refuses another"}

LITERAL = r'"(?:[^"\\]|\\.)*"'
CALL = r'\b(?:check_error|check_warn|find|build_error)\s*\('


def joined(source, at):
    """The arguments of the call that opens at `at`."""
    depth, start, out, i = 0, at, [], at
    while True:
        c = source[i]
        if c == '"':
            i = re.compile(LITERAL).match(source, i).end()
            continue
        if c in "([{":
            depth += 1
        elif c in ")]}":
            if depth == 0:
                out.append(source[start:i])
                return out
            depth -= 1
        elif c == "," and depth == 0:
            out.append(source[start:i])
            start = i + 1
        i += 1


def choices(argument):
    """Of `x ? "a" : "b"` both texts, else the argument."""
    bare = re.sub(LITERAL, lambda m: "_" * len(m.group(0)), argument)
    if "?" not in bare:
        return [argument]
    at, colon = bare.index("?"), bare.index(":", bare.index("?"))
    return [argument[at + 1:colon]] + choices(argument[colon + 1:])


def words(text):
    text = re.sub(r'"\s*(?:PRI[dux]\d+)\s*"', "d", text)
    return "".join(x[1:-1] for x in re.findall(LITERAL, text)).replace('\\"', '"').replace("\\\\", "\\")


def pattern(fmt):
    parts = re.split(r"%(?:\.\d+)?(?:\.\*)?(?:ll|z|l)?[sdux]", fmt)
    return re.compile(".*".join(re.escape(p) for p in parts), re.S)


expected = []
for path in ("tests/unit/test_check.c", "tests/unit/test_amend.c", "tests/unit/test_terms.c"):
    source = re.sub(r"/\*.*?\*/", "", open(path, encoding="utf-8").read(), flags=re.S)
    source = re.sub(r'#define (\w+)(?:\(\w+\))? ((?:.*\\\n)*.*)\n', "", source) + \
        "".join("\n;%s;" % m.group(0) for m in re.finditer(r'#define (?:.*\\\n)*.*\n', source))
    # adjacent literals are one text
    for m in re.finditer(r"(?:%s\s*(?:\\\n)?\s*(?:with\s*)?)+" % LITERAL, source):
        expected.append(words(m.group(0)))
for case in json.load(open("tests/unit/data/terms_refused.json", encoding="utf-8")):
    expected.append(case["says"])

bad = seen = 0
for path in sorted(glob.glob("src/contract/check*.c") + glob.glob("src/contract/terms*.c")):
    source = re.sub(r"/\*.*?\*/", "", open(path, encoding="utf-8").read(), flags=re.S)
    for m in re.finditer(CALL, source):
        args = joined(source, m.end())
        texts = [[words(part) for part in choices(a)] for a in args[1:]]
        texts = next((t for t in texts if max(map(len, t)) > 12 and " " in max(t, key=len)), [])
        line = source.count("\n", 0, m.start()) + 1
        for text in texts:          # none: its own definition, or a text that is handed on
            seen += 1
            if any(text.startswith(x) for x in LATER):
                continue
            if not any(pattern(text).search(x) for x in expected):
                bad += 1
                print("%s:%d: no case says: %s" % (path, line, text))
print("%d findings, %d without a case" % (seen, bad))
sys.exit(1 if bad or seen < 40 else 0)
