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
#include <sys/socket.h>
#include <sys/stat.h>
#include "common/clock.h"
#include "common/ink.h"
#include "common/log.h"
#include "common/log_journal.h"
#include "common/log_line.h"
#include "common/timer.h"


enum {
	KINDS = 256, /* kinds with a budget of their own */
	KIND_MAX_SIZE = 48,
	STAMP_SIZE = 32,
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
	_Atomic enum log_level min; /* any thread reads it */
	uint32_t burst;
	uint64_t lost; /* lines that nobody took */
	int fd;        /* not owned */
	bool is_socket;
	struct log_journal *journal; /* NULL: lines go to fd */
	time_t stamp_s;
	char stamp[STAMP_SIZE]; /* that second as it is written */
	struct kind kindv[KINDS];
	struct kind rest;
	log_watch_h *watchh; /* NULL: nobody watches */
	void *watch_arg;
	enum log_level watch_min;
};

static const char *const levelv[] = {"debug", "info", "warn", "error"};


static void destructor(void *arg)
{
	struct log *log = arg;

	(void)pthread_mutex_destroy(&log->lock);
	mem_deref(log->journal);
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


static bool has_room(struct log *log, struct kind *k)
{
	uint64_t now;

	if (!log->burst)
		return true;

	now = second_now(log);
	if (now != k->second) {
		k->second = now;
		k->lines = 0;
	}

	if (k->lines < log->burst)
		return true;

	++k->suppressed;

	return false;
}


static bool allowed(struct log *log, struct kind *k)
{
	if (!has_room(log, k))
		return false;

	++k->lines;

	return true;
}


/* the lines of a second have their second in common */
static void put_second(struct log *log, struct ink *k, time_t s)
{
	struct tm tm;

	if (s != log->stamp_s || !log->stamp[0]) {
		(void)gmtime_r(&s, &tm);
		log->stamp_s = s;
		if (!strftime(log->stamp, sizeof(log->stamp),
			      "%Y-%m-%dT%H:%M:%S", &tm))
			log->stamp[0] = '\0';
	}
	ink_text(k, log->stamp);
}


static void put_head(struct log *log, struct log_line *line,
		     enum log_level lvl, const char *kind)
{
	struct timespec ts;
	struct ink k;

	(void)clock_gettime(CLOCK_REALTIME, &ts);

	ink_init(&k, line->buf, sizeof(line->buf));
	put_second(log, &k, ts.tv_sec);
	ink_text(&k, ".");
	ink_digits(&k, (uint64_t)ts.tv_nsec / 1000000, 3);
	ink_text(&k, "Z ");
	ink_text(&k, levelv[lvl]);
	ink_text(&k, " ");
	line->kind_at = k.len;
	ink_mem(&k, kind, strnlen(kind, KIND_MAX_SIZE));
	line->len = k.len;
}


/* a socket has a reader who may be slow: he is not waited for */
static bool write_line(const struct log *log, const struct log_line *line)
{
	ssize_t n;

	do
		n = log->is_socket ? send(log->fd, line->buf, line->len,
					  MSG_DONTWAIT | MSG_NOSIGNAL)
				   : write(log->fd, line->buf, line->len);
	while (n < 0 && errno == EINTR);

	return n == (ssize_t)line->len;
}


static bool is_taken(const struct log *log, const struct log_line *line,
		     enum log_level lvl, const char *kind,
		     const struct kv *kvv)
{
	if (log->journal &&
	    !log_journal_send(log->journal, line, lvl, kind, kvv))
		return true;

	return write_line(log, line);
}


static bool is_socket(int fd)
{
	struct stat st;

	return !fstat(fd, &st) && S_ISSOCK(st.st_mode);
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
	log->is_socket = is_socket(fd);
	log->min = min;
	log->burst = burst;
	log->timers = t;

	*lp = log;

	return 0;
}


/**
 * Let the journal have the lines, with their keys as fields
 *
 * What it does not take at once goes where it went before.
 *
 * @param log  Log
 * @param path Of the journal's socket
 *
 * @return 0 if success, otherwise errorcode
 */
int log_take_journal(struct log *log, const char *path)
{
	return log ? log_journal_alloc(&log->journal, path) : EINVAL;
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
 * A level by its name
 *
 * @param lvl Level
 *
 * @return Name as the configuration has it
 */
const char *log_level_name(enum log_level lvl)
{
	return levelv[lvl];
}


/**
 * What is written from now on
 *
 * @param log Log
 * @param min Level
 */
void log_set_level(struct log *log, enum log_level min)
{
	if (log)
		log->min = min;
}


/**
 * What is written
 *
 * @param log Log
 *
 * @return Lowest level of all that is
 */
enum log_level log_level(const struct log *log)
{
	return log ? log->min : LEVEL_INFO;
}


/**
 * Would a line of that kind be written now? If not, it counts as kept back
 *
 * @param log  Log, or NULL
 * @param lvl  Level
 * @param kind Kind of event, a literal of ours
 *
 * @return True if so
 */
bool log_wants(struct log *log, enum log_level lvl, const char *kind)
{
	bool room;

	if (!log || !kind || lvl < log->min || lvl > LEVEL_ERROR)
		return false;

	(void)pthread_mutex_lock(&log->lock);
	room = has_room(log, kind_find(log, kind));
	(void)pthread_mutex_unlock(&log->lock);

	return room;
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
	struct log_line line;
	struct kind *k;

	if (!log || !kind || lvl < log->min || lvl > LEVEL_ERROR)
		return;

	(void)pthread_mutex_lock(&log->lock);
	k = kind_find(log, kind);
	if (allowed(log, k)) {
		if (log->watchh && lvl >= log->watch_min)
			log->watchh(lvl, kind, kvv, log->watch_arg);
		put_head(log, &line, lvl, kind);
		log_line_values(&line, kvv);
		log_line_count(&line, "suppressed", k->suppressed);
		log_line_count(&line, "lost", log->lost);
		log_line_end(&line);
		if (is_taken(log, &line, lvl, kind, kvv)) {
			k->suppressed = 0;
			log->lost = 0;
		}
		else {
			++log->lost;
		}
	}
	(void)pthread_mutex_unlock(&log->lock);
}


/**
 * Let somebody hear of lines
 *
 * @param log Log
 * @param min Lowest level
 * @param h   Handler, called with the log's lock held; NULL: nobody
 * @param arg Its argument
 */
void log_watch(struct log *log, enum log_level min, log_watch_h *h, void *arg)
{
	if (!log)
		return;

	(void)pthread_mutex_lock(&log->lock);
	log->watch_min = min;
	log->watchh = h;
	log->watch_arg = arg;
	(void)pthread_mutex_unlock(&log->lock);
}
