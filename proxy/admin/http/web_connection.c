/**
 * @file web_connection.c  Connections, and how long they may take
 */
#include <sys/socket.h>
#include "common/clock.h"
#include "proxy/admin/http/web_connection.h"
#include "proxy/admin/http/web_state.h"

struct web_connection {
	struct le le;
	int fd;         /* the library's */
	uint64_t until; /* ms; 0: not limited, or over */
};


static void destructor(void *arg)
{
	struct web_connection *c = arg;

	list_unlink(&c->le);
}


static uint64_t now_ms(void)
{
	return clock_us() / 1000;
}


/**
 * A connection begins or ends
 *
 * @param cls  Server
 * @param mc   Connection
 * @param ctx  What we know of it
 * @param code Which of the two
 */
void web_connection_notify(void *cls, struct MHD_Connection *mc, void **ctx,
			   enum MHD_ConnectionNotificationCode code)
{
	const union MHD_ConnectionInfo *info;
	struct web *w = cls;
	struct web_connection *c;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		*ctx = mem_deref(*ctx);
		return;
	}

	info = MHD_get_connection_info(mc, MHD_CONNECTION_INFO_CONNECTION_FD);
	c = mem_zalloc(sizeof(*c), destructor);
	if (!c || !info) {
		mem_deref(c);
		return;
	}

	c->fd = info->connect_fd;
	c->until = now_ms() + w->head_ms;
	list_append(&w->connectionl, &c->le, c);
	*ctx = c;
}


/**
 * Give a connection time
 *
 * @param mc Connection
 * @param ms Milliseconds from now; 0: no limit
 */
void web_connection_allow(struct MHD_Connection *mc, unsigned ms)
{
	const union MHD_ConnectionInfo *info;
	struct web_connection *c;

	info = MHD_get_connection_info(mc, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	c = info ? info->socket_context : NULL;
	if (c)
		c->until = ms ? now_ms() + ms : 0;
}


/**
 * End connections whose time is over
 *
 * @param w Server
 *
 * @return Milliseconds until the next one is, -1: none will be
 */
int web_connection_check(struct web *w)
{
	const uint64_t now = now_ms();
	uint64_t next = UINT64_MAX;

	for (struct le *le = w->connectionl.head; le; le = le->next) {
		struct web_connection *c = le->data;

		if (c->until && c->until <= now) {
			/* the library sees it and closes */
			(void)shutdown(c->fd, SHUT_RDWR);
			c->until = 0;
		}
		else if (c->until && c->until < next) {
			next = c->until;
		}
	}

	return next == UINT64_MAX ? -1 : (int)(next - now);
}
