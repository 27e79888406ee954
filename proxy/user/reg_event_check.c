/**
 * @file reg_event_check.c  May this SUBSCRIBE begin or change anything?
 *
 * Strangers are challenged without state.
 */
#include <string.h>
#include <re.h>
#include "common/metrics.h"
#include "proxy/sip/gate.h"
#include "proxy/sip/param.h"
#include "proxy/user/reg_event_state.h"
#include "proxy/user/reginfo.h"


enum { CHALLENGE_SIZE = 1024, RETRY_S = 30 };


/**
 * Refuse
 *
 * @param a      SUBSCRIBE
 * @param scode  Status code
 * @param reason Reason phrase
 * @param extra  Whole header lines, or NULL
 */
void ask_refuse(const struct ask *a, uint16_t scode, const char *reason,
		const char *extra)
{
	if (scode != 401)
		counter_inc(a->r->refused);
	if (a->st)
		(void)server_txn_reply(a->st, scode, reason, extra);
	else
		(void)transport_reply(a->r->p.tp, a->req, scode, reason,
				      extra);
}


/**
 * Is it this package?
 *
 * @param req Request
 * @param id  Set to the id of its Event, or to nothing; may be NULL
 *
 * @return True if so
 */
bool ask_is_reg(const struct message *req, struct pl *id)
{
	const struct hdr *h = message_hdr(req, HDR_EVENT);
	struct pl name, params;
	const char *semi;

	if (id)
		*id = pl_null;
	if (!h)
		return false;

	name = h->val;
	semi = pl_strchr(&name, ';');
	if (semi) {
		params.p = semi;
		params.l = name.l - (size_t)(semi - name.p);
		name.l = (size_t)(semi - name.p);
		if (id)
			(void)param_get(&params, "id", id);
	}
	while (name.l &&
	       (name.p[name.l - 1] == ' ' || name.p[name.l - 1] == '\t'))
		--name.l;

	return !pl_strcasecmp(&name, "reg");
}


/**
 * Is it one of our domains?
 *
 * @param cfg  Configuration
 * @param host Host
 *
 * @return True if so
 */
bool ask_is_domain(const struct config *cfg, const struct pl *host)
{
	for (size_t i = 0; i < cfg->domainc; i++) {
		if (!pl_strcasecmp(host, cfg->domainv[i]))
			return true;
	}

	return false;
}


/* a URI with our bare address says nothing of the domain: its To does */
static int read_aor(struct ask *a)
{
	const struct config *cfg = a->r->p.cfg;
	struct sipuri uri = a->req->uri;

	if (!ask_is_domain(cfg, &uri.host)) {
		uri.ipv6 = false;
		if (ask_is_domain(cfg, &a->req->to.uri.host))
			uri.host = a->req->to.uri.host;
		else if (cfg->domainc)
			pl_set_str(&uri.host, cfg->domainv[0]);
	}

	return account_aor(a->aor, cfg, &uri);
}


/* the account itself; 0, or it was answered */
static int check_auth(const struct ask *a)
{
	char challenge[CHALLENGE_SIZE];
	struct account acc;
	struct pl realm;
	int err;

	if (!a->r->p.cfg->auth)
		return 0;

	pl_set_str(&realm, strchr(a->aor, '@') + 1);
	err = auth_check(a->r->p.auth, a->req, true, &realm, &acc, challenge,
			 sizeof(challenge));
	if (err == EACCES)
		ask_refuse(a, 401, "Unauthorized", challenge);
	else if (err == EPERM)
		ask_refuse(a, 403, "Account Disabled", NULL);
	else if (err)
		ask_refuse(a, 500, "Server Internal Error", NULL);
	if (err)
		return err;

	gate_good(transport_gate(a->r->p.tp), a->req);
	if (strcmp(acc.aor, a->aor)) {
		ask_refuse(a, 403, "Not Your Registration", NULL);
		return EACCES;
	}

	return 0;
}


static bool accepts(const struct message *req)
{
	const struct hdr *h = message_hdr_named(req, "Accept");
	struct pl all, val;

	if (!h)
		return true;

	all = h->val;
	while (message_value_cut(&all, &val)) {
		const char *semi = pl_strchr(&val, ';');

		if (semi)
			val.l = (size_t)(semi - val.p);
		while (val.l && val.p[val.l - 1] == ' ')
			--val.l;
		if (!pl_strcasecmp(&val, REGINFO_TYPE) ||
		    !pl_strcasecmp(&val, "application/*") ||
		    !pl_strcasecmp(&val, "*/*"))
			return true;
	}

	return false;
}


/* RFC 6665 section 4.2.1.1; 0, or it was answered */
static int check_wish(struct ask *a)
{
	char extra[64];
	int err;

	err = message_u32(a->req, HDR_EXPIRES, UINT32_MAX, &a->expires_s);
	if (err == ENOENT)
		a->expires_s = REG_EVENT_EXPIRES_MAX_S;
	else if (err)
		ask_refuse(a, 400, "Bad Expires", NULL);
	if (err && err != ENOENT)
		return err;

	if (a->expires_s && a->expires_s < REG_EVENT_EXPIRES_MIN_S) {
		(void)re_snprintf(extra, sizeof(extra), "Min-Expires: %u\r\n",
				  REG_EVENT_EXPIRES_MIN_S);
		ask_refuse(a, 423, "Interval Too Brief", extra);
		return ERANGE;
	}
	if (a->expires_s > REG_EVENT_EXPIRES_MAX_S)
		a->expires_s = REG_EVENT_EXPIRES_MAX_S;

	if (!accepts(a->req)) {
		ask_refuse(a, 406, "Not Acceptable",
			   "Accept: " REGINFO_TYPE "\r\n");
		return EPROTO;
	}
	if (a->id.l >= REG_EVENT_ID_MAX) {
		ask_refuse(a, 400, "Bad Event", NULL);
		return EBADMSG;
	}

	return 0;
}


static bool is_of_aor(struct le *le, void *arg)
{
	const struct subscription *s = le->data;
	const struct ask *a = arg;

	return !strcmp(s->aor, a->aor);
}


static uint32_t count_aor(const struct ask *a)
{
	struct ask key = *a;
	uint32_t n = 0;
	struct pl pl;
	struct le *le;

	pl_set_str(&pl, a->aor);
	le = list_head(hash_list(a->r->by_aor, hash_pl(&a->r->key, &pl)));
	for (; le; le = le->next)
		n += is_of_aor(le, &key);

	return n;
}


static int check_room(const struct ask *a)
{
	char extra[64];

	if (count_aor(a) >= REG_EVENT_PER_AOR) {
		ask_refuse(a, 403, "Too Many Subscriptions", NULL);
		return ENOSPC;
	}

	if (a->r->n >= REG_EVENT_MAX) {
		(void)re_snprintf(extra, sizeof(extra), "Retry-After: %u\r\n",
				  RETRY_S);
		ask_refuse(a, 503, "Service Unavailable", extra);
		return ENOSPC;
	}

	return 0;
}


/**
 * Who asks, and for what?
 *
 * @param a    SUBSCRIBE, with the subscription of its dialog
 * @param peer It came from a peer
 *
 * @return 0 if success, otherwise errorcode and it was answered
 */
int ask_check(struct ask *a, bool peer)
{
	int err;

	if (!ask_is_reg(a->req, &a->id)) {
		ask_refuse(a, 489, "Bad Event", REG_EVENT_ALLOW);
		return EPROTO;
	}

	if (a->s)
		(void)str_ncpy(a->aor, a->s->aor, sizeof(a->aor));
	err = a->s ? 0 : read_aor(a);
	if (err) {
		ask_refuse(a, 404, "Not Found", NULL);
		return err;
	}

	err = peer ? 0 : check_auth(a);
	if (!err)
		err = check_wish(a);
	if (!err && !a->s)
		err = check_room(a);

	return err;
}
