# strace.sh - . tests/fault/strace.sh behind . tests/tap.sh
#
#   traces   ends with 0 where strace can be used on our programs. One that holds keys lets itself be
#            looked into only by who may look into everything: root, and not in every container.
traces() {
	ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0" strace -f -o "$tmp/.trace" -e trace=openat \
		"$utfall" key new probe --out "$tmp/.probe.key" >"$tmp/.out" 2>&1 &&
		grep -q '[.]probe[.]key[.]' "$tmp/.trace"
}
