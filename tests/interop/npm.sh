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
if ! cmp -s "$top/tests/interop/package-lock.json" "$npm/installed"; then
	cp "$top/tests/interop/package.json" "$top/tests/interop/package-lock.json" "$npm/"
	if (cd "$npm" && npm ci --ignore-scripts --no-audit --no-fund >npm.log 2>&1); then
		cp "$npm/package-lock.json" "$npm/installed"
	else
		echo '1..0 # SKIP the npm libraries cannot be installed: build/interop/npm.log'
		exit 0
	fi
fi
