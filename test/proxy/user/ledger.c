/**
 * @file test/proxy/user/ledger.c  Memory and disk, one change at a time
 */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "test/test.h"
#include "test/mock/disk.h"
#include "test/mock/fakeflow.h"
#include "proxy/user/ledger.h"

#define ALICE "alice@example.net"
#define BOB   "bob@example.net"

static struct timers *timers;
static struct location *loc;
static struct ledger *ld;
static struct transport *tp;
static struct fakeflow *ff;


static void drop_message(struct message *msg, void *arg)
{
	(void)msg;
	(void)arg;
}


static void start(struct store *store)
{
	ck_assert_int_eq(location_alloc(&loc, timers, 10), 0);
	ck_assert_int_eq(ledger_alloc(&ld, store, loc, timers, NULL, NULL), 0);
}


static void setup(void)
{
	const struct transport_conf tconf = {
		.tcp_per_source = 8,
		.tcp_total = 8,
		.tcp_message_ms = 1000,
		.tcp_idle_ms = 1000,
		.tcp_connect_ms = 1000,
	};

	ck_assert_int_eq(timers_alloc_virtual(&timers, 5000), 0);
	ck_assert_int_eq(transport_alloc(&tp, timers, NULL, NULL, &tconf,
					 drop_message, NULL),
			 0);
	ck_assert_int_eq(fakeflow_alloc(&ff, FLOW_UDP, "192.0.2.1:5060",
					"198.51.100.7:40000", timers),
			 0);
	start(disk_take());
}


static void stop(void)
{
	ld = mem_deref(ld);
	loc = mem_deref(loc);
}


static void teardown(void)
{
	stop();
	disk_release();
	tp = mem_deref(tp);
	ff = mem_deref(ff);
	timers = mem_deref(timers);
}


/** Somebody who changes one binding when it is his turn */
struct clerk {
	const char *aor, *contact;
	uint32_t expires_s;
	struct turn *turn;
	int err; /* -1: not written yet */
	bool done;
};


static void written_handler(int err, void *arg)
{
	struct clerk *c = arg;

	c->err = err;
	c->done = true;
	c->turn = mem_deref(c->turn);
}


static void work(void *arg)
{
	struct clerk *c = arg;
	struct location_batch *lb = NULL;
	struct location_change chg;
	struct pl aor;

	memset(&chg, 0, sizeof(chg));
	chg.b.contact = (char *)c->contact;
	chg.b.callid = (char *)"c";
	chg.b.flow = ff->flow;
	chg.b.source = ff->flow->peer;
	chg.expires_s = c->expires_s;
	pl_set_str(&aor, c->aor);
	ck_assert(turn_is_now(c->turn));
	ck_assert_int_eq(location_prepare(&lb, loc, &aor, &chg, 1), 0);
	c->err = turn_write(c->turn, lb, written_handler);
	mem_deref(lb);
	if (c->err)
		c->turn = mem_deref(c->turn);
	else if (!c->done)
		c->err = -1;
}


static int come(struct clerk *c)
{
	const int err = turn_alloc(&c->turn, ld, c->aor, work, c);

	if (!err && turn_is_now(c->turn))
		work(c);

	return err;
}


static size_t count(const char *aor)
{
	struct pl pl;

	pl_set_str(&pl, aor);

	return list_count(location_get(loc, &pl));
}


START_TEST(memory_follows_the_disk)
{
	struct clerk c = {.aor = ALICE, .contact = "sip:a@h", .expires_s = 60};

	ck_assert_int_eq(come(&c), 0);
	ck_assert_uint_eq(disk_pending(), 1);
	ck_assert_uint_eq(count(ALICE), 0);
	ck_assert(!c.done);
	disk_finish(0);
	ck_assert_int_eq(c.err, 0);
	ck_assert_uint_eq(count(ALICE), 1);
	ck_assert_uint_eq(disk_items(ALICE), 1);
	ck_assert_ptr_nonnull(strstr(disk_item(ALICE, 0), "sip:a@h"));
}
END_TEST


START_TEST(what_could_not_be_written_was_never_there)
{
	struct clerk c = {.aor = ALICE, .contact = "sip:a@h", .expires_s = 60};

	ck_assert_int_eq(come(&c), 0);
	disk_finish(EIO);
	ck_assert(c.done);
	ck_assert_int_eq(c.err, EIO);
	ck_assert_uint_eq(count(ALICE), 0);
	ck_assert_uint_eq(disk_items(ALICE), 0);

	disk_refuse(ENOSPC);
	c.done = false;
	ck_assert_int_eq(come(&c), 0);
	ck_assert_int_eq(c.err, ENOSPC);
	ck_assert(!c.done);
	ck_assert_uint_eq(count(ALICE), 0);
}
END_TEST


START_TEST(changes_of_one_user_take_turns)
{
	struct clerk v[] = {
		{.aor = ALICE, .contact = "sip:a@h", .expires_s = 60},
		{.aor = ALICE, .contact = "sip:b@h", .expires_s = 60},
		{.aor = ALICE, .contact = "sip:a@h", .expires_s = 0},
		{.aor = BOB, .contact = "sip:a@h", .expires_s = 60},
	};

	for (size_t i = 0; i < ARRAY_SIZE(v); i++)
		ck_assert_int_eq(come(&v[i]), 0);
	/* alice's first, and bob's */
	ck_assert_uint_eq(disk_pending(), 2);
	disk_finish(0);
	ck_assert(v[0].done && !v[1].done && !v[3].done);
	disk_finish(0);
	ck_assert(v[3].done && !v[1].done);
	disk_finish(EIO);
	ck_assert(v[1].done && v[1].err == EIO && !v[2].done);
	disk_finish(0);
	ck_assert(v[2].done && !v[2].err);
	ck_assert_uint_eq(disk_pending(), 0);
	ck_assert_uint_eq(count(ALICE), 0);
	ck_assert_uint_eq(count(BOB), 1);
	ck_assert_uint_eq(disk_items(ALICE), 0);
}
END_TEST


START_TEST(only_so_many_wait)
{
	struct clerk v[LEDGER_TURNS_MAX + 1];

	memset(v, 0, sizeof(v));
	for (size_t i = 0; i <= LEDGER_TURNS_MAX; i++) {
		v[i].aor = ALICE;
		v[i].contact = "sip:a@h";
		v[i].expires_s = 60;
		ck_assert_int_eq(come(&v[i]),
				 i < LEDGER_TURNS_MAX ? 0 : ENOSPC);
	}
	while (disk_pending())
		disk_finish(0);
	for (size_t i = 0; i < LEDGER_TURNS_MAX; i++)
		ck_assert(v[i].done && !v[i].err);
}
END_TEST


START_TEST(who_goes_away_holds_up_nobody)
{
	struct clerk v[] = {
		{.aor = ALICE, .contact = "sip:a@h", .expires_s = 60},
		{.aor = ALICE, .contact = "sip:b@h", .expires_s = 60},
		{.aor = ALICE, .contact = "sip:c@h", .expires_s = 60},
	};

	for (size_t i = 0; i < ARRAY_SIZE(v); i++)
		ck_assert_int_eq(come(&v[i]), 0);
	/* while it writes: the write goes on; while it waits */
	v[0].turn = mem_deref(v[0].turn);
	v[1].turn = mem_deref(v[1].turn);
	ck_assert_uint_eq(disk_pending(), 1);
	disk_finish(0);
	ck_assert(!v[0].done && !v[1].done);
	ck_assert_uint_eq(count(ALICE), 1);
	ck_assert_uint_eq(disk_pending(), 1);
	disk_finish(0);
	ck_assert(v[2].done);
	ck_assert_uint_eq(count(ALICE), 2);

	/* the last of all goes without a word */
	ck_assert_int_eq(come(&v[0]), 0);
	v[0].turn = mem_deref(v[0].turn);
	stop();
	ck_assert_uint_eq(disk_pending(), 1);
	disk_finish(0);
}
END_TEST


START_TEST(a_turn_outlives_its_ledger)
{
	struct clerk v[] = {
		{.aor = ALICE, .contact = "sip:a@h", .expires_s = 60},
		{.aor = ALICE, .contact = "sip:b@h", .expires_s = 60},
	};

	ck_assert_int_eq(come(&v[0]), 0);
	ck_assert_int_eq(come(&v[1]), 0);
	ledger_close(ld);
	stop();
	ck_assert(!turn_is_now(v[0].turn));
	mem_deref(v[0].turn);
	mem_deref(v[1].turn);
	ck_assert(!v[0].done && !v[1].done);
}
END_TEST


START_TEST(what_expires_leaves_the_disk_later)
{
	struct clerk a = {.aor = ALICE, .contact = "sip:a@h", .expires_s = 60};
	struct clerk b = {.aor = ALICE, .contact = "sip:b@h", .expires_s = 90};

	ck_assert_int_eq(come(&a), 0);
	disk_finish(0);
	ck_assert_int_eq(come(&b), 0);
	disk_finish(0);
	ck_assert_uint_eq(disk_items(ALICE), 2);
	timers_advance(timers, 60500);
	ck_assert_uint_eq(count(ALICE), 1);
	ck_assert_uint_eq(disk_pending(), 0);
	timers_advance(timers, 1000);
	ck_assert_uint_eq(disk_pending(), 1);
	disk_finish(EIO);
	ck_assert_uint_eq(disk_items(ALICE), 2);
	timers_advance(timers, 1000);
	ck_assert_uint_eq(disk_pending(), 0);
	timers_advance(timers, 10000);
	disk_finish(0);
	ck_assert_uint_eq(disk_items(ALICE), 1);
	timers_advance(timers, 60000);
	disk_finish(0);
	ck_assert_uint_eq(disk_items(ALICE), 0);
	timers_advance(timers, 60000);
	ck_assert_uint_eq(disk_pending(), 0);
}
END_TEST


START_TEST(what_goes_while_it_is_written_is_cleaned_after)
{
	struct clerk a = {.aor = ALICE, .contact = "sip:a@h", .expires_s = 2};
	struct clerk b = {.aor = ALICE, .contact = "sip:b@h", .expires_s = 90};

	ck_assert_int_eq(come(&a), 0);
	disk_finish(0);
	ck_assert_int_eq(come(&b), 0);
	/* what was planned holds both; a goes now */
	timers_advance(timers, 5000);
	ck_assert_uint_eq(disk_pending(), 1);
	disk_finish(0);
	ck_assert_uint_eq(disk_items(ALICE), 2);
	timers_advance(timers, 1000);
	ck_assert_uint_eq(disk_pending(), 1);
	disk_finish(0);
	ck_assert_uint_eq(disk_items(ALICE), 1);
	ck_assert_ptr_nonnull(strstr(disk_item(ALICE, 0), "sip:b@h"));

	/* what a request takes away needs no cleaning */
	b.expires_s = 0;
	b.done = false;
	ck_assert_int_eq(come(&b), 0);
	disk_finish(0);
	timers_advance(timers, 60000);
	ck_assert_uint_eq(disk_pending(), 0);
}
END_TEST


START_TEST(without_a_disk_it_is_done_at_once)
{
	struct clerk c = {.aor = ALICE, .contact = "sip:a@h", .expires_s = 60};

	stop();
	start(NULL);
	ck_assert_int_eq(come(&c), 0);
	ck_assert(c.done && !c.err);
	ck_assert_uint_eq(count(ALICE), 1);
	ck_assert_int_eq(ledger_load(ld, tp), 0);
	timers_advance(timers, 120000);
	ck_assert_uint_eq(count(ALICE), 0);
}
END_TEST


static const struct binding *nth(const char *aor, size_t n)
{
	struct pl pl;
	struct le *le;

	pl_set_str(&pl, aor);
	le = list_head(location_get(loc, &pl));
	while (le && n--)
		le = le->next;

	return list_ledata(le);
}


START_TEST(a_new_process_knows_who_was_there)
{
	struct clerk a = {.aor = ALICE, .contact = "sip:a@h", .expires_s = 60};
	struct clerk b = {.aor = ALICE, .contact = "sip:b@h", .expires_s = 90};
	struct clerk t = {.aor = BOB, .contact = "sip:t@h", .expires_s = 90};
	struct sa us;

	/* two by a listener that we still have, one by a connection */
	ck_assert_int_eq(sa_set_str(&us, "127.0.0.1", 0), 0);
	ck_assert_int_eq(transport_listen(tp, FLOW_UDP, &us, &us), 0);
	ff->flow->local = us;
	ck_assert_int_eq(come(&a), 0);
	ck_assert_int_eq(come(&b), 0);
	disk_finish(0);
	disk_finish(0);
	mem_deref(ff);
	ck_assert_int_eq(fakeflow_alloc(&ff, FLOW_TCP, "127.0.0.1:5060",
					"198.51.100.7:40000", timers),
			 0);
	ck_assert_int_eq(come(&t), 0);
	disk_finish(0);
	disk_put(ALICE, "9", (int64_t)time(NULL) + 60, "nonsense");
	disk_put(ALICE, "9", (int64_t)time(NULL) - 1,
		 "{\"contact\":\"sip:x@h\"}");

	ld = mem_deref(ld);
	loc = mem_deref(loc);
	ck_assert_int_eq(location_alloc(&loc, timers, 10), 0);
	ck_assert_int_eq(
		ledger_alloc(&ld, disk_store(), loc, timers, NULL, NULL), 0);
	ck_assert_int_eq(ledger_load(ld, tp), 0);
	ck_assert_uint_eq(location_count(loc), 3);
	ck_assert_str_eq(nth(ALICE, 0)->contact, "sip:b@h");
	ck_assert_str_eq(nth(ALICE, 1)->contact, "sip:a@h");
	ck_assert_ptr_nonnull(binding_flow(nth(ALICE, 0)));
	ck_assert(sa_cmp(&nth(ALICE, 0)->flow->peer, &ff->flow->peer, SA_ALL));
	ck_assert(sa_cmp(&nth(ALICE, 0)->flow->local, &us, SA_ALL));
	ck_assert_ptr_null(binding_flow(nth(BOB, 0)));
	ck_assert_int_eq(nth(BOB, 0)->proto, FLOW_TCP);
	timers_advance(timers, 61000);
	ck_assert_uint_eq(location_count(loc), 2);

	disk_refuse(EIO);
	ck_assert_int_eq(ledger_load(ld, tp), EIO);
}
END_TEST


START_TEST(nonsense_and_no_memory_are_refused)
{
	struct clerk c = {.aor = ALICE, .contact = "sip:a@h", .expires_s = 60};
	struct ledger *other = NULL;
	struct turn *t = NULL;
	int err = ENOMEM;

	ck_assert_int_eq(ledger_alloc(NULL, NULL, loc, timers, NULL, NULL),
			 EINVAL);
	ck_assert_int_eq(ledger_alloc(&other, NULL, NULL, timers, NULL, NULL),
			 EINVAL);
	ck_assert_int_eq(ledger_alloc(&other, NULL, loc, NULL, NULL, NULL),
			 EINVAL);
	oom_after(0);
	ck_assert_int_eq(ledger_alloc(&other, NULL, loc, timers, NULL, NULL),
			 ENOMEM);
	oom_after(-1);
	ck_assert_int_eq(ledger_load(NULL, tp), EINVAL);
	ck_assert_int_eq(ledger_load(ld, NULL), EINVAL);
	ledger_close(NULL);
	ck_assert_int_eq(turn_alloc(&t, NULL, ALICE, work, &c), EINVAL);
	ck_assert_int_eq(turn_alloc(&t, ld, NULL, work, &c), EINVAL);
	ck_assert_int_eq(turn_alloc(&t, ld, ALICE, NULL, &c), EINVAL);
	ck_assert(!turn_is_now(NULL));
	ck_assert_int_eq(turn_write(NULL, NULL, NULL), EINVAL);
	for (int n = 0; err; n++) {
		oom_after(n);
		err = turn_alloc(&t, ld, ALICE, work, &c);
		oom_after(-1);
		ck_assert(!err || (err == ENOMEM && n < 10));
	}
	ck_assert_int_eq(turn_write(t, NULL, written_handler), EINVAL);
	mem_deref(t);
}
END_TEST


Suite *suite_ledger(void);
Suite *suite_ledger(void)
{
	Suite *s = suite_create("ledger");
	TCase *tc = tcase_create("ledger");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, memory_follows_the_disk);
	tcase_add_test(tc, what_could_not_be_written_was_never_there);
	tcase_add_test(tc, changes_of_one_user_take_turns);
	tcase_add_test(tc, only_so_many_wait);
	tcase_add_test(tc, who_goes_away_holds_up_nobody);
	tcase_add_test(tc, a_turn_outlives_its_ledger);
	tcase_add_test(tc, what_expires_leaves_the_disk_later);
	tcase_add_test(tc, what_goes_while_it_is_written_is_cleaned_after);
	tcase_add_test(tc, without_a_disk_it_is_done_at_once);
	tcase_add_test(tc, a_new_process_knows_who_was_there);
	tcase_add_test(tc, nonsense_and_no_memory_are_refused);
	suite_add_tcase(s, tc);

	return s;
}
