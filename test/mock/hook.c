/**
 * @file hook.c  An operator's HTTP hook on loopback
 */
#include <string.h>
#include "test/mock/hook.h"
#include "test/test.h"


static void request_handler(struct http_conn *conn, const struct http_msg *msg,
			    void *arg)
{
	struct hook *h = arg;
	const struct http_hdr *type = http_msg_hdr(msg, HTTP_HDR_CONTENT_TYPE);
	const size_t n = mbuf_get_left(msg->mb);

	++h->requests;
	(void)re_snprintf(h->head, sizeof(h->head), "%r %r %r", &msg->met,
			  &msg->path, type ? &type->val : &pl_null);
	ck_assert_uint_lt(n, sizeof(h->body));
	memcpy(h->body, mbuf_buf(msg->mb), n);
	h->body[n] = '\0';
	if (h->status)
		(void)http_creply(conn, (uint16_t)h->status, "Status",
				  "text/plain", "said");
}


void hook_open(struct hook *h, unsigned status)
{
	struct sa sa;

	memset(h, 0, sizeof(*h));
	h->status = status;
	ck_assert_int_eq(sa_set_str(&sa, "127.0.0.1", 0), 0);
	ck_assert_int_eq(http_listen(&h->sock, &sa, request_handler, h), 0);
	ck_assert_int_eq(tcp_sock_local_get(http_sock_tcp(h->sock), &sa), 0);
	(void)re_snprintf(h->url, sizeof(h->url), "http://%J/wake", &sa);
}


void hook_close(struct hook *h)
{
	h->sock = mem_deref(h->sock);
}
