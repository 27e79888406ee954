/**
 * @file ws_frames.c  Messages out of WebSocket frames and into them: pure
 *
 * Of wslay only its frame parser is used: its event layer keeps a piece of
 * memory for each fragment, and fragments may be one octet long.
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "proxy/sip/ws_frames_state.h"
#include "proxy/sip/ws_text.h"


enum { KEEP_SIZE = 2048 }; /* a larger buffer is let go when it is empty */

static void destructor(void *data)
{
	struct ws_frames *f = data;

	if (f->ctx)
		wslay_frame_context_free(f->ctx);
	mem_deref(f->mb);
}


static ssize_t recv_handler(uint8_t *buf, size_t len, int flags, void *arg)
{
	struct ws_frames *f = arg;
	(void)flags;

	if (len > f->left)
		len = f->left;
	if (!len)
		return -1;

	memcpy(buf, f->in, len);
	f->in += len;
	f->left -= len;
	f->fed += len;

	return (ssize_t)len;
}


static bool is_control(const struct wslay_frame_iocb *io)
{
	return wslay_is_ctrl_frame(io->opcode);
}


/* sections 5.1, 5.2 and 5.4 */
static enum ws_code check(const struct ws_frames *f,
			  const struct wslay_frame_iocb *io)
{
	const size_t have = f->open && f->mb ? f->mb->end : 0;

	if (!io->mask || io->rsv)
		return WS_CODE_PROTOCOL;

	switch (io->opcode) {
	case WSLAY_CONTINUATION_FRAME:
		if (!f->open)
			return WS_CODE_PROTOCOL;
		break;
	case WSLAY_TEXT_FRAME:
	case WSLAY_BINARY_FRAME:
		if (f->open)
			return WS_CODE_PROTOCOL;
		break;
	case WSLAY_CONNECTION_CLOSE:
	case WSLAY_PING:
	case WSLAY_PONG:
		return WS_CODE_NONE; /* wslay bounds them */
	default:
		return WS_CODE_PROTOCOL;
	}

	return io->payload_length > WS_MESSAGE_MAX - have ? WS_CODE_TOO_BIG
							  : WS_CODE_NONE;
}


static void begin(struct ws_frames *f, const struct wslay_frame_iocb *io)
{
	f->inside = true;
	f->got = 0;

	if (is_control(io)) {
		f->size = 0;
	}
	else if (!f->open) {
		f->open = true;
		f->text = io->opcode == WSLAY_TEXT_FRAME;
	}
}


static int append(struct ws_frames *f, const struct wslay_frame_iocb *io)
{
	f->got += io->data_length;
	if (!io->data_length)
		return 0;

	if (is_control(io)) {
		if (f->size + io->data_length > sizeof(f->control))
			return ENOSPC;
		memcpy(f->control + f->size, io->data, io->data_length);
		f->size += io->data_length;
		return 0;
	}

	if (!f->mb && !(f->mb = mbuf_alloc(io->data_length)))
		return ENOMEM;

	return mbuf_write_mem(f->mb, io->data, io->data_length);
}


static void bad(struct ws_frames *f, struct ws_item *item, enum ws_code code)
{
	f->bad = true;
	f->mb = mem_deref(f->mb);
	item->kind = WS_KIND_BAD;
	item->code = code;
}


static bool is_code(uint16_t code)
{
	return (code >= 1000 && code <= 1003) ||
	       (code >= 1007 && code <= 1014) ||
	       (code >= 3000 && code <= 4999);
}


/* section 5.5.1 */
static void closed(struct ws_frames *f, struct ws_item *item)
{
	const uint16_t code = f->size < 2 ? 0
					  : (uint16_t)(f->control[0] << 8 |
						       f->control[1]);

	if (f->size == 1 || (f->size && !is_code(code))) {
		bad(f, item, WS_CODE_PROTOCOL);
		return;
	}
	if (f->size && !ws_text_is_utf8(f->control + 2, f->size - 2)) {
		bad(f, item, WS_CODE_NOT_TEXT);
		return;
	}

	f->bad = true;
	item->kind = WS_KIND_CLOSE;
	item->code = (enum ws_code)code;
}


static void control(struct ws_frames *f, struct ws_item *item, uint8_t opcode)
{
	if (opcode == WSLAY_CONNECTION_CLOSE) {
		closed(f, item);
		return;
	}

	item->kind = opcode == WSLAY_PING ? WS_KIND_PING : WS_KIND_PONG;
	item->p = f->control;
	item->len = f->size;
}


static void message(struct ws_frames *f, struct ws_item *item)
{
	item->p = f->mb ? f->mb->buf : f->control;
	item->len = f->mb ? f->mb->end : 0;
	if (f->text && !ws_text_is_utf8(item->p, item->len)) {
		bad(f, item, WS_CODE_NOT_TEXT);
		return;
	}

	item->kind = WS_KIND_MESSAGE;
	f->given = true;
}


static void forget(struct ws_frames *f)
{
	f->given = f->open = false;
	if (f->mb && f->mb->size > KEEP_SIZE)
		f->mb = mem_deref(f->mb);
	else if (f->mb)
		mbuf_rewind(f->mb);
}


static size_t header_size(const struct wslay_frame_iocb *io)
{
	return 2 + 4u +
	       (io->payload_length < 126     ? 0u
		: io->payload_length < 65536 ? 2u
					     : 8u);
}


static void take(struct ws_frames *f, struct ws_item *item,
		 const struct wslay_frame_iocb *io)
{
	enum ws_code code;

	if (!f->inside) {
		code = check(f, io);
		if (code) {
			bad(f, item, code);
			return;
		}
		begin(f, io);
	}

	if (append(f, io)) {
		bad(f, item, WS_CODE_NO_MEMORY);
		return;
	}
	if (f->got < io->payload_length)
		return;

	f->inside = false;
	f->whole += header_size(io) + io->payload_length;
	if (is_control(io))
		control(f, item, io->opcode);
	else if (io->fin)
		message(f, item);
}


/**
 * Allocate the frames of one connection
 *
 * @param fp Pointer to the allocated object
 *
 * @return 0 if success, otherwise errorcode
 */
int ws_frames_alloc(struct ws_frames **fp)
{
	static const struct wslay_frame_callbacks callbacks = {
		.send_callback = ws_frames_send_handler,
		.recv_callback = recv_handler,
	};
	struct ws_frames *f;

	if (!fp)
		return EINVAL;

	f = mem_zalloc(sizeof(*f), destructor);
	if (!f)
		return ENOMEM;

	if (wslay_frame_context_init(&f->ctx, &callbacks, f)) {
		mem_deref(f);
		return ENOMEM;
	}

	*fp = f;

	return 0;
}


/**
 * Take in octets
 *
 * @param f   Frames
 * @param p   Octets, which stay until ws_frames_next() says WS_KIND_MORE
 * @param len How many
 */
void ws_frames_push(struct ws_frames *f, const uint8_t *p, size_t len)
{
	f->in = p;
	f->left = len;
}


/**
 * The next thing that was received; call it until it says WS_KIND_MORE or an
 * end
 *
 * @param f    Frames
 * @param item What came
 */
void ws_frames_next(struct ws_frames *f, struct ws_item *item)
{
	struct wslay_frame_iocb io;
	ssize_t n;

	memset(item, 0, sizeof(*item));
	if (f->given)
		forget(f);

	while (!f->bad && !item->kind) {
		n = wslay_frame_recv(f->ctx, &io);
		if (n == WSLAY_ERR_WANT_READ)
			return;

		if (n < 0)
			bad(f, item, WS_CODE_PROTOCOL);
		else
			take(f, item, &io);
	}
}


/**
 * Has a frame or a message begun that is not whole yet?
 *
 * @param f Frames, after WS_KIND_MORE
 *
 * @return True if so
 */
bool ws_frames_partial(const struct ws_frames *f)
{
	return f && (f->fed != f->whole || (f->open && !f->given));
}
