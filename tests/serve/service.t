#!/bin/sh
# The service's unit, and the server as a user who can write nothing.
. tests/tap.sh
. tests/serve/serve.sh

unit=audit/utfall-audit.service
if systemd-analyze security --help 2>/dev/null | grep -q -- --offline; then
	ok 'exposure is at most 2.0' systemd-analyze security --offline=true --threshold=20 --no-pager $unit
else
	skip 'exposure is at most 2.0' 'no systemd-analyze with --offline'
fi

# A reader who can make no file beside the ledger, which nobody has open: SQLite takes it for
# something that never changes. What is recorded later must be seen all the same.
if [ "$(id -u)" = 0 ] && command -v setpriv >/dev/null; then
	umask 022
	chmod 755 "$tmp"
	cp "$audit" "$tmp/utfall-audit"
	exits 0 env UTFALL="$utfall" python3 tests/serve/world.py "$tmp/world"
	mkdir "$tmp/data"
	cp "$tmp/world/ledger.db" "$tmp/data/"
	chmod 644 "$tmp/data/ledger.db"
	cat >"$tmp/reader" <<EOR
#!/bin/sh
exec setpriv --reuid=65534 --regid=65534 --clear-groups "$tmp/utfall-audit" "\$@"
EOR
	chmod 755 "$tmp/reader"
	audit=$tmp/reader
	serve --ledger "$tmp/data/ledger.db"
	get /v1/head
	is "$(jq .size "$tmp/body")" 187 'a reader without rights to write'
	ok 'makes no file' sh -c "[ \"\$(ls '$tmp/data')\" = ledger.db ]"
	echo '[{"type": "padding.added", "body": {}}]' >"$tmp/more.json"
	exits 0 "$utfall" submit "$tmp/more.json" --ledger "$tmp/data/ledger.db" --at 2018-06-01T00:00:00Z \
		--key "$tmp/world/keys/a_north.key" --checkpoint-key "$tmp/world/keys/checkpoint.key"
	tries=0
	until get /v1/head; [ "$(jq .size "$tmp/body")" = 189 ] || [ $tries = 200 ]; do
		tries=$((tries + 1))
		sleep 0.1
	done
	is "$(jq .size "$tmp/body")" 189 'sees what is recorded later, too'
	unserve
else
	skip 'a reader without rights to write' 'only root can become another user'
fi
finish
