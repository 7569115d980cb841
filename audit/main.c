/* main.c - utfall-audit, the program of whoever checks a ledger. It links no code that appends.
 *
 * Read next: cmd_replay.c, cmd_proof.c, cmd_witness.c, cmd_serve.c; FORMAT.md beside it says what
 * is checked, for any other program.
 */
#include "commands.h"
#include "key.h"

static const struct option options[] = {
	{ "operator-key", "FILE", NULL,
	  "the operator's checkpoint verifier keys, one a line, got by another way than the ledger" },
	{ "verify", NULL, NULL, "bytes, hashes, chain, tree and signatures only" },
	{ "from-scratch", NULL, NULL, "compute every statement with no carried state" },
	{ "policy", "FILE", NULL, "which logs and how many witnesses (C2SP tlog-policy)" },
	{ "require", "WHAT", NULL, "witnessed, complete or witnessed,complete: less ends with 1" },
	{ "all", NULL, NULL, "go on after a finding where that means something, and list them all" },
	{ "bodies", "FILE", NULL,
	  "events, one a line in any order, or a bundle's folder: what a published folder leaves out" },
	{ "resume", "FILE", NULL,
	  "go on from what the last replay verified; FILE keeps it, made where it is missing" },
	{ "state", "FOLDER", NULL, "where the witness keeps one head for each log" },
	{ "log", "FILE", NULL, "checkpoint verifier keys of the logs to witness, one a line" },
	{ "key", "FILE", NULL, "the witness's key file, made for cosigning" },
	{ "passphrase-fd", "N", NULL, "read the key's passphrase from file descriptor N" },
	{ "listen", "ADDRESS", NULL, "127.0.0.1:PORT, [::1]:PORT or unix:PATH" },
	{ "ledger", "LEDGER", "UTFALL_LEDGER", "the ledger: a file path or sqlite:PATH" },
	{ "token-key", "FILE", NULL,
	  "verifier key of access tokens; else the operator's own, from the ledger" },
	{ "replay", "FILE", NULL, "the last replay's report, as 'replay --json' printed it" },
	{ "certificate", "FILE", NULL, "serve TLS: certificate chain in PEM" },
	{ "certificate-key", "FILE", NULL, "the certificate's private key in PEM" },
	{ "access-log", "FILE", NULL, "append one JSON line a request; '-': standard output" },
	{ "rate", "N", NULL, "requests a second of one client (200; 0: no bound)" },
	{ "threads", "N", NULL, "threads that answer (2), or that check (as many as there are cores)" },
	{ "connections", "N", NULL, "open connections (12000)" },
	{ "per-client", "N", NULL, "of one client (100; on this machine alone: no bound)" },
	{ "json", NULL, NULL, "print JSON" },
	{ NULL, NULL, NULL, NULL },
};

/* One row a command. To add one: a row, a function, a test. */
static const struct command commands[] = {
	{ "replay", "BUNDLE", "operator-key policy require all verify from-scratch bodies resume threads "
	  "json",
	  "check a ledger from its first entry on and stop at the first difference",
	  "BUNDLE is a folder or a .tar that 'utfall bundle' wrote, a ledger's file, which is only read, "
	  "or a folder that 'utfall publish' wrote, with the events of --bodies (without them only what "
	  "the entries show is checked). "
	  "Hashes, tree, signatures, who was allowed to say what, and every statement are computed "
	  "again from the events. The verdict is one of: 'verified and witnessed' (--policy names the "
	  "witnesses, and its quorum cosigned the head or an earlier checkpoint, which is said); "
	  "'verified, unwitnessed'; 'verified with withheld or erased parts, listed'; 'diverged' (all "
	  "bytes and signatures verify, but a statement is not what the terms give: the first "
	  "difference is named, the status is 1); 'invalid' (bytes, hashes, signatures or rules: the "
	  "status is 5). A verified verdict ends with 0, or with 1 where --require asks for more. "
	  "--json prints one object: verdict; origin, entries, root, signed_by: the signed head; "
	  "events, submissions, statements, lines: how many there are; replayed: false after --verify; "
	  "cosigned: size of the newest cosigned checkpoint, 0 for none; witnessed, witnesses: size "
	  "that the policy's quorum cosigned, and how many did; cut_for: the party that a cut bundle "
	  "is for; unchecked, unjudged: submissions whose key is in none of the events of --bodies, and "
	  "events that rest on what is not there; erased, withheld: events whose bytes are not there; "
	  "missing: their counts by sender "
	  "(their types cannot be told); taken: statements (contract, number, lines) that rest on what "
	  "is withheld and were taken as recorded; recovered: keys (key, entry, confirmed: contracts, "
	  "revoked) that the operator registered for parties that had lost all of theirs; acknowledged: "
	  "statements (contract, number, lines, and entry, field, expected, found of the first "
	  "difference) that are wrong, as all who signed the contract have acknowledged; loose_lines: "
	  "lines shown whose settlement.issued is withheld; finding: the first one: kind, entry, field, "
	  "expected, found, and at_stake (unit, amount in minor units) where a statement's lines are not "
	  "what the terms give; findings: how many there are; others: those that --all found besides.",
	  1, 1, audit_replay },
	{ "proof", "FILE", "operator-key policy",
	  "check a proof or a receipt: one entry, and its event, stand in a signed tree", NULL, 1, 1,
	  audit_proof },
	{ "consistency", "OLD-CHECKPOINT LEDGER", "operator-key policy",
	  "check that what was signed then is the beginning of what is signed now",
	  "OLD-CHECKPOINT is a checkpoint that somebody kept, or a receipt or proof, which ends in one. "
	  "LEDGER is a bundle's folder, a ledger's file, or a folder that 'utfall publish' wrote.", 2, 2,
	  audit_consistency },
	{ "witness", "", "state log key passphrase-fd listen",
	  "cosign the heads of ledgers, never two that do not fit (C2SP tlog-witness)",
	  "It keeps one head for each log and never sees an entry. It runs until it is stopped.", 0, 0,
	  audit_witness },
	{ "serve", "", "ledger listen token-key replay certificate certificate-key access-log rate "
	  "threads connections per-client",
	  "give everybody what they are entitled to see, over HTTP, and the console at /",
	  "The ledger is only read; no key that signs is needed. What a caller may see depends on its "
	  "token, which 'utfall token mint' makes. --listen is 127.0.0.1:8080 unless given. It runs "
	  "until it is stopped.", 0, 0, audit_serve },
	{ NULL, NULL, NULL, NULL, NULL, 0, 0, NULL },
};

static const struct program program = {
	.name = "utfall-audit",
	.title = "checks settlement ledgers of social outcomes contracts",
	.summary = "Replays a ledger without its operator: from a bundle, offline, trusting nothing but "
		   "the operator's checkpoint verifier key. It cannot write a ledger.",
	.notes = ".SH EXIT STATUS\n.TP\n.B 0\nverified\n.TP\n.B 1\nthe answer is no: a statement "
		 "diverges, a quorum is not met, less than --require asks for\n.TP\n"
		 ".B 2\nthe command line makes no sense\n.TP\n.B 3\nthe input is refused\n"
		 ".TP\n.B 5\nsomething does not verify: the finding is printed\n.TP\n.B 6\nthe machine "
		 "refused\n",
	.see_also = ".BR utfall (1)",
	.commands = commands,
	.options = options,
};

int
main(int argc, char **argv)
{
	return command_main(&program, secrets_init, argc, argv);
}
