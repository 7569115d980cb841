#!/bin/sh
# The tour in README.md: its blocks run in order, in an empty folder, and none fails.
. tests/tap.sh

mkdir "$tmp/tour" "$tmp/bin"
ln -s "$utfall" "$tmp/bin/utfall"
ln -s "$audit" "$tmp/bin/utfall-audit"
ln -s "$top/contracts" "$tmp/tour/contracts"
PATH=$tmp/bin:$PATH
awk '/^```sh$/ { block = 1; n++; print "echo BLOCK " n; next } /^```$/ { block = 0 } block' \
	README.md >"$tmp/tour.sh"
blocks=$(grep -c '^echo BLOCK' "$tmp/tour.sh")
cd "$tmp/tour" || exit 1
ok 'every block runs' sh -eu "$tmp/tour.sh"
said=$out
is "$(printf '%s\n' "$said" | grep -c '^BLOCK')" "$blocks" 'all of them'
is "$err" '' 'without a complaint'
like "$said" 'jonkoping_ips +1  in force' 'the contract is in force'
like "$said" 'Fee for work +6 +0 +30 000.00 SEK' 'a job is paid'
like "$said" 'Fee for work +6 +0 +-30 000.00 SEK' 'and taken back by the correction'
is "$(printf '%s\n' "$said" | grep -c '^Room as the next statement would find it')" 1 \
	'room is spoken of where there is some: not after what was taken back'
is "$(printf '%s\n' "$said" | grep -cE '^verified(:|, unwitnessed:) ')" 2 'verified and replayed'

cd "$top" || exit 1
for file in $(sed -n 's/.*](\([^)]*\)).*/\1/p' README.md HACKING.md); do
	ok "$file, which the documents name, is there" test -e "$file"
done
finish
