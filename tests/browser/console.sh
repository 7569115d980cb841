# console.sh: . tests/browser/console.sh after tests/tap.sh: the demo's ledger, served.
#
# $base is where, $demo its folder. What it needs (node, Chromium, the packages of
# tests/browser/package-lock.json, a console in the program) is made by `make browser`; without
# them the test is skipped.

need() {	# WHAT COMMAND...
	what=$1
	shift
	"$@" >/dev/null 2>&1 && return
	echo "1..0 # SKIP $what"
	exit 0
}

serve_demo() {
	demo=$tmp/demo
	: >"$tmp/serve.log"
	LISTEN=127.0.0.1:0 UTFALL=$utfall UTFALL_AUDIT=$audit \
		sh tests/demo_serve.sh "$demo" >"$tmp/serve.log" 2>&1 &
	server=$!
	trap 'kill "$server" 2>/dev/null; tap_end' EXIT
	waited=0
	until base=$(sed -n 's|^serving on \(http://[^/]*\)/$|\1|p' "$tmp/serve.log") && [ -n "$base" ]; do
		waited=$((waited + 1))
		if [ "$waited" -gt 600 ] || ! kill -0 "$server" 2>/dev/null; then
			note "$(cat "$tmp/serve.log")"
			echo 'Bail out! the demo is not served'
			exit 1
		fi
		sleep 0.1
	done
}

need 'node is missing (make deps-browser)' node --version
need 'packages are missing (make browser)' [ -d tests/browser/node_modules/playwright-core ]
need 'Chromium is missing (make deps-browser)' [ -x "${CHROMIUM:-/usr/bin/chromium}" ]
need 'built without the console (make console)' [ -f audit/console/dist/app.js ]
