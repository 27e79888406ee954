/**
 * @file txn_key.c  By what a message is known to belong to a transaction: pure
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "common/ink.h"
#include "proxy/sip/syntax.h"
#include "proxy/sip/txn_key.h"


enum { SIP_PORT_DEFAULT = 5060 };

static const char cookie[] = "z9hG4bK";


static uint16_t sentby_port(const struct message *m)
{
	return m->via.port ? m->via.port : SIP_PORT_DEFAULT;
}


static uint32_t mix(uint32_t a, uint32_t b)
{
	return (a << 7 | a >> 25) ^ b;
}


static uint32_t hash_2543(const struct hash_key *key, const struct message *m)
{
	uint32_t h = hash_pl(key, &m->callid);

	h = mix(h, hash_pl(key, &m->from_tag));

	return mix(h, m->cseq);
}


static bool has_cookie(const struct pl *branch)
{
	const size_t len = sizeof(cookie) - 1;

	return branch->l > len && !strncasecmp(branch->p, cookie, len);
}


/**
 * Does the top Via have a branch that is worth comparing?
 *
 * @param m Message
 *
 * @return True if it starts with the cookie and says more than that
 */
bool txn_key_has_branch(const struct message *m)
{
	return m && has_cookie(&m->via.branch);
}


/**
 * What a server transaction is known by (RFC 3261 section 17.2.3)
 *
 * @param name Result; without a branch in it that is worth comparing, all
 *             that the request says is
 * @param m    Request
 */
void txn_key_name(struct txn_name *name, const struct message *m)
{
	memset(name, 0, sizeof(*name));
	if (!txn_key_has_branch(m))
		return;

	name->branch = m->via.branch;
	name->host = m->via.host;
	name->port = sentby_port(m);
}


/**
 * Does a request belong to a transaction of that name?
 *
 * @param name Name with a branch
 * @param m    Request; its method is not compared
 *
 * @return True if so
 */
bool txn_key_is_name(const struct txn_name *name, const struct message *m)
{
	return txn_key_has_branch(m) &&
	       !pl_cmp(&name->branch, &m->via.branch) &&
	       !pl_casecmp(&name->host, &m->via.host) &&
	       name->port == sentby_port(m);
}


/**
 * Table key of a server transaction (RFC 3261 section 17.2.3)
 *
 * @param key Key of the hash
 * @param m   A request of it
 * @param met Method of the request that opened it
 *
 * @return Table key
 */
uint32_t txn_key_server(const struct hash_key *key, const struct message *m,
			const struct pl *met)
{
	uint32_t h = hash_pl(key, met);

	if (!txn_key_has_branch(m))
		return mix(h, hash_2543(key, m));

	h = mix(h, hash_pl(key, &m->via.branch));
	h = mix(h, hash_pl_ci(key, &m->via.host));

	return mix(h, sentby_port(m));
}


/**
 * Table key of a client transaction (RFC 3261 section 17.1.3)
 *
 * @param key    Key of the hash
 * @param branch Branch of its request or of a response to it
 * @param met    Method of the request; of a response, the one of its CSeq
 *
 * @return Table key
 */
uint32_t txn_key_client(const struct hash_key *key, const struct pl *branch,
			const struct pl *met)
{
	return mix(hash_pl(key, branch), hash_pl(key, met));
}


/* a line off the front, without its end; false: it has none */
static bool take_line(struct pl *rest, struct pl *line)
{
	const char *lf = memchr(rest->p, '\n', rest->l);

	if (!lf)
		return false;

	*line = syntax_span(rest->p, lf);
	*rest = syntax_span(lf + 1, rest->p + rest->l);

	return true;
}


/**
 * Look for what a client transaction is known by
 *
 * @param branch Branch of the topmost Via, with the cookie
 * @param met    Method
 * @param p      Request, as one of ours is built: a Via is its first header
 * @param len    Its length
 *
 * @return 0 if success, EBADMSG if it is not that simple
 */
int txn_key_peek(struct pl *branch, struct pl *met, const uint8_t *p,
		 size_t len)
{
	static const struct pl name = PL("Via:");
	struct pl rest = {(const char *)p, len}, line, method, val;
	struct via via;

	if (!branch || !met || !p || !take_line(&rest, &line))
		return EBADMSG;

	syntax_token(&line, &method);
	if (!method.l || !syntax_skip_char(&line, ' ') ||
	    !take_line(&rest, &line))
		return EBADMSG;

	/* a folded one is not one of ours */
	if (line.l < name.l || memcmp(line.p, name.p, name.l) ||
	    (rest.l && (*rest.p == ' ' || *rest.p == '\t')))
		return EBADMSG;

	syntax_advance(&line, name.l);
	if (!message_value_cut(&line, &val) || via_decode(&via, &val) ||
	    !has_cookie(&via.branch))
		return EBADMSG;

	*branch = via.branch;
	*met = method;

	return 0;
}


/**
 * Does a request belong to a server transaction? Methods are not compared.
 *
 * @param first  The request that opened the transaction
 * @param m      The request in question
 * @param to_tag The To tag that m must have where matched as in RFC 2543: of
 *               an ACK, the one of our response; else that of first
 *
 * @return True if so
 */
bool txn_key_same_server(const struct message *first, const struct message *m,
			 const struct pl *to_tag)
{
	struct txn_name name;

	if (txn_key_has_branch(first) != txn_key_has_branch(m))
		return false;

	txn_key_name(&name, first);
	if (name.branch.l)
		return txn_key_is_name(&name, m);

	return first->cseq == m->cseq && !pl_cmp(&first->callid, &m->callid) &&
	       !pl_cmp(&first->from_tag, &m->from_tag) &&
	       !pl_cmp(&first->ruri, &m->ruri) &&
	       !pl_cmp(&first->via.val, &m->via.val) &&
	       !pl_cmp(to_tag, &m->to_tag);
}


/**
 * A To tag for replies of our own (RFC 3261 sections 8.2.6.2 and 19.3)
 *
 * @param tag Buffer
 * @param key Key of this process
 * @param req Request that is replied to
 */
void txn_key_tag(char tag[TXN_KEY_TAG_SIZE], const struct hash_key *key,
		 const struct message *req)
{
	const struct pl *plv[] = {&req->callid, &req->from_tag, &req->via.val};
	uint64_t h = req->cseq;
	struct ink k;

	for (size_t i = 0; i < sizeof(plv) / sizeof(plv[0]); i++) {
		const uint64_t x = hash_sip(key, plv[i]->p, plv[i]->l);

		h = (h << 13 | h >> 51) ^ x;
	}

	ink_init(&k, tag, TXN_KEY_TAG_SIZE);
	ink_hex(&k, h, TXN_KEY_TAG_SIZE - 1);
	(void)ink_end(&k);
}
