/**
 * @file test/relay/engine/claim.c  Relays beside each other
 */
#include <string.h>
#include "relay/engine/claim.h"
#include "test/relay/rig.h"
#include "test/test.h"


static const struct {
	const char *addr;
	uint16_t min, max;
	bool disputed; /* by 127.0.0.1, ports 17000 to 17999 */
} claimv[] = {
	{"127.0.0.1", 17000, 17999, true},
	{"127.0.0.1", 17999, 18999, true},
	{"127.0.0.1", 16000, 17000, true},
	{"127.0.0.1", 17400, 17401, true},
	{"127.0.0.1", 18000, 18999, false},
	{"127.0.0.1", 16000, 16999, false},
	{"127.0.0.11", 17000, 17999, false},
	{"127.0.0.2", 17000, 17999, false},
	{"::1", 17000, 17999, false},
};


START_TEST(who_was_first_is_seen)
{
	struct relay_conf first = rig_conf(), second = rig_conf();
	struct claim a = {.fdc = 0}, b = {.fdc = 0};

	first.port_min = 17000;
	first.port_max = 17999;
	ck_assert_int_eq(claim_open(&a, &first), 0);
	ck_assert(!a.disputed);

	/* of several addresses one is enough */
	(void)sa_set_str(&second.addrv[0], "127.0.0.99", 0);
	(void)sa_set_str(&second.addrv[1], claimv[_i].addr, 0);
	second.addrc = 2;
	second.port_min = claimv[_i].min;
	second.port_max = claimv[_i].max;
	ck_assert_int_eq(claim_open(&b, &second), 0);
	ck_assert_int_eq(b.disputed, claimv[_i].disputed);
	claim_close(&b);
	claim_close(&a);

	/* it goes with who had it */
	b.disputed = false;
	ck_assert_int_eq(claim_open(&b, &second), 0);
	ck_assert(!b.disputed);
	claim_close(&b);
	claim_close(&b);
}
END_TEST


Suite *suite_claim(void);
Suite *suite_claim(void)
{
	Suite *s = suite_create("claim");
	TCase *tc = tcase_create("claim");

	test_table(tc, who_was_first_is_seen, claimv);
	suite_add_tcase(s, tc);

	return s;
}
