/**
 * @file mark.c  The signed mark by which two proxies in one path agree
 *
 * A mark is checked by writing it again from the address that it names and
 * comparing the two: there is one spelling of each, and one thing to get right.
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "common/addr.h"
#include "proxy/media/mark.h"


enum { CALL_SIZE = 8, MARK_SIZE = SDP_MARK_MAX + 1 };

/** What parts an offer's mark from an answer's */
struct kind {
	const char *purpose; /* of the key */
	const char *head;
	bool port;
};

static const struct kind offer_kind = {"mark offer", "1;relay=", true};
static const struct kind answer_kind = {"mark answer", "1;seen=", false};

#define CALL_PARAM ";call="


static void call_mac(uint8_t mac[HASH_MAC_SIZE], const struct hash_key *key,
		     const struct pl *callid)
{
	struct hash_key k;

	hash_key_derive(&k, key->b, sizeof(key->b), "mark call");
	hash_mac(mac, &k, callid->p, callid->l);
}


static int write_mark(char *buf, size_t size, const struct kind *kind,
		      const struct hash_key *key, const struct pl *callid,
		      const struct sa *sa)
{
	uint8_t call[HASH_MAC_SIZE], mac[HASH_MAC_SIZE];
	struct hash_key k;
	int n, l;

	call_mac(call, key, callid);
	n = re_snprintf(buf, size, kind->port ? "%s%J%s%w" : "%s%j%s%w",
			kind->head, sa, CALL_PARAM, call, (size_t)CALL_SIZE);
	if (n < 0)
		return EOVERFLOW;

	hash_key_derive(&k, key->b, sizeof(key->b), kind->purpose);
	hash_mac(mac, &k, buf, (size_t)n);

	l = re_snprintf(buf + n, size - (size_t)n, ";mac=%w", mac,
			sizeof(mac));

	return l < 0 ? EOVERFLOW : 0;
}


static int encode(char *buf, size_t size, const struct kind *kind,
		  const struct hash_key *key, const struct pl *callid,
		  const struct sa *sa)
{
	char mark[MARK_SIZE];
	int err;

	if (!buf || !key || !callid || !callid->p || !sa ||
	    sa_af(sa) == AF_UNSPEC || (kind->port && !sa_port(sa)))
		return EINVAL;

	err = write_mark(mark, sizeof(mark), kind, key, callid, sa);
	if (err)
		return err;
	if (strlen(mark) >= size)
		return EOVERFLOW;

	memcpy(buf, mark, strlen(mark) + 1);

	return 0;
}


static int address(struct sa *sa, const struct kind *kind,
		   const struct pl *mark)
{
	const size_t head = strlen(kind->head);
	const char *end;
	struct pl host;

	if (mark->l < head || memcmp(mark->p, kind->head, head))
		return EBADMSG;

	host.p = mark->p + head;
	end = memchr(host.p, ';', mark->l - head);
	if (!end)
		return EBADMSG;

	host.l = (size_t)(end - host.p);
	if (kind->port)
		return addr_decode_hostport(sa, &host, 0) || !sa_port(sa)
			       ? EBADMSG
			       : 0;

	return addr_decode(sa, &host, 0) ? EBADMSG : 0;
}


static int check(const struct kind *kind, const struct hash_key *key,
		 const struct pl *mark, const struct pl *callid, struct sa *sa)
{
	char want[MARK_SIZE];
	struct sa addr;
	int err;

	if (!key || !mark || !callid || !callid->p || !sa)
		return EINVAL;
	if (!mark->p || mark->l > SDP_MARK_MAX)
		return EBADMSG;

	sa_init(&addr, AF_UNSPEC);
	err = address(&addr, kind, mark);
	if (err)
		return err;

	err = write_mark(want, sizeof(want), kind, key, callid, &addr);
	if (err || strlen(want) != mark->l)
		return EBADMSG;
	if (!hash_equal(want, mark->p, mark->l))
		return EACCES;

	*sa = addr;

	return 0;
}


/**
 * Write the mark of an offer: its address is a relay of ours
 *
 * @param buf    Mark, filled
 * @param size   Octets of buf
 * @param key    Key shared with the next proxy
 * @param callid Call-ID
 * @param relay  Address of the relay in the offer
 *
 * @return 0 if success, otherwise errorcode
 */
int mark_offer(char *buf, size_t size, const struct hash_key *key,
	       const struct pl *callid, const struct sa *relay)
{
	return encode(buf, size, &offer_kind, key, callid, relay);
}


/**
 * Write the mark of an answer: where our phone sends from
 *
 * @param buf    Mark, filled
 * @param size   Octets of buf
 * @param key    Key shared with the proxy that made the offer
 * @param callid Call-ID
 * @param seen   Public address of the phone; its port does not count
 *
 * @return 0 if success, otherwise errorcode
 */
int mark_answer(char *buf, size_t size, const struct hash_key *key,
		const struct pl *callid, const struct sa *seen)
{
	return encode(buf, size, &answer_kind, key, callid, seen);
}


/**
 * Check the mark of an offer
 *
 * @param key    Key shared with the proxy that sent it
 * @param mark   Mark
 * @param callid Call-ID
 * @param relay  Address of the relay, filled
 *
 * @return 0 if success, EBADMSG if malformed, EACCES if it is not by this
 *         proxy or for this call, otherwise errorcode
 */
int mark_offer_check(const struct hash_key *key, const struct pl *mark,
		     const struct pl *callid, struct sa *relay)
{
	return check(&offer_kind, key, mark, callid, relay);
}


/**
 * Check the mark of an answer
 *
 * @param key    Key shared with the proxy that sent it
 * @param mark   Mark
 * @param callid Call-ID
 * @param seen   Address of its phone with port 0, filled
 *
 * @return 0 if success, EBADMSG if malformed, EACCES if it is not by this
 *         proxy or for this call, otherwise errorcode
 */
int mark_answer_check(const struct hash_key *key, const struct pl *mark,
		      const struct pl *callid, struct sa *seen)
{
	return check(&answer_kind, key, mark, callid, seen);
}
