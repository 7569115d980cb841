#!/bin/sh
# `make install` as a package is built: into a folder of its own; what is there runs without the
# source, and `make uninstall` leaves no file.
. tests/tap.sh

# Not the jobs of the make that runs this test; its variables (CFLAGS=...) still count.
case ${MAKEFLAGS:-} in
*' -- '*) MAKEFLAGS="-- ${MAKEFLAGS#* -- }" ;;
*) MAKEFLAGS= ;;
esac
export MAKEFLAGS
unset MAKELEVEL MFLAGS DESTDIR PREFIX
into() {	# TARGET
	make --no-print-directory "$1" VARIANT="${UTFALL_VARIANT:-release}" CC="${CC:-gcc}" DEPS=no \
		DESTDIR="$tmp/image" PREFIX=/usr
}

ok 'make install' into install
is "$(cd "$tmp/image" && find . -type f | sort)" './usr/bin/utfall
./usr/bin/utfall-audit
./usr/share/bash-completion/completions/utfall
./usr/share/bash-completion/completions/utfall-audit
./usr/share/doc/utfall/audit/EVENTS.md
./usr/share/doc/utfall/audit/FORMAT.md
./usr/share/doc/utfall/contracts/README.md
./usr/share/doc/utfall/contracts/terms.schema.json
./usr/share/man/man1/utfall-audit.1
./usr/share/man/man1/utfall.1' 'programs, completions, documents, manual pages; nothing else'
is "$(find "$tmp/image/usr/bin" -type f -perm 755 | wc -l)" 2 'programs may be run by everybody'
is "$(find "$tmp/image/usr/share" -type f ! -perm 644 | wc -l)" 0 'the rest may be read by everybody'

# ---- from there, with nothing of the source or of this environment ----
mkdir "$tmp/desk"
cd "$tmp/desk" || exit 1
installed() {
	env -i PATH="$tmp/image/usr/bin:/usr/bin:/bin" LC_ALL=C "$@"
}
like "$(installed utfall --version)" '^utfall [0-9]' 'the program'
like "$(installed utfall-audit --version)" '^utfall-audit [0-9]' "the auditor's"
exits 0 installed utfall init --ledger ledger.db --origin test.example/installed --operator keeper \
	--key keeper.key --checkpoint-key checkpoint.key --simulated --at 2018-01-01T00:00:00Z
exits 0 installed utfall key show checkpoint.key
printf '%s\n' "$out" >operator.vkey
ok 'a ledger is made, and verified' installed utfall verify --ledger ledger.db --full
exits 0 installed utfall bundle bundle --ledger ledger.db
ok 'and replayed' installed utfall-audit replay bundle --operator-key operator.vkey
cp "$top/contracts/jonkoping/terms.json" .
ok 'terms are checked' installed utfall contract check terms.json

# ---- both completions in one shell ----
cat >complete.bash <<'END'
. "$1/utfall"
. "$1/utfall-audit"
words() {
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	COMPREPLY=()
	"$(complete -p "$1" | sed 's/.*-F \([^ ]*\) .*/\1/')"
	echo "$* -> ${COMPREPLY[*]}"
}
words utfall stat
words utfall dispute ''
words utfall statement list --la
words utfall-audit re
words utfall-audit replay --op
END
is "$(installed bash complete.bash "$tmp/image/usr/share/bash-completion/completions")" \
	'utfall stat -> statement
utfall dispute  -> open resolve list
utfall statement list --la -> --language
utfall-audit re -> replay
utfall-audit replay --op -> --operator-key' 'each completes its own commands'
cd "$top" || exit 1
for page in utfall utfall-audit; do
	same "$tmp/image/usr/share/man/man1/$page.1" "$(find src audit -name "$page.1")" "the page of $page"
done
ok 'make uninstall' into uninstall
is "$(find "$tmp/image" -type f)" '' 'leaves no file'
is "$(ls "$tmp/image/usr/share/doc")" '' 'and no folder of its own'
finish
