/**
 * @file session_timer.c  How long a session lasts without a sign of life
 */
#include <errno.h>
#include <string.h>
#include "proxy/core/session_timer.h"


enum {
	MIN_SE = 90, /* RFC 4028 section 5: nobody asks for less */
	DIGITS_MAX = 9,
};

enum refresher { REFRESHER_NONE = 0, REFRESHER_UAC, REFRESHER_UAS };

/** Session-Expires: 1800;refresher=uac */
struct interval {
	uint32_t s;
	struct pl refresher; /* l == 0: none */
};


/* ENOENT: there is none, or none that can be read */
static int read_interval(struct interval *iv, const struct message *m,
			 enum hdr_id id)
{
	const struct hdr *h = message_hdr(m, id);
	struct pl num, params;
	const char *semi;

	memset(iv, 0, sizeof(*iv));
	if (!h)
		return ENOENT;

	num = h->val;
	params = h->val;
	semi = pl_strchr(&h->val, ';');
	if (semi) {
		num.l = (size_t)(semi - h->val.p);
		pl_advance(&params, (ssize_t)num.l);
	}
	while (num.l && (num.p[num.l - 1] == ' ' || num.p[num.l - 1] == '\t'))
		--num.l;

	if (!num.l || num.l > DIGITS_MAX)
		return ENOENT;
	for (size_t i = 0; i < num.l; i++) {
		if (num.p[i] < '0' || num.p[i] > '9')
			return ENOENT;
	}

	iv->s = pl_u32(&num);
	if (semi)
		(void)param_get(&params, "refresher", &iv->refresher);

	return 0;
}


static enum refresher refresher_of(const struct pl *pl)
{
	if (!pl_strcasecmp(pl, "uac"))
		return REFRESHER_UAC;

	return pl_strcasecmp(pl, "uas") ? REFRESHER_NONE : REFRESHER_UAS;
}


/**
 * Read what a request asks for, and make of it what we can bear
 *
 * @param st   Result
 * @param req  INVITE or UPDATE
 * @param conf Our interval and our minimum, in s
 *
 * @return 0 if success, EPROTO if it has to be refused with a 422
 *
 * RFC 4028 section 8.1
 */
int session_timer_request(struct session_timer *st, const struct message *req,
			  const struct session_timer_conf *conf)
{
	struct interval asked, min;
	uint32_t least, want;
	bool has;

	if (!st || !req || !conf)
		return EINVAL;

	memset(st, 0, sizeof(*st));
	if (!conf->expires)
		return 0;

	st->uac = message_has_token(req, HDR_SUPPORTED, "timer") ||
		  message_has_token(req, HDR_REQUIRE, "timer");
	has = !read_interval(&asked, req, HDR_SESSION_EXPIRES);
	(void)read_interval(&min, req, HDR_MIN_SE);
	if (has && asked.s < conf->min && st->uac)
		return EPROTO;

	least = conf->min ? conf->min : MIN_SE;
	if (min.s > least)
		least = min.s;
	want = has && asked.s < conf->expires ? asked.s : conf->expires;
	st->expires = want > least ? want : least;
	if (has && st->expires == asked.s)
		return 0;

	/* whoever shortens does not refuse a longer one: no Min-SE of ours.
	 * Who raises must say so, or the callee's side shortens it again */
	st->changed = true;
	st->min = has && asked.s < st->expires ? st->expires : min.s;
	st->refresher = refresher_of(&asked.refresher);

	return 0;
}


/**
 * Write what goes on in place of what the request asked for
 *
 * @param lines Whole lines, or ""
 * @param st    What became of the request
 */
void session_timer_lines(char lines[SESSION_TIMER_LINES],
			 const struct session_timer *st)
{
	static const char *const whov[] = {
		[REFRESHER_NONE] = "",
		[REFRESHER_UAC] = ";refresher=uac",
		[REFRESHER_UAS] = ";refresher=uas",
	};
	int n;

	lines[0] = '\0';
	if (!st->changed)
		return;

	n = re_snprintf(lines, SESSION_TIMER_LINES,
			"Session-Expires: %u%s\r\n", st->expires,
			whov[st->refresher]);
	if (n > 0 && st->min)
		(void)re_snprintf(lines + n, SESSION_TIMER_LINES - (size_t)n,
				  "Min-SE: %u\r\n", st->min);
}


/**
 * Read what a 2xx says, and answer in the callee's place where only the
 * caller knows of timers
 *
 * @param lines Whole lines to be added, or ""
 * @param st    What became of the request
 * @param resp  2xx to it
 *
 * @return How long the session lasts without a refresh, in s; 0: for ever
 *
 * RFC 4028 section 8.2
 */
uint32_t session_timer_answer(char lines[SESSION_TIMER_LINES],
			      const struct session_timer *st,
			      const struct message *resp)
{
	struct interval iv;

	if (lines)
		lines[0] = '\0';
	if (!lines || !st || !resp || !st->expires)
		return 0;

	if (!read_interval(&iv, resp, HDR_SESSION_EXPIRES))
		return iv.s;

	if (!st->uac)
		return 0;

	(void)re_snprintf(lines, SESSION_TIMER_LINES,
			  "Session-Expires: %u;refresher=uac\r\n"
			  "Require: timer\r\n",
			  st->expires);

	return st->expires;
}
