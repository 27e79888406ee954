/**
 * @file shelf.c  A directory of packet files that a thread of its own writes
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
#include "common/log.h"
#include "common/metrics.h"
#include "common/thread.h"
#include "proxy/admin/trace/shelf_desk.h"

enum { STOP_MS = 2000, TEXT_MAX = 80 };

struct shelf {
	struct shelf_desk *desk;
	bool on;
	struct counter *lost; /* not owned */
	struct log *log;      /* not owned */
	pthread_t thread;
	bool running;
};


/* a disk that hangs must not hang the server's end: the thread keeps what it
 * works on */
static void stop_thread(struct shelf *s)
{
	if (shelf_desk_stop(s->desk, STOP_MS)) {
		(void)pthread_join(s->thread, NULL);
		return;
	}

	log_error(s->log, "trace.hangs",
		  KV_STR("why", "what waits for the disk is lost"));
	(void)pthread_detach(s->thread);
	s->desk = mem_ref(s->desk);
}


static void destructor(void *arg)
{
	struct shelf *s = arg;

	if (s->running)
		stop_thread(s);
	mem_deref(s->desk);
}


/**
 * Begin to write files
 *
 * @param sp   Pointer to the allocated shelf
 * @param conf Directory and its bounds
 * @param log  Log, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int shelf_alloc(struct shelf **sp, const struct shelf_conf *conf,
		struct log *log)
{
	struct shelf *s;
	int err;

	if (!sp || !conf || !conf->dir || !*conf->dir)
		return EINVAL;
	if (strlen(conf->dir) >= SHELF_PATH_MAX)
		return ENAMETOOLONG;

	s = mem_zalloc(sizeof(*s), destructor);
	if (!s)
		return ENOMEM;

	s->log = log;
	s->lost = conf->lost;
	s->on = conf->bounds.bytes > 0;
	err = shelf_desk_alloc(&s->desk, conf, log);
	if (!err) {
		err = thread_start(&s->thread, "viaduct-trace",
				   shelf_desk_main, s->desk);
		s->running = !err;
	}
	if (err)
		mem_deref(s);
	else
		*sp = s;

	return err;
}


/**
 * Say how much stays from now on
 *
 * @param s      Shelf, or NULL
 * @param bounds Bounds; no octets: it is off, and what is there stays
 */
void shelf_limit(struct shelf *s, const struct shelf_bounds *bounds)
{
	if (!s || !bounds)
		return;

	s->on = bounds->bytes > 0;
	shelf_desk_limit(s->desk, bounds);
}


/**
 * Are files written?
 *
 * @param s Shelf, or NULL
 *
 * @return True if so
 */
bool shelf_is_on(const struct shelf *s)
{
	return s && s->on;
}


static bool is_name(const char *name)
{
	return name && *name && *name != '.' && !strchr(name, '/') &&
	       strlen(name) < SHELF_NAME_MAX;
}


/**
 * Open a file to be read, in any thread
 *
 * @param fd   Descriptor
 * @param s    Shelf, or NULL
 * @param name Name of the file
 *
 * @return 0 if success, ENOENT: there is no such file, otherwise errorcode
 */
int shelf_open(int *fd, const struct shelf *s, const char *name)
{
	char path[SHELF_PATH_MAX + SHELF_NAME_MAX + 2];

	if (!fd)
		return EINVAL;
	if (!s || !is_name(name))
		return ENOENT;

	(void)re_snprintf(path, sizeof(path), "%s/%s", s->desk->dir, name);
	*fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	return *fd < 0 ? errno : 0;
}


static void parcel_destructor(void *arg)
{
	struct parcel *parcel = arg;

	mem_deref(parcel->source.arg);
}


/* the source is given away in any case */
static int put(struct shelf *s, const char *name, const void *p, size_t len,
	       const struct shelf_source *source)
{
	struct parcel *parcel;
	int err;

	parcel = mem_zalloc(sizeof(*parcel) + (p ? len : 0),
			    parcel_destructor);
	if (!parcel) {
		mem_deref(source ? source->arg : NULL);
		counter_inc(s->lost);
		return ENOMEM;
	}

	(void)str_ncpy(parcel->name, name, sizeof(parcel->name));
	parcel->len = len;
	if (p)
		memcpy(parcel->data, p, len);
	else
		parcel->source = *source;
	err = shelf_desk_put(s->desk, parcel);
	if (err) {
		counter_inc(s->lost);
		mem_deref(parcel);
	}

	return err;
}


/**
 * Write packets to the end of a file
 *
 * @param s    Shelf, or NULL: nothing is kept
 * @param name Of shelf_name()
 * @param p    Packets, which are copied
 * @param len  Octets
 *
 * @return 0 if they wait to be written, EINVAL, ENOTSUP, ENOSPC or ENOMEM
 */
int shelf_put(struct shelf *s, const char *name, const void *p, size_t len)
{
	if (!s)
		return 0;
	if (!is_name(name) || !p || !len)
		return EINVAL;
	if (!s->on)
		return ENOTSUP;

	return put(s, name, p, len, NULL);
}


/**
 * Write packets to the end of a file that are made then
 *
 * @param s      Shelf, or NULL: nothing is kept
 * @param name   Of shelf_name()
 * @param source Of what; its argument is given away, whatever comes of it
 *
 * @return 0 if it waits to be written, EINVAL, ENOTSUP, ENOSPC or ENOMEM
 */
int shelf_put_from(struct shelf *s, const char *name,
		   const struct shelf_source *source)
{
	if (!source)
		return EINVAL;
	if (!s || !s->on || !is_name(name) || !source->readh) {
		mem_deref(source->arg);
		return !s ? 0 : s->on ? EINVAL : ENOTSUP;
	}

	return put(s, name, NULL, source->bytes, source);
}


/**
 * Make the name of a file
 *
 * @param name   Name
 * @param time_s Seconds since 1970
 * @param text   Whatever it is to say
 */
void shelf_name(char name[SHELF_NAME_MAX], uint64_t time_s, const char *text)
{
	const time_t t = (time_t)time_s;
	char kept[TEXT_MAX + 1];
	struct tm tm = {.tm_year = 70};
	size_t n = 0;

	(void)gmtime_r(&t, &tm);
	for (; *text && n < TEXT_MAX; text++) {
		const bool fit = isalnum((unsigned char)*text) ||
				 strchr("-_.+", *text);

		kept[n++] = fit ? *text : '_';
	}
	kept[n] = '\0';
	(void)re_snprintf(name, SHELF_NAME_MAX,
			  "%04d%02d%02d-%02d%02d%02d-%s.pcap",
			  tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
			  tm.tm_hour, tm.tm_min, tm.tm_sec, kept);
}


/**
 * Call a handler for each file, the newest first
 *
 * @param s   Shelf, or NULL
 * @param h   Handler; true: enough
 * @param arg Its argument
 */
void shelf_apply(struct shelf *s, shelf_file_h *h, void *arg)
{
	if (!s || !h)
		return;

	(void)pthread_mutex_lock(&s->desk->lock);
	for (size_t i = s->desk->files.n; i > 0; i--) {
		if (h(&s->desk->files.v[i - 1], arg))
			break;
	}
	(void)pthread_mutex_unlock(&s->desk->lock);
}
