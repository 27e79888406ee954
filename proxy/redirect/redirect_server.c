/**
 * @file redirect_server.c  Knows which proxy serves whom: 302 or 404
 */
#include <string.h>
#include <re.h>
#include "common/log.h"
#include "common/metrics.h"
#include "common/timer.h"
#include "proxy/redirect/directory.h"
#include "proxy/redirect/peer_auth.h"
#include "proxy/redirect/redirect_contact.h"
#include "proxy/redirect/redirect_server.h"
#include "proxy/sip/build.h"


enum {
	USERS_MAX = 200000,
	EXPIRES_DEFAULT = 3600, /* s */
	EXPIRES_MIN = 60,
	EXPIRES_MAX = 7200,
	CONTACTS_SIZE = DIRECTORY_PROXIES_MAX * (SIPURI_MAX + 40),
};

struct redirect_server {
	struct directory *directory;
	struct hash_key nonce_key;
	struct transport *tp;  /* not owned */
	struct txns *txns;     /* not owned */
	struct timers *timers; /* not owned */
	struct log *log;       /* not owned */
	struct counter *found, *unknown, *announced, *refused;
};

/** Whole header lines of an answer */
struct contacts {
	char lines[CONTACTS_SIZE];
	size_t len;
};


static void destructor(void *arg)
{
	struct redirect_server *rs = arg;

	mem_deref(rs->directory);
}


/**
 * Allocate the role of a redirect server
 *
 * @param rsp       Pointer to the allocated redirect server
 * @param cfg       Configuration
 * @param nonce_key Key of the nonces' MAC
 * @param tp        Transport (not owned)
 * @param txns      Transactions (not owned)
 * @param timers    Timers (not owned)
 * @param log       Log or NULL (not owned)
 * @param metrics   Metrics or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int redirect_server_alloc(struct redirect_server **rsp,
			  const struct config *cfg,
			  const struct hash_key *nonce_key,
			  struct transport *tp, struct txns *txns,
			  struct timers *timers, struct log *log,
			  struct metrics *metrics)
{
	struct redirect_server *rs;
	int err;

	if (!rsp || !cfg || !nonce_key || !tp || !txns || !timers)
		return EINVAL;

	rs = mem_zalloc(sizeof(*rs), destructor);
	if (!rs)
		return ENOMEM;

	rs->nonce_key = *nonce_key;
	rs->tp = tp;
	rs->txns = txns;
	rs->timers = timers;
	rs->log = log;
	rs->found = metrics_counter(metrics, "redirect_server_found_total");
	rs->unknown = metrics_counter(metrics,
				      "redirect_server_unknown_total");
	rs->announced = metrics_counter(metrics,
					"redirect_server_announced_total");
	rs->refused = metrics_counter(metrics,
				      "redirect_server_refused_total");

	err = directory_alloc(&rs->directory, timers, USERS_MAX);
	if (err) {
		mem_deref(rs);
		return err;
	}

	*rsp = rs;
	return 0;
}


static void contact_print(const char *contact, uint32_t expires_s, void *arg)
{
	struct contacts *c = arg;
	int n;

	n = re_snprintf(c->lines + c->len, sizeof(c->lines) - c->len,
			"Contact: <%s>;expires=%u\r\n", contact, expires_s);
	if (n > 0)
		c->len += (size_t)n;
	else
		c->lines[c->len] = '\0';
}


/* errno becomes a status, is logged and counted, and answered */
static void refuse(struct redirect_server *rs, struct server_txn *st, int err,
		   const struct config_peer *peer)
{
	const struct message *req = server_txn_request(st);
	const char *extra = NULL;
	uint16_t scode = 500;

	switch (err) {
	case EBADMSG:
		scode = 400;
		break;
	case EACCES:
		scode = 403;
		break;
	case ENOENT:
		scode = 404;
		break;
	case ERANGE:
		scode = 423;
		extra = "Min-Expires: 60\r\n";
		break;
	case ENOTCONN:
		scode = 481;
		break;
	case ENOSPC:
		scode = 503;
		break;
	}

	counter_inc(err == ENOENT ? rs->unknown : rs->refused);
	log_info(rs->log, "directory.refused", KV_STR("peer", peer->name),
		 KV_PL("method", &req->met), KV_PL("to", &req->to.addr),
		 KV_UINT("status", scode), KV_ERRNO("err", err));
	(void)server_txn_reply(st, scode, build_reason(scode), extra);
}


static int invite(struct redirect_server *rs, struct server_txn *st)
{
	const struct message *req = server_txn_request(st);
	struct contacts c = {.lines = ""};
	char aor[SIPURI_AOR_MAX];
	struct pl pl;

	if (message_in_dialog(req))
		return ENOTCONN;

	if (req->uri_err || sipuri_aor(&req->uri, aor, sizeof(aor)))
		return ENOENT;

	pl_set_str(&pl, aor);
	if (!directory_apply(rs->directory, &pl, contact_print, &c))
		return ENOENT;

	counter_inc(rs->found);

	return server_txn_reply(st, 302, build_reason(302), c.lines);
}


/** One REGISTER */
struct announcement {
	const struct message *req;
	struct directory_entry e;
};


/* 0: taken away */
static int expires_decode(uint32_t *s, const struct message *req,
			  const struct nameaddr *na)
{
	uint32_t n;

	if (redirect_contact_expires(&n, req, na))
		n = EXPIRES_DEFAULT;

	if (n && n < EXPIRES_MIN)
		return ERANGE;

	*s = n < EXPIRES_MAX ? n : EXPIRES_MAX;
	return 0;
}


static int contact_decode(struct nameaddr *na, uint32_t *expires_s,
			  const struct message *req, const struct pl *val)
{
	if (nameaddr_decode(na, val) || !sipuri_is_sip(&na->uri) ||
	    na->addr.l > SIPURI_MAX)
		return EBADMSG;

	return expires_decode(expires_s, req, na);
}


/* all are checked before the first is taken */
static int contacts_check(const struct message *req)
{
	struct value_iter it;
	struct nameaddr na;
	struct pl val;
	uint32_t s;
	int err = 0;

	message_values(&it, req, HDR_CONTACT);
	while (!err && message_values_next(&it, &val))
		err = contact_decode(&na, &s, req, &val);

	return err;
}


static int contact_take(struct redirect_server *rs,
			const struct announcement *an, const struct pl *val)
{
	struct directory_entry e = an->e;
	struct nameaddr na;
	uint32_t s;
	int err;

	err = contact_decode(&na, &s, an->req, val);
	if (err)
		return err;

	e.contact = na.addr;
	if (s)
		return directory_put(rs->directory, &e, s);

	err = directory_del(rs->directory, &e);

	return err == ENOENT ? 0 : err;
}


static int contacts_take(struct redirect_server *rs,
			 const struct announcement *an)
{
	struct value_iter it;
	struct pl val;
	int err;

	err = contacts_check(an->req);
	message_values(&it, an->req, HDR_CONTACT);
	while (!err && message_values_next(&it, &val))
		err = contact_take(rs, an, &val);

	return err;
}


/* Contact: * with Expires: 0 and nothing else (RFC 3261 section 10.3) */
static int star_take(struct redirect_server *rs, const struct announcement *an)
{
	struct pl second;
	uint32_t s;
	int err;

	if (message_u32(an->req, HDR_EXPIRES, UINT32_MAX, &s) || s ||
	    !message_value(an->req, HDR_CONTACT, 1, &second))
		return EBADMSG;

	err = directory_del(rs->directory, &an->e);

	return err == ENOENT ? 0 : err;
}


static int announce(struct redirect_server *rs, const struct announcement *an)
{
	struct pl first;

	if (message_value(an->req, HDR_CONTACT, 0, &first))
		return 0;

	return !pl_strcmp(&first, "*") ? star_take(rs, an)
				       : contacts_take(rs, an);
}


static int register_user(struct redirect_server *rs, struct server_txn *st,
			 const struct config_peer *peer)
{
	struct announcement an = {.req = server_txn_request(st)};
	struct contacts c = {.lines = ""};
	char aor[SIPURI_AOR_MAX];
	int err;

	if (sipuri_aor(&an.req->to.uri, aor, sizeof(aor)))
		return EBADMSG;

	pl_set_str(&an.e.aor, aor);
	pl_set_str(&an.e.peer, peer->name);
	an.e.callid = an.req->callid;
	an.e.cseq = an.req->cseq;

	err = announce(rs, &an);
	if (err)
		return err;

	counter_inc(rs->announced);
	(void)directory_apply(rs->directory, &an.e.aor, contact_print, &c);

	return server_txn_reply(st, 200, build_reason(200), c.lines);
}


/* a challenge leaves no trace here */
static bool challenged(struct redirect_server *rs, const struct message *req,
		       const struct config_peer *peer)
{
	char challenge[PEER_AUTH_CHALLENGE_SIZE];

	if (!peer_auth_check(req, peer, &rs->nonce_key,
			     timers_now(rs->timers) / 1000, &req->to.uri.host,
			     challenge))
		return false;

	(void)transport_reply(rs->tp, req, 401, build_reason(401), challenge);

	return true;
}


/**
 * Answer a request of a configured peer
 *
 * @param rs   Redirect server
 * @param req  INVITE, or REGISTER for a user
 * @param peer The peer that it comes from
 */
void redirect_server_request(struct redirect_server *rs, struct message *req,
			     const struct config_peer *peer)
{
	struct server_txn *st = NULL;
	bool reg;
	int err;

	if (!rs || !req || !peer || message_is(req, "ACK"))
		return;

	reg = message_is(req, "REGISTER");
	if (reg && challenged(rs, req, peer))
		return;

	if (server_txn_alloc(&st, rs->txns, req, NULL, NULL)) {
		(void)transport_reply(rs->tp, req, 503, build_reason(503),
				      NULL);
		return;
	}

	err = reg ? register_user(rs, st, peer) : invite(rs, st);
	if (err)
		refuse(rs, st, err, peer);

	mem_deref(st);
}


/**
 * Number of users
 *
 * @param rs Redirect server
 *
 * @return Number of users that proxies have announced
 */
uint32_t redirect_server_users(const struct redirect_server *rs)
{
	return rs ? directory_users(rs->directory) : 0;
}
