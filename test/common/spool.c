/**
 * @file test/common/spool.c  Records that outlive a kill
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include <sys/wait.h>
#include "test/test.h"
#include "test/mock/tempdir.h"
#include "common/spool.h"

enum {
	SIZE = 65536,
	PAGE = 65536, /* of the file, before the ring */
	LABEL = 32,
	TEXT_SIZE = 600,
	KILLS = 25,
	DAMAGES = 300,
	THREADED = 50000,
};


static char dir[TEMPDIR_SIZE], path[TEMPDIR_SIZE + 16];
static struct spool *sp;


static void open_spool(enum spool_found want)
{
	ck_assert_int_eq(spool_alloc(&sp, path, SIZE), 0);
	ck_assert_int_eq(spool_found(sp), want);
}


static void close_spool(void)
{
	sp = mem_deref(sp);
}


static void setup(void)
{
	tempdir_make(dir);
	(void)snprintf(path, sizeof(path), "%s/spool", dir);
	open_spool(SPOOL_NEW);
}


static void teardown(void)
{
	close_spool();
	tempdir_remove(dir);
}


/* what item n says: of any length up to TEXT_SIZE, and told from all others */
static size_t text_of(char text[TEXT_SIZE], uint64_t n)
{
	const size_t len = (size_t)(n * 7919 % TEXT_SIZE);

	for (size_t i = 0; i < len; i++)
		text[i] = (char)(n * 31 + i * 7);

	return len;
}


static int put(uint64_t n)
{
	char text[TEXT_SIZE];

	return spool_put(sp, (uint32_t)n ^ 5, n, text, text_of(text, n));
}


static void assert_item(const struct spool_item *it, uint64_t n)
{
	char text[TEXT_SIZE];
	const size_t len = text_of(text, n);

	ck_assert_uint_eq(it->key, n);
	ck_assert_uint_eq(it->kind, (uint32_t)n ^ 5);
	ck_assert_uint_eq(it->len, len);
	ck_assert_int_eq(memcmp(it->p, text, len), 0);
	ck_assert_uint_eq((uintptr_t)it->p % 8, 0);
}


/* what waits is just those */
static void assert_waiting(uint64_t first, uint64_t count)
{
	struct spool_item it;
	uint64_t pos = 0;

	for (uint64_t n = first; n < first + count; n++) {
		ck_assert_int_eq(spool_read(sp, &pos, &it), 0);
		assert_item(&it, n);
		ck_assert_uint_eq(it.missed, 0);
	}
	ck_assert_int_eq(spool_read(sp, &pos, &it), ENOENT);
}


static void take(unsigned count)
{
	struct spool_item it;
	uint64_t pos = 0;

	for (unsigned i = 0; i < count; i++)
		ck_assert_int_eq(spool_read(sp, &pos, &it), 0);
	spool_taken(sp, pos);
}


START_TEST(what_is_put_is_read_in_order_until_it_is_taken)
{
	ck_assert_uint_eq(spool_waiting(sp), 0);
	assert_waiting(0, 0);
	for (uint64_t n = 0; n < 20; n++)
		ck_assert_int_eq(put(n), 0);

	assert_waiting(0, 20);
	assert_waiting(0, 20);
	take(7);
	assert_waiting(7, 13);
	take(13);
	assert_waiting(20, 0);
	ck_assert_uint_eq(spool_waiting(sp), 0);
}
END_TEST


START_TEST(what_was_not_taken_is_there_when_it_is_opened_again)
{
	uint64_t id, begin, end;

	for (uint64_t n = 0; n < 20; n++)
		ck_assert_int_eq(put(n), 0);
	take(7);
	id = spool_id(sp);
	begin = spool_begin(sp);
	end = spool_end(sp);
	close_spool();

	open_spool(SPOOL_KEPT);
	ck_assert_uint_eq(spool_id(sp), id);
	ck_assert_uint_eq(spool_begin(sp), begin);
	ck_assert_uint_eq(spool_end(sp), end);
	assert_waiting(7, 13);
	ck_assert_int_eq(put(20), 0);
	assert_waiting(7, 14);

	close_spool();
	ck_assert_int_eq(unlink(path), 0);
	open_spool(SPOOL_NEW);
	ck_assert_uint_ne(spool_id(sp), id);
	ck_assert_uint_eq(spool_end(sp), 0);
}
END_TEST


START_TEST(it_goes_round_for_ever)
{
	uint64_t put_n = 0, taken = 0;

	for (int round = 0; round < 40; round++) {
		while (!put(put_n))
			++put_n;
		assert_waiting(taken, put_n - taken);
		take(round % 3 ? 90 : 1);
		taken += round % 3 ? 90 : 1;
		if (round % 5 == 0) {
			close_spool();
			open_spool(SPOOL_KEPT);
		}
	}
	ck_assert_uint_gt(put_n * TEXT_SIZE / 2, 5 * SIZE);
}
END_TEST


START_TEST(a_full_one_takes_nothing_and_loses_nothing)
{
	uint64_t n = 0;

	while (!put(n))
		++n;
	ck_assert_int_eq(put(n), ENOSPC);
	ck_assert_uint_gt(spool_waiting(sp), SIZE - TEXT_SIZE - LABEL - 8);
	assert_waiting(0, n);

	take(4);
	ck_assert_int_eq(put(n), 0);
	assert_waiting(4, n - 3);
}
END_TEST


START_TEST(an_item_may_be_as_large_as_the_ring_and_no_larger)
{
	static char large[SIZE];
	struct spool_item it;
	uint64_t pos = 0;

	memset(large, 'x', sizeof(large));
	ck_assert_int_eq(spool_put(sp, 1, 2, large, SIZE), E2BIG);
	ck_assert_int_eq(spool_put(sp, 1, 2, large, SIZE - LABEL + 1), E2BIG);
	ck_assert_int_eq(spool_put(sp, 1, 2, large, SIZE - LABEL), 0);
	ck_assert_uint_eq(spool_waiting(sp), SIZE);
	ck_assert_int_eq(spool_put(sp, 1, 2, NULL, 0), ENOSPC);

	ck_assert_int_eq(spool_read(sp, &pos, &it), 0);
	ck_assert_uint_eq(it.len, SIZE - LABEL);
	ck_assert_int_eq(memcmp(it.p, large, it.len), 0);
}
END_TEST


START_TEST(one_that_goes_over_the_end_is_in_one_piece)
{
	static char large[SIZE / 2];
	struct spool_item it;
	uint64_t pos = 0;

	for (int i = 0; i < 9; i++) {
		memset(large, 'a' + i, sizeof(large));
		ck_assert_int_eq(
			spool_put(sp, 1, 2, large, sizeof(large) - 1000), 0);
		ck_assert_int_eq(spool_read(sp, &pos, &it), 0);
		ck_assert_uint_eq(it.len, sizeof(large) - 1000);
		ck_assert_int_eq(memcmp(it.p, large, it.len), 0);
		spool_taken(sp, pos);
	}
}
END_TEST


START_TEST(an_item_without_a_text_is_one)
{
	struct spool_item it;
	uint64_t pos = 0;

	ck_assert_int_eq(spool_put(sp, 3, 4, NULL, 0), 0);
	ck_assert_int_eq(spool_read(sp, &pos, &it), 0);
	ck_assert_uint_eq(it.kind, 3);
	ck_assert_uint_eq(it.key, 4);
	ck_assert_uint_eq(it.len, 0);
}
END_TEST


START_TEST(a_place_that_is_none_takes_nothing_away)
{
	ck_assert_int_eq(put(0), 0);
	ck_assert_int_eq(put(1), 0);
	spool_taken(sp, 0);
	spool_taken(sp, 1 << 20);
	spool_taken(sp, UINT64_MAX);
	assert_waiting(0, 2);
	take(1);
	spool_taken(sp, 0);
	assert_waiting(1, 1);
}
END_TEST


/* a child puts until it is killed, and says after each what was put */
static void child(int fd, uint64_t n)
{
	for (;; n++) {
		while (put(n))
			;
		if (write(fd, &n, sizeof(n)) != sizeof(n))
			_exit(1);
	}
}


/* the last that the child said it had put; the pipe is at its end */
static uint64_t last_said(int fd, uint64_t before)
{
	uint64_t n;

	while (read(fd, &n, sizeof(n)) == sizeof(n))
		before = n + 1;

	return before;
}


static void put_and_be_killed(uint64_t *next, unsigned us)
{
	int pipev[2];
	pid_t pid;

	ck_assert_int_eq(pipe2(pipev, O_CLOEXEC), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (!pid)
		child(pipev[1], *next);

	(void)close(pipev[1]);
	(void)usleep(us);
	ck_assert_int_eq(kill(pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(pid, NULL, 0), pid);
	*next = last_said(pipev[0], *next);
	(void)close(pipev[0]);
}


/* all that was put, and at most the one more that nobody could say */
START_TEST(a_kill_at_any_moment_loses_nothing_that_was_put)
{
	uint64_t next = 0, seen = 0, pos;
	struct spool_item it;

	for (unsigned i = 0; i < KILLS; i++) {
		close_spool();
		open_spool(SPOOL_KEPT);
		put_and_be_killed(&next, 300 + i * 97 % 1500);
		close_spool();
		open_spool(SPOOL_KEPT);
		for (pos = 0; !spool_read(sp, &pos, &it); seen++) {
			assert_item(&it, seen);
			ck_assert_uint_eq(it.missed, 0);
		}
		ck_assert_uint_ge(seen, next);
		ck_assert_uint_le(seen, next + 1);
		next = seen;
		spool_taken(sp, pos);
	}
	ck_assert_uint_gt(seen, KILLS);
}
END_TEST


/* a write of one process into the file, as a broken disk would do it */
static void damage(off_t at, const void *p, size_t len)
{
	const int fd = open(path, O_WRONLY | O_CLOEXEC);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(pwrite(fd, p, len, at), len);
	(void)close(fd);
}


START_TEST(a_damaged_item_is_left_out_and_the_others_are_not)
{
	struct spool_item it;
	uint64_t pos = 0;

	ck_assert_int_eq(spool_put(sp, 0, 0, "first item", 10), 0);
	ck_assert_int_eq(spool_put(sp, 0, 1, "second one", 10), 0);
	ck_assert_int_eq(spool_put(sp, 0, 2, "third item", 10), 0);
	damage(PAGE + (LABEL + 16) + LABEL + 3, "X", 1);

	ck_assert_int_eq(spool_read(sp, &pos, &it), 0);
	ck_assert_uint_eq(it.key, 0);
	ck_assert_uint_eq(it.missed, 0);
	ck_assert_int_eq(spool_read(sp, &pos, &it), 0);
	ck_assert_uint_eq(it.key, 2);
	ck_assert_uint_eq(it.missed, LABEL + 16);
	ck_assert_int_eq(spool_read(sp, &pos, &it), ENOENT);
}
END_TEST


/* an end of which not all has come to the disk */
START_TEST(a_torn_last_item_is_dropped_and_others_follow_it)
{
	static const char zero[LABEL + 16];
	struct spool_item it;
	uint64_t pos = 0;

	ck_assert_int_eq(spool_put(sp, 0, 0, "first item", 10), 0);
	ck_assert_int_eq(spool_put(sp, 0, 1, "torn", 4), 0);
	close_spool();
	damage(PAGE + LABEL + 16, zero, sizeof(zero));
	open_spool(SPOOL_KEPT);

	ck_assert_int_eq(spool_read(sp, &pos, &it), 0);
	ck_assert_int_eq(spool_read(sp, &pos, &it), ENOENT);
	ck_assert_int_eq(spool_put(sp, 0, 2, "behind it", 9), 0);
	ck_assert_int_eq(spool_read(sp, &pos, &it), 0);
	ck_assert_uint_eq(it.key, 2);
	ck_assert_uint_eq(it.missed, LABEL + 8);
	spool_taken(sp, pos);
	ck_assert_uint_eq(spool_waiting(sp), 0);
}
END_TEST


/* whoever chooses what is put cannot make an item of a part of it */
START_TEST(an_item_inside_of_a_damaged_one_is_none)
{
	char copy[LABEL + 8], text[2 * LABEL];
	struct spool_item it;
	uint64_t pos = 0;

	ck_assert_int_eq(spool_put(sp, 0, 7, "forged!", 8), 0);
	ck_assert_int_eq(spool_read(sp, &pos, &it), 0);
	memcpy(copy, (const char *)it.p - LABEL, sizeof(copy));
	/* it has the place that it would stand at */
	pos += LABEL;
	memcpy(copy, &pos, sizeof(pos));
	memset(text, 0, sizeof(text));
	memcpy(text, copy, sizeof(copy));
	ck_assert_int_eq(spool_put(sp, 0, 8, text, sizeof(text)), 0);
	damage(PAGE + LABEL + 8, "X", 1);

	pos = 0;
	ck_assert_int_eq(spool_read(sp, &pos, &it), 0);
	ck_assert_uint_eq(it.key, 7);
	ck_assert_int_eq(spool_read(sp, &pos, &it), ENOENT);
}
END_TEST


/* the end has come to the disk, and what was put before it has not */
START_TEST(an_item_of_a_former_round_is_none)
{
	static const char whole[SIZE - LABEL];
	const uint64_t end = 2 * SIZE;
	struct spool_item it;
	uint64_t pos = 0;

	ck_assert_int_eq(spool_put(sp, 0, 1, whole, sizeof(whole)), 0);
	take(1);
	close_spool();
	damage(64, &end, sizeof(end));
	open_spool(SPOOL_KEPT);
	ck_assert_uint_eq(spool_waiting(sp), SIZE);
	ck_assert_int_eq(spool_read(sp, &pos, &it), ENOENT);
}
END_TEST


static uint64_t next_random(uint64_t *state)
{
	*state = *state * 6364136223846793005ULL + 1442695040888963407ULL;

	return *state >> 33;
}


/* half of it among what the file begins with */
static void damage_somewhere(uint64_t *seed)
{
	for (uint64_t i = 0, n = 1 + next_random(seed) % 8; i < n; i++) {
		const uint64_t word = next_random(seed) << (i * 7 % 33);
		const off_t at = (off_t)(i % 2 ? next_random(seed) % 256
					       : PAGE + next_random(seed) %
								 (SIZE - 8));

		damage(at, &word, 1 + next_random(seed) % 8);
	}
}


/* nothing but what was put, in its order, whatever is in the file */
START_TEST(no_damage_makes_up_an_item)
{
	uint64_t seed = 2026, kept = 0, seen = 0;

	for (int i = 0; i < DAMAGES; i++) {
		struct spool_item it;
		uint64_t pos = 0, last = 0, n = 1;

		while (!put(n))
			++n;
		close_spool();
		damage_somewhere(&seed);
		ck_assert_int_eq(spool_alloc(&sp, path, SIZE), 0);
		kept += spool_found(sp) == SPOOL_KEPT;
		while (!spool_read(sp, &pos, &it)) {
			ck_assert_uint_gt(it.key, last);
			ck_assert_uint_lt(it.key, n);
			assert_item(&it, it.key);
			last = it.key;
			++seen;
		}
		close_spool();
		ck_assert_int_eq(unlink(path), 0);
		open_spool(SPOOL_NEW);
	}
	/* it was a test of both */
	ck_assert_uint_gt(kept, DAMAGES / 20);
	ck_assert_uint_lt(kept, DAMAGES);
	ck_assert_uint_gt(seen, kept);
}
END_TEST


/* while it is used: its own words are not the file's */
START_TEST(damage_of_the_file_while_it_is_used_leads_nowhere)
{
	static char ones[PAGE];

	for (uint64_t n = 0; n < 20; n++)
		ck_assert_int_eq(put(n), 0);
	memset(ones, 0xff, sizeof(ones));
	damage(0, ones, sizeof(ones));

	assert_waiting(0, 20);
	ck_assert_int_eq(put(20), 0);
	take(21);
	assert_waiting(21, 0);
}
END_TEST


static void *reader(void *arg)
{
	struct spool_item it;
	uint64_t pos = 0, n = 0;
	(void)arg;

	while (n < THREADED) {
		if (spool_read(sp, &pos, &it))
			continue;
		ck_assert_uint_eq(it.key, n);
		ck_assert_uint_eq(it.missed, 0);
		if (++n % 16 == 0 || n == THREADED)
			spool_taken(sp, pos);
	}

	return NULL;
}


START_TEST(one_thread_puts_while_another_one_takes)
{
	pthread_t thread;

	ck_assert_int_eq(pthread_create(&thread, NULL, reader, NULL), 0);
	for (uint64_t n = 0; n < THREADED; n++) {
		while (put(n))
			;
	}
	ck_assert_int_eq(pthread_join(thread, NULL), 0);
	ck_assert_uint_eq(spool_waiting(sp), 0);
}
END_TEST


START_TEST(what_cannot_be_is_said)
{
	struct spool *other = NULL;
	struct spool_item it;
	uint64_t pos = 0;

	ck_assert_int_eq(spool_alloc(NULL, path, SIZE), EINVAL);
	ck_assert_int_eq(spool_alloc(&other, NULL, SIZE), EINVAL);
	ck_assert_int_eq(spool_alloc(&other, "/nonexistent/s", SIZE), ENOENT);
	oom_after(0);
	ck_assert_int_eq(spool_alloc(&other, path, SIZE), ENOMEM);
	ck_assert_ptr_null(other);
	ck_assert_int_eq(spool_put(NULL, 0, 0, "x", 1), EINVAL);
	ck_assert_int_eq(spool_put(sp, 0, 0, NULL, 1), EINVAL);
	ck_assert_int_eq(spool_read(NULL, &pos, &it), EINVAL);
	ck_assert_int_eq(spool_read(sp, NULL, &it), EINVAL);
	ck_assert_int_eq(spool_read(sp, &pos, NULL), EINVAL);
	spool_taken(NULL, 1);
	ck_assert_uint_eq(spool_waiting(NULL), 0);
	ck_assert_uint_eq(spool_begin(NULL), 0);
	ck_assert_uint_eq(spool_end(NULL), 0);
	ck_assert_uint_eq(spool_id(NULL), 0);
	ck_assert_int_eq(spool_found(NULL), SPOOL_NEW);
}
END_TEST


Suite *suite_spool(void);

Suite *suite_spool(void)
{
	Suite *s = suite_create("spool");
	TCase *tc = tcase_create("spool");

	tcase_set_timeout(tc, 30);
	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, what_is_put_is_read_in_order_until_it_is_taken);
	tcase_add_test(tc,
		       what_was_not_taken_is_there_when_it_is_opened_again);
	tcase_add_test(tc, it_goes_round_for_ever);
	tcase_add_test(tc, a_full_one_takes_nothing_and_loses_nothing);
	tcase_add_test(tc, an_item_may_be_as_large_as_the_ring_and_no_larger);
	tcase_add_test(tc, one_that_goes_over_the_end_is_in_one_piece);
	tcase_add_test(tc, an_item_without_a_text_is_one);
	tcase_add_test(tc, a_place_that_is_none_takes_nothing_away);
	tcase_add_test(tc, a_kill_at_any_moment_loses_nothing_that_was_put);
	tcase_add_test(tc, a_damaged_item_is_left_out_and_the_others_are_not);
	tcase_add_test(tc, a_torn_last_item_is_dropped_and_others_follow_it);
	tcase_add_test(tc, an_item_inside_of_a_damaged_one_is_none);
	tcase_add_test(tc, an_item_of_a_former_round_is_none);
	tcase_add_test(tc, no_damage_makes_up_an_item);
	tcase_add_test(tc, damage_of_the_file_while_it_is_used_leads_nowhere);
	tcase_add_test(tc, one_thread_puts_while_another_one_takes);
	tcase_add_test(tc, what_cannot_be_is_said);
	suite_add_tcase(s, tc);

	return s;
}
