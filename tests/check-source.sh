#!/bin/sh
# check-source.sh: rules about the source that no compiler knows.
#
# A line that has a reason to break one says so on the line: /* allow: why */ (in shell and
# make: # allow: why). A reason that is not needed is an error too. The rules are the table
# in tests/check-source.awk; sizes of functions are read by universal-ctags.
set -u

if git rev-parse --git-dir >/dev/null 2>&1; then
	files=$(git ls-files -co --exclude-standard)
else
	files=$(find . -path ./build -prune -o -type f -print | sed 's|^\./||')
fi
exist() {
	for f in $files; do
		[ -f "$f" ] && echo "$f"
	done
}
files=$(exist)
code=$(echo "$files" | grep -E '\.[ch]$')
ours=$(echo "$code" | grep -E '^(src|include|audit)/')
plain=$(echo "$files" | grep -E '(\.(sh|t|awk|sql|md|py|go|yml|1)|(^|/)(Makefile|run|deps))$')

functions() {
	if ctags --version 2>/dev/null | grep -q Universal; then
		# shellcheck disable=SC2086
		ctags -x --c-kinds=f --fields=+e --_xformat='%F %n %{end} %N' $ours 2>/dev/null
	else
		echo 'sizes of functions not checked: universal-ctags missing (make deps-check)' >&2
	fi
}

# HACKING.md says of each source of the evaluator which question it answers, and names no other.
status=0
table=$(sed -n '/^### src.contract/,/^## /p' HACKING.md | grep '^|' | grep -o '`[^`]*`' | tr -d '`')
for f in src/contract/*.c; do
	name=${f##*/}
	if ! printf '%s\n' "$table" | grep -qx "${name%.c}"; then
		echo "HACKING.md: no row of the table of src/contract names ${name%.c}" >&2
		status=1
	fi
done
for name in $table; do
	if ! [ -f "src/contract/${name%.c}.c" ] && ! [ -f "src/contract/$name" ]; then
		echo "HACKING.md: the table of src/contract names $name, which is not there" >&2
		status=1
	fi
done

# shellcheck disable=SC2086
functions | awk -v tab=${TAB_COLUMNS:-1} -f tests/check-source.awk - $code $plain || status=1
exit $status
