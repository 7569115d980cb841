#!/bin/sh
# kill -9 at random moments of an erasure: the ledger is as before it, or erased; where it is erased,
# the next command that writes leaves none of the bytes in any file. KILLS=n and SEED=n choose
# another run.
. tests/tap.sh
. tests/cli/world.sh

kills=${KILLS:-12}
seed=${SEED:-1}
note "seed $seed"
world
person=abcdefghijklmnopqrstuvwxya
awk -v person=$person 'BEGIN {
	print "type,participant,on,hours,kind,ref"
	print "participant.enrolled," person ",2018-01-08,,,"
	for (i = 1; i <= 300; i++)
		print "activity.logged," person ",2018-02-01,1,ips_support,secret-" i
}' >people.csv
exits 0 send ips_team people.csv
later=$("$utfall" key new later --out later.key)
cp ledger.db before.db
sqlite3 before.db "SELECT count(*) FROM event WHERE instr(bytes, '$person') > 0" >count
is "$(cat count)" 301 'a person of 301 events'
holds() {	# how many of its events a file of the ledger still holds
	cat k.db k.db-wal k.db-shm k.db-journal 2>/dev/null | grep -a -o "secret-[0-9]*\"" | sort -u | wc -l | tr -d ' '
}
erase() {
	"$utfall" erase $person --authority 'decision 12' --yes --forfeit --key "$(key keeper)"
}
UTFALL_LEDGER=$tmp/k.db
cp before.db k.db
began=$(date +%s%N)
exits 0 erase
took=$((($(date +%s%N) - began) / 1000000))
note "an erasure takes about $took ms"
awk -v n="$kills" -v took=$took -v seed="$seed" 'BEGIN {
	srand(seed)
	for (i = 1; i <= n; i++)
		printf "%.4f\n", rand() * took * 1.3 / 1000
}' >delays
done=0
while read -r delay; do
	rm -f k.db k.db-wal k.db-shm
	cp before.db k.db
	erase >k.out 2>&1 &
	child=$!
	sleep "$delay"
	kill -9 $child 2>/dev/null
	wait $child 2>/dev/null
	run "$utfall" verify
	[ "$status" = 0 ] || fail 'it verifies after a kill' "$err"
	run "$utfall" erase $person --dry-run
	if [ "$status" = 0 ]; then
		like "$out" '^301 events would be destroyed, nothing was$' "killed after $delay s: as before"
		continue
	fi
	done=$((done + 1))
	exits 0 "$utfall" party add later "$later" --key "$(key keeper)"
	is "$(holds)" 0 "killed after $delay s: erased, and nowhere once a command has written"
done <delays
note "$done of $kills were erased when the kill came"
finish
