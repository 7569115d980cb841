#!/bin/sh
# Who may see what: every endpoint for every party in every role, against a real server.
. tests/tap.sh
. tests/serve/serve.sh

exits 0 env SHARED=1 UTFALL="$utfall" python3 tests/serve/world.py "$tmp/world"
serve --ledger "$tmp/world/ledger.db"
python3 tests/serve/access.py "$tmp/world" "$base" "$utfall"
status=$?
unserve
exit $status
