/**
 * @file branch.c  Branches of ours: unique, recognisable, loop-marking
 */
#include <errno.h>
#include <string.h>
#include "common/ink.h"
#include "proxy/sip/branch.h"
#include "proxy/sip/syntax.h"


#define PREFIX "z9hG4bK-vd-"

enum {
	PREFIX_LEN = sizeof(PREFIX) - 1,
	ID_LEN = 16,
	LOOP_LEN = 8,
	MAC_LEN = 16,
	BRANCH_LEN = PREFIX_LEN + ID_LEN + 1 + LOOP_LEN + 1 + MAC_LEN,
	LOOP_PARTS = 16,
};

_Static_assert((int)BRANCH_LEN < (int)BRANCH_SIZE, "BRANCH_SIZE");


static uint64_t mac(const struct hash_key *key, const char *text)
{
	return hash_sip(key, text, BRANCH_LEN - 1 - MAC_LEN);
}


/* chained, so that no octet can wander from one part into the next */
static uint64_t mix(const struct hash_key *key, uint64_t sum,
		    const struct pl *part)
{
	uint64_t v[2] = {sum, hash_sip(key, part->p, part->l)};

	return hash_sip(key, v, sizeof(v));
}


static uint64_t mix_header(const struct hash_key *key, uint64_t sum,
			   const struct message *req, enum hdr_id id)
{
	const struct hdr *h = message_hdr(req, id);

	for (; h; h = message_hdr_next(req, h))
		sum = mix(key, sum, &h->val);

	return sum;
}


/**
 * What is the same each time a request comes round a loop
 *
 * @param key Key
 * @param req Request as it came
 *
 * @return Hash of Request-URI, tags, Call-ID, CSeq, Route, Proxy-Require and
 *         Proxy-Authorization
 *
 * RFC 3261 section 16.6 step 8
 */
uint32_t branch_loop_hash(const struct hash_key *key,
			  const struct message *req)
{
	static const enum hdr_id idv[] = {HDR_CSEQ, HDR_ROUTE,
					  HDR_PROXY_REQUIRE,
					  HDR_PROXY_AUTHORIZATION};
	uint64_t sum = 0;

	if (!key || !req)
		return 0;

	sum = mix(key, sum, &req->ruri);
	sum = mix(key, sum, &req->from_tag);
	sum = mix(key, sum, &req->to_tag);
	sum = mix(key, sum, &req->callid);
	for (size_t i = 0; i < ARRAY_SIZE(idv); i++)
		sum = mix_header(key, sum + i, req, idv[i]);

	return (uint32_t)(sum ^ sum >> 32);
}


/**
 * Write a branch
 *
 * @param buf  Branch
 * @param key  Key
 * @param id   Unique in time and space
 * @param loop Loop hash
 */
void branch_encode(char buf[BRANCH_SIZE], const struct hash_key *key,
		   uint64_t id, uint32_t loop)
{
	struct ink k;

	if (!buf || !key)
		return;

	ink_init(&k, buf, BRANCH_SIZE);
	ink_text(&k, PREFIX);
	ink_hex(&k, id, ID_LEN);
	ink_text(&k, "-");
	ink_hex(&k, loop, LOOP_LEN);
	ink_text(&k, "-");
	ink_hex(&k, mac(key, buf), MAC_LEN);
	(void)ink_end(&k);
}


/* lower case and full length only: one branch has one spelling */
static int hex(struct pl *rest, size_t len, char end, uint64_t *v)
{
	uint64_t n = 0;

	for (size_t i = 0; i < len; i++) {
		const char c = rest->p[i];

		if (c >= '0' && c <= '9')
			n = n << 4 | (uint64_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			n = n << 4 | (uint64_t)(c - 'a' + 10);
		else
			return EBADMSG;
	}
	pl_advance(rest, (ssize_t)len);
	*v = n;

	return !end || syntax_skip_char(rest, end) ? 0 : EBADMSG;
}


/**
 * Recognise a branch of ours
 *
 * @param key    Key
 * @param branch Branch
 * @param id     Its id, or NULL
 * @param loop   Its loop hash, or NULL
 *
 * @return 0 if success, EBADMSG if it is not ours, EACCES if it only looks so
 */
int branch_decode(const struct hash_key *key, const struct pl *branch,
		  uint64_t *id, uint32_t *loop)
{
	uint64_t n, lh, theirs, mine;
	struct pl rest;

	if (!key || !branch)
		return EINVAL;
	if (branch->l != BRANCH_LEN || memcmp(branch->p, PREFIX, PREFIX_LEN))
		return EBADMSG;

	rest = *branch;
	pl_advance(&rest, PREFIX_LEN);
	if (hex(&rest, ID_LEN, '-', &n) || hex(&rest, LOOP_LEN, '-', &lh) ||
	    hex(&rest, MAC_LEN, '\0', &theirs))
		return EBADMSG;

	mine = mac(key, branch->p);
	if (!hash_equal(&mine, &theirs, sizeof(mine)))
		return EACCES;

	if (id)
		*id = n;
	if (loop)
		*loop = (uint32_t)lh;

	return 0;
}
