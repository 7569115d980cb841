#!/bin/sh
# The page's own trees, proofs and notes against published answers; no browser.
. tests/tap.sh
command -v node >/dev/null || { echo '1..0 # SKIP node is missing'; exit 0; }
node tests/browser/merkle_test.mjs
