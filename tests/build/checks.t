#!/bin/sh
# The checks of the source refuse what they say they refuse, with file and line.
. tests/tap.sh
plan 8

tree=$tmp/tree
mkdir -p "$tree/tests" "$tree/include" "$tree/src/value" "$tree/src/store" "$tree/src/contract" \
	"$tree/src/proof" "$tree/src/ledger" "$tree/audit"
cp tests/check-* "$tree/tests/"
echo '/* Layer 1. */' >"$tree/include/money.h"
echo 'int money;' >"$tree/src/value/money.c"
echo '/* Layer 2. */' >"$tree/include/store.h"
echo '#include "money.h"' >"$tree/src/store/store.c"
echo '/* Layer 2. */' >"$tree/include/key.h"
echo 'int key;' >"$tree/src/proof/key.c"
echo '/* Layer 0. */' >"$tree/include/clock.h"
echo '/* Layer 6. */' >"$tree/include/wrong.h"
echo 'int wrong;' >"$tree/src/value/wrong.c"

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
/* a double in a comment
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

printf '#include <sodium.h>\n#include <time.h>\nlong t(void) { return time(0); }\n' \
	>"$tree/src/value/lib.c"
is "$(source_check | cut -d: -f 1-3)" "src/value/lib.c:1: libsodium's header is for src/proof only
src/value/lib.c:3: one clock" 'library headers and the clock have one home'
rm "$tree/src/value/lib.c"

awk 'BEGIN { print "int"; print "long_one(int a)"; print "{"
	for (i = 0; i < 68; i++) print "\ta++;"
	print "\treturn a;"; print "}" }' >"$tree/src/value/long.c"
is "$(source_check)" 'src/value/long.c:2: long_one() has 72 lines; at most 70: split it: lon' \
	'a function has at most 70 lines'
awk 'BEGIN { for (i = 0; i < 601; i++) print "int a" i ";" }' >"$tree/src/value/long.c"
is "$(source_check)" 'src/value/long.c:600: 601 lines; at most 600: split it' \
	'a file has at most 600 lines'
