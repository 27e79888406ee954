/**
 * @file sdp_writer.c  The lines of a new SDP, most of them as they were
 */
#include "common/ink.h"
#include "proxy/media/sdp_writer.h"


/**
 * Write a piece of text
 *
 * @param w  Writer
 * @param pl Text
 */
void sdp_writer_text(struct sdp_writer *w, const struct pl *pl)
{
	w->err |= mbuf_write_pl(w->mb, pl);
}


/**
 * Write the lines that were kept
 *
 * @param w Writer
 */
void sdp_writer_flush(struct sdp_writer *w)
{
	if (w->run.l)
		sdp_writer_text(w, &w->run);
	w->run.l = 0;
}


/**
 * Begin a line: one before it that has no end gets one
 *
 * @param w Writer
 */
void sdp_writer_line(struct sdp_writer *w)
{
	sdp_writer_flush(w);
	if (w->mb->end && w->mb->buf[w->mb->end - 1] != '\n')
		sdp_writer_text(w, &w->sdp->eol);
}


/**
 * Keep a line as it is
 *
 * @param w    Writer
 * @param line Line
 */
void sdp_writer_keep(struct sdp_writer *w, const struct sdp_line *line)
{
	if (!w->run.l || w->run.p + w->run.l != line->all.p) {
		sdp_writer_line(w);
		w->run.p = line->all.p;
	}
	w->run.l += line->all.l;
}


/**
 * Write an address as c=, o= and a=rtcp have it
 *
 * @param w  Writer
 * @param sa Address
 */
void sdp_writer_address(struct sdp_writer *w, const struct sa *sa)
{
	char buf[INK_ADDR_SIZE + 8];
	struct ink k;

	ink_init(&k, buf, sizeof(buf));
	ink_text(&k, sa_af(sa) == AF_INET6 ? "IP6 " : "IP4 ");
	ink_addr(&k, sa);
	w->err |= mbuf_write_mem(w->mb, (const uint8_t *)buf, k.len);
}


/**
 * Write a c= line
 *
 * @param w   Writer
 * @param sa  Address
 * @param eol Its end
 */
void sdp_writer_conn(struct sdp_writer *w, const struct sa *sa,
		     const struct pl *eol)
{
	sdp_writer_line(w);
	w->err |= mbuf_write_str(w->mb, "c=IN ");
	sdp_writer_address(w, sa);
	sdp_writer_text(w, eol);
}
