"""Shares: an amount among parties, the parts always summing to it. Section 13."""
from kinds import Fraction, number, round_whole


def parts_of(world, name):
    """A share's definition; a party is a share of one part."""
    share = world.terms.get("shares", {}).get(name)
    if share is None:
        return {"parts": [{"party": name, "weight": 1}], "residual": "first", "none": "unknown"}
    return share


def first_party(world, name):
    share = parts_of(world, name)
    parts = share["parts"] if "parts" in share else share["tranches"][0]["parts"]
    return parts[0]["party"]


def split(world, share, parts, amount, ctx):
    """[(party, amount)] or None where it is pending."""
    weights = [number(world.eval(p["weight"], ctx)) for p in parts]
    if any(not isinstance(w, Fraction) or w < 0 for w in weights):
        return None
    total = sum(weights, Fraction(0))
    if total == 0:
        return None if share["none"] == "unknown" else [(share["none"], amount)]
    out = [round_whole(amount * w / total, "down") for w in weights]
    heavy = [i for i, w in enumerate(weights) if w > 0]
    if share["residual"] == "first":
        pick = heavy[0]
    elif share["residual"] == "last":
        pick = heavy[-1]
    else:
        pick = max(heavy, key=lambda i: (weights[i], -i))
    out[pick] += amount - sum(out)
    return [(p["party"], a) for p, a in zip(parts, out)]


class Splitter:
    """The shares of one statement; tranches remember what has gone through them."""

    def __init__(self):
        self.gone = {}

    def split(self, world, name, amount, ctx):
        share = parts_of(world, name)
        if "parts" in share:
            return split(world, share, share["parts"], amount, ctx)
        out, left = [], amount
        for n, tranche in enumerate(share["tranches"]):
            part = left
            if "to" in tranche:
                to = number(world.eval(tranche["to"], ctx))
                if not isinstance(to, Fraction):
                    return None
                room = max(Fraction(0), to - self.gone.get(name, 0))
                part = min(left, int(room // 1)) if left > 0 else (left if room > 0 else 0)
            if part == 0 and not (left == 0 and n == 0):
                continue
            got = split(world, share, tranche["parts"], part, ctx)
            if got is None:
                return None
            out += got
            if part > 0:
                self.gone[name] = self.gone.get(name, 0) + part
            left -= part
            if left == 0:
                break
        return out
