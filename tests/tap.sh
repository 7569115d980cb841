# tap.sh - what every shell test begins with: . tests/tap.sh
#
# Tests run from the top of the source through `make test TESTS=tests/cli/x.t` (or all, by
# `make check`); their lines are TAP. One call is one test, unless it says otherwise.
#   plan N                     how many tests there are; without it, `finish` counts them
#   ok NAME COMMAND...         the command ends with 0 (its words are shown when not)
#   is GOT WANT NAME           both texts are the same
#   like TEXT REGEX NAME       the text matches (grep -E)
#   unlike TEXT REGEX NAME     the text does not
#   says TEXT WORDS NAME       the text is these words; … among them stands for anything
#   same FILE FILE NAME        both files hold the same bytes
#   refuses STATUS TEXT COMMAND...   it ends with exactly STATUS, prints exactly TEXT to
#                              standard error, and nothing to standard output
#   exits STATUS COMMAND...    no test: it must end with STATUS, else all ends ("Bail out!")
#   run COMMAND...             no test: sets $out $err $status, never ends the script
#   line WORD                  prints what a line of a report, $out, says behind its word
#   rounds N                   prints N; under the sanitizers, which are slow, a quarter of it
#   skip NAME WHY              a test that cannot run here
#   finish                     last line of a test without a plan
# $tmp is a fresh folder that is removed at the end (kept where KEEP=1). $utfall, $audit are
# the programs; $helpers is the folder of compiled helpers, as $helpers/fault/name.

set -u

utfall=${UTFALL:-$PWD/build/utfall}
audit=${UTFALL_AUDIT:-$PWD/build/utfall-audit}
helpers=${UTFALL_BUILD:-$PWD/build/release}/tests
top=$PWD
tmp=$(mktemp -d "${TMPDIR:-/tmp}/utfall-test.XXXXXX") || exit 1
tap_count=0
tap_planned=
tap_bad=0
umask 022
unset UTFALL_AT UTFALL_BOOK UTFALL_CHECKPOINT_KEY UTFALL_CONTRACT UTFALL_KEY UTFALL_LANGUAGE \
	UTFALL_LEDGER UTFALL_ORIGIN
LC_ALL=C.UTF-8 TZ=UTC	# of the tools that look at what came out
export LC_ALL TZ

tap_end() {
	tap_status=$?
	trap - EXIT
	cd "$top" || exit 1
	[ "${KEEP:-}" = 1 ] && echo "# kept: $tmp" || rm -rf "$tmp"
	[ "$tap_bad" = 0 ] || exit 1
	exit "$tap_status"
}
trap tap_end EXIT
trap 'exit 129' HUP
trap 'exit 130' INT
trap 'exit 143' TERM

plan() {
	tap_planned=$1
	echo "1..$1"
}

finish() {
	[ -n "$tap_planned" ] || echo "1..$tap_count"
}

note() {
	printf '%s\n' "$*" | sed 's/^/# /'
}

pass() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1"
}

# fail NAME [MORE...]: each further word is a remark of one or more lines.
fail() {
	tap_count=$((tap_count + 1))
	tap_bad=$((tap_bad + 1))
	echo "not ok $tap_count - $1"
	{
		echo "not ok $tap_count - $1"
		shift
		for tap_more in "$@"; do
			note "$tap_more"
		done
	} >&2	# where prove lets it be seen
}

rounds() {
	[ "${UTFALL_VARIANT:-}" = asan ] && echo $((($1 + 3) / 4)) || echo "$1"
}

skip() {
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # SKIP $2"
}

run() {
	status=0
	"$@" >"$tmp/.out" 2>"$tmp/.err" </dev/null || status=$?
	out=$(cat "$tmp/.out")
	err=$(cat "$tmp/.err")
}

ok() {
	tap_name=$1
	shift
	run "$@"
	if [ "$status" = 0 ]; then
		pass "$tap_name"
	else
		fail "$tap_name" "ended with $status: $*" "$out" "$err"
	fi
}

is() {
	if [ "$1" = "$2" ]; then
		pass "$3"
	else
		fail "$3" "got:  $1" "want: $2"
	fi
}

like() {
	if printf '%s\n' "$1" | grep -qE -- "$2"; then
		pass "$3"
	else
		fail "$3" "got: $1" "does not match: $2"
	fi
}

unlike() {
	if printf '%s\n' "$1" | grep -qE -- "$2"; then
		fail "$3" "got: $1" "matches: $2"
	else
		pass "$3"
	fi
}

says() {
	like "$1" "^$(printf '%s' "$2" | sed 's/[][\.*^$+?(){}|]/\\&/g; s/…/.*/g')$" "$3"
}

line() {
	printf '%s\n' "$out" | sed -n "s/^  $1  *//p"
}

same() {
	if cmp -s "$1" "$2"; then
		pass "$3"
	else
		fail "$3" "$(cmp "$1" "$2" 2>&1)"
	fi
}

refuses() {
	tap_want=$1
	tap_text=$2
	shift 2
	run "$@"
	if [ "$status" = "$tap_want" ] && [ "$err" = "$tap_text" ] && [ -z "$out" ]; then
		pass "refused: ${tap_text%%
*}"
	else
		fail "refused: ${tap_text%%
*}" "command: $*" "status $status, want $tap_want" "standard error: $err" \
			"want:           $tap_text" "standard output: $out"
	fi
}

exits() {
	tap_want=$1
	shift
	run "$@"
	[ "$status" = "$tap_want" ] && return
	note "ended with $status, want $tap_want: $*" "$out" "$err"
	echo "Bail out! $1 ended with $status"
	exit 1
}
