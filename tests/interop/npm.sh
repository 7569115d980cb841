# npm.sh - the npm libraries of this folder: . tests/interop/npm.sh behind . tests/tap.sh
#
# Installs what package-lock.json names into build/interop, once, and links nothing into the
# source. Sets $npm to that folder; ends the test as skipped where Node or the libraries cannot be had.
npm=$top/build/interop
if ! command -v node >/dev/null || ! command -v npm >/dev/null; then
	echo '1..0 # SKIP node and npm are not installed'
	exit 0
fi
mkdir -p "$npm"
# Two tests may ask for it at once, and npm begins with removing what is there: one at a time.
(
	flock 9
	cmp -s "$top/tests/interop/package-lock.json" "$npm/installed" && exit
	cp "$top/tests/interop/package.json" "$top/tests/interop/package-lock.json" "$npm/"
	cd "$npm" && npm ci --ignore-scripts --no-audit --no-fund >npm.log 2>&1 && cp package-lock.json installed
) 9>"$npm/lock" || {
	echo '1..0 # SKIP the npm libraries cannot be installed: build/interop/npm.log'
	exit 0
}
