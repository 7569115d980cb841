#!/bin/sh
# Every view of the console on the demo's ledger, in Chromium: both themes, 320 pixels, three
# languages, each role, keyboard, paper; axe and html-validate find nothing.
. tests/tap.sh
. tests/browser/console.sh
serve_demo
node tests/browser/views_test.mjs "$base" "$demo/tokens"
