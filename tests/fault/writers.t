#!/bin/sh
# Two writers at once, a reader beside them, and a disk that is full.
. tests/tap.sh
. tests/cli/world.sh

world
person=abcdefghijklmnopqrstuvwxya
echo "{\"type\":\"participant.enrolled\",\"body\":{\"participant\":\"$person\",\"on\":\"2018-01-08\"}}" >e.json
exits 0 send ips_team e.json

# ---- two writers ----
writer() {	# NAME: twenty submissions; counts what it was told
	recorded=0
	conflict=0
	other=0
	for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		printf 'type,participant,on,hours,kind,ref\nactivity.logged,%s,2018-02-01,1,ips_support,%s\n' \
			$person "$1-$n" >"$1.csv"
		status=0
		send ips_team "$1.csv" >"$1.out" 2>&1 || status=$?
		case $status in
		0) recorded=$((recorded + 1)) ;;
		4) conflict=$((conflict + 1)) ;;
		*) other=$((other + 1)) && cat "$1.out" >>"$1.other" ;;
		esac
	done
	echo "$recorded $conflict $other" >"$1.count"
}
writer a &
first=$!
writer b &
second=$!
readers=0
while kill -0 $first 2>/dev/null && kill -0 $second 2>/dev/null; do
	"$utfall" verify >verify.out 2>&1 || cat verify.out >>verify.bad
	readers=$((readers + 1))
done
wait $first $second
read -r a a_conflict a_other <a.count
read -r b b_conflict b_other <b.count
note "a: $a recorded, $a_conflict conflicts; b: $b recorded, $b_conflict conflicts; $readers readings"
is "$a_other $b_other" '0 0' 'a writer succeeds, or is told of a conflict'
ok 'both got through' test "$a" -gt 0 -a "$b" -gt 0
ok 'a reader beside them never saw half a ledger' test ! -e verify.bad
run "$utfall" events --type activity.logged --json
is "$(printf '%s' "$out" | tr '{' '\n' | grep -c activity.logged)" $((a + b)) \
	'what was recorded is there, nothing else'
ok 'the ledger verifies' "$utfall" verify --full

# ---- a full disk ----
awk -v person=$person 'BEGIN {
	print "type,participant,on,hours,kind,ref"
	for (i = 0; i < 3000; i++)
		print "activity.logged," person ",2018-03-01,1,ips_support,full-" i
}' >big.csv
remember
full_disk() {	# no file may grow beyond what it is now, in blocks of 512 bytes
	(
		trap '' XFSZ
		ulimit -f $(($(stat -c %s "$UTFALL_LEDGER") / 512 + 64))
		send ips_team big.csv
	)
}
run full_disk
is "$status" 6 'a full disk is a failure of the machine'
like "$err" '^utfall: .*(disk|full|File too large)' 'said in words'
is "$out" '' 'nothing is acknowledged'
same_ledger 'nothing is lost, nothing is half there'
ok 'the ledger verifies' "$utfall" verify --full
ok 'with room again the same file is recorded' send ips_team big.csv
ok 'and verifies' "$utfall" verify --full
finish
