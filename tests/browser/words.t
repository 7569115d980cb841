#!/bin/sh
# The table of words: complete in every language, nothing that is not used; no browser.
. tests/tap.sh
command -v node >/dev/null || { echo '1..0 # SKIP node is missing'; exit 0; }
node tests/browser/words_test.mjs
