/**
 * @file ice_reply.c  What is said to a check
 */
#include <errno.h>
#include <string.h>
#include "relay/ice/check.h"
#include "relay/ice/ice_reply.h"

enum {
	ANSWERS = 100, /* a second; agents pace themselves at 50 */
	ERRORS = 10,
	REPLY_ROOM = 96,
	REASON_SIZE = 24,
	UNKNOWN_ATTRIBUTE = 420,
};


static bool take(struct ice_bucket *b, uint32_t most, uint64_t now_ms)
{
	if (!b->filled_ms || now_ms - b->filled_ms >= 1000) {
		b->filled_ms = now_ms ? now_ms : 1;
		b->n = most;
	}

	if (!b->n)
		return false;

	--b->n;

	return true;
}


static int finish(struct mbuf **mbp, struct mbuf *mb, const struct check *c,
		  int err)
{
	if (!err && mb->end > c->len)
		err = EMSGSIZE;

	if (err) {
		mem_deref(mb);
		return err;
	}

	mbuf_set_pos(mb, 0);
	*mbp = mb;

	return 0;
}


static const char *reason_of(uint16_t code)
{
	switch (code) {
	case 400:
		return "Bad Request";

	case 401:
		return "Unauthenticated";

	case UNKNOWN_ATTRIBUTE:
		return "Unknown Attribute";

	default:
		return "Role Conflict";
	}
}


/**
 * Make an error
 *
 * @param mbp    Pointer to the answer
 * @param budget What may still be said
 * @param c      Check
 * @param now_ms Now
 * @param pwd    Password it has shown to know, NULL if none
 * @param code   400, 401, 420 or 487
 *
 * @return 0 if success, EAGAIN if enough was said, EMSGSIZE if it would be
 *         longer than the check, otherwise errorcode
 *
 * RFC 8489 section 6.3.1.1 and 9.1.3
 */
int ice_reply_error(struct mbuf **mbp, struct ice_budget *budget,
		    const struct check *c, uint64_t now_ms, const char *pwd,
		    uint16_t code)
{
	char reason[REASON_SIZE];
	const struct stun_errcode ec = {.code = code, .reason = reason};
	struct mbuf *mb;
	int err;

	if (!take(&budget->errors, ERRORS, now_ms))
		return EAGAIN;

	mb = mbuf_alloc(REPLY_ROOM);
	if (!mb)
		return ENOMEM;

	(void)re_snprintf(reason, sizeof(reason), "%s", reason_of(code));
	err = stun_msg_encode(mb, c->method, STUN_CLASS_ERROR_RESP,
			      check_tid(c), &ec, (const uint8_t *)pwd,
			      pwd ? strlen(pwd) : 0, true, 0, 1,
			      STUN_ATTR_UNKNOWN_ATTR,
			      code == UNKNOWN_ATTRIBUTE ? &c->unknown : NULL);

	return finish(mbp, mb, c, err);
}


/**
 * Make a success
 *
 * @param mbp    Pointer to the answer
 * @param budget What may still be said
 * @param c      Check
 * @param now_ms Now
 * @param pwd    Password
 * @param src    Where the check came from
 *
 * @return 0 if success, EAGAIN if enough was said, otherwise errorcode
 *
 * RFC 8445 section 7.3.1.2
 */
int ice_reply_success(struct mbuf **mbp, struct ice_budget *budget,
		      const struct check *c, uint64_t now_ms, const char *pwd,
		      const struct sa *src)
{
	struct mbuf *mb;
	int err;

	if (!take(&budget->answers, ANSWERS, now_ms))
		return EAGAIN;

	mb = mbuf_alloc(REPLY_ROOM);
	if (!mb)
		return ENOMEM;

	err = stun_msg_encode(mb, c->method, STUN_CLASS_SUCCESS_RESP,
			      check_tid(c), NULL, (const uint8_t *)pwd,
			      strlen(pwd), true, 0, 1,
			      STUN_ATTR_XOR_MAPPED_ADDR, src);

	return finish(mbp, mb, c, err);
}
