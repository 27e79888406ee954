/**
 * @file directory.h  Which proxies serve a user, the newest first
 */
#ifndef PROXY_REDIRECT_DIRECTORY_H
#define PROXY_REDIRECT_DIRECTORY_H

#include <re.h>

struct directory;
struct timers;

enum { DIRECTORY_PROXIES_MAX = 4 };

/** One proxy's announcement of a user */
struct directory_entry {
	struct pl aor;     /* "user@host" */
	struct pl contact; /* URI of the proxy */
	struct pl peer;    /* who announced it */
	struct pl callid;
	uint32_t cseq;
};

int directory_alloc(struct directory **dp, struct timers *timers,
		    uint32_t users_max);

/*
 * The newest goes first; a fifth proxy displaces the oldest. EPROTO: an older
 * CSeq of the same Call-ID; EACCES: another peer's contact; ENOSPC: full.
 */
int directory_put(struct directory *d, const struct directory_entry *e,
		  uint32_t expires_s);

/* contact l == 0: all of that peer's. ENOENT */
int directory_del(struct directory *d, const struct directory_entry *e);

typedef void(directory_h)(const char *contact, uint32_t expires_s, void *arg);

/* newest first; returns how many there are */
size_t directory_apply(const struct directory *d, const struct pl *aor,
		       directory_h *h, void *arg);
uint32_t directory_users(const struct directory *d);

#endif
