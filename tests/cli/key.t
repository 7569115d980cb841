#!/bin/sh
# key: files, modes, passphrases.
. tests/tap.sh
cd "$tmp" || exit 1

refuses 2 "utfall: 'key' needs one of: new, show, list, add, confirm, revoke" "$utfall" key
refuses 2 "utfall: no command 'key make'; expected key new, show, list, add, confirm, revoke" "$utfall" key make
refuses 2 'utfall: key new: needs --out FILE' "$utfall" key new ips_team
refuses 2 'utfall: usage: utfall key new NAME' "$utfall" key new
ok 'a key is made' "$utfall" key new ips_team --out a.key
vkey=$out
is "$(stat -c %a a.key)" 600 'its file has mode 0600'
like "$vkey" '^ips_team\+[0-9a-f]{8}\+[A-Za-z0-9+/]{44}$' 'the verifier key is printed'
run "$utfall" key show a.key
is "$out" "$vkey" 'key show prints it again'
run "$utfall" key new ips_team --out a.key
is "$status" 4 'a key file is never written over'
chmod 640 a.key
run "$utfall" key show a.key
is "$status" 3 'a key file that others can read is refused'
like "$err" '^utfall: a.key: ' 'and named'
secret=$(cut -d+ -f5- a.key | cut -c1-20 | sed 's/+/[+]/g')
is "$(grep -cE "^PRIVATE[+]KEY[+]ips_team[+][0-9a-f]{8}[+]$secret" a.key)" 1 'the secret stands in the file'
unlike "$err" "$secret" 'no secret is printed'
chmod 600 a.key

# ---- passphrases ----
printf 'correct horse\n' >phrase
ok 'a key under a passphrase' sh -c "'$utfall' key new ips_team --out p.key --protect --passphrase-fd 3 3<phrase"
unlike "$(cat p.key)" 'PRIVATE' 'its secret does not lie open'
ok 'its verifier key needs no passphrase' "$utfall" key show p.key
printf 'type,participant,on\nparticipant.enrolled,abcdefghijklmnopqrstuvwxya,2018-01-01\n' >e.csv
c=0123456789012345678901234567890123456789012345678901234567890123
refuses 3 'utfall: p.key is protected by a passphrase: give it on a terminal, or as a line on the file descriptor that --passphrase-fd names' \
	"$utfall" sign e.csv --origin ledger.example/1 --contract $c --key p.key --out x
ok 'it signs with its passphrase' sh -c \
	"'$utfall' sign e.csv --origin ledger.example/1 --contract $c --key p.key --out x --passphrase-fd 3 3<phrase"
echo wrong >phrase
run sh -c "'$utfall' sign e.csv --origin ledger.example/1 --contract $c --key p.key --out y --passphrase-fd 3 3<phrase"
is "$status" 3 'and not with another'
ok 'nothing was written' test ! -e y
refuses 2 "utfall: --passphrase-fd: expected a number from 0 to 1023, found 'secret'" \
	"$utfall" sign e.csv --origin ledger.example/1 --contract $c --key p.key --out x --passphrase-fd secret
finish
