#!/usr/bin/env python3
"""What the random pairs draw of the terms language, by its schema.

inventory.py [--kinds KIND,KIND...] [--seeds FIRST-LAST] [--below N] [--pairs] [--check]
Draws the contracts of these kinds (every, small, tiny, wide, core) and their amendments and counts
each member, each value of a list of words, each operator and reference, each kind of literal at
each place of contracts/terms.schema.json. Prints what fewer than one in N (2,000) contracts have,
and what an amendment takes out of a clause or puts into one less often than that. `--pairs` counts
members and values of one object together. `--check` prints only what is never drawn and is not in
NEVER below, and what is there and is drawn, and ends with 1 where there is any.
"""
import argparse
import collections
import functools
import itertools
import json
import os
import re
import sys

import broad
import contracts
import every
from compare import seeds_of

SCHEMA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../contracts/terms.schema.json")
KINDS = ("every", "small", "tiny", "wide", "core")
# What need not be drawn: (a pattern of features, why not).
NEVER = (
    (r"terms\.tables\.rows\[\]\.from: word", "the checker refuses it: a number or a date"),
    (r"terms\.parties\.source\[\] = (ledger|party|key|token|contract|settlement|payment|padding|data|"
     r"dispute|event)\..*", "no fact: no evaluator reads who may send it"),
)


def plain(x):
    """The schema without what it says to people."""
    if isinstance(x, list):
        return [plain(y) for y in x]
    if not isinstance(x, dict):
        return x
    if {*x} == {"allOf", "description"} and len(x["allOf"]) == 1:
        return plain(x["allOf"][0])
    return {k: plain(y) for k, y in x.items()}


class Language:
    """The schema, and what of it a document has."""

    def __init__(self, schema):
        schema = plain(schema)
        self.defs, self.whole = schema["$defs"], schema
        self.names = re.findall(r"[a-z]+\\\.[a-z_]+(?=[|)])", self.defs["reference"]["pattern"])
        self.names = {n.replace("\\", "") for n in self.names}
        self.heads = {n.split(".")[0] for n in self.names if n.split(".")[0] + "\\.[a-z]["
                      in self.defs["reference"]["pattern"]}
        self.roundings = re.search(r"\((.*?)\)", self.defs["rounding"]["pattern"])[1].split("|")

    # ---- all that there is ----

    @functools.cache
    def all(self):
        got = set(self.features(self.whole, "terms"))
        got.update("operator " + op for op in self.defs["operator"]["properties"])
        for op, arg in self.defs["operator"]["properties"].items():
            got.update(self.features(arg, op))
        got.update("reference " + n for n in self.names)
        got.update("reference %s.NAME" % h for h in self.heads)
        return got

    def features(self, schema, path):
        """Of every place in this schema, but not of the expressions in it."""
        if "$ref" in schema:
            yield from self.features_of(schema["$ref"].split("/")[-1], path)
        for part in (*schema.get("allOf", ()), *schema.get("oneOf", ()), *schema.get("anyOf", ())):
            yield from self.features(part, path)
        for value in schema.get("enum", [schema["const"]] if "const" in schema else []):
            yield "%s = %s" % (path, value)
        if self.few(schema):
            for n in range(schema["minimum"], schema["maximum"] + 1):
                yield "%s = %d" % (path, n)
        for name, inner in schema.get("properties", {}).items():
            yield "%s.%s" % (path, name)
            yield from self.features(inner, "%s.%s" % (path, name))
        if isinstance(schema.get("additionalProperties"), dict):
            yield from self.features(schema["additionalProperties"], path)
        if schema.get("type") == "array":
            yield from ("%s: %s" % (path, many) for many in self.lengths(schema))
            for i, inner in enumerate(schema.get("prefixItems", ())):
                yield from self.features(inner, "%s[%d]" % (path, i))
            if "items" in schema and "prefixItems" not in schema:
                yield from self.features(schema["items"], path + "[]")

    def features_of(self, name, path):
        kinds = {"x": ("literal", "reference", "operator"),
                 "literal": ("number", "date", "word"), "number": ("integer", "decimal")}
        for kind in kinds.get(name, ()):
            yield "%s: %s" % (path, kind)
        if name == "rounding":
            for r in self.roundings:
                yield "%s = %s" % (path, r)
                yield "%s = %s_N" % (path, r)
        if "enum" in self.defs[name]:
            yield from self.features(self.defs[name], path)

    @staticmethod
    def few(schema):
        return schema.get("type") == "integer" and schema["maximum"] - schema["minimum"] < 7

    @staticmethod
    def lengths(schema):
        if schema["minItems"] == 0:
            yield "none"
        if schema["minItems"] <= 1 <= schema["maxItems"]:
            yield "one"
        if schema["maxItems"] > max(1, schema["minItems"]):
            yield "more"

    # ---- what a document has ----

    def found(self, x, schema=None, path="terms", at=()):
        """(where, feature) of all that x has; `at` are the names and numbers on the way."""
        schema = self.whole if schema is None else schema
        if "$ref" in schema:
            yield from self.found_of(schema["$ref"].split("/")[-1], x, path, at)
        for part in schema.get("allOf", ()):
            yield from self.found(x, part, path, at)
        for parts in (schema.get("oneOf"), schema.get("anyOf")):
            if parts:
                yield from self.found(x, next(p for p in parts if self.fits(p, x)), path, at)
        if x in schema.get("enum", ()) or "const" in schema or self.few(schema):
            yield at, "%s = %s" % (path, x)
        if isinstance(x, dict):
            yield from self.found_members(x, schema, path, at)
        if isinstance(x, list):
            yield from self.found_items(x, schema, path, at)

    def found_members(self, x, schema, path, at):
        for name, inner in x.items():
            if name in schema.get("properties", {}):
                yield at, "%s.%s" % (path, name)
                yield from self.found(inner, schema["properties"][name], "%s.%s" % (path, name),
                                      (*at, name))
            elif isinstance(schema.get("additionalProperties"), dict):
                yield from self.found(inner, schema["additionalProperties"], path, (*at, name))

    def found_items(self, x, schema, path, at):
        if schema.get("type") != "array":
            return
        many = ("none", "one", "more")[min(len(x), 2)]
        if many in self.lengths(schema):
            yield at, "%s: %s" % (path, many)
        first = schema.get("prefixItems", ())
        for i, inner in enumerate(x):
            if i < len(first):
                yield from self.found(inner, first[i], "%s[%d]" % (path, i), (*at, i))
            else:
                yield from self.found(inner, schema.get("items", {}), "%s[%s]" % (
                    path, len(first) - 1 if first else ""), (*at, self.name(inner, i)))

    @staticmethod
    def name(x, i):
        """A limit is the same one wherever it stands in its list."""
        return x["name"] if isinstance(x, dict) and "name" in x else i

    def found_of(self, name, x, path, at):
        if name == "x" and isinstance(x, dict):
            (op, arg), = x.items()
            yield at, path + ": operator"
            yield at, "operator " + op
            yield from self.found(arg, self.defs["operator"]["properties"][op], op, (*at, op))
        elif name in ("x", "literal", "number"):
            kind = self.kind(name, x)
            plain = name == "x" and kind != "reference"
            yield at, "%s: %s" % (path, "literal" if plain else kind)
            if kind == "reference" and "." in x:
                yield at, "reference " + (x if x in self.names else x.split(".")[0] + ".NAME")
        elif name == "rounding":
            yield at, "%s = %s" % (path, re.sub("_[0-9]+$", "_N", x))
        elif "enum" in self.defs[name]:
            yield at, "%s = %s" % (path, x)

    def kind(self, name, x):
        if isinstance(x, bool):
            return "truth"
        if isinstance(x, int) or re.fullmatch(self.defs["decimal"]["pattern"], str(x)):
            return ("integer" if isinstance(x, int) else "decimal") if name == "number" else "number"
        if isinstance(x, dict):
            return "word"
        return "date" if re.fullmatch(self.defs["date"]["pattern"], x) else "reference"

    def fits(self, schema, x):
        """Is it this one of several?"""
        if "$ref" in schema:
            return self.fits_ref(schema["$ref"].split("/")[-1], x)
        if "not" in schema:
            return not self.fits(schema["not"], x)
        if "allOf" in schema:
            return all(self.fits(s, x) for s in schema["allOf"])
        for parts in (schema.get("oneOf"), schema.get("anyOf")):
            if parts:
                return any(self.fits(s, x) for s in parts)
        if "enum" in schema:
            return not isinstance(x, (dict, list)) and x in schema["enum"]
        kind = {"object": dict, "array": list, "integer": int, "string": str,
                "boolean": bool}.get(schema.get("type"), object)
        if kind is dict and isinstance(x, dict) and "properties" in schema:
            return {*schema.get("required", ())} <= {*x} <= {*schema["properties"]} and all(
                self.fits(schema["properties"][k], v) for k, v in x.items() if isinstance(v, str))
        return isinstance(x, kind) and not (kind is int and isinstance(x, bool))

    def fits_ref(self, name, x):
        d = self.defs[name]
        if name in ("x", "operator"):
            return name == "x" and not isinstance(x, (dict, list)) \
                or isinstance(x, dict) and {*x} <= {*self.defs["operator"]["properties"]}
        if "pattern" in d:
            return isinstance(x, str) and bool(re.search(d["pattern"], x))
        return self.fits(d, x)


# ---- what is drawn ----

def drawn(kind, seed):
    """(the contract, its amendments)"""
    if kind in ("wide", "core"):
        return contracts.Draw(seed, 1.0 if kind == "wide" else 0.0).terms(), []
    make = every.Every if kind in ("every", "small") else broad.Broad
    draw = make("%s %s" % (kind, seed), *([None, kind == "small"] if make is every.Every else []))
    terms = draw.terms()
    if broad.deep(terms) > 13:
        return terms, []
    draw.amending = True
    case = {"terms": [{"terms": terms, "seq": 5}], "events": [],
            "statements": [{"size": 100, "through": "2020-01-31"},
                           {"size": 200, "through": "2020-02-29"}]}
    (every.amend if make is every.Every else lambda d, c, _: broad.amend(d, c))(draw, case, 1)
    return terms, [v["terms"] for v in case["terms"][1:]]


class Counts:
    def __init__(self, language, quick):
        self.language, self.quick = language, quick
        self.contracts = self.amendments = 0
        self.has, self.added, self.removed = (collections.Counter() for _ in range(3))
        self.pairs = collections.Counter()

    def add(self, terms, amendments, pairs):
        self.contracts += 1
        if self.quick:
            for t in (terms, *amendments):
                self.has.update(f for _, f in self.language.found(t))
            return
        before = set(self.language.found(terms))
        self.has.update({f for _, f in before})
        if pairs:
            self.pairs.update(together(before))
        for new in amendments:
            self.amendments += 1
            after = set(self.language.found(new))
            self.has.update({f for _, f in after})
            same = {at for at, _ in before} & {at for at, _ in after}
            self.added.update({f for at, f in after - before if at in same})
            self.removed.update({f for at, f in before - after if at in same})


def together(found):
    """Pairs of features of one object."""
    by = collections.defaultdict(set)
    for at, f in found:
        if f.startswith("terms."):
            head = at if re.search(r"\.[a-z_]+$", f) else at[:-1]
            by[head].add(f)
    return {pair for fs in by.values() for pair in itertools.combinations(sorted(fs), 2)}


@functools.cache
def excepted(feature):
    return any(re.fullmatch(pattern, feature) for pattern, _ in NEVER)


def missing(counts):
    """Members, values, operators and references that no contract has."""
    return sorted(f for f in counts.language.all()
                  if ": " not in f and not counts.has[f] and not excepted(f))


def check(counts):
    every_one, never = counts.language.all(), missing(counts)
    stale = sorted(p for p, _ in NEVER if not any(
        re.fullmatch(p, f) and not counts.has[f] for f in every_one))
    for f in never:
        print("# never drawn: " + f)
    for p in stale:
        print("# said not to be drawn, and is, or is no part of the language: " + p)
    unknown = sorted(f for f in counts.has if f not in every_one)
    for f in unknown:
        print("# drawn, and no part of the schema: " + f)
    print("# %d contracts, %d features of the schema" % (counts.contracts, len(every_one)))
    return 1 if never or stale or unknown else 0


def report(counts, below, pairs):
    every_one = counts.language.all()
    print("# %d contracts, %d amendments, %d features" % (counts.contracts, counts.amendments,
                                                          len(every_one)))
    for what, got, of in (("in a contract", counts.has, counts.contracts),
                          ("put in by an amendment", counts.added, counts.amendments),
                          ("taken out by an amendment", counts.removed, counts.amendments)):
        rare = sorted((got[f], f) for f in every_one if got[f] * below < of)
        print("# %s: %d of %d rarely" % (what, len(rare), len(every_one)))
        for n, f in rare:
            print("%7d  %s: %s%s" % (n, what, f, "  (excepted)" if excepted(f) else ""))
    if pairs:
        for (a, b), n in sorted(counts.pairs.items(), key=lambda p: p[1]):
            print("%7d  together: %s, %s" % (n, a, b))


def main():
    args = argparse.ArgumentParser()
    args.add_argument("--kinds", default=",".join(KINDS))
    args.add_argument("--seeds", default="1-2000")
    args.add_argument("--below", type=int, default=2000)
    args.add_argument("--pairs", action="store_true")
    args.add_argument("--check", action="store_true")
    args = args.parse_args()
    with open(SCHEMA, encoding="utf-8") as schema:
        counts = Counts(Language(json.load(schema)), args.check)
    for seed in seeds_of(args.seeds):
        for kind in args.kinds.split(","):
            counts.add(*drawn(kind, seed), args.pairs)
        if args.check and not missing(counts):
            break
    if args.check:
        return check(counts)
    report(counts, args.below, args.pairs)
    return 0


if __name__ == "__main__":
    sys.exit(main())
