/**
 * @file test/proxy/core/targets.c  The order to try targets in
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "proxy/core/targets.h"
#include "test/test.h"

enum { TARGETS_MAX = 8, ORDER_MAX = 128 };

/** One letter for each target */
struct spec {
	const char *uri;
	uint16_t q;
	const char *instance;
	uint32_t reg_id;
};


static struct target *make(const struct spec *sp)
{
	struct target *t = NULL;
	struct pl pl;

	pl_set_str(&pl, sp->uri);
	ck_assert_int_eq(target_alloc(&t, TARGET_PHONE, &pl), 0);
	t->q = sp->q;
	t->reg_id = sp->reg_id;
	if (sp->instance)
		ck_assert_int_eq(str_dup(&t->instance, sp->instance), 0);

	return t;
}


static int add(struct targets *ts, const struct spec *sp)
{
	struct target *t = make(sp);
	const int err = targets_add(ts, t);

	mem_deref(t);

	return err;
}


static const struct {
	const char *name;
	enum config_fork fork;
	bool another; /* each fails so that the next flow may be tried */
	struct spec v[TARGETS_MAX];
	const char *order; /* users; '|' between what is tried at once */
} orderv[] = {
	{"nobody", CONFIG_FORK_Q, false, {{NULL, 0, NULL, 0}}, ""},
	{"one", CONFIG_FORK_Q, false, {{"sip:a@h", 1000, NULL, 0}}, "a"},
	{"equal q at once",
	 CONFIG_FORK_Q,
	 false,
	 {{"sip:a@h", 1000, NULL, 0}, {"sip:b@h", 1000, NULL, 0}},
	 "ab"},
	{"lower q later",
	 CONFIG_FORK_Q,
	 false,
	 {{"sip:a@h", 500, NULL, 0},
	  {"sip:b@h", 1000, NULL, 0},
	  {"sip:c@h", 500, NULL, 0},
	  {"sip:d@h", 0, NULL, 0}},
	 "b|ac|d"},
	{"all at once",
	 CONFIG_FORK_PARALLEL,
	 false,
	 {{"sip:a@h", 500, NULL, 0},
	  {"sip:b@h", 1000, NULL, 0},
	  {"sip:c@h", 0, NULL, 0}},
	 "bac"},
	{"one by one",
	 CONFIG_FORK_SERIAL,
	 false,
	 {{"sip:a@h", 500, NULL, 0},
	  {"sip:b@h", 1000, NULL, 0},
	  {"sip:c@h", 1000, NULL, 0}},
	 "b|c|a"},
	{"never two flows of one instance at once",
	 CONFIG_FORK_Q,
	 true,
	 {{"sip:a@h", 1000, "urn:1", 1},
	  {"sip:b@h", 1000, "urn:1", 2},
	  {"sip:c@h", 1000, "urn:2", 1},
	  {"sip:d@h", 1000, NULL, 0}},
	 "acd|b"},
	{"a phone that has spoken is not asked by its other flow",
	 CONFIG_FORK_Q,
	 false,
	 {{"sip:a@h", 1000, "urn:1", 1},
	  {"sip:b@h", 1000, "urn:1", 2},
	  {"sip:c@h", 500, "urn:1", 3},
	  {"sip:d@h", 500, NULL, 0}},
	 "a|d"},
	{"one URI by two flows is two targets",
	 CONFIG_FORK_PARALLEL,
	 true,
	 {{"sip:a@h", 1000, "urn:1", 1}, {"sip:a@h", 900, "urn:1", 2}},
	 "a|a"},
};


/* tries all that is ready at once, then all of it fails */
START_TEST(targets_are_tried_in_groups)
{
	struct target *workv[TARGETS_MAX], *t;
	char order[ORDER_MAX] = "";
	struct targets ts;
	size_t pos = 0, n;

	targets_init(&ts, TARGETS_MAX);
	for (size_t i = 0; orderv[_i].v[i].uri; i++)
		ck_assert_int_eq(add(&ts, &orderv[_i].v[i]), 0);

	while (targets_group(&ts, orderv[_i].fork)) {
		const size_t ready = targets_ready(&ts);

		if (pos)
			order[pos++] = '|';
		for (n = 0; (t = targets_take(&ts)); n++) {
			workv[n] = t;
			order[pos++] = t->ruri[4];
		}
		ck_assert_uint_eq(n, ready);
		ck_assert_uint_gt(n, 0);
		while (n--)
			targets_done(&ts, workv[n], orderv[_i].another);
	}
	ck_assert_msg(!strcmp(order, orderv[_i].order), "%s: %s",
		      orderv[_i].name, order);
	targets_flush(&ts);
}
END_TEST


static const struct {
	struct spec a, b;
	int err;
} equalv[] = {
	{{"sip:a@h", 0, NULL, 0}, {"sip:a@h", 0, NULL, 0}, EALREADY},
	{{"sip:a@h", 0, NULL, 0}, {"sip:%61@H", 500, NULL, 0}, EALREADY},
	{{"sip:a@h", 0, NULL, 0}, {"sip:A@h", 0, NULL, 0}, 0},
	{{"sip:a@h", 0, NULL, 0}, {"sip:a@h:5060", 0, NULL, 0}, 0},
	{{"sip:a@h;x=1", 0, NULL, 0}, {"sip:a@h;x=2", 0, NULL, 0}, 0},
	{{"sip:a@h;x=1", 0, NULL, 0}, {"sip:a@h", 0, NULL, 0}, EALREADY},
	{{"sip:a@h;transport=tcp", 0, NULL, 0}, {"sip:a@h", 0, NULL, 0}, 0},
	{{"sip:a@[::1]", 0, NULL, 0},
	 {"sip:a@[0:0::1]", 0, NULL, 0},
	 EALREADY},
	{{"sip:a@h", 0, "urn:1", 1}, {"sip:a@h", 0, "urn:1", 1}, EALREADY},
	{{"sip:a@h", 0, "urn:1", 1}, {"sip:a@h", 0, "urn:1", 2}, 0},
	{{"sip:a@h", 0, "urn:1", 1}, {"sip:a@h", 0, "urn:2", 2}, EALREADY},
};


START_TEST(p13_no_target_is_added_twice)
{
	struct targets ts;
	struct target *t;

	targets_init(&ts, TARGETS_MAX);
	ck_assert_int_eq(add(&ts, &equalv[_i].a), 0);
	ck_assert_int_eq(add(&ts, &equalv[_i].b), equalv[_i].err);
	targets_flush(&ts);

	/* nor one that was tried */
	targets_init(&ts, TARGETS_MAX);
	ck_assert_int_eq(add(&ts, &equalv[_i].a), 0);
	ck_assert(targets_group(&ts, CONFIG_FORK_Q));
	ck_assert_int_eq(add(&ts, &equalv[_i].b), equalv[_i].err);
	t = targets_take(&ts);
	ck_assert_int_eq(add(&ts, &equalv[_i].a), EALREADY);
	targets_done(&ts, t, true);
	ck_assert_int_eq(add(&ts, &equalv[_i].a), EALREADY);
	targets_flush(&ts);
}
END_TEST


START_TEST(the_set_is_bounded)
{
	struct targets ts;
	char uri[32];

	targets_init(&ts, 3);
	for (unsigned i = 0; i < 5; i++) {
		struct spec sp = {uri, 1000, NULL, 0};

		(void)snprintf(uri, sizeof(uri), "sip:u%u@h", i);
		ck_assert_int_eq(add(&ts, &sp), i < 3 ? 0 : ENOSPC);
	}
	targets_stop(&ts);
	ck_assert(!targets_group(&ts, CONFIG_FORK_Q));
	targets_flush(&ts);
}
END_TEST


START_TEST(those_who_join_come_into_the_group_under_way)
{
	const struct spec a = {"sip:a@h", 500, NULL, 0},
			  b = {"sip:b@h", 700, NULL, 0},
			  c = {"sip:c@h", 100, NULL, 0};
	struct targets ts;

	targets_init(&ts, TARGETS_MAX);
	ck_assert_int_eq(add(&ts, &a), 0);
	ck_assert(targets_group(&ts, CONFIG_FORK_Q));
	ck_assert_ptr_nonnull(targets_take(&ts));
	ck_assert_ptr_null(targets_take(&ts));
	ck_assert_int_eq(add(&ts, &b), 0);
	ck_assert_int_eq(add(&ts, &c), 0);
	targets_join(&ts, 500);
	ck_assert_uint_eq(targets_ready(&ts), 1);
	ck_assert_str_eq(targets_take(&ts)->ruri, "sip:b@h");
	ck_assert_ptr_null(targets_take(&ts));
	targets_flush(&ts);
}
END_TEST


START_TEST(null_is_harmless)
{
	struct target *t = NULL;
	struct pl none = PL_INIT;

	targets_init(NULL, 1);
	targets_flush(NULL);
	targets_stop(NULL);
	targets_join(NULL, 0);
	targets_done(NULL, NULL, true);
	ck_assert_int_eq(targets_add(NULL, NULL), EINVAL);
	ck_assert(!targets_group(NULL, CONFIG_FORK_Q));
	ck_assert_uint_eq(targets_ready(NULL), 0);
	ck_assert_ptr_null(targets_take(NULL));
	ck_assert(!target_equal(NULL, NULL));
	ck_assert(!target_same_instance(NULL, NULL));
	ck_assert_int_eq(target_alloc(&t, TARGET_PHONE, &none), EINVAL);
	ck_assert_int_eq(target_alloc(NULL, TARGET_PHONE, &none), EINVAL);
}
END_TEST


START_TEST(out_of_memory_is_enomem)
{
	struct pl pl = PL("sip:a@h");
	struct target *t = NULL;

	oom_after(0);
	ck_assert_int_eq(target_alloc(&t, TARGET_PHONE, &pl), ENOMEM);
	oom_after(-1);
	ck_assert_ptr_null(t);
}
END_TEST


Suite *suite_targets(void);
Suite *suite_targets(void)
{
	Suite *s = suite_create("targets");
	TCase *tc = tcase_create("targets");

	test_table(tc, targets_are_tried_in_groups, orderv);
	test_table(tc, p13_no_target_is_added_twice, equalv);
	tcase_add_test(tc, the_set_is_bounded);
	tcase_add_test(tc, those_who_join_come_into_the_group_under_way);
	tcase_add_test(tc, null_is_harmless);
	tcase_add_test(tc, out_of_memory_is_enomem);
	suite_add_tcase(s, tc);

	return s;
}
