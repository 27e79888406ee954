/**
 * @file framer.c  Cuts a byte stream into SIP messages (RFC 3261, 18.3): pure
 *
 * Three things end a stream early, so that nobody fills our memory with what
 * can never become a message: a first byte that no start line begins with, a
 * first line that does not name SIP, and a line or header over the guard's
 * bounds.
 */
#include <ctype.h>
#include <errno.h>
#include <string.h>
#include <re.h>
#include "proxy/sip/framer.h"


enum { KEEP_SIZE = 2048 }; /* a larger buffer is let go when it is empty */

struct framer {
	struct mbuf *mb; /* [pos, end): not framed yet; NULL while empty */
	size_t line;     /* start of the line being read, from pos */
	size_t scan;     /* octets searched for line ends, from pos */
	size_t head;     /* octets of the head; 0: not found yet */
	size_t clen;     /* octets of the body, once checked */
	bool checked;    /* the guard let the head pass */
	size_t done;     /* octets of the frame given out last */
	enum framer_event end; /* REFUSED or JUNK: for good */
};


static void destructor(void *data)
{
	struct framer *f = data;

	mem_deref(f->mb);
}


static size_t left(const struct framer *f)
{
	return mbuf_get_left(f->mb);
}


static const uint8_t *start(const struct framer *f)
{
	return mbuf_buf(f->mb);
}


/* n octets are dealt with; the next message starts behind them */
static void skip(struct framer *f, size_t n)
{
	if (!n)
		return;

	f->mb->pos += n;
	f->line = f->scan = f->head = f->clen = 0;
	f->checked = false;

	if (left(f))
		return;
	if (f->mb->size > KEEP_SIZE)
		f->mb = mem_deref(f->mb);
	else
		mbuf_rewind(f->mb);
}


static bool is_token(uint8_t c)
{
	return isalnum(c) || (c && strchr("-.!%*_+`'~", c));
}


static bool is_sip_version(const uint8_t *p, size_t len)
{
	return len >= 4 && !strncasecmp((const char *)p, "SIP/", 4);
}


/* the start of a method or of "SIP/", as far as it is there */
static bool startline_may_be(const uint8_t *p, size_t len)
{
	size_t n = 0;

	while (n < len && n < FRAMER_METHOD_MAX && is_token(p[n]))
		++n;

	if (n == len)
		return true;
	if (p[n] == '/')
		return n == 3 && !strncasecmp((const char *)p, "SIP", 3);

	return n > 0 && p[n] == ' ';
}


/* a whole first line: does it name SIP at its start or its end? */
static bool startline_is(const uint8_t *p, size_t len)
{
	size_t end = len, word;

	if (is_sip_version(p, len))
		return true;

	while (end && strchr(" \t\r\n", p[end - 1]))
		--end;
	word = end;
	while (word && p[word - 1] != ' ')
		--word;

	return word && is_sip_version(p + word, end - word);
}


/* room for the line end: how long is too long is the guard's to say */
static bool is_overlong(const struct framer *f, size_t end)
{
	return end - f->line > GUARD_LINE_MAX + 2 || end > GUARD_HEAD_MAX;
}


/* is [line, end) nothing but a line end? */
static bool line_is_blank(const struct framer *f, size_t end)
{
	const size_t n = end - f->line;

	return n == 1 || (n == 2 && start(f)[f->line] == '\r');
}


/* on to the end of the head; true when it is found or something ended it */
static bool find_head(struct framer *f)
{
	while (!f->head && !f->end) {
		const uint8_t *p = start(f), *nl;
		size_t end;

		nl = memchr(p + f->scan, '\n', left(f) - f->scan);
		end = nl ? (size_t)(nl - p) + 1 : left(f);
		f->scan = end;

		if (!f->line && !startline_may_be(p, end))
			f->end = FRAMER_JUNK;
		else if (nl && !f->line && !startline_is(p, end))
			f->end = FRAMER_JUNK;
		else if (is_overlong(f, end))
			f->end = FRAMER_REFUSED;
		else if (!nl)
			return false;
		else if (line_is_blank(f, end))
			f->head = end;
		else
			f->line = end;
	}

	return true;
}


/* CRLFs between messages: how many pings; a half one waits (RFC 5626, 3.5.1)
 */
static size_t take_crlf(struct framer *f)
{
	const uint8_t *p = start(f);
	const size_t len = left(f);
	size_t pos = 0, n = 0;

	while (len - pos >= 4 && !memcmp(p + pos, "\r\n\r\n", 4)) {
		pos += 4;
		++n;
	}
	if (len - pos >= 3 && !memcmp(p + pos, "\r\n", 2) &&
	    p[pos + 2] != '\r')
		pos += 2;
	skip(f, pos);

	return n;
}


/* "\r", "\r\n" or "\r\n\r": a keepalive whose rest is not there yet */
static bool is_half_crlf(const struct framer *f)
{
	return left(f) < 4 && !memcmp(start(f), "\r\n\r", left(f));
}


/* the guard words the answer, from what there is of the message */
static void refuse(struct framer *f, struct frame *fr, struct guard *g)
{
	fr->p = start(f);
	fr->len = f->head ? f->head : left(f);
	if (f->end == FRAMER_REFUSED && !guard_check(g, fr->p, fr->len, true))
		f->end = FRAMER_JUNK;
	fr->event = f->end;
	f->end = FRAMER_JUNK;
}


/* the head is there: let the guard read it, once */
static void check_head(struct framer *f, struct guard *g)
{
	if (f->checked || f->end)
		return;

	if (guard_check(g, start(f), f->head, true)) {
		f->end = FRAMER_REFUSED;
		return;
	}

	f->checked = true;
	f->clen = g->clen;
}


/**
 * Allocate a framer
 *
 * @param fp Pointer to the allocated framer
 *
 * @return 0 if success, otherwise errorcode
 */
int framer_alloc(struct framer **fp)
{
	struct framer *f;

	if (!fp)
		return EINVAL;

	f = mem_zalloc(sizeof(*f), destructor);
	if (!f)
		return ENOMEM;

	*fp = f;

	return 0;
}


/**
 * Take in octets, as many as fit
 *
 * @param f     Framer
 * @param p     Octets
 * @param len   How many
 * @param taken Pointer to how many were taken; 0 only where no more is framed
 *
 * @return 0 if success, otherwise errorcode
 */
int framer_push(struct framer *f, const uint8_t *p, size_t len, size_t *taken)
{
	size_t n;
	int err;

	if (!f || !p || !taken)
		return EINVAL;

	skip(f, f->done);
	f->done = 0;

	n = FRAMER_MAX - left(f);
	if (n > len)
		n = len;

	if (!f->mb && !(f->mb = mbuf_alloc(n ? n : 1)))
		return ENOMEM;

	memmove(f->mb->buf, start(f), left(f));
	f->mb->end = left(f);
	f->mb->pos = f->mb->end;
	err = mbuf_write_mem(f->mb, p, n);
	f->mb->pos = 0;
	if (!err)
		*taken = n;

	return err;
}


/**
 * Cut off the next thing; call it until it says FRAMER_MORE or an end
 *
 * @param f  Framer
 * @param fr What was cut off
 * @param g  Scratch; for FRAMER_REFUSED what the sender is told
 */
void framer_next(struct framer *f, struct frame *fr, struct guard *g)
{
	memset(fr, 0, sizeof(*fr));

	if (f->end) {
		fr->event = f->end;
		return;
	}

	skip(f, f->done);
	f->done = 0;
	if (!left(f))
		return;

	fr->n = f->scan ? 0 : take_crlf(f);
	if (fr->n) {
		fr->event = FRAMER_PING;
		return;
	}
	if (!left(f) || is_half_crlf(f) || !find_head(f))
		return;

	check_head(f, g);
	if (f->end) {
		refuse(f, fr, g);
		return;
	}
	if (left(f) < f->head + f->clen)
		return;

	fr->event = FRAMER_MESSAGE;
	fr->p = start(f);
	fr->len = f->done = f->head + f->clen;
}


/**
 * Has a message begun that is not whole yet?
 *
 * @param f Framer, after FRAMER_MORE
 *
 * @return True if so
 */
bool framer_partial(const struct framer *f)
{
	return f && left(f) > f->done && !is_half_crlf(f);
}
