/**
 * @file log.c  One line an event, key=value, one write(2) a line
 *
 * Any thread may write.
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "common/clock.h"
#include "common/log.h"
#include "common/quote.h"
#include "common/timer.h"


enum {
	LINE_MAX_SIZE = 2048,
	VALUE_MAX_SIZE = 1024, /* as written, with its escapes */
	TAIL_SIZE = 64, /* kept for suppressed=, lost= and the newline */
	KINDS = 256,    /* kinds with a budget of their own */
	KIND_MAX_SIZE = 48,
};

struct kind {
	char name[KIND_MAX_SIZE];
	uint64_t second;
	uint32_t lines; /* in this second */
	uint64_t suppressed;
};

struct log {
	const struct timers *timers; /* not owned, may be NULL */
	pthread_mutex_t lock;
	enum log_level min;
	uint32_t burst;
	uint64_t lost; /* lines that write(2) did not take */
	int fd;        /* not owned */
	struct kind kindv[KINDS];
	struct kind rest;
};

struct line {
	char buf[LINE_MAX_SIZE];
	size_t len;
};

static const char *const levelv[] = {"debug", "info", "warn", "error"};


static void destructor(void *arg)
{
	struct log *log = arg;

	(void)pthread_mutex_destroy(&log->lock);
}


static uint64_t second_now(const struct log *log)
{
	if (log->timers)
		return timers_now(log->timers) / 1000;

	return clock_us() / 1000000;
}


/* open addressing; when the table is full, the rest share one budget */
static struct kind *kind_find(struct log *log, const char *name)
{
	uint32_t h = hash_joaat_str(name);

	for (uint32_t i = 0; i < KINDS; i++) {
		struct kind *k = &log->kindv[(h + i) % KINDS];

		if (!k->name[0])
			(void)str_ncpy(k->name, name, sizeof(k->name));
		if (!strncmp(k->name, name, sizeof(k->name) - 1))
			return k;
	}

	return &log->rest;
}


static bool allowed(struct log *log, struct kind *k)
{
	uint64_t now;

	if (!log->burst)
		return true;

	now = second_now(log);
	if (now != k->second) {
		k->second = now;
		k->lines = 0;
	}

	if (k->lines >= log->burst) {
		++k->suppressed;
		return false;
	}

	++k->lines;

	return true;
}


/* whole or not at all */
static bool put(struct line *line, const char *p, size_t len, size_t end)
{
	if (line->len + len > end)
		return false;

	memcpy(line->buf + line->len, p, len);
	line->len += len;

	return true;
}


/* cut where it does not fit */
static void put_text(struct line *line, const char *s, size_t len, size_t end)
{
	size_t room = end - line->len;

	if (room > VALUE_MAX_SIZE)
		room = VALUE_MAX_SIZE;

	line->len += quote_text(line->buf + line->len, room, s, len);
}


static void put_value(struct line *line, const struct kv *kv, size_t end)
{
	char buf[128] = "-";
	const char *s = buf;

	switch (kv->type) {
	case KV_T_STR:
		if (kv->v.str)
			s = kv->v.str;
		break;
	case KV_T_PL:
		if (kv->v.pl && kv->v.pl->p) {
			put_text(line, kv->v.pl->p, kv->v.pl->l, end);
			return;
		}
		break;
	case KV_T_UINT:
		(void)snprintf(buf, sizeof(buf), "%llu",
			       (unsigned long long)kv->v.u);
		break;
	case KV_T_INT:
		(void)snprintf(buf, sizeof(buf), "%lld", (long long)kv->v.i);
		break;
	case KV_T_SA:
		if (kv->v.sa && sa_isset(kv->v.sa, SA_ADDR))
			(void)re_snprintf(buf, sizeof(buf), "%J", kv->v.sa);
		break;
	case KV_T_ADDR:
		if (kv->v.sa && sa_isset(kv->v.sa, SA_ADDR))
			(void)re_snprintf(buf, sizeof(buf), "%j", kv->v.sa);
		break;
	case KV_T_ERRNO:
		s = strerror_r((int)kv->v.i, buf, sizeof(buf));
		break;
	case KV_T_END:
		break;
	}

	put_text(line, s, strlen(s), end);
}


static void put_head(struct line *line, enum log_level lvl, const char *kind)
{
	struct timespec ts;
	struct tm tm;
	size_t n;

	(void)clock_gettime(CLOCK_REALTIME, &ts);
	(void)gmtime_r(&ts.tv_sec, &tm);

	n = strftime(line->buf, sizeof(line->buf), "%Y-%m-%dT%H:%M:%S", &tm);
	line->len = n + (size_t)snprintf(line->buf + n, sizeof(line->buf) - n,
					 ".%03dZ %s %.*s",
					 (int)(ts.tv_nsec / 1000000),
					 levelv[lvl], KIND_MAX_SIZE, kind);
}


static void put_kvs(struct line *line, const struct kv *kv)
{
	const size_t end = sizeof(line->buf) - TAIL_SIZE;

	for (; kv && kv->type != KV_T_END; kv++) {
		size_t klen = strlen(kv->key);

		/* room for the key and a few octets of the value, or stop */
		if (line->len + 1 + klen + 1 + 16 > end) {
			(void)put(line, " ...", 4, end + 4);
			break;
		}

		(void)put(line, " ", 1, end);
		(void)put(line, kv->key, klen, end);
		(void)put(line, "=", 1, end);
		put_value(line, kv, end);
	}
}


static void put_count(struct line *line, const char *key, uint64_t n)
{
	char buf[32];
	int len = snprintf(buf, sizeof(buf), " %s=%llu", key,
			   (unsigned long long)n);

	if (n && len > 0)
		(void)put(line, buf, (size_t)len, sizeof(line->buf) - 1);
}


static void flush(struct log *log, struct line *line, struct kind *k)
{
	ssize_t n;

	put_count(line, "suppressed", k->suppressed);
	put_count(line, "lost", log->lost);
	(void)put(line, "\n", 1, sizeof(line->buf));

	do
		n = write(log->fd, line->buf, line->len);
	while (n < 0 && errno == EINTR);

	if (n < (ssize_t)line->len) {
		++log->lost;
		return;
	}

	k->suppressed = 0;
	log->lost = 0;
}


/**
 * Allocate a log
 *
 * @param lp    Pointer to the new log
 * @param fd    Where lines go; not owned
 * @param min   Lowest level that is written
 * @param burst Lines a second for each kind; 0: no limit
 * @param t     Clock of the limit; NULL: the monotonic one
 *
 * @return 0 if success, otherwise errorcode
 */
int log_alloc(struct log **lp, int fd, enum log_level min, uint32_t burst,
	      const struct timers *t)
{
	struct log *log;

	if (!lp || fd < 0)
		return EINVAL;

	log = mem_zalloc(sizeof(*log), destructor);
	if (!log)
		return ENOMEM;

	(void)pthread_mutex_init(&log->lock, NULL);
	log->fd = fd;
	log->min = min;
	log->burst = burst;
	log->timers = t;

	*lp = log;

	return 0;
}


/**
 * Decode the name of a level
 *
 * @param lvl Result, written only on success
 * @param pl  Name
 *
 * @return 0 if success, otherwise errorcode
 */
int log_level_decode(enum log_level *lvl, const struct pl *pl)
{
	if (!lvl || !pl)
		return EINVAL;

	for (size_t i = 0; i < sizeof(levelv) / sizeof(levelv[0]); i++) {
		if (!pl_strcmp(pl, levelv[i])) {
			*lvl = (enum log_level)i;
			return 0;
		}
	}

	return EINVAL;
}


/**
 * Write an event; any thread may
 *
 * @param log  Log; NULL swallows all
 * @param lvl  Level
 * @param kind Kind of event, a literal of ours
 * @param kvv  Keys (literals of ours) and values, ended by KV_T_END
 */
void log_write(struct log *log, enum log_level lvl, const char *kind,
	       const struct kv *kvv)
{
	struct line line;
	struct kind *k;

	if (!log || !kind || lvl < log->min || lvl > LEVEL_ERROR)
		return;

	(void)pthread_mutex_lock(&log->lock);
	k = kind_find(log, kind);
	if (allowed(log, k)) {
		put_head(&line, lvl, kind);
		put_kvs(&line, kvv);
		flush(log, &line, k);
	}
	(void)pthread_mutex_unlock(&log->lock);
}
