#!/bin/sh
# A server between a ledger and its readers, and a witness, that lie: each row of the two tables
# in audit/FORMAT.md is told by tests/fault/lying_server.py, and the program that a person would
# run says exactly the words of the row and ends with its status.
. tests/tap.sh
. tests/cli/world.sh

# ---- a ledger, a fork of it by its own operator, another ledger ----
padding() {	# COUNT PARTY
	seq "$1" | sed 's/.*/{"type":"padding.added","body":{}}/' >padding.jsonl
	exits 0 send "$2" padding.jsonl
}
prove() {	# JQ-CHOICE FILE
	exits 0 "$utfall" prove "$("$utfall" events --json | jq -r "$1 | .digest")" --out "$2"
}
open_ledger
cd "$tmp" || exit 1
"$utfall" key show "$UTFALL_CHECKPOINT_KEY" >operator.vkey
padding 250 ips_team
exits 0 "$utfall" publish old
"$utfall" checkpoint show >old.checkpoint
cp ledger.db fork.db
padding 400 habo
exits 0 "$utfall" publish public
"$utfall" checkpoint show >checkpoint
prove '.[-1]' proof
prove '.[-2]' proof.another
export UTFALL_LEDGER="$tmp/fork.db"
padding 440 ips_team
exits 0 "$utfall" publish fork
prove '.[-1]' proof.fork
exits 0 "$utfall" key new other.example/ledger --out other.key
UTFALL_LEDGER=$tmp/other.db exits 0 "$utfall" init --origin other.example/ledger --exact --operator keeper \
	--simulated --key "$(key keeper)" --checkpoint-key other.key
UTFALL_LEDGER=$tmp/other.db exits 0 "$utfall" publish other
export UTFALL_LEDGER="$tmp/ledger.db"

# ---- what a witness really says ----
cosign() {	# CHECKPOINT NAME WITNESS
	exits 0 "$utfall" checkpoint cosign "$1" --key "$3.key" --log operator.vkey --state "state-$2" \
		--out "$2.note"
	tail -n 1 "$2.note" >"$2"
}
for witness in w1 w2; do
	exits 0 "$utfall" key new "witness.example/$witness" --use cosigning --out $witness.key
	printf '%s\n' "$out" >$witness.vkey
done
cosign old.checkpoint cosigned.old w1
cosign checkpoint cosigned w1
cosign checkpoint cosigned.other w2

python3 "$top/tests/fault/lying_server.py" "$tmp" >port 2>server.err &
server=$!
i=0
while [ ! -s port ] && [ $i -lt 200 ]; do
	i=$((i + 1))
	sleep 0.1
done
url=http://127.0.0.1:$(cat port)

# ---- the reader's way: what audit/FORMAT.md says to fetch, into the folder $2 ----
sed -n '/^# fetch a published/,/^```/p' "$top/audit/FORMAT.md" | sed '$d' >fetch.sh
fetch() {	# LIE FOLDER
	sh fetch.sh "$url/$1" "$2" 2>"$2.said" || echo "stopped" >>"$2.said"
}
fetch truth mine
same mine/checkpoint checkpoint 'a truthful server gives the checkpoint'
is "$(cd mine && find . -type f -exec sha256sum {} + | sort)" \
	"$(cd public && find . -type f -exec sha256sum {} + | sort)" 'and every file'
ok 'what was fetched replays' "$audit" replay mine --operator-key operator.vkey
ok 'and has only grown' "$audit" consistency old.checkpoint mine --operator-key operator.vkey
curl -s "$url/truth/proof" >mine.proof
ok 'a proof that was fetched verifies' "$audit" proof mine.proof --operator-key operator.vkey

# name | check | status | words, of each row of the two tables
sed -n '/^### A server that lies/,$p' "$top/audit/FORMAT.md" |
	sed -n 's/^| `\([a-z-]*\)` | [^|]* | `\([^`|]*\)` | \([0-9]\) `\(.*\)` | [^|]* |$/\1|\2|\3|\4/p' >rows
is "$({ cut -d "|" -f 1 rows; echo truth; } | sort -u)" \
	"$(python3 "$top/tests/fault/lying_server.py" . --names)" 'the tables name every lie, and no other'

# Sets $status and $err, which for what is no error is what was printed first.
answer() {	# PROGRAM COMMAND...
	program=$1
	shift
	run "$@"
	[ "$status" != 0 ] || err="$program: $(printf '%s\n' "$out" | head -n 1)"
}
witness() {	# LIE COMMAND...: asks it for a copy of the ledger
	cp ledger.db "$1.db"
	UTFALL_LEDGER=$1.db "$utfall" checkpoint witness "$url/$1" --witness-key w1.vkey
}
kept_lines() {	# LIE
	UTFALL_LEDGER=$1.db "$utfall" checkpoint show | grep -c '^— '
}

check() {	# NAME CHECK
	trusted="--operator-key operator.vkey"
	case $1,$2 in
	half-and-waits,replay) wait $fetching ;;
	*,replay | *,consistency) fetch "$1" "at-$1" ;;
	*,proof) curl -s "$url/$1/proof" >"$1.proof" ;;
	esac
	case $1,$2 in
	*,replay)
		answer utfall-audit "$audit" replay "at-$1" $trusted
		;;
	two-views,consistency)
		fetch "$1" second
		ok 'the first of two readers replays' "$audit" replay "at-$1" $trusted
		ok 'so does the second' "$audit" replay second $trusted
		answer utfall-audit "$audit" consistency "at-$1/checkpoint" second $trusted
		;;
	old-head,consistency)
		ok 'the ledger of an earlier day replays' "$audit" replay "at-$1" $trusted
		answer utfall-audit "$audit" consistency checkpoint "at-$1" $trusted
		;;
	proof-by-fork,consistency)
		curl -s "$url/$1/proof" >"$1.proof"
		ok 'the proof from a fork verifies' "$audit" proof "$1.proof" $trusted
		answer utfall-audit "$audit" consistency "$1.proof" mine $trusted
		;;
	*,consistency)
		answer utfall-audit "$audit" consistency old.checkpoint "at-$1" $trusted
		;;
	*,proof)
		answer utfall-audit "$audit" proof "$1.proof" $trusted
		;;
	cosigns-and-waits,*)
		status=0
		wait $asking || status=$?
		program=utfall err=$(cat waits.err)
		;;
	*,'checkpoint witness')
		answer utfall witness "$1"
		;;
	esac
}

SECONDS_MAX=10
export SECONDS_MAX
fetch half-and-waits at-half-and-waits &
fetching=$!
witness cosigns-and-waits >/dev/null 2>waits.err &
asking=$!
unset SECONDS_MAX
while IFS='|' read -r name check status words; do
	want=$status
	check "$name" "$check"
	is "$status" "$want" "$name, $check: status $want"
	says "$err" "$program: $words" "$name, $check: in these words"
	[ "$check" != 'checkpoint witness' ] ||
		is "$(kept_lines "$name")" $((want == 0 ? 2 : 1)) "$name: nothing is kept but a line that verifies"
done <rows
kill "$server"
finish
