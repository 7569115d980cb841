#!/bin/sh
# A witness under two stories at once, and one that dies: it never says what it has not stored.
. tests/tap.sh
. tests/fault/strace.sh
. tests/fault/witness.sh

cd "$tmp" || exit 1
exits 0 "$helpers/fault/lying_operator" "$tmp"
witness_key
{ printf 'old 0\n\n'; cat honest/bundle/checkpoint; } >true.request
{ printf 'old 0\n\n'; cat split-view/bundle/checkpoint; } >fork.request

start() {	# STATE [COMMAND...]
	state=$1
	shift
	witness_start "$state" honest/operator.vkey "$@"
}
post() {	# REQUEST: prints the status
	curl -s -o answer.$$ -w '%{http_code}' --max-time 20 --data-binary "@$1" "$url/add-checkpoint"
}

# ---- two first heads that do not fit, many times each, at once ----
for round in 1 2 3; do
	start "state$round"
	asked=
	for n in 1 2 3 4 5 6 7 8; do
		for story in true fork; do
			curl -s -o /dev/null -w '%{http_code}\n' --max-time 20 --data-binary @$story.request \
				"$url/add-checkpoint" >"$round.$n.$story" &
			asked="$asked $!"
		done
	done
	for one in $asked; do
		wait "$one"
	done
	witness_stop
	is "$(cat $round.*.true $round.*.fork | sort | uniq -c | sed 's/^ *//' | paste -sd ' ')" '1 200 15 409' \
		"of sixteen first heads at once one is cosigned, round $round"
done

# ---- an operator that asks for what it must not get ----
start asked
while IFS='|' read -r old story want words; do
	case $story in
	none) printf 'old %s\n' "$old" >request ;;
	*) { printf 'old %s\n\n' "$old"; cat "$story/bundle/checkpoint"; } >request ;;
	esac
	like "$(post request) $([ "$want" = 200 ] || head -n 1 answer.$$)" "^$want $words$" "old $old, $story: $want"
done <<'END'
0|other-origin|404|no log 'example[.]org/other' is known here
0|other-checkpoint-key|403|no signature by a key that is trusted for 'example[.]org/small'
5|honest|409|0
0|honest|200|
0|honest|409|37
0|replaced-event|409|37
37|replaced-event|422|second root of the same size is [0-9a-f]{64}, expected [0-9a-f]{64}
37|honest|200|
37|split-view|400|old size 37 is beyond the checkpoint's 32
32|split-view|409|37
37|goes-on-after-closing|422|consistency proof has 0 hashes, expected 6
none|honest|400|line 1: expected 'old SIZE' in decimal, found 'old none'
37|none|400|the proof does not end in an empty line
END
is "$(curl -s -o /dev/null -w '%{http_code}' --max-time 20 "$url/add-checkpoint")" 405 'a head is POSTed'
is "$(curl -s --max-time 20 "$url/$(printf example.org/small | sha256sum | cut -d ' ' -f 1)/checkpoint" |
	head -n 3)" "$(head -n 3 honest/bundle/checkpoint)" 'and the head that it keeps is the true one'
witness_stop

# ---- what is answered is stored ----
start state1
hex=$(printf example.org/small | sha256sum | cut -d ' ' -f 1)
kept=$(curl -s --max-time 20 "$url/$hex/checkpoint" | sed -n 2p)
is "$(cat 1.*.true | grep -c 200)$(cat 1.*.fork | grep -c 200) $kept" \
	"$(if grep -q 200 1.*.true; then echo '10 37'; else echo '01 32'; fi)" \
	'a witness that starts again knows the head that it cosigned'
witness_stop
if ! traces; then
	skip 'a witness that is killed' 'strace may not look into our programs here'
	finish
	exit 0
fi

# The process itself gets the signal: strace ends with it.
traced() {	# STATE STRACE-OPTIONS...: a witness that is traced; one post; its status
	state=$1
	shift
	start "$state" env ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0" strace -f -qq -s 300 -o trace "$@"
	status=$(post true.request)
	[ "$status" = 200 ] || return 0
	pkill -P $witness 2>/dev/null
	witness_stop
}
traced state4 -e trace=rename,renameat,renameat2,fsync,fdatasync,write,writev,sendto,sendmsg
is "$status" 200 'a witness that is traced answers'
order=$(grep -nE 'rename[a-z0-9]*\(|fsync\(|HTTP/1.1 200' trace |
	sed -n '/rename/,$s/.*\(rename\|fsync\|HTTP\).*/\1/p' | paste -sd ' ')
is "$order" 'rename fsync HTTP' 'the head is renamed into place and its folder synced, then it is answered'
traced state5 -e inject=rename:signal=KILL:when=1
is "$status" 000 'killed before the head is in place: no answer'
start state5
is "$(post true.request)" 200 'and started again it cosigns that head'
witness_stop
finish
