#!/bin/sh
# check-headers.sh: every header compiles alone, with each compiler that is here.
bad=0
for cc in gcc clang; do
	command -v $cc >/dev/null || continue
	for header in include/*.h src/*/*.h audit/*.h tests/*/*.h; do
		[ -f "$header" ] || continue
		echo 'extern int alone;' | $cc -std=c11 -D_POSIX_C_SOURCE=200809L \
			-Wall -Wextra -Wpedantic -Wstrict-prototypes -Werror -iquote include \
			-fsyntax-only -include "$header" -x c - || {
			echo "$header: does not compile alone with $cc"
			bad=1
		}
	done
done
exit $bad
