/**
 * @file record_keep.c  Which recordings stay, and what the killed left behind
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <re.h>
#include "common/log.h"
#include "common/metrics.h"
#include "relay/record/record_day.h"
#include "relay/record/record_keep.h"

enum { DAY_S = 24 * 3600 };

struct day {
	char name[RECORD_DAY];
	int64_t days; /* since 1970 */
	uint64_t bytes;
	bool stuck; /* nothing in it can be removed */
};

struct record_keep {
	struct keep_conf conf;
	char dir[RECORD_PATH_MAX];
	uint64_t bytes;    /* of the finished ones */
	uint64_t running;  /* of the others */
	int64_t scanned_s; /* when the last scan began; 0: never */
	bool looked;  /* at all of them; what is unfinished now is alive */
	bool changed; /* where it looks, or for what */
	size_t next;  /* day to be looked at; dayc: none */
	size_t dayc;
	struct day dayv[KEEP_DAYS_MAX]; /* oldest first */
};


/**
 * Allocate what keeps and removes recordings
 *
 * @param kp   Pointer to it
 * @param conf Configuration
 *
 * @return 0 if success, otherwise errorcode
 */
int record_keep_alloc(struct record_keep **kp, const struct keep_conf *conf)
{
	struct record_keep *k;

	if (!kp || !conf || !conf->dir)
		return EINVAL;

	k = mem_zalloc(sizeof(*k), NULL);
	if (!k)
		return ENOMEM;

	k->conf = *conf;
	(void)str_ncpy(k->dir, conf->dir, sizeof(k->dir));
	k->conf.dir = k->dir;
	*kp = k;

	return 0;
}


/**
 * Keep other recordings, or others of them
 *
 * @param k     Keep
 * @param dir   Directory
 * @param days  That one is kept, 0: for ever
 * @param bytes Of all of them, 0: any
 */
void record_keep_change(struct record_keep *k, const char *dir, uint32_t days,
			uint64_t bytes)
{
	if (!k || !dir)
		return;

	(void)str_ncpy(k->dir, dir, sizeof(k->dir));
	k->conf.days = days;
	k->conf.bytes = bytes;
	k->changed = true;
}


static int compare(const void *a, const void *b)
{
	return strcmp(((const struct day *)a)->name,
		      ((const struct day *)b)->name);
}


static void add_bytes(struct record_keep *k, struct day *day, uint64_t n)
{
	day->bytes += n;
	k->bytes += n;
	counter_set(k->conf.bytes_now, k->bytes);
}


static void take_bytes(struct record_keep *k, struct day *day, uint64_t n)
{
	if (n > day->bytes)
		n = day->bytes;
	day->bytes -= n;
	k->bytes -= n;
	counter_set(k->conf.bytes_now, k->bytes);
}


/* of more than these, eleven years, some wait for the others to go */
static void list_days(struct record_keep *k, int dirfd)
{
	DIR *dir = fdopendir(dirfd);
	const struct dirent *e;

	k->bytes = 0;
	k->dayc = k->next = 0;
	if (!dir) {
		(void)close(dirfd);
		return;
	}

	while (k->dayc < KEEP_DAYS_MAX && (e = record_dir_next(dir))) {
		struct day *day = &k->dayv[k->dayc];

		memset(day, 0, sizeof(*day));
		if (!record_name_is_day(e->d_name, &day->days))
			continue;

		memcpy(day->name, e->d_name, sizeof(day->name));
		++k->dayc;
	}
	(void)closedir(dir);
	qsort(k->dayv, k->dayc, sizeof(k->dayv[0]), compare);
}


static void look_at(struct record_keep *k, struct day *day, int dirfd)
{
	struct record_day_sum sum;

	record_day_look(&sum, dirfd, day->name, !k->looked, k->conf.log);
	add_bytes(k, day, sum.bytes);
	counter_add(k->conf.repaired, sum.repaired);
}


static bool is_old(const struct record_keep *k, const struct day *day,
		   int64_t now_s)
{
	return k->conf.days && day->days + k->conf.days < now_s / DAY_S;
}


static void forget(struct record_keep *k, size_t i)
{
	take_bytes(k, &k->dayv[i], k->dayv[i].bytes);
	--k->dayc;
	memmove(&k->dayv[i], &k->dayv[i + 1],
		(k->dayc - i) * sizeof(k->dayv[0]));
	k->next = k->dayc;
}


/* octets that are too many */
static uint64_t excess(const struct record_keep *k)
{
	const uint64_t all = k->bytes + k->running;

	return k->conf.bytes && all > k->conf.bytes ? all - k->conf.bytes : 0;
}


/* the oldest files of a day */
static void clear(struct record_keep *k, size_t i, int dirfd, bool old)
{
	struct day *day = &k->dayv[i];
	const uint64_t over = old ? UINT64_MAX : excess(k);
	struct record_day_sum sum;
	int err;

	err = record_day_clear(&sum, dirfd, day->name, KEEP_FILES, over,
			       old ? "age" : "size", k->conf.log);
	take_bytes(k, day, sum.bytes);
	counter_add(k->conf.deleted, sum.files);
	if (err == ENOENT)
		forget(k, i);
	else
		day->stuck = !sum.files;
}


static bool clear_oldest(struct record_keep *k, int dirfd, int64_t now_s)
{
	for (size_t i = 0; i < k->dayc; i++) {
		const bool old = is_old(k, &k->dayv[i], now_s);

		if (k->dayv[i].stuck)
			continue;
		if (!old && !excess(k))
			break;

		clear(k, i, dirfd, old);
		return true;
	}

	return false;
}


/**
 * Do a piece of the work
 *
 * @param k     Keep
 * @param now_s Seconds since 1970
 *
 * @return True if there is more of it
 */
bool record_keep_turn(struct record_keep *k, int64_t now_s)
{
	const int64_t since = now_s - k->scanned_s;
	const bool idle = k->next >= k->dayc;
	const bool again = !k->scanned_s || k->changed || since < 0 ||
			   since >= KEEP_AGAIN_S;
	bool more = true;
	int dirfd;

	if (record_dir_open(&dirfd, k->conf.dir, false))
		return false;

	if (idle && again) {
		k->looked = k->scanned_s != 0;
		k->scanned_s = now_s;
		k->changed = false;
		list_days(k, dirfd);
		return true;
	}

	if (!idle)
		look_at(k, &k->dayv[k->next++], dirfd);
	else
		more = clear_oldest(k, dirfd, now_s);
	(void)close(dirfd);

	return more;
}


/**
 * A recording is finished
 *
 * @param k     Keep
 * @param name  Name of its day
 * @param bytes Octets of its files
 */
void record_keep_add(struct record_keep *k, const char *name, uint64_t bytes)
{
	struct day *day;
	size_t i = k->dayc;

	while (i && strcmp(k->dayv[i - 1].name, name) > 0)
		--i;

	if (i && !strcmp(k->dayv[i - 1].name, name)) {
		/* that day has still to be looked at, and has it then */
		if (i - 1 >= k->next)
			return;
		k->dayv[i - 1].stuck = false;
		add_bytes(k, &k->dayv[i - 1], bytes);
		return;
	}
	if (k->dayc >= KEEP_DAYS_MAX)
		return;

	day = &k->dayv[i];
	memmove(day + 1, day, (k->dayc - i) * sizeof(*day));
	memset(day, 0, sizeof(*day));
	++k->dayc;
	if (i <= k->next)
		++k->next;
	(void)str_ncpy(day->name, name, sizeof(day->name));
	if (!record_name_is_day(name, &day->days))
		day->stuck = true;
	add_bytes(k, day, bytes);
}


/**
 * How much is being written
 *
 * @param k     Keep
 * @param bytes Octets of all files that are not finished
 */
void record_keep_running(struct record_keep *k, uint64_t bytes)
{
	k->running = bytes;
}


/**
 * Octets of all recordings that are finished
 *
 * @param k Keep
 *
 * @return Octets
 */
uint64_t record_keep_bytes(const struct record_keep *k)
{
	return k->bytes;
}
