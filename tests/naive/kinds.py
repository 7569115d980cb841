"""What an expression yields: a number, a truth, a date, a word, or unknown.

Numbers are ints where they are whole, else Fractions; truths bools, dates datetime.date, words Word. Never is a
date later than all dates (NEVER) or a number that spreads (NEVER_NUMBER).
"""
import datetime
import functools
import re
from fractions import Fraction


class Special:
    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return self.name


UNKNOWN = Special("unknown")
NEVER = Special("never")
NEVER_NUMBER = Special("never-number")


class Word(str):
    pass


class SettlementStops(Exception):
    """The settlement is refused: overflow, a table row that must be there."""


DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]{1,9})?")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def parse_date(text):
    return datetime.date.fromisoformat(text)


def is_date(v):
    return isinstance(v, datetime.date) or v is NEVER


def number(v):
    """v as a number (a truth counts 1 or 0), NEVER_NUMBER, or UNKNOWN."""
    if isinstance(v, bool):
        return int(v)
    if type(v) is int or type(v) is Fraction or v is NEVER_NUMBER:
        return v
    return UNKNOWN


def is_number(v):
    return type(v) is int or type(v) is Fraction


def quotient(a, b):
    """a / b, exactly."""
    got = Fraction(a) / b
    return got.numerator if got.denominator == 1 else got


def truth(v):
    return v if isinstance(v, bool) else UNKNOWN


def literal(v):
    """A literal of a table or an attribute: its kind is in its form."""
    if isinstance(v, bool):
        return v
    if isinstance(v, int):
        return v
    if isinstance(v, dict):
        return Word(v["word"])
    return literal_text(v)


@functools.lru_cache(maxsize=None)
def literal_text(v):
    if DECIMAL.fullmatch(v):
        return quotient(Fraction(v), 1)
    if DATE.fullmatch(v):
        return parse_date(v)
    return Word(v)


LIMIT = 2 ** 127


def fits(x):
    if is_number(x) and (abs(x.numerator) >= LIMIT or x.denominator >= LIMIT):
        raise SettlementStops("a number beyond 128 bits")
    return x


def round_whole(x, how):
    """Fraction to int by one of the four names."""
    if type(x) is int:
        return x
    down = abs(x.numerator) // x.denominator
    rest = abs(x) - down
    if how == "down":
        up = False
    elif how == "up":
        up = rest > 0
    elif how == "half_up":
        up = rest >= Fraction(1, 2)
    elif how == "half_even":
        up = rest > Fraction(1, 2) or (rest == Fraction(1, 2) and down % 2 == 1)
    else:
        raise ValueError(how)
    size = down + (1 if up else 0)
    return -size if x < 0 else size


def round_multiple(x, how, step):
    return round_whole(quotient(x, step), how) * step


def rounding_name(how):
    """ROUNDING of ROUNDING_N."""
    head, _, tail = how.rpartition("_")
    return head if tail.isdigit() else how


def round_payment(x, how):
    """ROUNDING or ROUNDING_N, as a payment writes it."""
    name = rounding_name(how)
    step = how[len(name) + 1:]
    ret = round_multiple(x, name, int(step)) if step else round_whole(x, name)
    if abs(ret) >= 2 ** 53:
        raise SettlementStops("beyond every amount")
    return ret


def all_of(truths):
    unknown = False
    for t in truths:
        if t is False:
            return False
        if t is not True:
            unknown = True
    return UNKNOWN if unknown else True


def any_of(truths):
    unknown = False
    for t in truths:
        if t is True:
            return True
        if t is not False:
            unknown = True
    return UNKNOWN if unknown else False


def before_or_on(a, b):
    """a <= b for dates that may be never."""
    if b is NEVER:
        return True
    if a is NEVER:
        return False
    return a <= b


def earliest(dates):
    best = NEVER
    for d in dates:
        if not before_or_on(best, d):
            best = d
    return best


def latest(dates):
    dates = list(dates)
    if any(d is NEVER for d in dates):
        return NEVER
    return max(dates)
