"""Shares: an amount among parties, the parts always summing to it. Section 13."""
from kinds import is_number, number, quotient, round_whole


def parts_of(world, name):
    """A share's definition; a party is a share of one part."""
    share = world.terms.get("shares", {}).get(name)
    if share is None:
        return {"parts": [{"party": name, "weight": 1}], "residual": "first", "none": "unknown"}
    return share


def first_party(world, name, ctx):
    """Who a zero line names: the first whose weight is above 0, else who bears zero weights."""
    share = parts_of(world, name)
    parts = tranches(share)[0]["parts"]
    for part in parts:
        if split(world, {"residual": "first", "none": "unknown"}, [part], 1, ctx) is not None:
            return part["party"]
    whole = split(world, share, parts, 1, ctx)
    return parts[0]["party"] if whole is None else whole[0][0]


def split(world, share, parts, amount, ctx):
    """[(party, amount)] or None where it is pending."""
    weights = [number(world.eval(p["weight"], ctx)) for p in parts]
    if any(not is_number(w) or w < 0 for w in weights):
        return None
    total = sum(weights)
    if total == 0:
        return None if share["none"] == "unknown" else [(share["none"], amount)]
    out = [round_whole(quotient(amount * w, total), "down") for w in weights]
    heavy = [i for i, w in enumerate(weights) if w > 0]
    if share["residual"] == "first":
        pick = heavy[0]
    elif share["residual"] == "last":
        pick = heavy[-1]
    else:
        pick = max(heavy, key=lambda i: (weights[i], -i))
    out[pick] += amount - sum(out)
    return [(p["party"], a) for p, a in zip(parts, out)]


def tranches(share):
    return share["tranches"] if "tranches" in share else [{"parts": share["parts"]}]


def weights_known(world, name, ctx):
    """May an entitlement be split by this share at all?"""
    share = parts_of(world, name)
    for tranche in tranches(share):
        weights = [number(world.eval(p["weight"], ctx)) for p in tranche["parts"]]
        if any(not is_number(w) or w < 0 for w in weights):
            return False
        if sum(weights) == 0 and share["none"] == "unknown":
            return False
    return True


def through(world, name, amount, before, ctx):
    """{party: amount}; `before` has gone through the share already. None: pending."""
    share = parts_of(world, name)
    every, out = tranches(share), {}
    if len(every) == 1 or amount <= 0:
        pieces = [(every[0], amount)]
    else:
        pieces = lying(world, every, amount, before, ctx)
        if pieces is None:
            return None
    for tranche, part in pieces:
        got = split(world, share, tranche["parts"], part, ctx)
        if got is None:
            return None
        for party, a in got:
            out[party] = out.get(party, 0) + a
    return {party: a for party, a in out.items() if a}


def lying(world, every, amount, before, ctx):
    """[(tranche, how much of the amount lies in it)]"""
    pieces, at = [], before
    for tranche in every:
        top = None
        if "to" in tranche:
            to = number(world.eval(tranche["to"], ctx))
            if not is_number(to):
                return None
            top = round_whole(to, "down")
        part = before + amount - at if top is None else min(top, before + amount) - at
        if part > 0:
            pieces.append((tranche, part))
            at += part
    return pieces if at == before + amount else None
