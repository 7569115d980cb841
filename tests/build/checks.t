#!/bin/sh
# The checks of the source refuse what they say they refuse, with file and line.
. tests/tap.sh
plan 10

tree=$tmp/tree
mkdir -p "$tree/tests" "$tree/include" "$tree/src/value" "$tree/src/store" "$tree/src/contract" \
	"$tree/src/proof" "$tree/src/ledger" "$tree/audit"
cp tests/check-* "$tree/tests/"
header() {	# NAME LAYER
	echo "/* $1.h - a header. Layer $2. */" >"$tree/include/$1.h"
}
source_of() {	# FOLDER/NAME LINE
	printf '/* %s.c - a source. */\n%s\n' "${1#*/}" "$2" >"$tree/src/$1.c"
}
header money 1
source_of value/money 'int money;'
header store 2
source_of store/store '#include "money.h"'
header key 2
source_of proof/key 'int key;'
header clock 0
header wrong 6
source_of value/wrong 'int wrong;'
source_of contract/rule 'int rule;'
printf '### src/contract\n| what | `rule` |\n## Rules\n' >"$tree/HACKING.md"

source_check() {
	(cd "$tree" && sh tests/check-source.sh | grep -v ' functions: ' | cut -c 1-70)
}
layers() {
	(cd "$tree" && awk -f tests/check-layers.awk src/*/*.c include/*.h)
}

is "$(layers)" 'include/wrong.h:1: says layer 6, its source is in value, layer 1' \
	'a header states the layer of its source'
rm "$tree/include/wrong.h" "$tree/src/value/wrong.c"
ok 'what is below may be known' layers

printf '\n#include "store.h"\n' >"$tree/src/value/up.c"
echo '#include "key.h"' >"$tree/src/store/side.c"
printf '#include "clock.h"\n#include "key.h"\n' >"$tree/src/contract/impure.c"
echo '#include "none.h"' >"$tree/src/ledger/other.c"
is "$(layers | sort)" 'src/contract/impure.c:1: the rules are pure: no clock, no files
src/contract/impure.c:2: includes "key.h": contract (layer 3) may not know proof (layer 2)
src/ledger/other.c:1: includes "none.h", whose layer is not known
src/store/side.c:1: includes "key.h": store (layer 2) may not know proof (layer 2)
src/value/up.c:2: includes "store.h": value (layer 1) may not know store (layer 2)' \
	'upward, sideways, impure and unknown are refused'
rm "$tree"/src/*/up.c "$tree"/src/*/side.c "$tree"/src/*/impure.c "$tree"/src/*/other.c

is "$(source_check)" '' 'plain source passes'
cat >"$tree/src/value/bad.c" <<'END'
/* bad.c - a double in a comment
 * strcpy(a, b) too */
static double x;	// "float"
static const char *text = "a double, \"strcpy(\"";
int f(void) { return atoi("1"); }
int g(void) { return atoi("1"); }	/* allow: a test of waivers */
int h(void) { return 0; }	/* allow: nothing here needs it */
static const char *sql = "SELECT 1";
END
is "$(source_check)" 'src/value/bad.c:3: no floating point in a ledger: static double x;	// 
src/value/bad.c:5: banned: it cannot be told how much room there is, o
src/value/bad.c:7: a reason (allow:) that nothing needs: int h(void) {
src/value/bad.c:8: SQL lives in src/store only: static const char *sql' \
	'rules, waivers and comments'
rm "$tree/src/value/bad.c"

source_of value/lib '#include <sodium.h>
#include <time.h>
long t(void) { return time(0); }'
is "$(source_check | cut -d: -f 1-3)" "src/value/lib.c:2: libsodium's header is for src/proof only
src/value/lib.c:4: one clock" 'library headers and the clock have one home'
rm "$tree/src/value/lib.c"

awk 'BEGIN { print "/* long.c - long. */"; print "int"; print "long_one(int a)"; print "{"
	for (i = 0; i < 68; i++) print "\ta++;"
	print "\treturn a;"; print "}" }' >"$tree/src/value/long.c"
is "$(source_check)" 'src/value/long.c:3: long_one() has 72 lines; at most 70: split it: lon' \
	'a function has at most 70 lines'
awk 'BEGIN { print "/* long.c - long. */"; for (i = 0; i < 600; i++) print "int a" i ";" }' >"$tree/src/value/long.c"
is "$(source_check)" 'src/value/long.c:600: 601 lines; at most 600: split it' \
	'a file has at most 600 lines'
rm "$tree/src/value/long.c"

echo 'int x;' >"$tree/src/value/mute.c"
is "$(source_check)" 'src/value/mute.c:1: the first line says what it is: /* mute.c - ...: i' \
	'a source begins with its name and what it does'
rm "$tree/src/value/mute.c"

source_of contract/other 'int other;'
rm "$tree/src/contract/rule.c"
is "$(source_check 2>&1)" 'HACKING.md: no row of the table of src/contract names other
HACKING.md: the table of src/contract names rule, which is not there' \
	'the table of src/contract is that of its sources'
