/**
 * @file test/proxy/media/call_ice.c  Whose ICE ends at the relay
 *
 * What is written where it does: test/scenario/media_ice.c.
 */
#include "proxy/media/call_state.h"
#include "test/test.h"

static const struct {
	bool ours;
	enum config_ice peers;
	bool agent;
} rowv[] = {
	{true, CONFIG_ICE_DEFAULT, true},  {false, CONFIG_ICE_DEFAULT, false},
	{true, CONFIG_ICE_REMOVE, false},  {false, CONFIG_ICE_LITE, true},
	{false, CONFIG_ICE_REMOVE, false}, {true, CONFIG_ICE_LITE, true},
};


START_TEST(a_peer_may_have_it_otherwise)
{
	struct config_peer peer = {.ice = rowv[_i].peers};
	struct calls calls = {.count = 1};
	struct call call = {.calls = &calls, .ice = rowv[_i].ours};

	call.sidev[CALL_B].peer = &peer;
	ck_assert_int_eq(call_ice_is_agent(&call, CALL_A), rowv[_i].ours);
	ck_assert_int_eq(call_ice_is_agent(&call, CALL_B), rowv[_i].agent);

	call.calls = NULL;
	ck_assert(!call_ice_is_agent(&call, CALL_A));
}
END_TEST


Suite *suite_call_ice(void);
Suite *suite_call_ice(void)
{
	Suite *s = suite_create("call_ice");
	TCase *tc = tcase_create("agent");

	test_table(tc, a_peer_may_have_it_otherwise, rowv);
	suite_add_tcase(s, tc);

	return s;
}
