#!/bin/sh
# A contract's money for other programs: every line, a journal that balances, a bank's payment file.
# The amounts are those of settle.t and money.t; the IBANs are the examples of the IBAN registry.
. tests/tap.sh
. tests/cli/world.sh

# These terms let a payee pay back what it was paid too much.
sed 's/"negative": "carry"/"negative": "repay"/' "$terms" >"$tmp/repay.json"
terms=$tmp/repay.json
world
UTFALL_AT=2018-01-10T08:00:00Z
accepted_job 50 2017-03-31
cat >accounts.csv <<END
party;name;iban;bic
habo;Habo kommun;SE45 5000 0000 0583 9825 7466;ESSESESS
ips_team;IPS-teamet <& Co>;dk50 0040 0440 1162 43;
END

# ---- refusals ----
refuses 2 'utfall: export payments: needs --party PARTY' "$utfall" export payments
refuses 2 'utfall: export payments: needs --on DATE' "$utfall" export payments --party habo
refuses 2 'utfall: export payments: needs --accounts FILE' \
	"$utfall" export payments --party habo --on 2018-02-01
refuses 2 "utfall: --on: expected a date as 2018-03-31, found '1/2'" \
	"$utfall" export payments --party habo --on 1/2 --accounts accounts.csv
refuses 3 "utfall: no party 'nobody': 'utfall party list' shows them" \
	"$utfall" export payments --party nobody --on 2018-02-01 --accounts accounts.csv
refuses 1 "utfall: habo owes nothing under this contract now; 'utfall balance' shows who owes whom" \
	"$utfall" export payments --party habo --on 2018-02-01 --accounts accounts.csv
cat >bad.csv <<END
party,name,iban,bic
Habo,,SE45 5000 0000 0583 9825 7467,ESSESES
ips_team,IPS-teamet,DK5000400440116243,
ips_team,IPS-teamet,DK5000400440116243,
END
refuses 3 "bad.csv:2:1: error: expected a party's id as 'utfall party list' shows it, found 'Habo'
bad.csv:2:6: error: expected the account holder's name, 1 to 140 characters, found 0
bad.csv:2:7: error: expected an IBAN whose check digits are right, found 'SE4550000000058398257467': compare it with the bank's letter
bad.csv:2:37: error: expected a BIC of 8 or 11 characters, as ESSESESS, found 'ESSESES': the bank's letter has it, or leave it out
bad.csv:4:1: error: expected one account a party, found a second one for ips_team
utfall: bad.csv: refused, 5 errors; nothing was recorded" \
	"$utfall" export payments --party habo --on 2018-02-01 --accounts bad.csv
printf 'party,name,account\nhabo,Habo kommun,1\n' >bad.csv
refuses 3 "bad.csv:1: error: expected the columns party, name, iban and bic, found 'account'
bad.csv:1: error: the column iban is missing
utfall: bad.csv: refused, 2 errors; nothing was recorded" \
	"$utfall" export payments --party habo --on 2018-02-01 --accounts bad.csv

# ---- every line ----
exits 0 "$utfall" settle --key "$(key keeper)"
exits 0 "$utfall" export lines
is "$(printf '%s\n' "$out" | wc -l)" 7 'a header and the six lines of the statement'
is "$out" "$("$utfall" statement show 1 --csv)" 'one statement: the same as showing it'
is "$("$utfall" export lines --party habo --json | jq -r '[.[].amount] | join(" ")')" 51815 \
	'what one party pays'

# ---- a payment file ----
payments() {
	"$utfall" export payments --party habo --on 2018-02-01 --accounts accounts.csv
}
fields() {	# XPATH...
	python3 - "$@" <<'END'
import re
import sys
import xml.etree.ElementTree as tree
space = {'p': 'urn:iso:std:iso:20022:tech:xsd:pain.001.001.09'}
root = tree.parse('payments.xml').getroot()
print(*(root.find(re.sub(r'(\w+)', r'p:\1', path), space).text
        for path in sys.argv[1:]), sep='|')
END
}
payments >payments.xml
is "$(fields .//CdtTrfTxInf/Amt/InstdAmt .//Cdtr/Nm .//CdtrAcct/Id/IBAN .//CdtrAgt/FinInstnId/Othr/Id)" \
	'518.15|IPS-teamet <& Co>|DK5000400440116243|NOTPROVIDED' 'what is owed, to whom, into which account'
is "$(fields .//Dbtr/Nm .//DbtrAcct/Id/IBAN .//DbtrAgt/FinInstnId/BICFI .//ReqdExctnDt/Dt)" \
	'Habo kommun|SE4550000000058398257466|ESSESESS|2018-02-01' 'by whom, when'
is "$(fields .//GrpHdr/NbOfTxs .//GrpHdr/CtrlSum .//PmtInf/NbOfTxs .//PmtInf/CtrlSum)" \
	'1|518.15|1|518.15' 'the sums that a bank shows before it is signed there'
like "$(cat payments.xml)" 'A simulated ledger: not for a bank' 'a rehearsal says so'
like "$(cat payments.xml)" 'Not approved by habo: statement 1[.]' 'what was not approved is said'
payments | cmp -s - payments.xml
is $? 0 'the same head gives the same bytes'
grep -v ips_team accounts.csv >one.csv
refuses 3 'utfall: the accounts have no row for ips_team: add one' \
	"$utfall" export payments --party habo --on 2018-02-01 --accounts one.csv
exits 0 "$utfall" dispute open 1 2 --reason wrong_person --key "$(key habo)"
dispute=$(printf '%s\n' "$out" | sed -n 's/^dispute.opened //p')
refuses 1 "utfall: habo owes nothing under this contract now; 'utfall balance' shows who owes whom" payments
exits 0 "$utfall" dispute resolve "$dispute" 100.00 --key "$(key sodra_vatterbygden)"
exits 0 "$utfall" statement approve 1 --key "$(key habo)"
exits 0 "$utfall" settle --key "$(key keeper)"
payments >payments.xml
is "$(fields .//CdtTrfTxInf/Amt/InstdAmt)" 100.00 'the decided amount'
like "$(cat payments.xml)" 'Not approved by habo: statement 2[.]' 'only the second is not approved'
reference=$(fields .//CdtTrfTxInf/PmtId/EndToEndId)
# Digits of the digest and those numbers would run together, and one reference in a thousand would be
# refused as a personal identity number.
like "$reference" "^$(printf %.8s "$contract")-n[0-9]+-t1\$" 'a reference with letters between its numbers'
exits 0 "$utfall" pay made ips_team 130.00 --ref "$reference" --on 2018-02-01 --key "$(key habo)"
refuses 1 "utfall: habo owes nothing under this contract now; 'utfall balance' shows who owes whom" payments
"$utfall" export payments --party ips_team --on 2018-02-01 --accounts accounts.csv >payments.xml
unlike "$(cat payments.xml)" 'Not approved' 'a payee approves nothing'
is "$(fields .//CdtTrfTxInf/Amt/InstdAmt .//Cdtr/Nm)" '30.00|Habo kommun' 'what was paid too much goes back'
exits 0 "$utfall" pay received habo 130.00 --ref "$reference" --on 2018-02-02 --key "$(key ips_team)"

# ---- the journal ----
# Whole units from CSV to minor units; each voucher and book balances; debts are what balance says.
"$utfall" export journal >journal.csv
python3 - >journal.out <<'END'
import collections
import csv
books, debts = collections.Counter(), collections.Counter()
for row in csv.DictReader(open('journal.csv', newline='')):
    amount = round(float(row['debit'] or 0) * 100) - round(float(row['credit'] or 0) * 100)
    party, kind, *other = row['account'].split(':')
    books[row['entry'], party] += amount
    if kind in ('debt', 'claim', 'bank'):
        debts[row['account']] += amount
print('unbalanced', [k for k, v in books.items() if v])
for name in ('habo:debt:ips_team', 'habo:bank', 'ips_team:claim:habo', 'ips_team:bank'):
    print(name, debts[name])
print('owed', -sum(v for k, v in debts.items() if ':debt:' in k))
END
is "$(cat journal.out)" 'unbalanced []
habo:debt:ips_team 3000
habo:bank -13000
ips_team:claim:habo -3000
ips_team:bank 13000
owed 2945185' 'every voucher balances in every book; debts are what is settled and not paid'
is "$("$utfall" balance --json | jq '[.[].due] | add')" 2945185 'which is what the balance says'
is "$("$utfall" export journal --party habo | cut -d, -f4 | sort -u | tr '\n' ' ')" \
	'account habo:bank habo:cost:placed_pay habo:debt:ips_team ' "one party's books"
finish
