#!/bin/sh
# A statement that an engine's error made wrong: replay says no until all who signed the contract
# have acknowledged it; then it is listed, and the next statement heals it by difference.
. tests/tap.sh

cd "$tmp" || exit 1
exits 0 "$helpers/fault/wrong_statement" "$tmp"
UTFALL_LEDGER=$tmp/ledger.db
UTFALL_CHECKPOINT_KEY=$tmp/checkpoint.key
UTFALL_AT=2017-04-20T08:00:00Z
export UTFALL_LEDGER UTFALL_CHECKPOINT_KEY UTFALL_AT
diverged='1 utfall-audit: diverged: entry 26: statement /body/amount: expected 3000000, found 4000000; at stake 10 000.00 SEK'

replay() {
	run "$audit" replay "$@" --operator-key operator.vkey
}

replay ledger.db
is "$status $err" "$diverged" 'nobody has acknowledged it'
ok 'its bytes verify' "$audit" replay ledger.db --operator-key operator.vkey --verify
for party in city judge team; do
	exits 0 "$utfall" statement acknowledge 1 --key $party.key
	replay ledger.db
	is "$status $err" "$diverged" "$party has, not all who signed"
done
replay ledger.db --json
is "$status $(printf '%s\n' "$out" | jq -c '[.verdict, .finding.entry, .acknowledged]')" \
	'1 ["diverged",26,[]]' 'nothing is listed as acknowledged before that'
run "$utfall" statement acknowledge 1 --key team.key
is "$status" 3 'nobody acknowledges it twice'
like "$err" 'team has acknowledged statement 1 already' 'and is told so'
exits 0 "$utfall" statement acknowledge 1 --key second_team.key
contract=$("$utfall" contract list --json | jq -r '.[0].digest')
for how in '' --from-scratch; do
	# shellcheck disable=SC2086 # no word where it is empty
	replay ledger.db $how
	is "$status $(line acknowledged)" "0 statement 1 of contract $(echo "$contract" | cut -c 1-8) is wrong, as all who signed have acknowledged: entry 26: /body/amount: expected 3000000, found 4000000" \
		"all have: it is listed $how"
	is "$(line replayed)" 'who may say what; 0 statements with 0 lines computed again, all equal' \
		'and is not counted as equal'
done

# ---- the next statement heals it ----
UTFALL_AT=2017-07-20T08:00:00Z
exits 0 "$utfall" settle --key operator.key
exits 0 "$utfall" bundle whole
is "$(jq -c 'select(.type == "settlement.line" and .body.statement == 2) | .body | [.amount, .reason]' whole/events.jsonl)" \
	'[-1000000,"changed"]' 'the difference is the only line of the next statement'
for how in '' --from-scratch; do
	# shellcheck disable=SC2086
	replay whole --json $how
	is "$status $(printf '%s\n' "$out" | jq -c '[.verdict, .statements, (.acknowledged[] | .number, .entry, .field, .expected, .found)]')" \
		'0 ["verified, unwitnessed",2,1,26,"/body/amount","3000000","4000000"]' \
		"which replays, and the first stays listed $how"
	is "$(printf '%s\n' "$out" | jq -r '.acknowledged[0].contract')" "$contract" 'with its contract'
done
replay whole --json
whole=$(printf '%s\n' "$out" | jq -c 'del(.resumed)')
replay whole --resume kept
is "$status $(line acknowledged | cut -c 1-11) $(line kept)" '0 statement 1 in kept, for --resume' 'what was verified is kept'
replay whole --resume kept --json
is "$status $(printf '%s\n' "$out" | jq -c 'del(.resumed)')" "0 $whole" 'and each replay lists it'
ok 'the ledger verifies for its operator too' "$utfall" verify
finish
