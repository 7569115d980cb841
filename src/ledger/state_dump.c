/* state_dump.c - everything a state holds, as text: how two states are compared. */
#include "state_priv.h"

#include "buf.h"
#include "date.h"

#include <inttypes.h>
#include <string.h>

static void
dump_hash(const char *name, struct hash h, struct buf *ret)
{
	char hex[HASH_HEX];

	hash_format(h, hex);
	buf_printf(ret, " %s=%s", name, hex);
}

static void
dump_key(const struct key_state *k, struct buf *ret)
{
	char text[KEY_TEXT];

	verifier_key_format(&k->pub.key, text);
	buf_printf(ret, "key %s party=%s use=%s registered=%" PRIu64 " revoked=%" PRIu64
		   " recovery=%d", text, k->pub.party->id, key_use_name(k->pub.use),
		   k->pub.registered, k->pub.revoked, k->pub.recovery);
	for (size_t i = 0; i < k->confirmed_count; i++)
		dump_hash("confirmed", k->confirmed[i], ret);
	buf_byte(ret, '\n');
}

static void
dump_version(const struct contract_version *v, struct buf *ret)
{
	buf_text(ret, "  version");
	dump_hash("digest", v->digest, ret);
	dump_hash("replaces", v->replaces, ret);
	buf_printf(ret, " seq=%" PRIu64 " from=%d in_force=%" PRIu64 " at=%" PRId64, v->seq,
		   v->from.days, v->in_force, v->in_force == SEQ_NEVER ? 0 : v->in_force_at);
	for (size_t i = 0; i < v->signer_count; i++)
		buf_printf(ret, " %s:%d", v->signers[i], v->signed_by[i]);
	buf_byte(ret, '\n');
}

static void
dump_statement(const struct statement *s, struct buf *ret)
{
	buf_printf(ret, "  statement %" PRIu32, s->number);
	dump_hash("issued", s->issued, ret);
	buf_printf(ret, " seq=%" PRIu64 " first=%" PRIu64 " size=%" PRIu64 " at=%" PRId64
		   " through=%d lines=%" PRIu32, s->seq, s->first, s->size, s->at, s->through.days,
		   s->lines);
	for (size_t i = 0; i < s->approved_count; i++)
		buf_printf(ret, " approved=%s", s->approved[i]);
	for (size_t i = 0; i < s->acknowledged_count; i++)
		buf_printf(ret, " acknowledged=%s", s->acknowledged[i]);
	buf_byte(ret, '\n');
}

static void
dump_contract(const struct contract_state *k, struct buf *ret)
{
	buf_text(ret, "contract");
	dump_hash("digest", k->pub.digest, ret);
	buf_printf(ret, " salt=%s seq=%" PRIu64 " current=%zu terminated=%d ended=%d", k->pub.salt,
		   k->pub.seq, k->current, k->pub.terminated, k->pub.ended.days);
	buf_printf(ret, " open=%" PRIu64 ",%" PRIu32 ",%" PRIu32 ",%d\n",
		   k->open.number == 0 ? 0 : k->open.first, k->open.number, k->open.lines,
		   k->open.basis);
	for (size_t i = 0; i < k->pub.version_count; i++)
		dump_version(&k->pub.versions[i], ret);
	for (size_t i = 0; i < k->termination_count; i++)
		buf_printf(ret, "  termination %s %d\n", k->terminations[i].party->id,
			   k->terminations[i].on.days);
	for (size_t i = 0; i < k->pub.statement_count; i++)
		dump_statement(&k->pub.statements[i], ret);
	for (size_t i = 0; i < k->pub.dispute_count; i++) {
		const struct dispute *d = &k->pub.disputes[i];

		buf_printf(ret, "  dispute seq=%" PRIu64 " party=%s payer=%s payee=%s resolved=%"
			   PRIu64, d->seq, d->party, d->payer, d->payee, d->resolved);
		dump_hash("digest", d->digest, ret);
		dump_hash("key", d->key, ret);
		buf_byte(ret, '\n');
	}
}

void
state_dump(struct state *st, struct buf *ret)
{
	buf_printf(ret, "ledger %s operator=%s simulated=%d closed=%d format=%" PRId64 " size=%"
		   PRIu64 " at=%" PRId64 " blind=%" PRIu64, st->origin, st->operator_id,
		   st->simulated, st->closed, st->format, st->frontier.size,
		   st->frontier.size == 0 ? 0 : st->at, st->blind);
	dump_hash("root", merkle_root(&st->frontier), ret);
	dump_hash("last", st->last, ret);
	buf_byte(ret, '\n');
	for (size_t i = 0; i < st->party_count; i++)
		buf_printf(ret, "party %s title=%s seq=%" PRIu64 "\n", st->parties[i]->id,
			   st->parties[i]->title, st->parties[i]->seq);
	for (size_t i = 0; i < st->key_count; i++)
		dump_key(st->keys[i], ret);
	for (size_t i = 0; i < st->contract_count; i++)
		dump_contract(st->contracts[i], ret);
	for (size_t i = 0; i < st->submission_count; i++)
		buf_printf(ret, "submission %" PRIu64 " party=%" PRIu32 "\n",
			   st->submissions[i].seq, st->submissions[i].party);
	for (size_t i = 0; i < st->small_count; i++)
		buf_printf(ret, "small %" PRIu64 "\n", st->small[i]);
}
