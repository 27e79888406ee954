/**
 * @file tls_context.c  The certificates in use, and their files under watch
 *
 * A timer looks at the files' inodes and times; what has changed is loaded
 * anew. A tool writes certificate and key one after the other, so what does
 * not fit together yet leaves the old pair in use until it does.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <re.h>
#include "common/log.h"
#include "common/metrics.h"
#include "common/timer.h"
#include "proxy/sip/tls_context.h"

enum {
	FILES_MAX = 2 * TLS_CERT_MAX + 2,
	DAY_S = 24 * 3600,
	WARN_LOOKS = 24 * 3600 * 1000 / TLS_WATCH_MS, /* once a day */
};

/** What a file looked like */
struct look {
	dev_t dev;
	ino_t ino;
	off_t size;
	struct timespec at;
};

struct tls_context {
	struct tls_conf conf; /* into pathv */
	char *pathv[FILES_MAX];
	struct tls_store *store;
	struct look lookv[FILES_MAX];
	struct timers *timers; /* referenced */
	struct log *log;       /* referenced */
	struct timer tmr;
	uint32_t looks; /* since certificates were warned of */
	struct counter *handshakes, *failed, *reloads, *faults, *left;
};


static void destructor(void *data)
{
	struct tls_context *c = data;

	timer_cancel(&c->tmr);
	for (size_t i = 0; i < FILES_MAX; i++)
		mem_deref(c->pathv[i]);
	mem_deref(c->store);
	mem_deref(c->log);
	mem_deref(c->timers);
}


static const char *copy(char **path, const char *from, int *err)
{
	if (from && !*err)
		*err = str_dup(path, from);

	return *path;
}


static int copy_conf(struct tls_conf *to, char **path,
		     const struct tls_conf *from)
{
	int err = 0;

	*to = *from;
	for (size_t i = 0; i < from->certc; i++) {
		to->certv[i].cert = copy(path++, from->certv[i].cert, &err);
		to->certv[i].key = copy(path++, from->certv[i].key, &err);
	}
	to->ca = copy(path++, from->ca, &err);
	to->client_ca = copy(path, from->client_ca, &err);

	return err;
}


/* true: it is not what it was */
static bool look_at(struct look *look, const char *path)
{
	struct look now;
	struct stat st;

	memset(&now, 0, sizeof(now));
	if (path && *path && !stat(path, &st)) {
		now.dev = st.st_dev;
		now.ino = st.st_ino;
		now.size = st.st_size;
		now.at.tv_sec = st.st_mtim.tv_sec;
		now.at.tv_nsec = st.st_mtim.tv_nsec;
	}
	if (!memcmp(look, &now, sizeof(now)))
		return false;

	*look = now;

	return true;
}


static bool look_at_all(struct tls_context *c)
{
	struct look *look = c->lookv;
	bool changed = false;

	for (size_t i = 0; i < c->conf.certc; i++) {
		changed |= look_at(look++, c->conf.certv[i].cert);
		changed |= look_at(look++, c->conf.certv[i].key);
	}
	changed |= look_at(look++, c->conf.ca);
	changed |= look_at(look, c->conf.client_ca);

	return changed;
}


/* for the operator's graphs, and his log once a day */
static void watch_expiry(struct tls_context *c)
{
	const int days = tls_store_days(c->store);

	counter_set(c->left, days > 0 ? (uint64_t)days * DAY_S : 0);
	if (++c->looks < WARN_LOOKS)
		return;

	c->looks = 0;
	tls_store_warn(c->store, &c->conf, c->log);
}


static void watch_handler(void *arg)
{
	struct tls_context *c = arg;

	timer_start(c->timers, &c->tmr, TLS_WATCH_MS, watch_handler, c);
	if (look_at_all(c))
		(void)tls_context_reload(c);
	watch_expiry(c);
}


/**
 * Load the certificates, and look after their files
 *
 * @param cp      Pointer to the allocated context
 * @param conf    Paths, copied
 * @param timers  Clock
 * @param log     Log, or NULL
 * @param metrics Metrics, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int tls_context_alloc(struct tls_context **cp, const struct tls_conf *conf,
		      struct timers *timers, struct log *log,
		      struct metrics *metrics)
{
	struct tls_context *c;
	size_t kept;
	int err;

	if (!cp || !conf || !timers || !conf->certc)
		return EINVAL;

	c = mem_zalloc(sizeof(*c), destructor);
	if (!c)
		return ENOMEM;

	c->timers = mem_ref(timers);
	c->log = mem_ref(log);
	c->handshakes = metrics_counter(metrics, "tls_handshakes_total");
	c->failed = metrics_counter(metrics, "tls_handshakes_failed_total");
	c->reloads = metrics_counter(metrics, "tls_reloads_total");
	c->faults = metrics_counter(metrics, "tls_files_refused_total");

	c->left = metrics_counter(metrics, "tls_certificate_left_seconds");

	err = copy_conf(&c->conf, c->pathv, conf);
	if (!err)
		(void)look_at_all(c);
	if (!err)
		err = tls_store_alloc(&c->store, conf, NULL, log, &kept);
	if (err) {
		mem_deref(c);
		return err;
	}

	timer_start(timers, &c->tmr, TLS_WATCH_MS, watch_handler, c);
	watch_expiry(c);
	*cp = c;

	return 0;
}


/**
 * Load all files again
 *
 * @param c Context
 *
 * @return 0 if success, EBADMSG where something old had to stay, otherwise
 *         errorcode
 */
int tls_context_reload(struct tls_context *c)
{
	struct tls_store *store = NULL;
	size_t kept;
	int err;

	if (!c)
		return EINVAL;

	(void)look_at_all(c);
	err = tls_store_alloc(&store, &c->conf, c->store, c->log, &kept);
	if (err) {
		log_error(c->log, "tls.reload", KV_ERRNO("why", err));
		return err;
	}

	mem_deref(c->store);
	c->store = store;
	counter_inc(c->reloads);
	counter_add(c->faults, (int64_t)kept);
	log_info(c->log, "tls.reload", KV_UINT("old_ones_kept", kept));

	return kept ? EBADMSG : 0;
}


/**
 * Use what was loaded of other files, and look after those
 *
 * @param c     Context
 * @param conf  Paths, copied
 * @param store What was loaded of them, taken over
 */
void tls_context_take(struct tls_context *c, const struct tls_conf *conf,
		      struct tls_store *store)
{
	char *pathv[FILES_MAX] = {NULL};
	struct tls_conf copied;

	mem_deref(c->store);
	c->store = store;
	counter_inc(c->reloads);

	/* without memory the old files are watched on */
	if (copy_conf(&copied, pathv, conf)) {
		for (size_t i = 0; i < FILES_MAX; i++)
			mem_deref(pathv[i]);
		return;
	}
	for (size_t i = 0; i < FILES_MAX; i++) {
		mem_deref(c->pathv[i]);
		c->pathv[i] = pathv[i];
	}
	c->conf = copied;
	(void)look_at_all(c);
	watch_expiry(c);
}


/**
 * What a new connection begins with
 *
 * @param c Context
 *
 * @return Store, not referenced
 */
struct tls_store *tls_context_store(const struct tls_context *c)
{
	return c ? c->store : NULL;
}


/**
 * Where handshakes are reported
 *
 * @param c Context
 *
 * @return Log, or NULL
 */
struct log *tls_context_log(const struct tls_context *c)
{
	return c ? c->log : NULL;
}


/**
 * Count a handshake
 *
 * @param c       Context
 * @param success Whether it came to its end
 */
void tls_context_count(struct tls_context *c, bool success)
{
	if (c)
		counter_inc(success ? c->handshakes : c->failed);
}
