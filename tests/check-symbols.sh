#!/bin/sh
# check-symbols.sh BUILD: the auditor's program holds nothing of libutfall-write.a, the library
# of what appends, and no append function of any other origin.
build=$1
program=$build/utfall-audit
[ -f "$program" ] || exit 0
{
	nm "$build/libutfall-write.a" | awk '$2 == "T" { print "writer", $3 }'
	nm "$program" | awk '$2 ~ /[Tt]/ { print "audit", $3 }'
} | awk -v program="$program" '
$1 == "writer" { writer[$2] = 1; next }
$2 in writer || $2 ~ /^(ledger|store)_(append|write)/ {
	print program ": " $2 "() can write a ledger"
	bad = 1
}
END { exit bad }'
