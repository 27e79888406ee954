/**
 * @file test/relay/kernel/netlink.c  Questions to the kernel's routing
 */
#include <errno.h>
#include <string.h>
#include <unistd.h>
#include <sys/socket.h>
#include <net/if.h>
#include "relay/kernel/routing.h"
#include "test/test.h"

enum { HEAD = 4 };

/* a message with a head of 4 octets, then these */
static const struct {
	const char *name;
	uint16_t v[8]; /* length, type, two words of value ... */
	size_t octets;
	bool one, two; /* are attributes of type 1 and 2 found? */
} attrv[] = {
	{"none", {0}, 0, false, false},
	{"one", {8, 1, 0, 0}, 8, true, false},
	{"two", {8, 1, 0, 0, 8, 2, 0, 0}, 16, true, true},
	{"filled up", {6, 1, 7, 0, 6, 2, 7, 0}, 16, true, true},
	{"the last not filled up", {8, 1, 0, 0, 6, 2, 7}, 14, true, true},
	{"empty ones", {4, 1, 4, 2}, 8, true, true},
	{"flagged as nested", {4, 1 | NLA_F_NESTED}, 4, true, false},
	{"shorter than itself", {3, 1, 4, 2}, 8, false, false},
	{"of no length", {0, 1, 4, 2}, 8, false, false},
	{"longer than the message", {20, 1, 0, 0}, 8, false, false},
	{"the second is longer", {4, 1, 9, 2}, 8, true, false},
	{"half a head", {8, 1, 0, 0, 4}, 10, true, false},
	{"of an unknown type", {4, 1000, 4, 2}, 8, false, true},
};


START_TEST(attributes_are_read_as_far_as_they_are_true)
{
	union netlink_answer a;
	const struct rtattr *v[NETLINK_ATTRS];

	memset(&a, 0, sizeof(a));
	a.head.nlmsg_len = (uint32_t)(NLMSG_LENGTH(HEAD) + attrv[_i].octets);
	memcpy((uint8_t *)NLMSG_DATA(&a.head) + HEAD, attrv[_i].v,
	       attrv[_i].octets);
	netlink_attrs(v, &a.head, HEAD);
	ck_assert_msg((v[1] != NULL) == attrv[_i].one, "%s: one",
		      attrv[_i].name);
	ck_assert_msg((v[2] != NULL) == attrv[_i].two, "%s: two",
		      attrv[_i].name);
}
END_TEST


START_TEST(messages_that_are_cut_off_say_nothing)
{
	struct routing_neigh neigh;
	struct routing_link link;
	union netlink_answer a;
	struct sa sa;

	for (uint32_t len = 0; len < 64; len++) {
		memset(&a, 0, sizeof(a));
		a.head.nlmsg_len = len;
		a.head.nlmsg_type = RTM_NEWNEIGH;
		ck_assert_int_eq(routing_read_neigh(&neigh, &sa, &a.head),
				 ENOENT);
		routing_read_link(&link, &a.head);
		ck_assert(!link.ethernet);
	}
}
END_TEST


START_TEST(addresses_have_four_or_sixteen_octets)
{
	struct {
		struct rtattr attr;
		uint8_t b[32];
	} a;
	struct sa sa;

	memset(&a, 1, sizeof(a));
	ck_assert_int_eq(netlink_sa(&sa, NULL), ENOENT);
	for (uint16_t len = 0; len < 32; len++) {
		a.attr.rta_len = (uint16_t)RTA_LENGTH(len);
		ck_assert_int_eq(netlink_sa(&sa, &a.attr),
				 len == 4 || len == 16 ? 0 : ENOENT);
	}
	a.attr.rta_len = RTA_LENGTH(3);
	ck_assert_uint_eq(netlink_get32(&a.attr), 0);
	a.attr.rta_len = RTA_LENGTH(4);
	ck_assert_uint_eq(netlink_get32(&a.attr), 0x01010101);
	ck_assert_uint_eq(netlink_get32(NULL), 0);
}
END_TEST


START_TEST(the_kernel_answers)
{
	struct routing_route route;
	struct routing_neigh neigh;
	struct routing_link link;
	struct sa lo, there;
	int fd = -1;

	ck_assert_int_eq(netlink_open(&fd, 0), 0);
	ck_assert_int_eq(routing_link(fd, &link, if_nametoindex("lo")), 0);
	ck_assert(!link.ethernet);
	ck_assert_uint_ne(link.mtu, 0);
	ck_assert_int_eq(routing_link(fd, &link, 0x7ffffff0), ENODEV);

	/* an answer that nobody read does not become another question's */
	(void)sa_set_str(&lo, "127.0.0.1", 0);
	(void)sa_set_str(&there, "127.0.0.2", 0);
	for (int i = 0; i < 3; i++) {
		struct netlink_question q;
		struct ifinfomsg *ifi;

		ifi = netlink_begin(&q, RTM_GETLINK, sizeof(*ifi));
		ifi->ifi_index = (int)if_nametoindex("lo");
		ck_assert_int_gt(send(fd, &q.u, q.u.head.nlmsg_len, 0), 0);
		ck_assert_int_eq(routing_route(fd, &route, &lo, &there),
				 ENETUNREACH);
	}
	ck_assert_int_eq(routing_neigh(fd, &neigh, 0x7ffffff0, &there),
			 ENODEV);
	(void)close(fd);
}
END_TEST


Suite *suite_netlink(void);
Suite *suite_netlink(void)
{
	Suite *s = suite_create("netlink");
	TCase *tc = tcase_create("netlink");

	test_table(tc, attributes_are_read_as_far_as_they_are_true, attrv);
	tcase_add_test(tc, messages_that_are_cut_off_say_nothing);
	tcase_add_test(tc, addresses_have_four_or_sixteen_octets);
	tcase_add_test(tc, the_kernel_answers);
	suite_add_tcase(s, tc);

	return s;
}
