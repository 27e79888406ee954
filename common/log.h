/**
 * @file log.h  One line an event, key=value
 *
 *   log_info(log, "call.verdict", KV_PL("call", &id), KV_STR("media", "relay"),
 *            KV_SA("source", &src));
 *
 * Control bytes, quotes and blanks in values are escaped, so an event is one
 * line whatever the network sent. Each kind has a budget of lines a second;
 * what was kept back is counted and said with the next line of that kind.
 * A NULL log swallows all.
 */
#ifndef COMMON_LOG_H
#define COMMON_LOG_H

#include <stdint.h>
#include <stdio.h>
#include <re.h>

enum log_level {
	LEVEL_DEBUG = 0,
	LEVEL_INFO,
	LEVEL_WARN,
	LEVEL_ERROR,
};

struct log;
struct timers;

enum kv_type {
	KV_T_END = 0,
	KV_T_STR,
	KV_T_PL,
	KV_T_UINT,
	KV_T_INT,
	KV_T_SA,
	KV_T_ADDR,
	KV_T_ERRNO
};

struct kv {
	const char *key;
	enum kv_type type;
	union {
		const char *str;
		const struct pl *pl;
		uint64_t u;
		int64_t i;
		const struct sa *sa;
	} v;
};

#define KV_STR(k, s)                                       \
	{                                                  \
		.key = (k), .type = KV_T_STR, .v.str = (s) \
	}
#define KV_PL(k, p)                                      \
	{                                                \
		.key = (k), .type = KV_T_PL, .v.pl = (p) \
	}
#define KV_UINT(k, n)                                     \
	{                                                 \
		.key = (k), .type = KV_T_UINT, .v.u = (n) \
	}
#define KV_INT(k, n)                                     \
	{                                                \
		.key = (k), .type = KV_T_INT, .v.i = (n) \
	}
/* address and port; address alone; strerror of an errno */
#define KV_SA(k, a)                                      \
	{                                                \
		.key = (k), .type = KV_T_SA, .v.sa = (a) \
	}
#define KV_ADDR(k, a)                                      \
	{                                                  \
		.key = (k), .type = KV_T_ADDR, .v.sa = (a) \
	}
#define KV_ERRNO(k, e)                                     \
	{                                                  \
		.key = (k), .type = KV_T_ERRNO, .v.i = (e) \
	}

/* fd is not owned; burst lines a second for each kind (0: no limit) */
int log_alloc(struct log **lp, int fd, enum log_level min, uint32_t burst,
	      const struct timers *t);
int log_level_decode(enum log_level *lvl, const struct pl *pl);
const char *log_level_name(enum log_level lvl);

/* while it runs */
void log_set_level(struct log *log, enum log_level min);
enum log_level log_level(const struct log *log);

/* libre's own messages, as kind "libre"; NULL: to stderr as before */
void log_take_libre(struct log *log);
/* the journal has the lines, with their keys as fields; before other threads
 * write */
int log_take_journal(struct log *log, const char *path);
void log_write(struct log *log, enum log_level lvl, const char *kind,
	       const struct kv *kvv);

/* hears of lines of that level and above that are written, in whichever thread;
 * it must not log. NULL: nobody */
typedef void(log_watch_h)(enum log_level lvl, const char *kind,
			  const struct kv *kvv, void *arg);
void log_watch(struct log *log, enum log_level min, log_watch_h *h, void *arg);

/* would that line be written? false: it counts as kept back. For lines whose
 * values cost something to find out */
bool log_wants(struct log *log, enum log_level lvl, const char *kind);

#define LOG_KVV(...) \
	((const struct kv[]){__VA_ARGS__ __VA_OPT__(, ){.type = KV_T_END}})
#define log_debug(l, kind, ...) \
	log_write(l, LEVEL_DEBUG, kind, LOG_KVV(__VA_ARGS__))
#define log_info(l, kind, ...) \
	log_write(l, LEVEL_INFO, kind, LOG_KVV(__VA_ARGS__))
#define log_warn(l, kind, ...) \
	log_write(l, LEVEL_WARN, kind, LOG_KVV(__VA_ARGS__))
#define log_error(l, kind, ...) \
	log_write(l, LEVEL_ERROR, kind, LOG_KVV(__VA_ARGS__))

#endif
