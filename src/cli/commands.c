/* commands.c - the commands of utfall, one row each. To add one: a row, a function, a test. */
#include "commands.h"

#include "cli.h"

#define SEND "ledger key checkpoint-key passphrase-fd at receipt confirm-clock "

static const struct option options[] = {
	{ "ledger", "LEDGER", "UTFALL_LEDGER", "the ledger: a file path or sqlite:PATH" },
	{ "key", "FILE", "UTFALL_KEY", "key file of the party that signs" },
	{ "checkpoint-key", "FILE", "UTFALL_CHECKPOINT_KEY",
	  "the operator's key file that signs checkpoints" },
	{ "new-checkpoint-key", "FILE", NULL,
	  "key file of a new checkpoint key: the head that covers it is signed by both" },
	{ "passphrase-fd", "N", NULL,
	  "read passphrases from file descriptor N, one line for each key that has one" },
	{ "at", "INSTANT", "UTFALL_AT", "set the clock of a simulated ledger: 2018-03-31T12:00:00Z" },
	{ "confirm-clock", NULL, NULL, "yes, the clock is over 31 days past the last entry" },
	{ "since", "SIZE", NULL, "number of entries of the head that is known already" },
	{ "log", "FILE", NULL, "the operator's checkpoint verifier key" },
	{ "state", "FOLDER", NULL, "where the witness keeps one head for each log" },
	{ "receipt", "FILE", NULL,
	  "write the receipt, a tlog-proof that verifies offline; never over another file" },
	{ "origin", "ORIGIN", "UTFALL_ORIGIN", "the ledger's name, as 'utfall init' printed it" },
	{ "exact", NULL, NULL, "use the origin as it is; it must never have named a ledger before" },
	{ "operator", "PARTY", NULL, "party id of the operator" },
	{ "simulated", NULL, NULL, "its clock comes from the command line: demos, tests, rehearsals" },
	{ "contract", "CONTRACT", "UTFALL_CONTRACT",
	  "which contract: digest, its first 8 digits or more, or name" },
	{ "out", "FILE", NULL, "write the result there; never over a file" },
	{ "protect", NULL, NULL, "ask for a passphrase for the new key file" },
	{ "title", "TEXT", NULL, "the organisation's name" },
	{ "party", "PARTY", NULL, "only of this party" },
	{ "use", "USE", NULL, "submissions, checkpoints, cosigning, tokens or files" },
	{ "role", "ROLE", NULL, "funder, provider, verifier, auditor or operator" },
	{ "expires", "INSTANT", NULL, "when it ends: 2031-12-31T00:00:00Z" },
	{ "recovery", NULL, NULL, "all earlier keys of the party are lost" },
	{ "day", "DATE", NULL, "the day that is asked about" },
	{ "until", "DATE", NULL, "look ahead to this day" },
	{ "ref", "NUMBER", NULL, "reference on the payment" },
	{ "on", "DATE", NULL, "value date" },
	{ "statement", "NUMBER", NULL, "the statement that is paid" },
	{ "witness-key", "FILE", NULL, "the witness's verifier key, type cosigning" },
	{ "reason", "WORD", NULL, "why, in a word" },
	{ "book", "FILE", "UTFALL_BOOK", "remembers what this party signed by its own labels" },
	{ "population", "NUMBER", NULL, "the statement that the sample was drawn from" },
	{ "method", "WORD", NULL, "how it was checked" },
	{ "type", "TYPE", NULL, "only events of this type" },
	{ "participant", "PSEUDONYM", NULL, "only about this participant" },
	{ "unattested", NULL, NULL, "only facts on which no verdict stands" },
	{ "accounts", "FILE", NULL, "bank accounts of the party and its payees, as CSV" },
	{ "payer", "PARTY", NULL, "only the lines that this party pays" },
	{ "through", "DATE", NULL, "last day of the period; it must be the next one" },
	{ "dry-run", NULL, NULL, "compute and print, record nothing" },
	{ "authority", "TEXT", NULL, "the decision that orders it, never a person's name" },
	{ "forfeit", NULL, NULL, "yes, what is earned and not yet settled is lost" },
	{ "yes", NULL, NULL, "yes, destroy it for good" },
	{ "full", NULL, NULL, "also replay every rule and every statement" },
	{ "from-scratch", NULL, NULL, "compute every statement with no carried state" },
	{ "against", "TERMS", NULL, "the version before: a file of terms, or a contract of the ledger" },
	{ "plain", NULL, NULL, "the terms as sentences" },
	{ "language", "LANGUAGE", "UTFALL_LANGUAGE", "language of what people read: en, sv or da" },
	{ "terms", NULL, NULL, "the terms as recorded" },
	{ "tar", NULL, NULL, "write one .tar file instead of a folder" },
	{ "for", "PARTY", NULL, "withhold what this party may not see" },
	{ "json", NULL, NULL, "print JSON" },
	{ "csv", NULL, NULL, "print CSV" },
	{ NULL, NULL, NULL, NULL },
};

static const struct command commands[] = {
	{ "init", "", "ledger origin exact operator key checkpoint-key simulated at passphrase-fd",
	  "open a new ledger",
	  "Records ledger.opened as its first entry. A random segment is put behind the origin unless "
	  "--exact is given: an origin serves one ledger ever. A key file that does not exist is made.",
	  0, 0, cmd_init },
	{ "key new", "NAME", "out use protect passphrase-fd",
	  "make a key file for a party",
	  "NAME is the party's id: an organisation, never a person. Prints the verifier key, which is "
	  "what the operator is given. The file has mode 0600.", 1, 1, cmd_key_new },
	{ "key show", "FILE", "json", "print a key file's verifier key", NULL, 1, 1, cmd_key_show },
	{ "key list", "", "ledger party language json csv",
	  "list the keys that the ledger knows", NULL, 0, 0,
	  cmd_key_list },
	{ "key add", "VERIFIER-KEY", SEND "new-checkpoint-key use recovery",
	  "register a further key of a party", "The party sends it under a live key; after --recovery "
	  "the operator does. A new checkpoint key (--use checkpoints, its NAME is the ledger's origin) "
	  "signs from then on; the head that first covers it carries both signatures.", 1, 1,
	  cmd_key_add },
	{ "key confirm", "VERIFIER-KEY", SEND "contract out",
	  "vouch for another party's recovered key, so that it may sign again",
	  "A key that the operator registered with 'key add --recovery' signs nothing under a contract "
	  "until another of its funders or providers has confirmed it. Ask the party itself, by another "
	  "way than the ledger, for the verifier key that it holds. 'utfall key list' says what a "
	  "recovered key is confirmed for.", 1, 1, cmd_key_confirm },
	{ "key revoke", "VERIFIER-KEY", SEND "reason", "a key signs nothing after this", NULL, 1, 1,
	  cmd_key_revoke },
	{ "party add", "PARTY VERIFIER-KEY", SEND "title",
	  "register a party and its first key", NULL, 2, 2, cmd_party_add },
	{ "party list", "", "ledger language json csv", "list the parties", NULL, 0, 0, cmd_party_list },
	{ "token mint", "PARTY", "origin role expires key passphrase-fd at json",
	  "make an access token for the read-only API",
	  "The key is the operator's that the ledger knows for tokens ('utfall key add --use tokens'). "
	  "The token is a secret of its bearer; the ledger decides what its party may see. --json also "
	  "prints what 'utfall token revoke' asks for.", 1, 1, cmd_token_mint },
	{ "token revoke", "DIGEST", SEND, "an access token counts no longer",
	  "DIGEST is what 'utfall token mint --json' printed as revoke.", 1, 1, cmd_token_revoke },
	{ "contract check", "TERMS", "against ledger plain language json",
	  "find what is wrong with terms, before anyone signs",
	  "Errors end with status 1, warnings do not. With --plain terms without errors are also printed "
	  "back as sentences, to be read beside the signed paper. With --against (an older "
	  "file of terms, or a contract of the ledger) also what goes wrong between the two versions.",
	  1, 1, cmd_contract_check },
	{ "contract propose", "TERMS", SEND "json", "record terms for all to sign", NULL, 1, 1,
	  cmd_contract_propose },
	{ "contract amend", "TERMS", SEND "contract",
	  "record a next version of a contract's terms for all to sign",
	  "What would go wrong between the versions (keys that move, amounts taken back) is found first; "
	  "errors stop.", 1, 1, cmd_contract_amend },
	{ "contract sign", "[CONTRACT]", SEND "contract out",
	  "agree to a contract as one of its funders or providers", NULL, 0, 1, cmd_contract_sign },
	{ "contract list", "", "ledger language json csv", "list the contracts", NULL, 0, 0,
	  cmd_contract_list },
	{ "contract show", "[CONTRACT]", "ledger contract plain language terms json",
	  "show who is in a contract, who signed, and its terms", NULL, 0, 1, cmd_contract_show },
	{ "sign", "EVENTS", "origin key passphrase-fd out contract book at",
	  "sign a file of events, offline",
	  "EVENTS is JSON (an array, or one object a line: type, body, and a label where wanted) or CSV "
	  "with a header (type, label, fields, attributes.NAME): UTF-8, columns between ';', ',' or tabs, "
	  "days as 2027-02-01, decimals with a comma or a point; '-' is standard input. Which fields a "
	  "type has, and which of them make two events the same fact, is in audit/EVENTS.md. Every error "
	  "is listed, or the file is signed whole. No ledger is needed, only its origin. \"@LABEL\" "
	  "stands for the digest of the event with that label, in the same file or in the book.", 1, 1,
	  cmd_sign },
	{ "submit", "FILE", SEND "contract book",
	  "record a submission file, or sign and record a file of events in one go",
	  "A submission file needs no signer's key here; handed in again, it is answered with the same "
	  "receipt. With --key, FILE may be a file of events as for sign. '-' is standard input.", 1, 1,
	  cmd_submit },
	{ "events", "[FILE]", "ledger contract type participant party unattested language json csv",
	  "list recorded events, or those of a submission file", NULL, 0, 1, cmd_events },
	{ "attest", "accepted|rejected EVENT...", SEND "contract book method reason population out",
	  "give a verdict on events", "EVENT is a digest, its first 8 digits or more, or @LABEL of the "
	  "book.", 2, ARGS_ANY, cmd_attest },
	{ "correct", "EVENT FIELD=VALUE...", SEND "book reason out",
	  "put a whole new body in an event's place",
	  "The new body is the present one with the fields given; FIELD= takes a field away.", 2,
	  ARGS_ANY, cmd_correct },
	{ "retract", "EVENT...", SEND "book reason out", "take events back for good", NULL, 1,
	  ARGS_ANY, cmd_retract },
	{ "settle", "[CONTRACT]", SEND "contract through dry-run payer language json csv",
	  "compute and record the next statement", NULL, 0, 1, cmd_settle },
	{ "statement list", "[CONTRACT]", "ledger contract language json csv",
	  "list a contract's statements", NULL, 0, 1, cmd_statement_list },
	{ "statement show", "NUMBER", "ledger contract payer language json csv", "show a statement",
	  NULL, 1, 1, cmd_statement_show },
	{ "statement explain", "NUMBER LINE", "ledger contract language",
	  "say why a line is what it is, down to its evidence", NULL, 2, 2, cmd_statement_explain },
	{ "statement sign", "NUMBER", "ledger contract key passphrase-fd out",
	  "write a statement as a file with a signature that minisign and signify verify",
	  "FILE is the statement's JSON, FILE.minisig its signature by a key that the operator has "
	  "registered for files. Prints the public key as minisign -P takes it; who checks the file "
	  "has that key by another way. It may name people by pseudonym: hand it to its parties.", 1, 1,
	  cmd_statement_sign },
	{ "statement approve", "NUMBER", SEND "contract out",
	  "approve a statement as one of its payers", NULL, 1, 1, cmd_statement_approve },
	{ "statement acknowledge", "NUMBER", SEND "contract out",
	  "say that a statement is known to be wrong",
	  "Where all parties say so, replay reports the statement and goes on; the next one heals it.", 1,
	  1, cmd_statement_acknowledge },
	{ "sample", "NUMBER", "ledger contract language json csv",
	  "list the lines of a statement that are drawn to be checked",
	  "For terms with a proof by 'sample'. The draw depends on the tree after the first submission "
	  "behind the statement: nobody could know it, everybody can repeat it.", 1, 1, cmd_sample },
	{ "dispute open", "NUMBER LINE", SEND "contract reason out",
	  "dispute a line: its key and payer are held until it is resolved", NULL, 2, 2,
	  cmd_dispute_open },
	{ "dispute resolve", "DISPUTE stands|AMOUNT", SEND "contract book out",
	  "decide a dispute, as the terms name who may",
	  "AMOUNT is what that payer owes for the disputed key from then on, as 1234.50.", 2, 2,
	  cmd_dispute_resolve },
	{ "dispute list", "[CONTRACT]", "ledger contract language json csv", "list the disputes",
	  NULL, 0, 1, cmd_dispute_list },
	{ "pay made", "PAYEE AMOUNT", SEND "contract ref on statement out",
	  "record money sent, as its payer", "AMOUNT is in whole units of the contract, as 1234.50.", 2,
	  2, cmd_pay_made },
	{ "pay received", "PAYER AMOUNT", SEND "contract ref on statement out",
	  "record money that arrived, as its payee", NULL, 2, 2, cmd_pay_received },
	{ "balance", "[CONTRACT]", "ledger contract language json csv",
	  "who owes whom, and what was paid", NULL, 0, 1, cmd_balance },
	{ "export lines", "[CONTRACT]", "ledger contract party json",
	  "write every line of every statement as CSV", "With --party only what that party pays.", 0, 1,
	  cmd_export_lines },
	{ "export journal", "[CONTRACT]", "ledger contract party json",
	  "write statements and payments as double entry, in CSV for bookkeeping",
	  "Accounts are named PARTY:cost:PAYMENT, PARTY:debt:PAYEE, PARTY:claim:PAYER, "
	  "PARTY:income:PAYMENT and PARTY:bank. With --party only that party's books.", 0, 1,
	  cmd_export_journal },
	{ "export payments", "[CONTRACT]", "ledger contract party accounts on",
	  "write what a party owes as a payment file for its bank (pain.001)",
	  "ISO 20022 pain.001.001.09, one transfer a payee; disputed amounts are left out. The accounts "
	  "file is CSV with the columns party, name, iban and bic; it is read here and recorded nowhere.",
	  0, 1, cmd_export_payments },
	{ "outlook", "[PSEUDONYM]", "ledger contract day language",
	  "say what is missing for each of a person's next payments",
	  "As of the last entry, or of --day: what is known up to then counts. Without a pseudonym it is "
	  "about the contract's own outcomes and those of its sites: what was compared where one was "
	  "not met.", 0, 1, cmd_outlook },
	{ "forecast", "[CONTRACT]", "ledger contract until language json csv",
	  "say what would still come if all jobs are kept, and if none is",
	  "By payer, payee, payment and statement, beside what is settled, with the room left under each "
	  "limit and everything that was taken for granted. The last period is the last that ends by "
	  "--until. Nothing is recorded.", 0, 1, cmd_forecast },
	{ "backtest", "TERMS", "ledger contract language json csv",
	  "settle the ledger's facts again under other terms, and say what would differ",
	  "Every statement that was issued is computed again by TERMS, at its own cut-off and period. "
	  "Nothing is recorded.", 1, 1, cmd_backtest },
	{ "verify", "", "ledger full from-scratch json",
	  "check a ledger: every byte, hash, link and signature, and its caches",
	  "With --full it also asks who was allowed to say what, and computes every statement again.", 0,
	  0, cmd_verify },
	{ "checkpoint show", "", "ledger since", "print the signed head of the ledger",
	  "With --since it begins with the proof that the first SIZE entries are still its first: what "
	  "a witness asks for (a C2SP tlog-witness add-checkpoint request).", 0, 0,
	  cmd_checkpoint_show },
	{ "checkpoint cosign", "FILE", "key passphrase-fd log state at out",
	  "cosign a head as a witness, offline",
	  "FILE is what `utfall checkpoint show` printed, with --since where a head of this log was "
	  "cosigned before. The key is one for cosigning. --state keeps the last head of each log, as "
	  "`utfall-audit witness` does: one that does not extend it is never cosigned.", 1, 1,
	  cmd_checkpoint_cosign },
	{ "checkpoint add", "FILE", "ledger witness-key",
	  "keep the cosignature of a checkpoint file that a witness handed back", NULL, 1, 1,
	  cmd_checkpoint_add },
	{ "checkpoint witness", "URL", "ledger witness-key",
	  "have the head of the ledger cosigned by a witness",
	  "URL is the witness's prefix (C2SP tlog-witness). The cosignature is checked and kept with "
	  "the checkpoint.", 1, 1, cmd_checkpoint_witness },
	{ "prove", "EVENT", "ledger book out",
	  "write a proof of one event that verifies offline (a C2SP tlog-proof)", NULL, 1, 1,
	  cmd_prove },
	{ "publish", "FOLDER", "ledger",
	  "write the public part of the ledger as static files (C2SP tlog-tiles)",
	  "Entries are public, event bodies are not written. Run again to add what is new; any web "
	  "server can serve the folder.", 1, 1, cmd_publish },
	{ "erase", "PSEUDONYM...", SEND "authority dry-run forfeit yes json csv",
	  "destroy what was said about a person; what was settled stands",
	  "The operator records data.erased and, in the same transaction, the bytes of every event "
	  "about the person are overwritten, under each pseudonym that was joined with this one: facts, "
	  "claims, corrections, what lines rest on. Lines, totals, verdicts and every proof stay; the "
	  "person gets no new line. Look at --dry-run first, and settle first what is earned.", 1,
	  ARGS_ANY, cmd_erase },
	{ "close", "", SEND, "end the ledger for good; its last checkpoint stays",
	  "Records ledger.closed. Everything can still be read, verified and replayed.", 0, 0,
	  cmd_close },
	{ "bundle", "FOLDER", "ledger tar for", "write everything that an auditor needs to replay",
	  "With --for it is cut to what that party may see, in all its roles: of other events only the "
	  "digest. What the party sent itself is never withheld.", 1, 1, cmd_bundle },
	{ NULL, NULL, NULL, NULL, NULL, 0, 0, NULL },
};

const struct program utfall_program = {
	.name = "utfall",
	.title = "settlement ledger for social outcomes contracts",
	.summary = "Funders pay providers for verified outcomes, and anyone entitled can replay every "
		   "amount back to the evidence. A ledger is one SQLite file; every act of a party is "
		   "signed by its own key, on its own machine if it likes.",
	.notes = ".SH EXAMPLES\nA provider's month, from a table that a spreadsheet saved as CSV UTF-8:\n"
		 ".PP\n.nf\n.RS\n"
		 "type;label;participant;on;from;kind;extent;spell\n"
		 "spell.started;job;o6qh2dww2eao3efit7gwvelvse;;2027-02-01;employment;50;\n"
		 "spell.confirmed;still;o6qh2dww2eao3efit7gwvelvse;2027-02-28;;;;@job\n\n"
		 "utfall sign february.csv \\-\\-origin ORIGIN \\-\\-contract CONTRACT \\e\n    "
		 "\\-\\-key team.key \\-\\-book team.book \\-\\-out february.submission\n.RE\n.fi\n.PP\n"
		 "The operator records it, and settles once the period's cut-off is over:\n"
		 ".PP\n.nf\n.RS\nutfall submit february.submission \\-\\-receipt february.receipt\n"
		 "utfall settle \\-\\-dry-run\nutfall settle \\-\\-key keeper.key\n.RE\n.fi\n.PP\n"
		 "A payer reads its part, asks why, approves, and pays:\n"
		 ".PP\n.nf\n.RS\nutfall statement show 3 \\-\\-payer habo \\-\\-language sv\n"
		 "utfall statement explain 3 1 \\-\\-language sv\n"
		 "utfall statement approve 3 \\-\\-key habo.key\n"
		 "utfall export payments \\-\\-party habo \\-\\-accounts accounts.csv \\e\n    "
		 "\\-\\-on 2027-10-29 >payments.xml\n"
		 "utfall pay made team 40000.00 \\-\\-ref 94b02439-1509-1 \\-\\-on 2027-10-29 "
		 "\\-\\-key habo.key\n.RE\n.fi\n"
		 ".SH EXIT STATUS\n.TP\n.B 0\ndone\n.TP\n.B 1\nthe answer is no: a check found errors, "
		 "there is nothing to settle\n.TP\n.B 2\nthe command line makes no sense\n.TP\n.B 3\n"
		 "the input is refused; the ledger is as it was\n.TP\n.B 4\nconflict: somebody was first\n"
		 ".TP\n.B 5\nintegrity: a hash, a link or a signature does not verify\n.TP\n.B 6\n"
		 "the machine refused: disk, permission, a limit (out of memory aborts; nothing is recorded)\n",
	.see_also = ".BR utfall\\-audit (1)",
	.commands = commands,
	.options = options,
};
