/**
 * @file ws_frames_write.c  What we say leaves in WebSocket frames
 */
#include <errno.h>
#include <re.h>
#include "proxy/sip/ws_frames_state.h"
#include "proxy/sip/ws_text.h"


/**
 * wslay has octets of a frame
 *
 * @param p     Octets
 * @param len   How many
 * @param flags Not used
 * @param arg   Frames
 *
 * @return How many were taken, -1 for none
 */
ssize_t ws_frames_send_handler(const uint8_t *p, size_t len, int flags,
			       void *arg)
{
	struct ws_frames *f = arg;
	(void)flags;

	return mbuf_write_mem(f->out, p, len) ? -1 : (ssize_t)len;
}


static int frame(struct ws_frames *f, struct mbuf *mb, uint8_t opcode,
		 const uint8_t *p, size_t len)
{
	struct wslay_frame_iocb io = {
		.fin = 1,
		.opcode = opcode,
		.payload_length = len,
		.data = p,
		.data_length = len,
	};
	ssize_t n;

	/* whole or not at all: wslay would go on where it stopped */
	if (mbuf_resize(mb, mb->end + len + 16))
		return ENOMEM;

	mb->pos = mb->end;
	f->out = mb;
	n = wslay_frame_send(f->ctx, &io);
	f->out = NULL;

	return n == (ssize_t)len ? 0 : EPROTO;
}


/**
 * Write a message as one frame
 *
 * @param f   Frames
 * @param mb  Buffer; it is written behind its end
 * @param p   Message
 * @param len Its length
 *
 * @return 0 if success, otherwise errorcode
 */
int ws_frames_message(struct ws_frames *f, struct mbuf *mb, const uint8_t *p,
		      size_t len)
{
	if (!f || !mb || !p)
		return EINVAL;

	return frame(f, mb,
		     ws_text_is_utf8(p, len) ? WSLAY_TEXT_FRAME
					     : WSLAY_BINARY_FRAME,
		     p, len);
}


/**
 * Write a ping or a pong
 *
 * @param f    Frames
 * @param mb   Buffer; it is written behind its end
 * @param kind WS_KIND_PING or WS_KIND_PONG
 * @param p    What it holds, or NULL
 * @param len  How many octets, WS_CONTROL_MAX at most
 *
 * @return 0 if success, otherwise errorcode
 */
int ws_frames_control(struct ws_frames *f, struct mbuf *mb, enum ws_kind kind,
		      const uint8_t *p, size_t len)
{
	if (!f || !mb || len > WS_CONTROL_MAX ||
	    (kind != WS_KIND_PING && kind != WS_KIND_PONG))
		return EINVAL;

	return frame(f, mb, kind == WS_KIND_PING ? WSLAY_PING : WSLAY_PONG, p,
		     len);
}


/**
 * Write a close
 *
 * @param f    Frames
 * @param mb   Buffer; it is written behind its end
 * @param code Why; WS_CODE_NONE: it is not said
 *
 * @return 0 if success, otherwise errorcode
 */
int ws_frames_close(struct ws_frames *f, struct mbuf *mb, enum ws_code code)
{
	const uint8_t v[] = {(uint8_t)(code >> 8), (uint8_t)code};

	if (!f || !mb)
		return EINVAL;

	return frame(f, mb, WSLAY_CONNECTION_CLOSE, v, code ? sizeof(v) : 0);
}
