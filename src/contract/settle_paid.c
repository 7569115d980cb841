/* settle_paid.c - payments made and received, as their corrections and retractions leave them. */
#include "settled.h"

#include <string.h>

#include "json.h"
#include "rows.h"
#include "settle.h"
#include "settlement.h"

static void
count(struct settlement *s, const struct paid_row *p, int64_t sign)
{
	settled_balance_add(s, p->payer, p->payee, p->unit, 0, sign * p->paid, sign * p->received);
}

/* `made`: by its payer, else received by its payee; the sender is the one, the body names the
 * other. */
static void
read_payment(struct settlement *s, const struct json *body, uint32_t sender, bool made,
	     struct paid_row *ret)
{
	int64_t amount = json_get_integer(body, "amount", 0);
	uint32_t other = member_number(s, body, made ? "payee" : "payer");

	ret->made = made;
	ret->payer = made ? sender : other;
	ret->payee = made ? other : sender;
	ret->unit = member_number(s, body, "unit");
	ret->paid = made ? amount : 0;
	ret->received = made ? 0 : amount;
}

static void
add_payment(struct settlement *s, const struct settle_record *r, uint32_t event, bool made)
{
	struct paid_row *p = rows_add(&s->paid, NULL);

	*p = (struct paid_row){ .event = event };
	read_payment(s, r->body, name_number(&s->names, r->sender, strlen(r->sender)), made, p);
	count(s, p, 1);
}

enum rc
record_payment_made(struct settlement *s, const struct settle_record *r, uint32_t event,
		    struct err *e)
{
	(void)e;
	add_payment(s, r, event, true);
	return RC_OK;
}

enum rc
record_payment_received(struct settlement *s, const struct settle_record *r, uint32_t event,
			struct err *e)
{
	(void)e;
	add_payment(s, r, event, false);
	return RC_OK;
}

bool
payment_corrected(struct settlement *s, uint32_t target, uint32_t event, const struct json *body)
{
	for (uint32_t i = s->paid.count; i > 0; i--) {
		struct paid_row *p = rows_at(&s->paid, i - 1);

		if (p->event != target)
			continue;
		count(s, p, -1);
		p->event = event;	/* the head of its chain */
		if (body != NULL)
			read_payment(s, body, p->made ? p->payer : p->payee, p->made, p);
		else
			p->paid = p->received = 0;
		count(s, p, 1);
		return true;
	}
	return false;
}
