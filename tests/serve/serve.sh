# serve.sh - servers for shell tests: . tests/serve/serve.sh behind . tests/tap.sh
#
#   serve OPTION...   starts utfall-audit serve on a free port; $base is its address, $server its
#                     process, $tmp/serve.out and $tmp/serve.err what it says
#   unserve           stops it and waits for its end; $status is how it ended
#   serve_ready       asks /readyz until the ledger has been read
#   patiently get ...   the same again while its status is 503: a forecast that is not there yet
#   get PATH OPTION...  curl's answer with its headers into $tmp/answer; $code is its status
[ -x "$(command -v curl)" ] || {
	echo '1..0 # SKIP curl is not installed'
	exit 0
}
server=

serve() {
	case " $* " in
	*' --listen '*) ;;
	*) set -- --listen 127.0.0.1:0 "$@" ;;
	esac
	case " $* " in
	*' --rate '*) ;;
	*) set -- --rate 0 "$@" ;;
	esac
	: >"$tmp/serve.out"	# what an earlier server said is no answer
	"$audit" serve "$@" >"$tmp/serve.out" 2>"$tmp/serve.err" &
	server=$!
	serve_tries=0
	until grep -q '^serving on' "$tmp/serve.out"; do
		serve_tries=$((serve_tries + 1))
		[ "$serve_tries" -lt 600 ] && kill -0 "$server" 2>/dev/null || {
			echo "Bail out! the server does not start: $(cat "$tmp/serve.err")"
			exit 1
		}
		sleep 0.05
	done
	base=$(sed -n 's/^serving on \(.*\)\/$/\1/p' "$tmp/serve.out")
}

unserve() {
	[ -n "$server" ] || return 0
	kill "$server" 2>/dev/null
	status=0
	wait "$server" || status=$?
	server=
}

get() {
	get_path=$1
	shift
	: >"$tmp/body"
	code=$(curl -s -m 20 -D "$tmp/headers" -o "$tmp/body" -w '%{http_code}' "$@" "$base$get_path")
	body=$(cat "$tmp/body" 2>/dev/null)
}

# Asks until the ledger has been read, 30 seconds at most.
serve_ready() {
	serve_tries=0
	get /readyz
	while [ "$code" = 503 ] && [ "$serve_tries" -lt 300 ]; do
		serve_tries=$((serve_tries + 1))
		sleep 0.1
		get /readyz
	done
}

patiently() {	# get ...: again while the server is not ready to answer, two minutes at most
	for serve_try in $(seq 1200); do
		"$@"
		[ "$code" = 503 ] || break
		sleep 0.1
	done
}

header() {	# NAME: its value in the last answer
	tr -d '\r' <"$tmp/headers" | sed -n "s/^$1: //Ip"
}

serve_end() {
	serve_status=$?
	unserve
	return $serve_status
}
trap 'serve_end; tap_end' EXIT
