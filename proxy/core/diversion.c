/**
 * @file diversion.c  Call forwarding: where else a user's calls go
 *
 * The rights of whom a call was for decide where it may go on to: it is he who
 * sends it there. The caller stays who he is, and hears a 181.
 */
#include <errno.h>
#include <string.h>
#include "common/log.h"
#include "proxy/core/context.h"
#include "proxy/core/destination.h"
#include "proxy/core/divert.h"
#include "proxy/core/diversion.h"
#include "proxy/core/phones.h"


enum { URI_MAX = 320, LINES_MAX = DIVERT_MAX * DIVERT_LINE_MAX };

/** How a request went on */
struct diversion {
	char aor[ACCOUNT_AOR_MAX]; /* whose phones ring; "": no user's */
	uint32_t count;
	char lines[LINES_MAX]; /* newest first */
};

static bool divert(struct forwarding *fw, const struct account *acc,
		   enum divert_cause cause);


static const struct account *account_at(const struct forwarding *fw,
					const struct sipuri *uri)
{
	char aor[SIPURI_AOR_MAX];
	struct pl pl;

	if (!served_is_ours(fw->px, uri) ||
	    served_user(fw->px, uri, &fw->req->to.uri, aor, sizeof(aor)))
		return NULL;

	pl_set_str(&pl, aor);

	return accounts_find_alias(fw->px->p.accounts, &pl);
}


/* whose phones ring now */
static const struct account *callee(const struct forwarding *fw)
{
	struct pl pl;

	if (!fw->diversion)
		return account_at(fw, &fw->uri);

	pl_set_str(&pl, fw->diversion->aor);

	return pl.l ? accounts_find(fw->px->p.accounts, &pl) : NULL;
}


static int note(struct forwarding *fw, const char *aor,
		enum divert_cause cause)
{
	struct diversion *d = fw->diversion;
	char line[DIVERT_LINE_MAX];
	size_t n, old;

	if (!d) {
		d = fw->diversion = mem_zalloc(sizeof(*d), NULL);
		if (!d)
			return ENOMEM;
	}

	if (divert_line(line, sizeof(line), aor, cause))
		return EOVERFLOW;

	n = strlen(line);
	old = strlen(d->lines);
	if (n + old >= sizeof(d->lines))
		return EOVERFLOW;

	memmove(d->lines + n, d->lines, old + 1);
	memcpy(d->lines, line, n);
	d->aor[0] = '\0';
	++d->count;

	return 0;
}


/* nobody rings longer than his settings say, where they say something */
static void limit_ringing(struct forwarding *fw, const struct account *acc)
{
	const uint32_t ms = divert_noanswer_ms(&acc->set);

	timer_cancel(&fw->tmr_ring);
	if (ms)
		context_ring_limit(fw, ms);
}


static bool to_user(struct forwarding *fw, const struct account *acc)
{
	struct pl aor;

	if (divert(fw, acc, DIVERT_ALL))
		return true;

	(void)str_ncpy(fw->diversion->aor, acc->aor,
		       sizeof(fw->diversion->aor));
	pl_set_str(&aor, acc->aor);
	if (phones_add(fw, &aor))
		return divert(fw, acc, DIVERT_OFFLINE);

	limit_ringing(fw, acc);

	return true;
}


static bool go_on(struct forwarding *fw, const struct account *from,
		  const char *to)
{
	const struct account *acc;
	char text[URI_MAX];
	struct sipuri uri;
	struct pl pl;

	if (divert_uri(text, sizeof(text), to, from->aor))
		return false;

	pl_set_str(&pl, text);
	if (sipuri_decode(&uri, &pl))
		return false;

	acc = account_at(fw, &uri);
	if (acc)
		return to_user(fw, acc);

	timer_cancel(&fw->tmr_ring);

	return !destination_contact(fw, &pl, 1000, from->aor);
}


/* false: it goes nowhere else */
static bool divert(struct forwarding *fw, const struct account *acc,
		   enum divert_cause cause)
{
	const char *to = divert_to(&acc->set, cause);
	struct log *log = fw->rehearsed ? NULL : fw->px->p.log;
	const struct pl *id = &fw->req->callid;
	uint32_t count = divert_count(fw->req);
	char aor[ACCOUNT_AOR_MAX];
	bool done;

	if (!to || acc->set.disabled)
		return false;

	count += fw->diversion ? fw->diversion->count : 0;
	if (count >= DIVERT_MAX) {
		log_warn(log, "call.diverted_too_often", KV_PL("call", id),
			 KV_STR("by", acc->aor), KV_UINT("times", count));
		return false;
	}

	(void)str_ncpy(aor, acc->aor, sizeof(aor));
	if (note(fw, aor, cause))
		return false;

	done = go_on(fw, acc, to);
	log_info(log, "call.diverted", KV_PL("call", id), KV_STR("by", aor),
		 KV_STR("why", divert_cause_name(cause)), KV_STR("to", to),
		 KV_STR("result", done ? "done" : "no such place"));

	return done;
}


/* the caller hears that it takes longer, once for each */
static bool try_elsewhere(struct forwarding *fw, enum divert_cause cause)
{
	const struct account *acc;

	if (!message_is(fw->req, "INVITE") || fw->sender.dialog)
		return false;

	acc = callee(fw);
	if (!acc || !divert(fw, acc, cause))
		return false;

	fw->stopped = false;
	forwarding_reply(fw, 181, "Call Is Being Forwarded", NULL);

	return true;
}


/* all of his calls go elsewhere; or at least nobody shall ring for ever */
static bool begin_handler(struct forwarding *fw)
{
	const struct account *acc;

	if (try_elsewhere(fw, DIVERT_ALL))
		return true;

	acc = message_is(fw->req, "INVITE") ? callee(fw) : NULL;
	if (acc && !fw->diversion)
		limit_ringing(fw, acc);

	return false;
}


static bool empty_handler(struct forwarding *fw)
{
	return try_elsewhere(fw, DIVERT_OFFLINE);
}


static bool failed_handler(struct forwarding *fw, uint16_t scode)
{
	enum divert_cause cause;
	bool rang = false;

	for (const struct le *le = fw->attemptl.head; le; le = le->next) {
		const struct attempt *at = le->data;

		rang |= at->heard;
	}

	return !divert_cause_of(&cause, scode, rang) &&
	       try_elsewhere(fw, cause);
}


const struct forwarding_hooks diversion_hooks = {
	.beginh = begin_handler,
	.emptyh = empty_handler,
	.failedh = failed_handler,
};


/**
 * What a request tells of how it went on
 *
 * @param fw Forwarding
 *
 * @return Whole lines, newest first; "" where nobody had it forwarded
 *
 * RFC 5806
 */
const char *diversion_lines(const struct forwarding *fw)
{
	return fw && fw->diversion ? fw->diversion->lines : "";
}
