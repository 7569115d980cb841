#!/bin/sh
# What parties say about a statement: approval, a dispute and its decision, payments; then the end.
. tests/tap.sh
. tests/cli/world.sh

world
UTFALL_AT=2018-01-10T08:00:00Z
accepted_job 50 2017-03-31

# ---- refusals ----
remember
refuses 3 'utfall: the contract has no statement 1, the latest is 0' \
	"$utfall" statement approve 1 --key "$(key habo)"
refuses 2 'utfall: dispute open: needs --reason WORD' "$utfall" dispute open 1 2 --key "$(key habo)"
refuses 2 'utfall: pay made: needs --ref NUMBER' "$utfall" pay made ips_team 518.15 --key "$(key habo)"
refuses 2 "utfall: expected an amount of SEK as 1234.50, found '518,15'" \
	"$utfall" pay made ips_team 518,15 --ref 1 --on 2018-02-01 --key "$(key habo)"
refuses 2 "utfall: expected an amount of SEK as 1234.50, found '0.001'" \
	"$utfall" pay made ips_team 0.001 --ref 1 --on 2018-02-01 --key "$(key habo)"
same_ledger 'refused acts leave the ledger as it was'

exits 0 "$utfall" settle --key "$(key keeper)"
refuses 3 'utfall: statement 1 has no line 7, it has 6 lines' \
	"$utfall" dispute open 1 7 --reason wrong_person --key "$(key habo)"
run "$utfall" statement approve 1 --key "$(key ips_team)"
is "$status" 3 'a payee does not approve'

# ---- approval, dispute, decision ----
exits 0 "$utfall" statement approve 1 --key "$(key region_jonkoping)"
like "$out" 'settlement.approved [0-9a-f]{64}' 'a payer approves'
is "$("$utfall" statement list --json | jq -c '.[0].approved')" 1 'one payer has approved'
exits 0 "$utfall" dispute open 1 2 --reason wrong_person --key "$(key habo)"
dispute=$(printf '%s\n' "$out" | sed -n 's/^dispute.opened //p')
is "$("$utfall" dispute list --json | jq -r '.[0].payer')" habo 'the dispute is listed'
is "$("$utfall" balance --json | jq -r '.[] | select(.payer == "habo") | .held')" 51815 \
	'the disputed amount is held, the other payers'"'"' are not'
is "$("$utfall" balance --json | jq -r '[.[].held] | add')" 51815 'nothing else is held'
run "$utfall" dispute open 1 2 --reason again --key "$(key habo)"
is "$status" 3 'one dispute at a time for a key and payer'
run "$utfall" dispute resolve "$dispute" stands --key "$(key habo)"
is "$status" 3 'nobody decides its own dispute'
exits 0 "$utfall" dispute resolve "$dispute" 100.00 --key "$(key sodra_vatterbygden)"
is "$("$utfall" balance --json | jq -r '[.[].held] | add')" 0 'decided: nothing is held'
exits 0 "$utfall" settle --key "$(key keeper)"
is "$("$utfall" statement show 2 --json | jq -c '[.lines[] | [.line.payer, .line.amount, .line.reason]]')" \
	'[["habo",-41815,"decided"]]' 'the next statement brings the payer to the decided amount, and nobody else'

# ---- payments ----
exits 0 "$utfall" pay made ips_team 100.00 --ref OCR-1 --on 2018-02-01 --statement 2 --key "$(key habo)"
exits 0 "$utfall" pay received habo 100 --ref OCR-1 --on 2018-02-02 --key "$(key ips_team)"
is "$("$utfall" balance --json | jq -c '.[] | select(.payer == "habo") | [.settled, .paid, .received]')" \
	'[10000,10000,10000]' 'paid and received meet what was settled'
run "$utfall" pay made ips_team 100.00 --ref OCR-1 --on 2018-02-01 --key "$(key habo)"
is "$status" 3 'the same payment twice is refused'

# ---- a payment that was recorded wrongly ----
habo_balance() {
	"$utfall" balance --json | jq -c '.[] | select(.payer == "habo") | [.settled, .paid, .received]'
}
exits 0 "$utfall" pay made ips_team 1000.00 --ref OCR-2 --on 2018-02-03 --key "$(key habo)"
payment=$(printf '%s\n' "$out" | sed -n 's/^payment.made //p')
is "$(habo_balance)" '[10000,110000,10000]' 'a nought too many'
remember
run "$utfall" correct "$payment" payee=habo --key "$(key habo)"
is "$status" 3 'a correction stays between the two parties'
like "$err" '/body/body/payee: expected ips_team, as in the payment it corrects, found habo: retract that one instead' \
	'and says so'
run "$utfall" correct "$payment" amount=50000 --key "$(key ips_team)"
is "$status" 3 'nobody corrects what another sent'
run "$utfall" attest accepted "$payment" --method letter --key "$(key sodra_vatterbygden)"
is "$status" 3 'a payment is nothing to attest'
same_ledger 'the ledger is as it was'
exits 0 "$utfall" correct "$payment" amount=50000 --key "$(key habo)"
is "$(habo_balance)" '[10000,60000,10000]' 'corrected: the new amount counts'
exits 0 "$utfall" correct "$payment" amount=40000 ref=OCR-3 --key "$(key habo)"
is "$(habo_balance)" '[10000,50000,10000]' 'and once more'
run "$utfall" pay made ips_team 1.00 --ref OCR-3 --on 2018-02-03 --key "$(key habo)"
is "$status" 3 'its reference is taken'
is "$("$utfall" export journal --party habo --json |
	jq -c '[.[] | select(.account == "habo:bank") | [.voucher, .debit, .credit]]')" \
	'[["payment made",null,10000],["payment made",null,100000],["payment made, taken back",100000,null],["payment made",null,50000],["payment made, taken back",50000,null],["payment made",null,40000]]' \
	'the journal takes back what it booked'
exits 0 "$utfall" retract "$payment" --key "$(key habo)"
is "$(habo_balance)" '[10000,10000,10000]' 'retracted: it never happened'
is "$("$utfall" export journal --party habo --json |
	jq '[.[] | select(.account == "habo:bank") | (.debit // 0) - (.credit // 0)] | add')" -10000 \
	'in the journal too'
refuses 4 'utfall: the event was retracted; nothing can follow' \
	"$utfall" correct "$payment" amount=1 --key "$(key habo)"

exits 0 "$utfall" bundle bundle
"$utfall" key show "$UTFALL_CHECKPOINT_KEY" >operator.vkey
exits 0 "$audit" replay bundle --operator-key operator.vkey
like "$out" '2 statements with 7 lines computed again, all equal' 'an auditor comes to the same'

# ---- payments that add up to more than an amount can hold: each is recorded, their sum is refused ----
cp "$UTFALL_LEDGER" most.db
for ref in most more; do
	printf '{"type":"payment.made","body":{"amount":9007199254740991,"on":"2018-02-01","payee":"ips_team","ref":"%s","unit":"SEK"}}\n' \
		$ref >$ref.jsonl
	exits 0 send habo $ref.jsonl --ledger most.db
done
for form in '' --json; do
	refuses 3 "utfall: what habo paid ips_team adds up to more than an amount can hold; 'utfall events --type payment.made' lists it: who recorded a wrong payment retracts it" \
		"$utfall" balance $form --ledger most.db
done
for ref in most more; do
	exits 0 "$utfall" retract --ledger most.db --key "$(key habo)" \
		"$("$utfall" events --type payment.made --json --ledger most.db | jq -r ".[] | select(.says | contains(\"ref=$ref\")) | .digest")"
done
is "$("$utfall" balance --json --ledger most.db)" "$("$utfall" balance --json)" 'retracted, all is as before'
exits 0 "$utfall" verify --full --ledger most.db

# ---- a statement whose totals add up to more than an amount can hold: its row says so ----
cp "$UTFALL_LEDGER" most.db
for line in 1 3; do
	exits 0 "$utfall" dispute open 1 $line --reason wrong_person --ledger most.db \
		--key "$(key "$("$utfall" statement show 1 --json | jq -r ".lines[$line - 1].line.payer")")"
	printf '{"type":"dispute.resolved","body":{"amount":9007199250000000,"dispute":"%s"}}\n' \
		"$("$utfall" dispute list --json --ledger most.db | jq -r '.[-1].dispute')" >most.jsonl
	exits 0 send sodra_vatterbygden most.jsonl --ledger most.db
done
exits 0 "$utfall" settle --ledger most.db --key "$(key keeper)"
is "$("$utfall" statement list --json --ledger most.db | jq -c '[.[] | .total]')" \
	'[3000000,-41815,"beyond every amount"]' 'in JSON'
is "$("$utfall" statement list --csv --language sv --ledger most.db | tr -d '\r' | cut -d, -f1,4,5)" \
	'number,total,unit
1,30000.00,SEK
2,-418.15,SEK
3,beyond every amount,SEK' 'for programs, in one language'
like "$("$utfall" statement list --language sv --ledger most.db)" ' större än något belopp +0 ' 'for people'

# ---- the end ----
run "$utfall" close --key "$(key habo)"
is "$status" 3 'only the operator closes'
exits 0 "$utfall" close --key "$(key keeper)"
remember
run "$utfall" statement approve 2 --key "$(key habo)"
is "$status" 3 'nothing follows the end'
like "$err" 'closed' 'and it says so'
same_ledger 'a closed ledger stays as it is'
exits 0 "$utfall" verify --full
exits 0 "$audit" replay "$UTFALL_LEDGER" --operator-key operator.vkey
finish
