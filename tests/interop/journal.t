#!/bin/sh
# hledger, a bookkeeping program, reads the journal of the demo's ledger. What each payer owes is
# what tests/demo/expected.py works out from the demo's files, without our code.
. tests/tap.sh
. tests/interop/deb.sh

deb hledger
hledger=$deb_folder/usr/bin/hledger
if ! LC_ALL=C.UTF-8 "$hledger" --version >/dev/null 2>&1; then
	echo "1..0 # SKIP Debian's hledger does not run here"
	exit 0
fi
exits 0 sh tests/demo.sh "$tmp/demo"
python3 tests/demo/expected.py 2>/dev/null >"$tmp/want"
UTFALL_LEDGER=$tmp/demo/ledger.db
UTFALL_AT=2019-02-01T09:00:00Z
export UTFALL_LEDGER UTFALL_AT UTFALL_CHECKPOINT_KEY="$tmp/demo/keys/checkpoint.key"
exits 0 "$utfall" pay made ips_team 1000.50 --ref 1 --on 2019-02-01 --key "$tmp/demo/keys/habo.key"
exits 0 "$utfall" pay received habo 1000.50 --ref 1 --on 2019-02-02 \
	--key "$tmp/demo/keys/ips_team.key"
"$utfall" export journal >"$tmp/journal.csv"
cat >"$tmp/rules" <<END
skip 1
fields date, code, description, account1, amount1-in, amount1-out, currency, comment
date-format %Y-%m-%d
account2 rest
END
balance() {	# ARG...: ACCOUNT AMOUNT lines
	LC_ALL=C.UTF-8 "$hledger" -f "$tmp/journal.csv" --rules-file "$tmp/rules" balance --flat \
		--no-total --no-elide -O csv "$@" | tr -d '"' | sed 1d | tr ',' ' '
}

awk '{ sum[$2] -= $3 } END { for (p in sum) {
	if (p == "habo")
		sum[p] += 100050
	printf "%s:debt:ips_team SEK%.2f\n", p, sum[p] / 100 } }' "$tmp/want" | sort >"$tmp/debts"
is "$(balance debt | sort)" "$(cat "$tmp/debts")" 'each payer owes what the statements come to, less what it paid'
is "$(balance claim | sort)" "$(sed 's/\(.*\):debt:\(.*\) SEK-/\2:claim:\1 SEK/' "$tmp/debts" | sort)" \
	'and the payee claims just that'
is "$(balance bank)" 'habo:bank SEK-1000.50
ips_team:bank SEK1000.50' 'money that left arrived'
is "$(balance '^rest$')" '' 'all that is booked comes to nothing'
for party in forsakringskassan region_jonkoping habo jonkoping mullsjo vaggeryd ips_team; do
	is "$(LC_ALL=C.UTF-8 "$hledger" -f "$tmp/journal.csv" --rules-file "$tmp/rules" \
		balance "^$party:" | tail -n 1 | tr -d ' ')" 0 "the book of $party balances"
done
finish
