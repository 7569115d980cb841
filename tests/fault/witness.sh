# witness.sh - a witness for shell tests: . tests/fault/witness.sh behind . tests/tap.sh
#
#   witness_key                     makes witness.key and witness.vkey here
#   witness_start STATE LOG [COMMAND...]   starts one, by the command; $witness is its process, $url
#                                   where it listens
#   witness_stop                    ends it; $witness_status is how it ended
witness_key() {
	exits 0 "$utfall" key new witness.example/w1 --use cosigning --out witness.key
	printf '%s\n' "$out" >witness.vkey
}

witness_start() {
	witness_state=$1
	witness_log=$2
	shift 2
	rm -f witness.out
	"$@" "$audit" witness --state "$witness_state" --key witness.key --log "$witness_log" \
		--listen 127.0.0.1:0 >witness.out 2>witness.err &
	witness=$!
	witness_tries=0
	until [ -s witness.out ]; do
		witness_tries=$((witness_tries + 1))
		[ $witness_tries -lt 600 ] && kill -0 $witness 2>/dev/null || {
			echo "Bail out! the witness does not start: $(cat witness.err)"
			exit 1
		}
		sleep 0.1
	done
	url=http://127.0.0.1:$(sed 's/.*port //' witness.out)
}

witness_stop() {
	kill $witness 2>/dev/null
	witness_status=0
	wait $witness 2>/dev/null || witness_status=$?
}
