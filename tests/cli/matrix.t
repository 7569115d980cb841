#!/bin/sh
# matrix: each of the 88 rows of contracts/README.md names an example that is there and uses the
# parts named; and the test would see it if one did not.
. tests/tap.sh

python3 tests/cli/matrix.py >"$tmp/rows" 2>"$tmp/complaints" || fail 'the matrix is read' \
	"$(cat "$tmp/complaints")"
while read -r verdict name; do
	case $verdict in
	pass) pass "$name" ;;
	*) fail "$name" ;;
	esac
done <"$tmp/rows"

# One flaw at a time, in a copy.
flaw() {
	rm -rf "$tmp/contracts"
	cp -r contracts "$tmp/contracts"
	sed -i "$3" "$tmp/contracts/$2"
	is "$(python3 tests/cli/matrix.py "$tmp/contracts" | grep ^fail)" "$4" "$1"
}

flaw 'a part that is not used' bridging/terms.json 's/"any_of"/"all_of"/' \
	'fail B11: bridging /outcomes/settled: not used: any_of'
flaw 'a place that is not there' README.md 's|^\(.*`mhep /outcomes/under_\)16`|\117`|' \
	"fail B9: mhep /outcomes/under_17: KeyError 'under_17'"
flaw 'a folder that is not there' README.md '/^| E9 /s/goteborg_air/goteborg_nowhere/' \
	"fail E9: goteborg_nowhere /groups/referred/where: FileNotFoundError [Errno 2] No such file or directory: '$tmp/contracts/goteborg_nowhere/terms.json'"
flaw 'a row without an example' README.md '/^| C9 /s/ `[^`]*` |$/ |/' 'fail C9: no example'
flaw 'a row that is gone' README.md '/^| D4 /d' 'fail all rows: 87 of 88, in order'
finish
