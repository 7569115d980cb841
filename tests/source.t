#!/bin/sh
# The rules about the source itself, as tests; each is a make target of its own too.
. tests/tap.sh
plan 4
build=${UTFALL_BUILD:-build/release}
unset MAKEFLAGS MFLAGS MAKELEVEL
ok 'our own rules (make check-source)' make -s check-source
ok 'layers (make check-layers)' make -s check-layers
ok 'every header compiles alone (make check-headers)' make -s check-headers
ok 'the auditor appends nothing (make check-symbols)' sh tests/check-symbols.sh "$build"
