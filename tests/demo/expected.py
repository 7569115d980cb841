#!/usr/bin/env python3
"""What the demo's statements must pay, worked out from the files of this folder and the text of the
terms alone: slow, plain, day by day, sharing nothing with the programs. Prints one row for each
statement and payer, amounts in öre.

    STATEMENT PAYER AMOUNT
"""
import csv, datetime as dt, json, os, sys
from fractions import Fraction as F

HERE = os.path.dirname(os.path.abspath(__file__))
DAY = dt.timedelta(days=1)


def date(text):
    return dt.date.fromisoformat(text)


def add_months(d, n):
    """The same day n months later, at most the month's last day."""
    y, m = divmod(d.year * 12 + d.month - 1 + n, 12)
    m += 1
    last = (dt.date(y + m // 12, m % 12 + 1, 1) - DAY).day
    return dt.date(y, m, min(d.day, last))


def lines(name):
    with open(os.path.join(HERE, name), encoding='utf-8') as f:
        return [l.split() for l in f if l.strip() and not l.startswith('#')]


def month_end(y, m):
    return dt.date(y + m // 12, m % 12 + 1, 1) - DAY


SUPPORT = {}    # month -> [(person, hours)]
for person, first, *hours in lines('support.txt'):
    y, m = map(int, first.split('-'))
    for i, h in enumerate(hours):
        yy, mm = divmod(y * 12 + m - 1 + i, 12)
        if h != '0':
            SUPPORT.setdefault('%04d-%02d' % (yy, mm + 1), []).append((person, F(h)))


class Known:
    def __init__(self):
        self.enrolled = {}  # person -> (date, municipality, clinic, wants)
        self.spells = {}    # label -> dict
        self.reports = {}   # label of a confirmation -> (spell label, date)
        self.support = []   # (person, date, hours)
        self.verdicts = {}  # label -> accepted?
        self.corrections = {}   # label of the correction -> (label, extent)

    def month(self, name):
        path = os.path.join(HERE, 'months', name + '.csv')
        if os.path.exists(path):
            with open(path, encoding='utf-8') as f:
                for row in csv.DictReader(f, delimiter=';'):
                    self.row({k: v or '' for k, v in row.items()})
        y, m = map(int, name.split('-'))
        for person, hours in SUPPORT.get(name, []):
            self.support.append((person, month_end(y, m), hours))

    def row(self, r):
        t = r['type']
        if t == 'participant.enrolled':
            self.enrolled[r['participant']] = (
                date(r['on']), r['attributes.municipality'],
                r['attributes.clinic_contact'] == 'true', r['attributes.wants_work'] == 'true')
        elif t == 'spell.started':
            self.spells[r['label']] = dict(person=r['participant'], start=date(r['from']),
                                           kind=r['kind'], form=r['form'], end=None,
                                           extent=F(r['extent']), gone=False)
        elif t == 'spell.confirmed':
            self.reports[r['label']] = (r['spell'][1:], date(r['on']))
        elif t == 'spell.ended':
            self.spells[r['spell'][1:]]['end'] = (r['label'], date(r['on']))

    def correct(self, name):
        with open(os.path.join(HERE, name), encoding='utf-8') as f:
            for x in json.load(f):
                self.corrections[x['label']] = (x['body']['event'][1:],
                                                F(x['body']['body']['extent']))

    def verdict(self, name):
        with open(os.path.join(HERE, 'verdicts', name + '.jsonl'), encoding='utf-8') as f:
            for line in f:
                body = json.loads(line)['body']
                for label in body['events']:
                    self.verdicts[label[1:]] = body['verdict'] == 'accepted'

    def extent_on(self, person):
        """day -> percent of full time, from attested work and studies that lead to work"""
        days = {}
        for label, s in self.spells.items():
            if s['person'] != person or s['gone'] or not self.verdicts.get(label):
                continue
            if not (s['kind'] in ('employment', 'self_employment') or
                    (s['kind'] == 'education' and s['form'] == 'leads_to_work')):
                continue
            extent = s['extent']
            for c, (target, new) in self.corrections.items():
                if target == label and self.verdicts.get(c):
                    extent = new
            last = s['start']
            for r, (target, on) in self.reports.items():
                if target == label and self.verdicts.get(r):
                    last = max(last, on)
            if s['end'] is not None:    # it shortens at once, and lengthens once it is attested
                label_of_end, on = s['end']
                last = on if self.verdicts.get(label_of_end) else min(last, on)
            d = s['start']
            while d <= last:
                days[d] = days.get(d, F(0)) + extent
                d += DAY
        return days


def run_achieved(good, first, months, each, total):
    """Last day of the first stretch of `months` months with tolerable breaks, or None."""
    best = None
    for s in sorted(d for d in good if d >= first):
        if s - DAY in good and s > first:
            continue            # not where a stretch of days begins
        end = add_months(s, months) - DAY
        out = now = 0
        d = s
        while d <= max(good):
            now = 0 if d in good else now + 1
            out += d not in good
            if now > each or out > total:
                break
            if d >= end and d in good:
                best = min(best or d, d)
                break
            d += DAY
    return best


def entitlements(k, through):
    """[(date, person, payment, occurrence, amount)] before limits"""
    items = []
    for person, (start, town, clinic, wants) in k.enrolled.items():
        if town not in ('habo', 'jonkoping', 'mullsjo', 'vaggeryd') or not clinic or not wants:
            continue
        days = k.extent_on(person)
        good = {d for d, x in days.items() if x >= 25 and d >= start and d <= through}
        placed = min((d for d in good if d <= date('2018-12-31')), default=None)
        if placed is None:
            continue
        items.append((placed, start, person, 'placed_pay', '', 3000000))
        six = run_achieved(good, start, 6, 14, 28)
        if six:
            items.append((six, start, person, 'retained_6_pay', '', 4000000))
        twelve = run_achieved(good, start, 12, 14, 42)
        if six and twelve:
            items.append((twelve, start, person, 'retained_12_pay', '', 5000000))
        quarters = {}
        for who, on, hours in k.support:
            if who == person and on >= placed and on <= through:
                quarters.setdefault((on.year, (on.month - 1) // 3), []).append(hours)
        for (y, q), hours in quarters.items():
            items.append((month_end(y, 3 * q + 3), start, person, 'support_pay', (y, q),
                          int(sum(hours) * 45000)))
    return sorted(items, key=lambda i: (i[0], i[1], i[2], i[3]))


def after_limits(items):
    """Caps, in the order of the list, each on what the one before left, by achieved date."""
    by_year, by_person, year_room = {}, {}, {}
    amounts = {}
    for on, _, person, payment, occurrence, amount in items:
        if payment == 'support_pay':
            room = 1800000 - by_year.get((person, on.year), 0)
            amount = min(amount, room)
            by_year[person, on.year] = by_year.get((person, on.year), 0) + amount
        amounts[on, person, payment, occurrence] = amount
    for key, amount in amounts.items():
        amount = min(amount, 13000000 - by_person.get(key[1], 0))
        by_person[key[1]] = by_person.get(key[1], 0) + amount
        year_room[key[0].year] = year_room.get(key[0].year, 0) + amount
        amounts[key] = amount
    for year, taken in year_room.items():
        assert taken <= 90000000, 'the yearly cap would bite: this script does not know its rule'
    return {(person, payment, o): a for (on, person, payment, o), a in amounts.items()}


def target(k, through):
    if through < date('2018-12-31'):
        return {}
    supported = {p for p, on, _ in k.support if on <= date('2018-12-31')} & {
        p for p, (_, town, clinic, wants) in k.enrolled.items()
        if town in ('habo', 'jonkoping', 'mullsjo', 'vaggeryd') and clinic and wants}
    worked = {p for p in supported if any(
        x >= 25 and d.year == 2018 and d >= k.enrolled[p][0]
        for d, x in k.extent_on(p).items())}
    print('# %d of %d supported people worked or studied' % (len(worked), len(supported)),
          file=sys.stderr)
    return {('', 'target_pay', ''): 20000000} if F(len(worked), len(supported)) >= F(3, 10) else {}


WEIGHTS = {'habo': 11764, 'jonkoping': 137481, 'mullsjo': 7259, 'vaggeryd': 13772}
ALL = sum(WEIGHTS.values())
WEIGHTS['forsakringskassan'] = 2 * ALL
WEIGHTS['region_jonkoping'] = ALL


def split(amount):
    parts = {p: amount * w // (4 * ALL) for p, w in WEIGHTS.items()}
    parts['forsakringskassan'] += amount - sum(parts.values())
    return parts


def main():
    k, number, settled = Known(), 0, {}
    for instant, what, name in lines('calendar.txt'):
        if what in ('month', 'in_one_go', 'windows'):
            k.month(name)
        elif what == 'correct':
            k.correct(name)
        elif what == 'retract':
            k.spells[name]['gone'] = True
        elif what == 'verdict':
            k.verdict(name)
        elif what == 'settle':
            number += 1
            y, q = int(name[:4]), int(name[6])
            through = month_end(y, 3 * q)
            now = after_limits(entitlements(k, through))
            now.update(target(k, through))
            totals, new = {}, {}
            for key, amount in now.items():
                for payer, part in split(amount).items():
                    new[key, payer] = part
            for key in set(new) | set(settled):
                d = new.get(key, 0) - settled.get(key, 0)
                totals[key[1]] = totals.get(key[1], 0) + d
                if '-v' in sys.argv and d and key[1] == 'forsakringskassan':
                    print('#', number, key[0], now.get(key[0], 0), file=sys.stderr)
            settled = new
            for payer in sorted(totals):
                print(number, payer, totals[payer])


main()
