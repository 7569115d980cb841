#!/bin/sh
# The demo, and whether what it pays is what its files and the terms' text give without us.
. tests/tap.sh

ok 'make demo runs to its end' sh tests/demo.sh "$tmp/demo"
said=$out
times >"$tmp/times"	# what it took of the processors, whatever else they do
ok 'in under two minutes' awk 'NR == 2 { split($0, t, "[ms ]+"); exit t[1] * 60 + t[2] + t[3] * 60 + t[4] >= 120 }' \
	"$tmp/times"
is "$err" '' 'and has nothing to complain about'
like "$said" '^44 people enrolled$' 'at least forty people'
is "$(printf '%s\n' "$said" | grep -c ' settled: statement ')" 8 'eight quarters'
like "$said" '^STATEMENT 8 of jonkoping_ips$' 'a statement is shown'
like "$said" 'retained_6' 'a line is explained'
is "$(printf '%s\n' "$said" | grep -cE '^verified(:|, unwitnessed:) ')" 2 'verified here, replayed by the auditor'
ok 'the bundle is there' test -f "$tmp/demo/bundle/manifest.json"
ok "the operator's checkpoint key is there" test -s "$tmp/demo/operator.vkey"
is "$(stat -c %a "$tmp"/demo/keys/*.key | sort -u)" 600 'keys are 0600'
unlike "$(cat "$tmp"/demo/bundle/*)" 'PRIVATE' 'no secret leaves in the bundle'

UTFALL_LEDGER=$tmp/demo/ledger.db
export UTFALL_LEDGER

# ---- what a payer reads first: since when, and who the parties are ----
page() {	# LANGUAGE
	"$utfall" statement show 8 --payer habo --language "$1"
}
is "$(page en | sed -n '/^  through/,/^  follows/p; /^party/,/^$/p')" '  through   2018-12-31
  follows   statement 7, through 2018-09-30
party     title
habo      Habo kommun
ips_team  IPS-teamet i psykosvården' 'a statement says what it follows, and names those who stand in its totals'
is "$(page sv | grep '^  följer på')" '  följer på     avräkning 7, till och med 30 september 2018' 'in Swedish'
is "$(page da | grep '^  følger efter')" '  følger efter  afregning 7, til og med 30. september 2018' 'in Danish'
unlike "$("$utfall" statement show 1)" 'follows' 'the first follows nothing'

# ---- the money, worked out from the files by another program in another language ----
python3 tests/demo/expected.py >"$tmp/want" 2>"$tmp/remark"
for n in 1 2 3 4 5 6 7 8; do
	"$utfall" statement show $n --json | jq -r \
		'.issued.number as $n | .issued.totals[] | "\($n) \(.payer) \(.amount)"'
done >"$tmp/got"
is "$(cat "$tmp/got")" "$(cat "$tmp/want")" 'each payer pays what the terms and the files give'
is "$(cat "$tmp/remark")" '# 12 of 40 supported people worked or studied' 'thirty per cent, exactly'
"$utfall" balance --json | jq -r '.[] | "\(.payer) \(.settled)"' >"$tmp/got"
is "$(cat "$tmp/got")" "$(awk '{ sum[$2] += $3 } END { for (p in sum) print p, sum[p] }' "$tmp/want" |
	sort)" 'balances are the sums of the statements'

# ---- the cases that the demo promises ----
person() {
	awk -v name="$1" '$1 == name { print $2 }' tests/demo/people.txt
}
lines_of() {	# STATEMENT PERSON: payment, amount and reason of the state's lines
	"$utfall" statement show "$1" --payer forsakringskassan --csv | tr -d '\r' |
		awk -F, -v p="$(person "$2")" '$7 == p { print $5, $9, $11, $15 }' | tr -d '"'
}
all_lines_of() {
	for n in 1 2 3 4 5 6 7 8; do
		lines_of $n "$1"
	done
}
like "$(lines_of 7 p10)" '^placed_pay  15000.02 ' 'late evidence is paid when it comes'
like "$(lines_of 4 p03)" '^retained_6_pay  0.00 gap$' 'a break that is too long earns nothing, and says so'
like "$(lines_of 6 p03)" '^retained_6_pay  20000.03 ' 'another job found starts the months anew'
like "$(lines_of 3 p02)" '^placed_pay  15000.02 ' 'studies at 25 % that lead to work count'
is "$(all_lines_of p04)" '' '24 % earns nothing, and is no line'
is "$(all_lines_of p05)" '' 'studies that lead nowhere neither'
like "$(lines_of 5 p44)" '^placed_pay  0.00 group$' 'somebody from outside the four municipalities'
like "$(lines_of 6 p16)" '^placed_pay  0.00 proof$' 'a rejected claim'
like "$(lines_of 5 p11)" '^placed_pay  0.00 proof$' 'what waits for its verdict earns nothing yet'
waits=$("$utfall" statement show 5 --csv | tr -d '"' | awk -F, -v p="$(person p11)" '$7 == p { print $2; exit }')
run "$utfall" statement explain 5 "$waits"
like "$out" '^      not accepted: no verdict on it stands$' 'which the explanation says'
like "$out" '^  the price, 30 000.00 SEK, is not earned: no amount$' 'with the price that it would have'
like "$(lines_of 6 p11)" '^placed_pay  15000.02 ' 'and is paid after it'
like "$(lines_of 7 p17)" '^placed_pay  -15000.02 ' 'a retraction takes back what was paid'
like "$(lines_of 8 p18)" '^placed_pay  -15000.02 ' 'so does a correction after settlement'

# ---- any byte changed ----
cat >"$tmp/tamper.py" <<'END'
"""tamper.py BUNDLE VKEY AUDIT PLACES: changes bytes one at a time, at PLACES in a file and in PLACES
of its lines; prints what replay did not notice."""
import hashlib, json, os, random, shutil, subprocess, sys
bundle, vkey, audit, places = sys.argv[1:]
seed = int(os.environ.get('SEED', '1'))
random.seed(seed)
print('# seed', seed)
work = bundle + '.work'
files = {n: open(os.path.join(bundle, n), 'rb').read() for n in os.listdir(bundle)}
names = ('entries.jsonl', 'events.jsonl', 'checkpoint')


def noticed(changed, mended):
    shutil.rmtree(work, ignore_errors=True)
    os.mkdir(work)
    now = dict(files, **changed)
    if mended:      # the manifest too, as one who means harm would
        m = json.loads(now['manifest.json'])
        for f in m['files']:
            f['sha256'] = hashlib.sha256(now[f['name']]).hexdigest()
            f['size'] = len(now[f['name']])
        now['manifest.json'] = json.dumps(m, separators=(',', ':'), sort_keys=True).encode() + b'\n'
    for n, data in now.items():
        with open(os.path.join(work, n), 'wb') as f:
            f.write(data)
    r = subprocess.run([audit, 'replay', work, '--operator-key', vkey], capture_output=True)
    return r.returncode in (1, 3, 5) and r.stderr and not r.stdout


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ (1 << random.randrange(7))]) + data[at + 1:]


tried = 0
for name in names:
    data = files[name]
    positions = list(range(0, len(data), 4)) if name == 'checkpoint' else \
        [random.randrange(len(data)) for _ in range(int(places))]
    starts = [0] + [i + 1 for i, c in enumerate(data[:-1]) if c == 10]
    random.shuffle(starts)
    for start in starts[:int(places)]:
        positions.append(start + random.randrange(data.index(b'\n', start) - start + 1))
    for at in positions:
        for mended in (False, True):
            tried += 1
            if not noticed({name: flipped(data, at)}, mended):
                print('not noticed: %s byte %d%s' % (name, at, ', manifest mended' if mended else ''))
    lines = data.splitlines(True)
    for _ in range(4):
        i = random.randrange(len(lines) - 1)
        for what, new in (('removed', lines[:i] + lines[i + 1:]),
                          ('doubled', lines[:i + 1] + lines[i:]),
                          ('exchanged', lines[:i] + [lines[i + 1], lines[i]] + lines[i + 2:]),
                          ('cut off', lines[:i + 1])):
            tried += 1
            if not noticed({name: b''.join(new)}, True):
                print('not noticed: %s line %d %s' % (name, i, what))
for name in names + ('manifest.json',):
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(bundle, work)
    os.remove(os.path.join(work, name))
    r = subprocess.run([audit, 'replay', work, '--operator-key', vkey], capture_output=True)
    tried += 1
    if r.returncode not in (3, 5) or not r.stderr:
        print('not noticed: %s is missing' % name)
print('# %d changes' % tried)
END
python3 "$tmp/tamper.py" "$tmp/demo/bundle" "$tmp/demo/operator.vkey" "$audit" "$(rounds 16)" >"$tmp/tampered" 2>&1
grep '^#' "$tmp/tampered"
is "$(grep -v '^#' "$tmp/tampered")" '' 'every change of the bundle is noticed'
run "$audit" replay "$tmp/demo/bundle" --operator-key "$tmp/demo/keys/habo.vkey"
is "$status" 5 'another key than the operator'"'"'s vouches for nothing'
finish
