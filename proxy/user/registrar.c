/**
 * @file registrar.c  REGISTER (RFC 3261 section 10.3), Path (RFC 3327)
 *
 * Until a phone has shown who it is, everything is answered without state and
 * to the source address only. After that a server transaction absorbs its
 * retransmissions.
 *
 * A Contact behind NAT may show any private address: it is only a name for
 * the phone, what is dialled is the flow. An address that would lead back to
 * this host or nowhere (loopback, link-local, multicast, our own) is refused
 * all the same, unless the packet came from it.
 *
 * A Path is believed where the phone knows of it (Supported: path, RFC 3327
 * section 5.3) or where a configured peer brought it; else 421.
 */
#include <string.h>
#include <re.h>
#include "common/addr.h"
#include "common/log.h"
#include "common/metrics.h"
#include "common/timer.h"
#include "proxy/sip/gate.h"
#include "proxy/user/registrar.h"
#include "proxy/user/registration.h"


enum { EXTRA_MAX = 1024, UNSUPPORTED_MAX = 512, RETRY_S = 10 };

struct registrar {
	const struct config *cfg; /* not owned */
	struct auth *auth;
	struct location *loc;
	struct transport *tp;
	struct txns *txns;
	struct timers *timers;
	struct log *log;
	struct counter *requests;
	struct counter *accepted;
	struct counter *refused;
	struct counter *bindings;
};

/** One REGISTER on its way through */
struct visit {
	struct registrar *r;
	struct message *req;
	struct server_txn *st; /* once the phone is known */
	char aor[ACCOUNT_AOR_MAX];
};


static void location_handler(enum location_event ev, struct binding *b,
			     void *arg)
{
	struct registrar *r = arg;

	(void)ev;
	(void)b;
	counter_set(r->bindings, location_count(r->loc));
}


static void destructor(void *arg)
{
	struct registrar *r = arg;

	location_unlisten(r->loc, location_handler, r);
	mem_deref(r->auth);
	mem_deref(r->loc);
	mem_deref(r->tp);
	mem_deref(r->txns);
	mem_deref(r->timers);
	mem_deref(r->log);
}


static void answer(const struct visit *v, uint16_t scode, const char *reason,
		   const char *extra)
{
	if (v->st)
		(void)server_txn_reply(v->st, scode, reason, extra);
	else
		(void)transport_reply(v->r->tp, v->req, scode, reason, extra);
}


/* answers, counts and logs: a refusal is one line where it happens */
static void refuse(const struct visit *v, uint16_t scode, const char *reason,
		   const char *extra)
{
	const struct message *req = v->req;

	answer(v, scode, reason, extra);
	counter_inc(v->r->refused);
	if (gate_may_log(transport_gate(v->r->tp), &req->src))
		log_info(v->r->log, "registrar.refused",
			 KV_UINT("status", scode), KV_STR("reason", reason),
			 KV_PL("to", &req->to.addr),
			 KV_PL("call", &req->callid),
			 KV_SA("source", &req->src));
}


static void refuse_errno(const struct visit *v, int err)
{
	static const struct {
		int err;
		uint16_t scode;
		const char *reason;
	} refusalv[] = {
		{EBADMSG, 400, "Bad Contact, Expires or Path"},
		{EPROTO, 400, "CSeq is not higher than before"},
		{EACCES, 403, "Contact Address Not Allowed"},
		{E2BIG, 403, "Too Many Contacts"},
		{ERANGE, 423, "Interval Too Brief"},
		{ENOSPC, 503, "Service Unavailable"},
		{0, 500, "Server Internal Error"},
	};
	char extra[64] = "";
	size_t i = 0;

	if (err == ERANGE)
		(void)re_snprintf(extra, sizeof(extra), "Min-Expires: %u\r\n",
				  v->r->cfg->registrar.expires_min);
	else if (err == ENOSPC)
		(void)re_snprintf(extra, sizeof(extra), "Retry-After: %u\r\n",
				  (uint32_t)RETRY_S);

	while (refusalv[i].err && refusalv[i].err != err)
		++i;
	refuse(v, refusalv[i].scode, refusalv[i].reason, extra);
}


/* section 10.3 step 2: what is required but unknown is listed */
static int check_require(const struct visit *v)
{
	char extra[UNSUPPORTED_MAX + 32];
	struct value_iter it;
	size_t n = 0;
	struct pl val;

	message_values(&it, v->req, HDR_REQUIRE);
	while (message_values_next(&it, &val)) {
		int len;

		if (!pl_strcasecmp(&val, "path"))
			continue;
		if (n + val.l > UNSUPPORTED_MAX)
			break;
		len = re_snprintf(extra + n, sizeof(extra) - n, "%s%r",
				  n ? ", " : "Unsupported: ", &val);
		if (len < 0)
			break;
		n += (size_t)len;
	}
	if (!n)
		return 0;

	(void)re_snprintf(extra + n, sizeof(extra) - n, "\r\n");
	refuse(v, 420, "Bad Extension", extra);

	return EPROTO;
}


/* section 10.3 step 5, before step 3: the domain is the realm to ask for */
static int check_aor(struct visit *v)
{
	const int err = account_aor(v->aor, v->r->cfg, &v->req->to.uri);

	if (err == ENOENT)
		refuse(v, 404, "Not Found", NULL);
	else if (err)
		refuse(v, 400, "Bad To", NULL);

	return err;
}


static int check_auth(const struct visit *v)
{
	char challenge[EXTRA_MAX];
	struct account acc;
	int err;

	if (!v->r->cfg->auth)
		return 0;

	err = auth_check(v->r->auth, v->req, true, &v->req->to.uri.host, &acc,
			 challenge, sizeof(challenge));
	if (err == EACCES) {
		answer(v, 401, "Unauthorized", challenge);
		return err;
	}
	if (err) {
		refuse(v, err == EPERM ? 403 : 500,
		       err == EPERM ? "Account Disabled"
				    : "Server Internal Error",
		       NULL);
		return err;
	}

	gate_good(transport_gate(v->r->tp), v->req);
	if (strcmp(acc.aor, v->aor)) {
		refuse(v, 403, "Not Your Address", NULL);
		return EACCES;
	}

	return 0;
}


static bool is_peer(const struct config *cfg, const struct sa *src)
{
	for (size_t i = 0; i < cfg->peerc; i++) {
		const struct config_peer *peer = &cfg->peerv[i];

		for (size_t k = 0; k < peer->addrc; k++) {
			if (addr_same_host(&peer->addrv[k], src))
				return true;
		}
	}

	return false;
}


static int check_path(const struct visit *v)
{
	if (!message_hdr(v->req, HDR_PATH) ||
	    message_has_token(v->req, HDR_SUPPORTED, "path") ||
	    is_peer(v->r->cfg, &v->req->src))
		return 0;

	refuse(v, 421, "Extension Required", "Require: path\r\n");

	return EPROTO;
}


/* our own address is no phone's, but a private one may be in use elsewhere */
static bool contact_allowed(const struct registrar *r, const struct contact *c,
			    const struct sa *src)
{
	struct sa sa;

	if (!c->expires_s || sipuri_addr(&c->uri, &sa))
		return true;
	if (transport_is_local(r->tp, &sa) && !addr_is_inside(&sa))
		return false;
	if (addr_same_host(&sa, src) || !addr_is_forbidden(&sa))
		return true;

	return r->cfg->relay.allow_local &&
	       addr_classify(&sa) == ADDR_LOOPBACK;
}


static int check_contacts(const struct registrar *r,
			  const struct registration *reg)
{
	for (size_t i = 0; i < reg->contacts.n; i++) {
		if (!contact_allowed(r, &reg->contacts.v[i], &reg->req->src))
			return EACCES;
	}

	return 0;
}


static void accept_registration(const struct visit *v,
				const struct registration *reg)
{
	struct mbuf *mb = mbuf_alloc(512);
	int err;

	if (!mb) {
		refuse_errno(v, ENOMEM);
		return;
	}

	err = registration_print(mb, reg, v->r->loc, timers_now(v->r->timers));
	if (!err)
		err = mbuf_write_mem(mb, (const uint8_t *)"", 1);
	if (err) {
		refuse_errno(v, err);
	}
	else {
		answer(v, 200, "OK", (const char *)mb->buf);
		counter_inc(v->r->accepted);
	}
	mem_deref(mb);
}


static void change(const struct visit *v)
{
	struct registrar *r = v->r;
	const struct contact_limits lim = {
		r->cfg->registrar.expires_default,
		r->cfg->registrar.expires_min,
		r->cfg->registrar.expires_max,
	};
	struct registration *reg = NULL;
	int err;

	err = registration_alloc(&reg, v->req, v->aor, &lim);
	if (err) {
		refuse_errno(v, err == ENOSPC ? E2BIG : err);
		return;
	}

	err = check_contacts(r, reg);
	if (!err)
		err = registration_apply(
			reg, r->loc, r->cfg->registrar.contacts_max, r->log);
	if (err)
		refuse_errno(v, err);
	else
		accept_registration(v, reg);
	mem_deref(reg);
}


/**
 * Answer a REGISTER for one of our domains
 *
 * @param r   Registrar
 * @param req REGISTER
 */
void registrar_request(struct registrar *r, struct message *req)
{
	struct visit v = {.r = r, .req = req};
	int err;

	if (!r || !req || !req->flow)
		return;

	counter_inc(r->requests);
	if (check_require(&v) || check_aor(&v) || check_auth(&v) ||
	    check_path(&v))
		return;

	err = server_txn_alloc(&v.st, r->txns, req, NULL, NULL);
	if (err) {
		refuse_errno(&v, err);
		return;
	}

	change(&v);
	mem_deref(v.st);
}


/**
 * Allocate the registrar
 *
 * @param rp      Registrar
 * @param cfg     Configuration, not owned
 * @param auth    Authentication; NULL with auth = no
 * @param loc     Location
 * @param tp      Transport
 * @param txns    Transactions
 * @param timers  Clock
 * @param log     Log, or NULL
 * @param metrics Counters, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int registrar_alloc(struct registrar **rp, const struct config *cfg,
		    struct auth *auth, struct location *loc,
		    struct transport *tp, struct txns *txns,
		    struct timers *timers, struct log *log,
		    struct metrics *metrics)
{
	struct registrar *r;
	int err;

	if (!rp || !cfg || !loc || !tp || !txns || !timers ||
	    (cfg->auth && !auth))
		return EINVAL;

	r = mem_zalloc(sizeof(*r), destructor);
	if (!r)
		return ENOMEM;

	r->cfg = cfg;
	r->auth = mem_ref(auth);
	r->loc = mem_ref(loc);
	r->tp = mem_ref(tp);
	r->txns = mem_ref(txns);
	r->timers = mem_ref(timers);
	r->log = mem_ref(log);
	r->requests = metrics_counter(metrics, "register_requests_total");
	r->accepted = metrics_counter(metrics, "register_accepted_total");
	r->refused = metrics_counter(metrics, "register_refused_total");
	r->bindings = metrics_counter(metrics, "location_bindings");
	err = location_listen(loc, location_handler, r);
	if (err)
		mem_deref(r);
	else
		*rp = r;

	return err;
}
