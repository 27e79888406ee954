/**
 * @file refuse_brief.c  An answer to a stranger, no longer than it may be
 *
 * A forged source address would get it thrown at, so it must not be louder
 * than the request was. A request of a real phone leaves room for everything;
 * the smaller it is, the more is left out, and what remains is a valid answer
 * with which a phone can go on. The order of RFC 8760 is kept: of several
 * challenges the first one stays.
 */
#include <errno.h>
#include <string.h>
#include "proxy/sip/guard.h"
#include "proxy/sip/refuse_brief.h"


/* in the order of the harm that they may do to a phone that reads badly */
enum level { ONE_CHALLENGE, PLAIN, COMPACT };

/** The text of an answer of ours on its way out */
struct brief {
	struct mbuf *mb;
	enum level level;
	bool challenged; /* one is written */
	int err;
};

static const char *const compactv[HDR_ID_MAX] = {
	[HDR_VIA] = "v",
	[HDR_FROM] = "f",
	[HDR_TO] = "t",
	[HDR_CALL_ID] = "i",
};


static void put(struct brief *b, const char *p, size_t len)
{
	b->err |= mbuf_write_mem(b->mb, (const uint8_t *)p, len);
}


/* "SIP/2.0 401 " needs no phrase */
static void put_status(struct brief *b, const struct pl *line)
{
	static const size_t head = sizeof("SIP/2.0 401 ") - 1;

	if (b->level < PLAIN || line->l < head) {
		put(b, line->p, line->l);
		return;
	}

	put(b, line->p, head);
	put(b, "\r\n", 2);
}


/* Digest realm="x", nonce="y", algorithm=MD5: MD5 is what no word means */
static void put_challenge(struct brief *b, const struct pl *val)
{
	static const char md5[] = ", algorithm=MD5";
	const char *p = val->p, *end = val->p + val->l;

	while (p < end) {
		const size_t left = (size_t)(end - p);

		if (left > sizeof(md5) && !memcmp(p, md5, sizeof(md5) - 1) &&
		    strchr(",\r", p[sizeof(md5) - 1])) {
			p += sizeof(md5) - 1;
			continue;
		}
		if (b->level == COMPACT && left > 2 && !memcmp(p, ", ", 2)) {
			put(b, ",", 1);
			p += 2;
			continue;
		}
		put(b, p++, 1);
	}
}


static bool is_challenge(enum hdr_id id)
{
	return id == HDR_WWW_AUTHENTICATE || id == HDR_PROXY_AUTHENTICATE;
}


/* what an answer must have, by section 8.2.6.2, or cannot work without */
static bool is_needed(struct brief *b, enum hdr_id id)
{
	if (is_challenge(id)) {
		const bool first = !b->challenged;

		b->challenged = true;
		return first;
	}

	return id == HDR_VIA || id == HDR_FROM || id == HDR_TO ||
	       id == HDR_CALL_ID || id == HDR_CSEQ || id == HDR_UNSUPPORTED ||
	       id == HDR_REQUIRE || id == HDR_RETRY_AFTER ||
	       id == HDR_MIN_EXPIRES ||
	       (id == HDR_CONTENT_LENGTH && b->level < PLAIN);
}


static void put_header(struct brief *b, const struct pl *line)
{
	const char *colon = pl_strchr(line, ':');
	struct pl name = {line->p, 0}, val;
	enum hdr_id id;

	if (!colon)
		return;

	name.l = (size_t)(colon - line->p);
	while (name.l &&
	       (name.p[name.l - 1] == ' ' || name.p[name.l - 1] == '\t'))
		--name.l;
	id = guard_hdr_id(&name);
	if (!is_needed(b, id))
		return;

	if (b->level < (is_challenge(id) ? PLAIN : COMPACT)) {
		put(b, line->p, line->l);
		return;
	}

	val.p = colon + 1;
	val.l = (size_t)(line->p + line->l - val.p);
	if (*val.p == ' ')
		pl_advance(&val, 1);
	if (b->level == COMPACT && compactv[id])
		put(b, compactv[id], 1);
	else
		put(b, name.p, name.l);
	put(b, ": ", b->level < COMPACT ? 2 : 1);
	if (is_challenge(id))
		put_challenge(b, &val);
	else
		put(b, val.p, val.l);
}


/* a line with those that continue it; false: the head is over */
static bool next_line(struct pl *line, struct pl *rest)
{
	const char *p = rest->p, *end = rest->p + rest->l;

	do {
		p = memchr(p, '\n', (size_t)(end - p));
		if (!p)
			return false;
		++p;
	} while (p < end && (*p == ' ' || *p == '\t'));

	line->p = rest->p;
	line->l = (size_t)(p - rest->p);
	pl_advance(rest, (ssize_t)line->l);

	return line->l > 2;
}


static struct mbuf *shorten(const struct mbuf *full, enum level level)
{
	struct brief b = {.mb = mbuf_alloc(full->end), .level = level};
	struct pl rest = {(const char *)full->buf, full->end}, line;

	if (!b.mb)
		return NULL;

	if (next_line(&line, &rest))
		put_status(&b, &line);
	while (next_line(&line, &rest))
		put_header(&b, &line);
	put(&b, "\r\n", 2);
	b.mb->pos = 0;

	return b.err ? mem_deref(b.mb) : b.mb;
}


/**
 * Put a shorter answer in the place of one that is too long
 *
 * @param mbp   Answer of ours without a body, pos 0
 * @param limit Octets that it may have
 *
 * @return 0 if success, EMSGSIZE if the shortest is still longer, otherwise
 *         errorcode
 */
int refuse_brief(struct mbuf **mbp, size_t limit)
{
	static const enum level levelv[] = {ONE_CHALLENGE, PLAIN, COMPACT};

	if (!mbp || !*mbp)
		return EINVAL;

	for (size_t i = 0; i < ARRAY_SIZE(levelv); i++) {
		struct mbuf *mb;

		if ((*mbp)->end <= limit)
			return 0;

		mb = shorten(*mbp, levelv[i]);
		if (!mb)
			return ENOMEM;

		mem_deref(*mbp);
		*mbp = mb;
	}

	return (*mbp)->end <= limit ? 0 : EMSGSIZE;
}
