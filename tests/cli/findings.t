#!/bin/sh
# Every kind of finding: its exact words, and that --all lists what comes after the first.
. tests/tap.sh

cd "$tmp" || exit 1
exits 0 "$helpers/fault/lying_operator" "$tmp"
vkey=honest/operator.vkey
kinds=$tmp/kinds
: >"$kinds"
hex='[0-9a-f]{64}'

replay() {	# BUNDLE OPTION...
	run "$audit" replay "$@" --operator-key $vkey --json
	printf '%s\n' "$out" | jq -r '.finding.kind // empty, (.others // [])[].kind' >>"$kinds"
}

# A bundle of the honest ledger with a file changed, and a manifest that fits it.
changed() {	# FILE EXPRESSION...
	file=$1
	shift
	[ -d changed ] || cp -r honest/bundle changed
	perl -0pe "$1" "changed/$file" >new || exit 1
	mv new "changed/$file"
	jq -cj --arg f "$file" --arg h "$(sha256sum "changed/$file" | cut -d' ' -f1)" \
		--argjson s "$(wc -c <"changed/$file")" \
		'(.files[] | select(.name == $f)) |= {name: .name, sha256: $h, size: $s}' \
		changed/manifest.json >new
	echo >>new
	mv new changed/manifest.json
}

finds() {	# NAME WORDS: of what was changed, from scratch; and it is changed no more
	replay changed
	like "$status $err" "^5 utfall-audit: invalid: $2$" "$1"
	rm -rf changed
}

# ---- one at a time: what anybody could do who holds the files ----
changed entries.jsonl 's/"seq":5,/"seq":6,/'
finds 'a number' 'entry 5: sequence /seq: expected 5, found 6'
changed entries.jsonl 's/\n[^\n]*"seq":30,[^\n]*//'
finds 'an entry taken away' 'entry 30: sequence /seq: expected 30, found 31'
changed entries.jsonl 's/"v":1/"v":2/'
finds 'an entry that is none' 'entry 0: bytes: expected an entry, found byte [0-9]+: expected "v":1} and the end, found .*'
changed entries.jsonl 's/("at":"[^"]*)(Z","event":"[^\n]*"seq":3,)/substr($1, 0, -1) . "1" . $2/e'
finds 'an instant' 'entry 3: time /at: expected ....-..-..T..:..:00Z, found ....-..-..T..:..:01Z'
changed entries.jsonl 's/"prev":"[0-9a-f]{4}([^\n]*"seq":9,)/"prev":"0000$1/'
finds 'a link of the chain' "entry 9: chain /prev: expected $hex, found 0000[0-9a-f]{60}"
changed entries.jsonl 's/("event":")[0-9a-f]{4}([^\n]*"seq":3,)/${1}0000$2/'
finds 'a digest' "entry 3: digest /event: expected 0000[0-9a-f]{60}, found $hex"
changed events.jsonl 's/\n[^\n]*\n$/\n/'
finds 'an event taken away' "entry 36: event /event: expected the event's line, found the end of the events"
changed events.jsonl 's/\z/{}\n/'
finds 'an event too many' 'entry 37: bytes: expected lines as a bundle has them, found events.jsonl: expected the end behind the event of the last entry, found more lines'
changed entries.jsonl 's/("seq":20,"submission":\{"count":)2/${1}3/'
finds 'a count' 'entry 20: signature /submission/signature: expected a signature that verifies, found one that does not under team\+.*'
changed checkpoint 's/\n37\n/\n36\n/'
finds "the checkpoint's size" 'tree checkpoint/size: expected 36 entries, found 37 entries'
changed checkpoint 's/^[^\n]*/other.example/'
finds "the checkpoint's name" 'checkpoint checkpoint/origin: expected example.org/small, found other.example'
cp -r honest/bundle changed
printf x >>changed/events.jsonl
finds 'a file' 'file events.jsonl: expected [0-9]+ bytes with SHA-256 '"$hex"', as the manifest says, found [0-9]+ bytes with '"$hex"
for file in entries.jsonl events.jsonl checkpoint keys; do
	cp -r honest/bundle changed
	rm "changed/$file"
	finds "$file taken away" "file $file: expected [0-9]+ bytes with SHA-256 $hex, as the manifest says, found no such file"
done

# ---- what was verified before ----
exits 0 "$audit" replay honest/bundle --operator-key $vkey --resume kept
replay stale-head/bundle --resume kept
like "$status $err" "^5 utfall-audit: invalid: history size: expected the 37 entries with root $hex that were verified before, and what follows them, found 31 entries: the end was cut off$" \
	'an earlier day than the one verified'

# ---- a lying operator: the words of each are in audit/FORMAT.md ----
for lie in */bundle; do
	replay "$lie"
done

# ---- all of them, in order ----
changed entries.jsonl 's/"prev":"[0-9a-f]{4}([^\n]*"seq":9,)/"prev":"0000$1/'
changed entries.jsonl 's/("at":"[^"]*)(Z","event":"[^\n]*"seq":22,)/substr($1, 0, -1) . "1" . $2/e'
printf x >>changed/keys
run "$audit" replay changed --operator-key $vkey --all
is "$status $(printf '%s\n' "$out" | head -n 1)" '5 invalid: example.org/small (simulated clock)' 'all: the verdict'
like "$(printf '%s\n' "$out" | sed -n 2p)" '^  read        37 entries, 26 events in 11 submissions$' 'all was read'
is "$(printf '%s\n' "$out" | sed -n 's/^  finding  *\(entry [0-9]*: \)*\([a-z-]*\) .*/\1\2/p' | tr '\n' ,)" \
	'entry 9: chain,entry 10: chain,entry 22: time,entry 23: chain,entry 34: rule,entry 36: rule,file,file,tree,' \
	'each in its place, and what follows from it'
replay changed --all
is "$(printf '%s\n' "$out" | jq -r '.findings')" 9 'as many in JSON'
is "$(printf '%s\n' "$out" | jq -rc '[.finding.kind, .others[].kind]')" \
	'["chain","chain","time","chain","rule","rule","file","file","tree"]' 'and the same'
for threads in 1 3; do
	is "$("$audit" replay changed --operator-key $vkey --all --json --threads $threads 2>err)" "$out" \
		"with $threads threads"
done
rm -rf changed

# ---- what is at stake ----
stake() {	# LIE: what a replay says is at stake
	run "$audit" replay "$1/bundle" --operator-key $vkey --json
	printf '%s\n' "$out" | jq -c '[.verdict, .findings, .finding.at_stake]'
}
is "$(stake other-amount)" '["diverged",1,[{"amount":1000000,"unit":"SEK"}]]' 'another amount: by how much'
is "$(stake line-left-out)" '["diverged",1,[{"amount":3000000,"unit":"SEK"}]]' 'a line left out: its amount'
is "$(stake line-added)" '["diverged",1,[{"amount":3000000,"unit":"SEK"}]]' 'a line too many: its amount'
is "$(stake other-payee)" '["diverged",1,[{"amount":6000000,"unit":"SEK"}]]' 'another payee: what one lost and the other got'
is "$(stake other-total)" '["diverged",1,[{"amount":1000000,"unit":"SEK"}]]' 'another total: by how much'
is "$(stake replaced-event)" '["invalid",1,null]' 'nothing where no money is touched'

# ---- there is no kind that nothing finds ----
sed -n 's/^	\[FINDING_[A-Z_]*\] = { "\([a-z-]*\)", .*/\1/p' "$top/src/ledger/replay_find.c" | sort >named
is "$(sort -u "$kinds" | tr '\n' ' ')" "$(tr '\n' ' ' <named)" 'each kind of finding was found here'
finish
