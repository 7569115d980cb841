#!/bin/sh
# An operator that lies with its own keys: each row of the table in audit/FORMAT.md is told by
# tests/fault/lying_operator.c, passes every check before the one that the row names, and gets
# exactly the words and the status of the row.
. tests/tap.sh
. tests/fault/witness.sh

cd "$tmp" || exit 1
exits 0 "$helpers/fault/lying_operator" "$tmp"
vkey=honest/operator.vkey
witness_key
printf 'log %s\nwitness w1 %s\nquorum w1\n' "$(cat $vkey)" "$(cat witness.vkey)" >policy

same honest/bundle/entries.jsonl honest-again/bundle/entries.jsonl \
	'the liar writes the entries that utfall writes where it tells the truth'
same honest/bundle/events.jsonl honest-again/bundle/events.jsonl 'and the events'
same honest/bundle/checkpoint honest-again/bundle/checkpoint 'and the checkpoint'
ok 'which verifies' "$audit" replay honest/bundle --operator-key $vkey
run "$audit" replay honest-erased/bundle --operator-key $vkey
is "$status ${out%%:*}" '0 verified with withheld or erased parts, listed' \
	'a person is erased, and a dispute about it resolved as it must be'
ok 'and has only grown since the receipt' \
	"$audit" consistency honest/team.receipt honest/bundle --operator-key $vkey

# name | check | status | words, of each row of the table
sed -n '/^## 13/,/^Besides:/s/^| `\([a-z-]*\)` | [^|]* | `*\([^`|]*[^`| ]\)`* | \([0-9]\) `\(.*\)` | [^|]* |$/\1|\2|\3|\4/p' \
	"$top/audit/FORMAT.md" >rows
is "$(cut -d '|' -f 1 rows | sort -u)" "$(find . -mindepth 2 -name bundle ! -path './honest*' |
	sed 's/^..//; s/.bundle$//' | sort)" 'the table names every lie, and no other'

# Whole words, `…` for anything.
grown() {	# NAME: no other check shows the lie
	ok "$1 replays" "$audit" replay "$1/bundle" --operator-key $vkey
	ok "$1 is consistent with a head from before it" \
		"$audit" consistency honest/old.checkpoint "$1/bundle" --operator-key $vkey
}

check() {	# NAME CHECK STATUS WORDS
	case $2 in
	replay)
		run "$audit" replay "$1/bundle" --operator-key $vkey
		;;
	'replay --require witnessed')
		grown "$1"
		run "$audit" replay "$1/bundle" --policy policy --require witnessed
		;;
	consistency)
		grown "$1"
		kept=honest/team.receipt
		[ "$4" = "${4#37}" ] || kept=honest/bundle/checkpoint
		run "$audit" consistency $kept "$1/bundle" --operator-key $vkey
		;;
	witness)
		return
		;;
	nothing)
		grown "$1"
		run "$audit" replay "$1/bundle" --operator-key $vkey --from-scratch
		err="utfall-audit: ${out%%,*}"
		;;
	esac
	is "$status" "$3" "$1, $2: status $3"
	says "$err" "utfall-audit: $4" "$1, $2: in these words"
}

while IFS='|' read -r name check status words; do
	check "$name" "$check" "$status" "$words"
done <rows

# ---- what a person can see where no program refuses ----
late='select(.submission) | select(.submission.submitted_at > .at) | .seq'
is "$(jq -c "$late" honest/bundle/entries.jsonl)" '' 'nobody signed later than it was recorded'
is "$(jq -c "$late" back-dated-clock/bundle/entries.jsonl)" 28 \
	'but where the clock was set back, the sender had signed later'
cut_off='select(.type == "settlement.issued") | .body.size'
is "$(jq -c "$cut_off" honest/bundle/events.jsonl)" 31 'a statement sees all that was there'
is "$(jq -c "$cut_off" early-cut-off/bundle/events.jsonl)" 23 \
	'one of an earlier cut-off says so itself'

# ---- a witness ----
row() {	# NAME: the words of its row with the witness
	grep "^$1|witness|" rows | cut -d '|' -f 4
}
cosign() {	# NAME
	UTFALL_LEDGER=$1/ledger.db run "$utfall" checkpoint witness "$url" --witness-key witness.vkey
}
witness_start state "$vkey"
cosign stale-head
is "$status" 0 'a witness cosigns the ledger of an earlier day while it is that day'
cosign split-view
is "$status" 5 'split-view, witness: status 5'
says "$err" "utfall: $(row split-view)" 'split-view, witness: in these words'
cosign honest
is "$status" 0 'and goes on with the ledger that it knows'
cosign stale-head
is "$status" 5 'stale-head, witness: status 5'
says "$err" "utfall: $(row stale-head)" 'stale-head, witness: in these words'
witness_stop
UTFALL_LEDGER=honest/ledger.db exits 0 "$utfall" bundle cosigned
ok 'the true ledger has the quorum' "$audit" replay cosigned --policy policy --require witnessed
finish
