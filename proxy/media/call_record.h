/**
 * @file call_record.h  The recording of a call
 *
 * From its answer to its end, where an account or a peer says so, or as long
 * as the operator wants it. It needs our own relay: a call that is to be
 * recorded gets that from the beginning, one that is direct cannot be.
 */
#ifndef PROXY_MEDIA_CALL_RECORD_H
#define PROXY_MEDIA_CALL_RECORD_H

#include "proxy/media/call.h"
#include "relay/record/recorder.h"

enum { CALL_RECORD_WHO = 32 };

/** In the call */
struct call_record {
	bool wanted;
	char from[CALL_RECORD_WHO], to[CALL_RECORD_WHO]; /* user names */
	struct recording *recording;                     /* NULL: not now */
	struct resource *res; /* that it hears, or NULL */
	unsigned takes;
	bool refused; /* was said */
};

void call_record_init(struct call *call, const struct message *invite,
		      const struct call_leg *a, const struct call_leg *b);

bool call_record_needs_relay(const struct call *call);

/* the call is answered, or has a relay resource, or another one */
void call_record_update(struct call *call);

/* the SDP that passes says what its side's packets are */
void call_record_terms(const struct call_pass *pass);

/* of the files, without ending; "": it is not recorded now */
const char *call_record_name(const struct call *call);

/*
 * By command. EALREADY: it is so. Otherwise *why says what stands against it:
 * ENOTSUP: its media does not pass here; ENOSPC, ENOSYS, ...
 */
int call_record(struct call *call, bool on, const char **why);

/* the call ends */
void call_record_end(struct call *call);

#endif
