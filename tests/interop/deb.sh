# deb.sh - files of a Debian package that is not installed: . tests/interop/deb.sh behind . tests/tap.sh
#
#   deb PACKAGE      unpacks it into build/interop/PACKAGE, once, without what it depends on;
#                    ends the test as skipped where it cannot be had
deb() {
	deb_folder=$top/build/interop/$1
	[ -d "$deb_folder/usr" ] && return
	mkdir -p "$deb_folder"
	if ! (cd "$deb_folder" && { apt-get download "$1" ||
		{ apt-get -qq update; apt-get download "$1"; }; } && dpkg-deb -x "$1"_*.deb new &&
		mv new/usr usr) >"$deb_folder/log" 2>&1; then
		echo "1..0 # SKIP Debian's $1 cannot be fetched: build/interop/$1/log"
		exit 0
	fi
}
