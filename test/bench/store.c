/**
 * @file test/bench/store.c  Acknowledged writes: many or one with a commit
 *
 * Bindings of many users, written as a storm of REGISTERs writes them: some
 * hundreds wait at any time and share commits. Beside it one write after the
 * other, each with a commit of its own. The best of some alternating rounds;
 * fails when sharing gains less than the factor of 3. On a disk that takes its
 * time for a commit it gains far more than on memory: BENCH_DIR says where.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "common/metrics.h"
#include "common/store.h"


enum { ROUNDS = 3, MANY = 20000, SINGLE = 500, WAITING = 500, PROMISE = 3 };

struct bench {
	struct store *store;
	unsigned queued, done, want, waiting;
	int err;
};


static double now_s(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);

	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}


static void done_handler(int err, void *arg);


static void queue(struct bench *b)
{
	const struct store_item it = {
		"",
		"<urn:uuid:00000000-0000-1000-8000-000a95a0e128>;1",
		4102444800,
		"{\"contact\":\"sip:alice@192.168.1.10:5060;transport=udp\","
		"\"source\":\"198.51.100.7:31234\",\"local\":"
		"\"203.0.113.1:5060\",\"proto\":\"udp\",\"q\":1000,"
		"\"cseq\":1804,\"call\":\"a84b4c76e66710@pc33\"}",
	};
	char key[64];

	while (b->queued < b->want && b->queued - b->done < b->waiting) {
		(void)snprintf(key, sizeof(key), "user%u@example.net",
			       b->queued % 10000);
		b->err |= store_items_replace(NULL, b->store, key, &it, 1,
					      done_handler, b);
		++b->queued;
	}
}


static void done_handler(int err, void *arg)
{
	struct bench *b = arg;

	b->err |= err;
	++b->done;
	if (b->done == b->want || b->err)
		re_cancel();
	else
		queue(b);
}


/* acknowledged writes a second */
static double measure(struct store *s, unsigned n, unsigned waiting)
{
	struct bench b = {.store = s, .want = n, .waiting = waiting};
	const double began = now_s();

	queue(&b);
	(void)re_main(NULL);
	if (b.err) {
		(void)fprintf(stderr, "store: %s\n", strerror(b.err));
		exit(1);
	}

	return n / (now_s() - began);
}


static double larger(double a, double b)
{
	return a > b ? a : b;
}


static uint64_t commits_of(struct metrics *m)
{
	return counter_value(metrics_counter(m, "store_commits_total"));
}


static int run(const char *dir)
{
	struct metrics *m = NULL;
	struct store *s = NULL;
	double many = 0, single = 0;
	uint64_t commits = 0;
	char why[256] = "";

	if (metrics_alloc(&m) || store_open(&s, dir, why, sizeof(why))) {
		(void)fprintf(stderr, "store: %s\n", why);
		return 1;
	}
	store_observe(s, NULL, m);

	for (int i = 0; i < ROUNDS; i++) {
		const uint64_t before = commits_of(m);

		many = larger(many, measure(s, MANY, WAITING));
		commits += commits_of(m) - before;
		single = larger(single, measure(s, SINGLE, 1));
	}
	mem_deref(s);

	(void)printf("%d waiting: %.0f writes/s, %.0f with a commit; one by "
		     "one: %.0f writes/s; ratio %.1f\n",
		     WAITING, many, ROUNDS * (double)MANY / (double)commits,
		     single, many / single);
	mem_deref(m);

	return many / single < PROMISE;
}


int main(void)
{
	static const char *const namev[] = {"", "-wal", "-shm"};
	const char *base = getenv("BENCH_DIR");
	char dir[256], path[320];
	int code;

	(void)snprintf(dir, sizeof(dir), "%s/viaduct-bench-XXXXXX",
		       base ? base : "/var/tmp");
	if (!mkdtemp(dir) || libre_init()) {
		perror(dir);
		return 1;
	}

	code = run(dir);
	libre_close();
	for (size_t i = 0; i < ARRAY_SIZE(namev); i++) {
		(void)snprintf(path, sizeof(path), "%s/viaduct.db%s", dir,
			       namev[i]);
		(void)unlink(path);
	}
	(void)rmdir(dir);

	return code;
}
