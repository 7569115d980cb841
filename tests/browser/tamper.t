#!/bin/sh
# A server that lies is shown red, one in trouble is said to be: through tests/browser/mock.mjs.
. tests/tap.sh
. tests/browser/console.sh
serve_demo
receipt=$(find "$demo/receipts" -type f | LC_ALL=C sort | sed -n 20p)
node tests/browser/tamper_test.mjs "$base" "$demo/tokens" "$receipt" "$(cat "$demo/operator.vkey")"
