/**
 * @file value.c  The values of list headers, over commas and lines
 *
 * RFC 3261 section 7.3.1. A comma inside quotes, <> or a comment separates
 * nothing. A parenthesis opens a comment only behind a blank: elsewhere it is
 * a character of a URI (RFC 4475 section 3.1.1.2).
 */
#include <errno.h>
#include <string.h>
#include "proxy/sip/message.h"
#include "proxy/sip/syntax.h"


struct state {
	bool quoted;
	bool angled;
	size_t depth; /* of comments */
	bool blank;   /* in front of this octet */
};


/* true: this comma ends the value */
static bool separates(struct state *st, char c)
{
	const bool blank = st->blank;

	st->blank = syntax_is_lws(c);
	if (c == '"' && !st->depth)
		st->quoted = !st->quoted;
	if (st->quoted)
		return false;
	if (c == '(' && !st->angled && (st->depth || blank))
		++st->depth;
	else if (c == ')' && st->depth)
		--st->depth;
	if (st->depth)
		return false;
	if (c == '<')
		st->angled = true;
	else if (c == '>')
		st->angled = false;

	return c == ',' && !st->angled;
}


/* takes one value and its comma off the front */
static struct pl cut(struct pl *rest)
{
	struct state st = {.blank = true};
	struct pl val;
	size_t i = 0;

	for (; i < rest->l; i++) {
		const char c = rest->p[i];

		/* most octets mean nothing here */
		if (!syntax_is(c, SYNTAX_VALUE)) {
			st.blank = false;
			continue;
		}
		if (c == '\\' && (st.quoted || st.depth)) {
			++i;
			continue;
		}
		if (separates(&st, c))
			break;
	}
	if (i > rest->l)
		i = rest->l;

	val = syntax_span(rest->p, rest->p + i);
	syntax_advance(rest, i < rest->l ? i + 1 : i);
	syntax_trim(&val);

	return val;
}


/**
 * Take one value off the front of a header's text
 *
 * @param rest Text, afterwards what follows the value and its comma
 * @param val  Value, without blanks around it
 *
 * @return true if there was one, false at the end
 */
bool message_value_cut(struct pl *rest, struct pl *val)
{
	if (!rest || !val)
		return false;

	/* empty values are none */
	while (rest->l && (*rest->p == ',' || syntax_is_lws(*rest->p))) {
		++rest->p;
		--rest->l;
	}
	if (!rest->l)
		return false;

	*val = cut(rest);

	return true;
}


static bool next_line(struct value_iter *it)
{
	const struct message *m = it->m;

	while (++it->i < m->hdrc) {
		if (m->hdrv[it->i].id != it->id)
			continue;
		it->rest = m->hdrv[it->i].val;
		return true;
	}

	return false;
}


/**
 * Start walking the values of a header
 *
 * @param it Walk
 * @param m  Message
 * @param id Header
 */
void message_values(struct value_iter *it, const struct message *m,
		    enum hdr_id id)
{
	if (!it)
		return;

	memset(it, 0, sizeof(*it));
	it->m = m;
	it->id = id;
	it->i = SIZE_MAX;
}


/**
 * The next value
 *
 * @param it  Walk; it->i is the index of the value's header line
 * @param val Value, without blanks around it
 *
 * @return true if there was one, false at the end
 */
bool message_values_next(struct value_iter *it, struct pl *val)
{
	if (!it || !it->m || !val)
		return false;
	if (it->i != SIZE_MAX && it->i >= it->m->hdrc)
		return false;

	while (!message_value_cut(&it->rest, val)) {
		if (!next_line(it))
			return false;
	}

	return true;
}


/**
 * The n-th value of a header
 *
 * @param m   Message
 * @param id  Header
 * @param n   Number of the value, from 0
 * @param val Value
 *
 * @return 0 if success, ENOENT behind the last
 */
int message_value(const struct message *m, enum hdr_id id, size_t n,
		  struct pl *val)
{
	struct value_iter it;
	struct pl v;

	if (!m || !val)
		return EINVAL;

	message_values(&it, m, id);
	while (message_values_next(&it, &v)) {
		if (n--)
			continue;
		*val = v;
		return 0;
	}

	return ENOENT;
}


/**
 * Is a token in a list header
 *
 * @param m     Message
 * @param id    Header
 * @param token Token, without regard to case
 *
 * @return true if it is
 */
bool message_has_token(const struct message *m, enum hdr_id id,
		       const char *token)
{
	struct value_iter it;
	struct pl v, wanted;

	if (!m || !token)
		return false;

	pl_set_str(&wanted, token);
	message_values(&it, m, id);
	while (message_values_next(&it, &v)) {
		if (!pl_casecmp(&v, &wanted))
			return true;
	}

	return false;
}


/**
 * The number in a header of one value
 *
 * @param m   Message
 * @param id  Header
 * @param max Highest number allowed
 * @param n   Number
 *
 * @return 0 if success, ENOENT, EBADMSG (no digits, or above max)
 */
int message_u32(const struct message *m, enum hdr_id id, uint32_t max,
		uint32_t *n)
{
	const struct hdr *h = message_hdr(m, id);

	if (!m || !n)
		return EINVAL;
	if (!h)
		return ENOENT;

	return syntax_u32(n, &h->val, max) ? EBADMSG : 0;
}
