#!/bin/sh
# A person is erased while a bundle is being sent to somebody who reads slowly: the server keeps no
# old snapshot for it, the bytes are destroyed, and the archive ends unfinished.
. tests/tap.sh
. tests/cli/world.sh
. tests/serve/serve.sh

world
job_file 50
exits 0 send ips_team job.csv
exits 0 "$utfall" key new keeper --out tokens.key
exits 0 "$utfall" key add "$out" --use tokens --key "$(key keeper)"
token=$("$utfall" token mint anyone --role auditor --origin "$origin" --expires 2099-01-01T00:00:00Z \
	--key tokens.key)
"$utfall" key show "$UTFALL_CHECKPOINT_KEY" >operator.vkey
# Far more than the buffers of a connection hold.
seq 40000 | sed 's/.*/{"type":"padding.added","body":{}}/' >padding.jsonl
exits 0 send ips_team padding.jsonl
serve --ledger "$UTFALL_LEDGER"
serve_ready
cat >slow.py <<'END'
import http.client, socket, sys, threading, urllib.parse
base, token = sys.argv[1:]
to = urllib.parse.urlsplit(base)
c = http.client.HTTPConnection(to.netloc)
c.sock = socket.socket()
c.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)  # so that little is under way
c.sock.settimeout(120)
c.sock.connect((to.hostname, to.port))
c.request("GET", "/v1/bundle", headers={"Authorization": "Bearer " + token})
r = c.getresponse()
size = len(r.read(4096))
print(r.status, flush=True)
erased = threading.Event()
threading.Thread(target=lambda: (sys.stdin.readline(), erased.set()), daemon=True).start()
try:
    while not erased.wait(0.1):     # slowly, so that it is never idle
        size += len(r.read(4096))
    print(size, flush=True)
    while True:
        more = r.read(1 << 20)
        size += len(more)
        if not more:
            break
    print("whole", size)
except (http.client.IncompleteRead, ConnectionResetError) as x:
    print("unfinished")
END
in_files() {	# how often the person is named in the ledger's files
	cat ledger.db ledger.db-wal 2>/dev/null | grep -ac "$person"
}
mkfifo told
python3 slow.py "$base" "$token" <told >slow.out &
slow=$!
exec 3>told
i=0
until grep -q 200 slow.out || [ $i -ge 300 ]; do
	i=$((i + 1))
	sleep 0.1
done
is "$(cat slow.out)" 200 'a bundle is being sent'
unlike "$(in_files)" '^0$' 'the person is in the ledger'
run "$utfall" erase "$person" --authority 'decision 12' --yes --forfeit --key "$(key keeper)"
like "$out" '^recorded: ' 'the person is erased meanwhile'
# The server lets go of what it read a moment ago; on a busy machine not within the command's
# patience: then the next command that writes empties the log.
echo '[{"type":"padding.added","body":{}}]' >more.json
i=0
while [ "$(in_files)" != 0 ] && [ $i -lt 100 ]; do
	i=$((i + 1))
	run send habo more.json
	sleep 0.2
done
is "$(in_files)" 0 'its bytes are in no file'
is "$(cat slow.out)" 200 'while the client is still reading'
echo erased >&3
wait $slow
is "$(sed -n '$p' slow.out)" unfinished 'whose archive then ends unfinished'
get /v1/bundle -H "Authorization: Bearer $token"
is "$code" 200 'the next one is whole'
mkdir bundle
tar -xf "$tmp/body" -C bundle
ok 'and verifies' "$audit" replay bundle --operator-key operator.vkey --verify
# A list that is no JSON has no pages: it is made block by block, each entry once and in order.
get /v1/head
size=$(printf '%s' "$body" | sed 's/.*"size":\([0-9]*\).*/\1/')
get '/v1/entries?cursor=n37500' -H 'Accept: application/x-ndjson' -H "Authorization: Bearer $token"
is "$code" 200 'a list of more than one block'
sed 's/.*"seq":\([0-9]*\).*/\1/' "$tmp/body" >listed
seq 37500 $((size - 1)) >wanted
same listed wanted 'has each entry once, in order'
unserve
finish
