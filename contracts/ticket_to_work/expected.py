#!/usr/bin/env python3
"""Prints expected.json: percent of the base, rounded to the dollar payment by payment."""
import calendar
import json

BASE = {"ii": 98117, "xvi": 56335}      # cents a month, 2008
PHASE_2, OUTCOMES = {"ii": 11, "xvi": 18}, {"ii": 36, "xvi": 60}
STEPS = {"worked_1": 1, "worked_3": 3, "worked_6": 6, "worked_9": 9}


def dollars(percent, title):
    return (BASE[title] * percent + 5000) // 10000 * 100


def month_end(n):
    """The last day of the n-th month from January 2008, which is month 1."""
    year, month = 2008 + (n - 1) // 12, (n - 1) % 12 + 1
    return "%d-%02d-%02d" % (year, month, calendar.monthrange(year, month)[1])


def monthly(what, name, first, months, amount):
    for n in range(first, first + months):
        yield month_end(n), "%s#%s %s" % (what, month_end(n)[:7], name), amount


def lines():
    for name in ("ann", "bob", "eve"):              # nine months of trial work
        for step, months in STEPS.items():
            yield month_end(months), "phase_1/%s %s" % (step, name), dollars(120, "ii")
    for name, title in (("ann", "ii"), ("bob", "xvi")):
        n = PHASE_2[title]                          # gainful work, benefit still paid; then none
        yield from monthly("phase_2/gainful_month", name, 10, n, dollars(36, title))
        yield from monthly("outcome/outcome_month", name, 10 + n, OUTCOMES[title],
                           dollars(36, title))
    for name, title in (("cat", "ii"), ("dan", "xvi")):
        yield from monthly("outcome_only/outcome_month", name, 1, OUTCOMES[title],
                           dollars(67, title))
    # eve goes off benefit after 2 months of 11; at the 12th outcome month 9 are made good
    yield from monthly("phase_2/gainful_month", "eve", 10, 2, dollars(36, "ii"))
    yield from monthly("outcome/outcome_month", "eve", 12, 12, dollars(36, "ii"))
    yield month_end(23), "catch_up/twelfth eve", 9 * dollars(36, "ii")


years = []
for year in range(2008, 2016):
    mine = ["%s ssa>employment_network %d USD reached %s" % (what, amount, day)
            for day, what, amount in lines() if day.startswith(str(year))]
    years.append('{"through": "%d-12-31", "lines": [\n  %s\n]}'
                 % (year, ",\n  ".join(json.dumps(text) for text in mine)))
print("[\n%s\n]" % ",\n".join(years))
