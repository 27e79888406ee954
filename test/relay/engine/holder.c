/**
 * @file test/relay/engine/holder.c  Who hears what comes to a port
 */
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <netinet/in.h>
#include "relay/engine/holder.h"
#include "test/test.h"

enum { PORT = 18400 };


static int sock_at(const char *host, uint16_t port)
{
	struct sa sa;
	int fd;

	(void)sa_set_str(&sa, host, port);
	fd = socket(sa_af(&sa), SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(bind(fd, &sa.u.sa, sa.len), 0);

	return fd;
}


static const struct {
	const char *has, *wants;
	bool taken;
} holderv[] = {
	{"127.0.0.1", "127.0.0.1", true},
	{"127.0.0.2", "127.0.0.1", false},
	{"0.0.0.0", "127.0.0.1", true},
	{"::", "127.0.0.1", true},
	{"::1", "::1", true},
	{"::", "::1", true},
	{"::1", "127.0.0.1", false},
	{"127.0.0.1", "::1", false},
};


/* by asking, and where that is not possible by trying */
START_TEST(a_port_that_somebody_has_is_seen)
{
	const int row = _i >> 1;
	const int fd = _i & 1 ? holder_open() : -1;
	struct sa localv[2], other;
	int sock;

	for (int i = 0; i < 2; i++)
		(void)sa_set_str(&localv[i], holderv[row].wants,
				 (uint16_t)(PORT + i));
	ck_assert(holder_is_nobody(fd, localv, 2));

	for (int i = 0; i < 2; i++) {
		sock = sock_at(holderv[row].has, (uint16_t)(PORT + i));
		ck_assert_int_eq(holder_is_nobody(fd, localv, 2),
				 !holderv[row].taken);
		ck_assert_int_eq(holder_is_nobody(fd, &localv[i], 1),
				 !holderv[row].taken);
		ck_assert(holder_is_nobody(fd, &localv[!i], 1));
		(void)close(sock);
	}
	ck_assert(holder_is_nobody(fd, localv, 2));

	(void)sa_set_str(&other, holderv[row].wants, PORT + 2);
	ck_assert(holder_is_nobody(fd, &other, 1));
	if (fd >= 0)
		(void)close(fd);
}
END_TEST


START_TEST(a_socket_is_known_from_another)
{
	const int fd = holder_open();
	const int sock = sock_at("127.0.0.1", PORT);
	const int other = sock_at("127.0.0.1", PORT + 1);
	struct sa local;

	(void)sa_set_str(&local, "127.0.0.1", PORT);
	ck_assert(holder_is(fd, sock, &local));
	ck_assert_int_eq(holder_is(fd, other, &local), fd < 0);
	sa_set_port(&local, PORT + 2);
	ck_assert_int_eq(holder_is(fd, sock, &local), fd < 0);

	/* who cannot ask believes it */
	ck_assert(holder_is(-1, sock, &local));
	(void)close(sock);
	(void)close(other);
	if (fd >= 0)
		(void)close(fd);
}
END_TEST


Suite *suite_holder(void);
Suite *suite_holder(void)
{
	Suite *s = suite_create("holder");
	TCase *tc = tcase_create("holder");

	tcase_add_loop_test(tc, a_port_that_somebody_has_is_seen, 0,
			    2 * (int)ARRAY_SIZE(holderv));
	tcase_add_test(tc, a_socket_is_known_from_another);
	suite_add_tcase(s, tc);

	return s;
}
