#!/bin/sh
# kill -9 at random moments while submissions run: what was acknowledged is there, nothing is there
# by half, and the ledger opens and verifies. KILLS=n and SEED=n choose another run.
. tests/tap.sh
. tests/cli/world.sh

kills=${KILLS:-$(rounds 200)}
seed=${SEED:-1}
note "seed $seed"
world
person=abcdefghijklmnopqrstuvwxya
echo "{\"type\":\"participant.enrolled\",\"body\":{\"participant\":\"$person\",\"on\":\"2018-01-08\"}}" >e.json
exits 0 send ips_team e.json

# How long one takes here and now: kills come within one and a half times that.
began=$(date +%s%N)
for i in 1 2 3; do
	exits 0 "$utfall" contract sign --key "$(key habo)" --out habo$i.submission
	run "$utfall" submit habo$i.submission
done
took=$((($(date +%s%N) - began) / 6000000))
note "a submission takes about $took ms"

# Files of one to seven events, signed before; delays in seconds.
mkdir files
awk -v n="$kills" -v took=$took -v seed="$seed" -v person=$person 'BEGIN {
	srand(seed)
	for (i = 1; i <= n; i++) {
		file = "files/" i ".csv"
		print "type,participant,on,hours,kind,ref" >file
		for (k = int(rand() * 7); k >= 0; k--)
			print "activity.logged," person ",2018-02-01,1,ips_support,r" i "-" k >file
		close(file)
		printf "%.4f\n", rand() * took * 1.5 / 1000
	}
}' >delays
i=0
prepared=0
while [ $i -lt "$kills" ]; do
	i=$((i + 1))
	"$utfall" sign files/$i.csv --origin $origin --contract "$contract" --key "$(key ips_team)" \
		--out files/$i.submission >files/$i.out 2>&1 && prepared=$((prepared + 1))
done
is $prepared "$kills" 'submissions are prepared'

i=0
acknowledged=0
while read -r delay; do
	i=$((i + 1))
	"$utfall" submit files/$i.submission --receipt files/$i.receipt >files/$i.out 2>&1 &
	child=$!
	sleep "$delay"
	kill -9 $child 2>/dev/null
	wait $child 2>/dev/null && acknowledged=$((acknowledged + 1)) && echo $i >>acknowledged.list
	if [ $((i % 50)) = 0 ]; then
		run "$utfall" verify
		is "$status$err" 0 "verifies after $i kills"
	fi
done <delays
touch acknowledged.list
note "$acknowledged of $kills had been acknowledged before the kill"

ok 'the ledger verifies, its caches too' "$utfall" verify --full
"$utfall" bundle bundle >/dev/null
missing=
for i in $(cat acknowledged.list); do
	id=$(sed -n '1s/.*"submission_id":"\([0-9A-Z]*\)".*/\1/p' files/$i.submission)
	[ "$(grep -c "\"submission_id\":\"$id\"" bundle/entries.jsonl)" = 1 ] || missing="$missing $i"
done
is "$missing" '' 'every acknowledged submission is there, once'

# What was killed is sent again: recorded now, or answered as recorded before.
bad=
i=0
while [ $i -lt "$kills" ]; do
	i=$((i + 1))
	"$utfall" submit files/$i.submission >files/$i.out 2>&1 || bad="$bad $i"
done
is "$bad" '' 'every submission can be sent again'
rm -rf bundle
"$utfall" bundle bundle >/dev/null
is "$(grep -c '"submission_id"' bundle/entries.jsonl)" \
	"$(($(cat files/*.submission | grep -c '"submission_id"') + 18))" 'and is there once'
ok 'and it verifies' "$utfall" verify --full
ok 'an auditor replays it' "$audit" replay bundle --operator-key "$(
	"$utfall" key show "$UTFALL_CHECKPOINT_KEY" >vkey
	echo vkey
)"
finish
