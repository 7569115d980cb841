#!/bin/sh
# Evidence that stands alone: proofs, static files, consistency, and a witness that cannot be fooled.
. tests/tap.sh
. tests/cli/world.sh
. tests/fault/witness.sh

world
exits 0 "$utfall" key show "$UTFALL_CHECKPOINT_KEY"
printf '%s\n' "$out" >operator.vkey
"$utfall" checkpoint show >old.checkpoint
old=$(sed -n 2p old.checkpoint)
person=abcdefghijklmnopqrstuvwxya
cat >enrol.jsonl <<END
{"type":"participant.enrolled","label":"e","body":{"attributes":{"clinic_contact":true,"municipality":"habo","wants_work":true},"on":"2018-01-02","participant":"$person"}}
END
exits 0 "$utfall" submit enrol.jsonl --key "$(key ips_team)" --contract "$contract" \
	--receipt enrol.receipt
size=$("$utfall" checkpoint show | sed -n 2p)
event=$("$utfall" events --type participant.enrolled --json | jq -r '.. | .digest? // empty' | head -n 1)

# ---- prove ----
refuses 2 'utfall: usage: utfall prove EVENT' "$utfall" prove
exits 0 "$utfall" prove "$event" --out event.tlog-proof
is "$(stat -c %a event.tlog-proof)" 600 'a proof of an event holds its bytes: mode 600'
run "$utfall" prove "$event" --out event.tlog-proof
is "$status" 4 'a proof is never written over a file'

# ---- proof ----
run "$audit" proof event.tlog-proof --operator-key operator.vkey
is "$(printf '%s\n' "$out" | head -n 1)" "proved: entry $((size - 1)) of $origin" 'proof: an event'
like "$out" "\"participant\":\"$person\"" 'proof: shows the event that it carries'
run "$audit" proof enrol.receipt --operator-key operator.vkey
is "$(printf '%s\n' "$out" | head -n 1)" "proved: entry $((size - 2)) of $origin" 'proof: a receipt'
exits 0 "$utfall" key new "$origin" --out other.key
"$utfall" key show other.key >other.vkey
refuses 5 "utfall-audit: enrol.receipt: no signature by a key that you trust for '$origin'" \
	"$audit" proof enrol.receipt --operator-key other.vkey

# Every character of a proof matters: each change is refused.
cat >flip.py <<'END'
import subprocess, sys
path, audit, key = sys.argv[1:]
data = open(path, "rb").read()
bad = []
for i in range(0, len(data), 11):
    changed = bytearray(data)
    changed[i] = ord("B") if data[i] != ord("B") else ord("C")
    open("changed", "wb").write(changed)
    done = subprocess.run([audit, "proof", "changed", "--operator-key", key], capture_output=True)
    if done.returncode not in (3, 5):
        bad.append((i, done.returncode))
print("refused all" if not bad else bad)
END
is "$(python3 flip.py event.tlog-proof "$audit" operator.vkey)" 'refused all' \
	'proof: a changed byte is refused, wherever it is'

# ---- consistency: from the ledger, a published folder, a bundle ----
exits 0 "$utfall" publish public
exits 0 "$utfall" bundle bundle
for place in "$UTFALL_LEDGER" public bundle; do
	run "$audit" consistency old.checkpoint "$place" --operator-key operator.vkey
	is "$out" "consistent: the $old entries signed then are the first of the $size signed now" \
		"consistency: $(basename "$place")"
done
"$utfall" checkpoint show >new.checkpoint
cp -r public older && cp old.checkpoint older/checkpoint
refuses 5 "utfall-audit: $size entries were signed then, only $old now: the end was cut off" \
	"$audit" consistency new.checkpoint older --operator-key operator.vkey

# A second ledger of the same name and keys: a split view.
mkdir fork
UTFALL_LEDGER=$tmp/fork/ledger.db
exits 0 "$utfall" init --origin "$origin" --exact --operator keeper --simulated --key "$(key keeper)"
i=0
while [ $i -lt 18 ]; do
	i=$((i + 1))
	exits 0 "$utfall" key new "party_$i" --out "fork/$i.key"
	exits 0 "$utfall" party add "party_$i" "$out" --key "$(key keeper)"
done
run "$audit" consistency old.checkpoint "$UTFALL_LEDGER" --operator-key operator.vkey
is "$status" 5 'consistency: a split view is named for what it is'
refuses 4 "utfall: public/checkpoint has another root at size $size than this ledger; it is not the ledger that was published" \
	"$utfall" publish public
UTFALL_LEDGER=$tmp/ledger.db

# ---- a witness ----
witness_key
witness_start witness operator.vkey
exits 0 "$utfall" checkpoint witness "$url" --witness-key witness.vkey
like "$out" "^witness.example/w1 cosigned the head of $size entries at " 'the witness cosigns a head'
is "$("$utfall" checkpoint show | grep -c '^— ')" 2 'its line stands with the checkpoint'
exits 0 "$utfall" party add late "$("$utfall" key new late --out late.key)" --key "$(key keeper)"
exits 0 "$utfall" checkpoint witness "$url/" --witness-key witness.vkey
like "$out" "cosigned the head of $((size + 3)) entries" 'and the next, from where it stood'

UTFALL_LEDGER=$tmp/fork/ledger.db
run "$utfall" checkpoint witness "$url" --witness-key witness.vkey
is "$status" 5 'a fork is not cosigned: status 5'
like "$err" 'refuses with 422' 'a fork is not cosigned: the witness says why'
UTFALL_LEDGER=$tmp/ledger.db
refuses 4 'utfall-audit: witness: another witness uses this folder' \
	"$audit" witness --state witness --key witness.key --log operator.vkey --listen 127.0.0.1:0
witness_stop
is "$witness_status" 0 'a witness ends when it is told to'

# ---- a witness without a server: the same rule, from files ----
"$utfall" checkpoint show >newest.checkpoint
newest=$(sed -n 2p newest.checkpoint)
cosign() {	# FILE OUT [OPTION...]
	file=$1 into=$2
	shift 2
	run "$utfall" checkpoint cosign "$file" --key witness.key --log operator.vkey --state offline \
		--out "$into" "$@"
}
refuses 2 'utfall: checkpoint cosign: needs --state FOLDER' \
	"$utfall" checkpoint cosign old.checkpoint --key witness.key --log operator.vkey --out o
refuses 2 'utfall: checkpoint cosign: needs --log FILE' \
	"$utfall" checkpoint cosign old.checkpoint --key witness.key --state offline --out o
refuses 3 'utfall: witness.vkey: expected the operator'"'"'s checkpoint verifier key, found one for cosigning' \
	"$utfall" checkpoint cosign old.checkpoint --key witness.key --log witness.vkey --state offline --out o
refuses 5 "utfall: no signature by a key that is trusted for '$origin'" \
	"$utfall" checkpoint cosign old.checkpoint --key witness.key --log other.vkey --state offline --out o
cosign old.checkpoint old.cosigned
is "$status $out" "0 witness.example/w1 cosigned $origin at size $old" 'a first head is cosigned'
same offline/*/checkpoint old.cosigned 'and kept, with the line'
like "$(cat offline/*/checkpoint)" '^— witness.example/w1 ' 'which is in it'
cosign old.checkpoint again
is "$status" 0 'the same head once more'
cosign newest.checkpoint newest.cosigned
is "$status $err" "4 utfall: $old entries were cosigned here before: expected the proof that these $newest begin with them, found the checkpoint alone; the operator writes it with 'utfall checkpoint show --since $old'" \
	'another head needs the proof that it extends this one'
refuses 2 "utfall: --since 9999: expected a number of entries from 0 to $newest" \
	"$utfall" checkpoint show --since 9999
"$utfall" checkpoint show --since 1 >from.1
cosign from.1 newest.cosigned
is "$status $err" "4 utfall: $old entries were cosigned here before, the proof begins at 1; the operator writes another with 'utfall checkpoint show --since $old'" \
	'from where it stood'
UTFALL_LEDGER=$tmp/fork/ledger.db "$utfall" checkpoint show --since "$old" >fork.request
UTFALL_LEDGER=$tmp/fork/ledger.db "$utfall" checkpoint show >fork.checkpoint
cosign fork.request fork.cosigned
like "$status $err" "^5 utfall: this head does not extend the one of $old entries that was cosigned here before: one of the two is not this ledger: " \
	'a fork is not cosigned'
cosign fork.checkpoint fork.cosigned
is "$status" 4 'nor without a proof'
for file in fork.cosigned newest.cosigned; do
	[ ! -e $file ] || fail "$file is there"
done
same offline/*/checkpoint old.cosigned 'the head that is kept is the old one'
"$utfall" checkpoint show --since "$old" >request
cosign request newest.cosigned
is "$status $out" "0 witness.example/w1 cosigned $origin at size $newest" 'with the proof it is cosigned'
same offline/*/checkpoint newest.cosigned 'and kept'
cosign old.checkpoint older.cosigned
is "$status $err" "5 utfall: $newest entries were cosigned here before, this head has $old: it is an older one, or the end was cut off" \
	'an older head is not cosigned again'
sed '3s/^./!/' newest.cosigned >damaged
cp damaged offline/*/checkpoint
cosign request other.cosigned
like "$status $err" '^5 utfall: offline/[0-9a-f]*/checkpoint: ' 'what is kept is damaged: nothing is cosigned'
cp newest.cosigned offline/*/checkpoint
witness_start offline operator.vkey
cosign request other.cosigned
is "$status $err" '4 utfall: offline: another witness uses this folder' 'a server and this command share a folder, not at once'
witness_stop
is "$(sed -n 2p offline/*/checkpoint)" "$newest" 'either reads what the other kept'

# ---- the policy ----
printf 'log %s\nwitness w1 %s\nquorum w1\n' "$(cat operator.vkey)" "$(cat witness.vkey)" >policy
"$utfall" prove "$event" >cosigned.tlog-proof
run "$audit" proof cosigned.tlog-proof --policy policy
like "$out" 'witnesses   1, as the policy asks' 'a cosigned proof under a policy'
run "$audit" proof event.tlog-proof --policy policy
is "$status" 1 'a proof without the quorum: the answer is no'
finish
