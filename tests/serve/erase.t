#!/bin/sh
# A person is erased while the server runs and has answers about it in memory.
. tests/tap.sh
. tests/serve/serve.sh

exits 0 env UTFALL="$utfall" python3 tests/serve/world.py "$tmp/world"
echo '{"entries":187,"origin":"serve.example/world","verdict":"verified, unwitnessed"}' >"$tmp/replay.json"
serve --ledger "$tmp/world/ledger.db" --replay "$tmp/replay.json"
python3 tests/serve/erase.py "$tmp/world" "$base" "$utfall"
status=$?
unserve
exit $status
