/**
 * @file ws_frames.h  Messages out of WebSocket frames and into them: pure
 *
 * The server's side of RFC 6455 section 5, on wslay's frame parser. One
 * message is kept at a time, of WS_MESSAGE_MAX octets at most, whatever the
 * frames say of their length.
 */
#ifndef PROXY_SIP_WS_FRAMES_H
#define PROXY_SIP_WS_FRAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <re.h>

enum { WS_MESSAGE_MAX = 65535, WS_CONTROL_MAX = 125 };

/** Section 7.4.1 */
enum ws_code {
	WS_CODE_NONE = 0,
	WS_CODE_NORMAL = 1000,
	WS_CODE_GOING_AWAY = 1001,
	WS_CODE_PROTOCOL = 1002,
	WS_CODE_NOT_TEXT = 1007,
	WS_CODE_TOO_BIG = 1009,
	WS_CODE_NO_MEMORY = 1011,
};

enum ws_kind {
	WS_KIND_MORE = 0, /* feed it */
	WS_KIND_MESSAGE,
	WS_KIND_PING,
	WS_KIND_PONG,
	WS_KIND_CLOSE, /* code: what they said, to be said back */
	WS_KIND_BAD,   /* code: what they are told; nothing more is read */
};

/** p is valid until the next call */
struct ws_item {
	enum ws_kind kind;
	const uint8_t *p;
	size_t len;
	enum ws_code code;
};

struct ws_frames;

int ws_frames_alloc(struct ws_frames **fp);

/* p has to stay until ws_frames_next() says MORE */
void ws_frames_push(struct ws_frames *f, const uint8_t *p, size_t len);
void ws_frames_next(struct ws_frames *f, struct ws_item *item);

/* a message or frame has begun and is not there yet */
bool ws_frames_partial(const struct ws_frames *f);

/* as one frame behind the end of mb; a message is text where it is UTF-8 */
int ws_frames_message(struct ws_frames *f, struct mbuf *mb, const uint8_t *p,
		      size_t len);
int ws_frames_control(struct ws_frames *f, struct mbuf *mb, enum ws_kind kind,
		      const uint8_t *p, size_t len);
int ws_frames_close(struct ws_frames *f, struct mbuf *mb, enum ws_code code);

#endif
