/**
 * @file visit_check.c  May this REGISTER change anything?
 *
 * Until a phone has shown who it is, everything is answered without state and
 * to the source address only.
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
#include "proxy/sip/gate.h"
#include "proxy/user/push.h"
#include "proxy/user/push_params.h"
#include "proxy/user/registrar_state.h"


enum { CHALLENGE_SIZE = 1024, UNSUPPORTED_MAX = 512 };


static bool is_known(const struct pl *tag)
{
	return !pl_strcasecmp(tag, "path") || !pl_strcasecmp(tag, "outbound");
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

		if (is_known(&val))
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
	visit_refuse(v, 420, "Bad Extension", extra);

	return EPROTO;
}


/* section 10.3 step 5, before step 3: the domain is the realm to ask for */
static int check_aor(struct visit *v)
{
	const int err = account_aor(v->aor, v->r->cfg, &v->req->to.uri);
	const struct account *acc;
	struct pl pl;

	if (err == ENOENT)
		visit_refuse(v, 404, "Not Found", NULL);
	else if (err)
		visit_refuse(v, 400, "Bad To", NULL);
	if (err)
		return err;

	/* an alias is the same user's */
	pl_set_str(&pl, v->aor);
	acc = accounts_find_alias(v->r->accounts, &pl);
	if (acc)
		(void)str_ncpy(v->aor, acc->aor, sizeof(v->aor));

	return 0;
}


static int check_auth(const struct visit *v)
{
	char challenge[CHALLENGE_SIZE];
	struct account acc;
	int err;

	if (!v->r->cfg->auth)
		return 0;

	err = auth_check(v->r->auth, v->req, true, &v->req->to.uri.host, &acc,
			 challenge, sizeof(challenge));
	if (err == EACCES) {
		visit_answer(v, 401, "Unauthorized", challenge);
		return err;
	}
	if (err == EPERM) {
		visit_refuse(v, 403, "Account Disabled", NULL);
		return err;
	}
	if (err) {
		visit_refuse_errno(v, EIO);
		return err;
	}

	gate_good(transport_gate(v->r->tp), v->req);
	if (strcmp(acc.aor, v->aor)) {
		visit_refuse(v, 403, "Not Your Address", NULL);
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

	visit_refuse(v, 421, "Extension Required", "Require: path\r\n");

	return EPROTO;
}


/**
 * Who is it, and may it change these bindings?
 *
 * @param v Visit; aor is filled
 *
 * @return 0 if success, otherwise errorcode and it was answered
 */
int visit_check_sender(struct visit *v)
{
	int err;

	err = check_require(v);
	if (!err)
		err = check_aor(v);
	if (!err)
		err = check_auth(v);
	if (!err)
		err = check_path(v);

	return err;
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


/* who would be woken, and cannot: told at once (RFC 8599 section 5.3.1). An
 * operator who wakes nobody has nothing to refuse */
static bool push_allowed(const struct registrar *r,
			 const struct registration *reg, size_t i)
{
	struct push_params pp;

	if (!r->cfg->push.url[0] || !reg->contacts.v[i].expires_s ||
	    push_params_decode(&pp, reg->contactv[i]))
		return true;

	return push_serves(r->cfg, &pp.provider);
}


/* sips promises TLS on each hop: ours to the phone is the one that it came by,
 * an edge proxy's is its own (RFC 5630 section 4) */
static bool is_kept_promise(const struct visit *v, const struct contact *c)
{
	return pl_strcasecmp(&c->uri.scheme, "sips") || !c->expires_s ||
	       flow_proto_secure(v->req->flow->proto) || v->reg->path;
}


static int check_contact(const struct visit *v, size_t i)
{
	const struct registration *reg = v->reg;

	if (!is_kept_promise(v, &reg->contacts.v[i]))
		return EBADMSG;
	if (!contact_allowed(v->r, &reg->contacts.v[i], &v->req->src))
		return EACCES;

	return push_allowed(v->r, reg, i) ? 0 : ENOTSUP;
}


/**
 * May these Contacts be bound?
 *
 * @param v Visit with its registration
 *
 * @return 0 if success, otherwise errorcode and it was answered
 */
int visit_check_wish(const struct visit *v)
{
	int err = 0;

	for (size_t i = 0; i < v->reg->contacts.n && !err; i++)
		err = check_contact(v, i);
	if (err)
		visit_refuse_errno(v, err);

	return err;
}
