/**
 * @file shelf_desk.c  Where the loop lays packets down, and a thread writes
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "common/clock.h"
#include "common/log.h"
#include "common/metrics.h"
#include "common/pcap.h"
#include "common/thread.h"
#include "proxy/admin/trace/shelf_desk.h"

enum { LOOK_US = 60000000, SOON_US = 1000000, PIECE = 65536 };


static void destructor(void *arg)
{
	struct shelf_desk *d = arg;

	list_flush(&d->parcell);
	(void)pthread_cond_destroy(&d->ended);
	(void)pthread_cond_destroy(&d->work);
	(void)pthread_mutex_destroy(&d->lock);
}


/**
 * Allocate a desk; a thread that runs shelf_desk_main() makes it work
 *
 * @param dp   Pointer to the allocated desk
 * @param conf Directory and its bounds
 * @param log  Log, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int shelf_desk_alloc(struct shelf_desk **dp, const struct shelf_conf *conf,
		     struct log *log)
{
	struct shelf_desk *d = mem_zalloc(sizeof(*d), destructor);
	int err;

	if (!d)
		return ENOMEM;

	d->bounds = conf->bounds;
	d->written = conf->written;
	d->lost = conf->lost;
	d->log = log;
	(void)str_ncpy(d->dir, conf->dir, sizeof(d->dir));
	err = pthread_mutex_init(&d->lock, NULL);
	err |= thread_cond_init(&d->work);
	err |= thread_cond_init(&d->ended);
	if (err)
		mem_deref(d);
	else
		*dp = d;

	return err;
}


/**
 * Lay down packets
 *
 * @param d Desk
 * @param p Packets; the desk's on success
 *
 * @return 0 if success, ENOSPC: too much waits
 */
int shelf_desk_put(struct shelf_desk *d, struct parcel *p)
{
	int err = ENOSPC;

	(void)pthread_mutex_lock(&d->lock);
	if (d->waiting + p->len <= SHELF_WAIT_MAX) {
		d->waiting += p->len;
		list_append(&d->parcell, &p->le, p);
		(void)pthread_cond_signal(&d->work);
		err = 0;
	}
	(void)pthread_mutex_unlock(&d->lock);

	return err;
}


/**
 * Let the thread end when it has written what waits, and wait for it
 *
 * @param d  Desk
 * @param ms How long
 *
 * @return false if it goes on
 */
bool shelf_desk_stop(struct shelf_desk *d, unsigned ms)
{
	const struct timespec until = thread_at(clock_us() +
						(uint64_t)ms * 1000);
	int err = 0;
	bool over;

	(void)pthread_mutex_lock(&d->lock);
	d->stop = true;
	(void)pthread_cond_signal(&d->work);
	while (!d->over && !err)
		err = pthread_cond_timedwait(&d->ended, &d->lock, &until);
	over = d->over;
	(void)pthread_mutex_unlock(&d->lock);

	return over;
}


/**
 * Say how much stays from now on
 *
 * @param d Desk
 * @param b Bounds
 */
void shelf_desk_limit(struct shelf_desk *d, const struct shelf_bounds *b)
{
	(void)pthread_mutex_lock(&d->lock);
	d->bounds = *b;
	d->changed = true;
	(void)pthread_cond_signal(&d->work);
	(void)pthread_mutex_unlock(&d->lock);
}


static int write_all(int fd, const uint8_t *p, size_t len)
{
	while (len) {
		const ssize_t n = write(fd, p, len);

		if (n < 0)
			return errno;
		p += n;
		len -= (size_t)n;
	}

	return 0;
}


/* made piece by piece */
static int write_from(int fd, const struct shelf_source *source)
{
	uint8_t *buf = mem_alloc(PIECE, NULL);
	size_t n;
	int err = buf ? 0 : ENOMEM;

	while (!err && (n = source->readh(buf, PIECE, source->arg)))
		err = write_all(fd, buf, n);
	mem_deref(buf);

	return err;
}


/* whole packets, or none: what a full disk took of them goes again */
static int append(int fd, const struct parcel *p)
{
	uint8_t head[PCAP_FILE_HEADER];
	struct stat st;
	int err = 0;

	if (fstat(fd, &st))
		return errno;

	if (!st.st_size) {
		pcap_file_header(head);
		err = write_all(fd, head, sizeof(head));
	}
	if (!err)
		err = p->source.readh ? write_from(fd, &p->source)
				      : write_all(fd, p->data, p->len);
	if (err)
		(void)!ftruncate(fd, st.st_size);

	return err;
}


static int write_parcel(const struct shelf_desk *d, const struct parcel *p)
{
	char path[SHELF_PATH_MAX + SHELF_NAME_MAX + 2];
	int fd, err;

	if (mkdir(d->dir, S_IRWXU) && errno != EEXIST)
		return errno;

	(void)re_snprintf(path, sizeof(path), "%s/%s", d->dir, p->name);
	fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW,
		  S_IRUSR | S_IWUSR);
	if (fd < 0)
		return errno;

	err = append(fd, p);
	(void)close(fd);

	return err;
}


/* said once when it begins */
static void note(struct shelf_desk *d, int err)
{
	counter_inc(err ? d->lost : d->written);
	if (err && !d->failing)
		log_error(d->log, "trace.fails", KV_STR("dir", d->dir),
			  KV_ERRNO("err", err));
	d->failing = err != 0;
}


/* the lock is not held */
static void look(struct shelf_desk *d)
{
	struct shelf_bounds bounds;

	(void)pthread_mutex_lock(&d->lock);
	bounds = d->bounds;
	(void)pthread_mutex_unlock(&d->lock);
	if (!bounds.bytes)
		return;

	shelf_keep(&d->found, d->dir, &bounds, (uint64_t)time(NULL));
	(void)pthread_mutex_lock(&d->lock);
	d->files.n = d->found.n;
	d->files.bytes = d->found.bytes;
	memcpy(d->files.v, d->found.v, d->found.n * sizeof(d->found.v[0]));
	(void)pthread_mutex_unlock(&d->lock);
}


/* the lock is held, but for the writing; true: something was written */
static bool work(struct shelf_desk *d)
{
	struct parcel *p;
	bool some = false;

	while ((p = list_ledata(d->parcell.head)) != NULL) {
		list_unlink(&p->le);
		(void)pthread_mutex_unlock(&d->lock);
		note(d, write_parcel(d, p));
		(void)pthread_mutex_lock(&d->lock);
		d->waiting -= p->len;
		mem_deref(p);
		some = true;
	}

	return some;
}


static void wait_until(struct shelf_desk *d, uint64_t us)
{
	const struct timespec until = thread_at(us);

	if (!d->stop && !d->changed && !d->parcell.head)
		(void)pthread_cond_timedwait(&d->work, &d->lock, &until);
}


/**
 * Write until the desk says stop, and nothing is left
 *
 * @param arg Desk
 *
 * @return NULL
 */
void *shelf_desk_main(void *arg)
{
	struct shelf_desk *d = arg;
	uint64_t look_us = 0;
	bool stop = false;

	while (!stop) {
		uint64_t now = clock_us();

		if (now >= look_us) {
			look(d);
			look_us = now + LOOK_US;
		}

		(void)pthread_mutex_lock(&d->lock);
		wait_until(d, look_us);
		/* not for each of many: a directory is read each time */
		if (work(d))
			look_us = min(look_us, now + SOON_US);
		if (d->changed)
			look_us = 0;
		d->changed = false;
		stop = d->stop;
		(void)pthread_mutex_unlock(&d->lock);
	}

	(void)pthread_mutex_lock(&d->lock);
	d->over = true;
	(void)pthread_cond_broadcast(&d->ended);
	(void)pthread_mutex_unlock(&d->lock);

	return NULL;
}
