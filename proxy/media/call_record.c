/**
 * @file call_record.c  The recording of a call
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "common/log.h"
#include "proxy/media/call_state.h"

enum { FILES_MAX = 2 * RECORDING_FILE_MAX + 16 };


static void copy_user(char who[CALL_RECORD_WHO], const struct pl *user)
{
	const size_t n = min(user->l, (size_t)CALL_RECORD_WHO - 1);

	if (n)
		memcpy(who, user->p, n);
	who[n] = '\0';
}


/**
 * A call begins: is it to be recorded, and who is in it?
 *
 * @param call   Call
 * @param invite Its first request
 * @param a      Who sent it
 * @param b      Where it goes
 */
void call_record_init(struct call *call, const struct message *invite,
		      const struct call_leg *a, const struct call_leg *b)
{
	struct call_record *rec = &call->record;

	copy_user(rec->from, &invite->from.uri.user);
	copy_user(rec->to, &invite->to.uri.user);
	rec->wanted = a->record || b->record;
}


/**
 * Have the packets of a call to pass here for its recording's sake?
 *
 * @param call Call
 *
 * @return True if it is to be recorded and can be
 */
bool call_record_needs_relay(const struct call *call)
{
	return call->record.wanted && call->calls &&
	       call->calls->conf.recorder;
}


/* what our ends have said so far, of all streams */
static void tell_terms(struct recording *rec, const struct call *call,
		       enum call_side which)
{
	const struct call_dialog *d = call_dialog_main(call);
	const struct ask *now = d ? d->sidev[which].now : NULL;
	const struct resource_media *m = now ? now->rq.media : NULL;

	for (size_t i = 0; m && i < m->n; i++)
		recording_terms(rec, (unsigned)i, (enum relay_side)which,
				m->v[i].terms, m->v[i].any || m->v[i].secure);
}


static void note_files(struct call *call, const struct recording *rec)
{
	const char *name = recording_name(rec);
	struct recording_state st;
	char files[FILES_MAX];

	recording_state(rec, &st);
	(void)snprintf(files, sizeof(files), "%s%s%s%s%s", name,
		       st.wav ? ".wav" : "", st.wav && st.pcap ? " " : "",
		       st.wav && st.pcap ? name : "", st.pcap ? ".pcap" : "");
	call_note_file(call, files);
}


static void refuse(struct call *call, const char *why)
{
	if (call->record.refused)
		return;

	call->record.refused = true;
	log_warn(call->calls->log, "record.failed",
		 KV_PL("call", &call->callid), KV_STR("why", why));
}


static const char *why_not(int err)
{
	switch (err) {
	case ENOTSUP:
		return "its media does not pass here: set record for the "
		       "account or the peer, for the next call";

	case ENOSPC:
		return "too many calls are being recorded";

	case ENOSYS:
		return "its media passes a relay server, which does not "
		       "record";

	case ENOENT:
		return "recordings are off, or their relay is elsewhere";

	default:
		return strerror(err);
	}
}


static int start(struct call *call)
{
	struct call_record *cr = &call->record;
	const struct recording_conf conf = {
		.from = cr->from,
		.to = cr->to,
		.id = call->id,
		.take = cr->takes,
		.call = &call->callid,
	};
	struct resource *res = call_media(call);
	struct recording *rec;
	int err;

	if (!res->tap)
		return ENOSYS;

	err = recording_alloc(&rec, call->calls->conf.recorder, &conf);
	if (err)
		return err;

	for (int i = 0; i < 2; i++)
		tell_terms(rec, call, (enum call_side)i);

	err = resource_tap(res, recording_tap(rec));
	if (err) {
		recording_stop(rec);
		return err;
	}

	++cr->takes;
	cr->recording = rec;
	cr->res = mem_ref(res);
	note_files(call, rec);
	log_info(call->calls->log, "record.started",
		 KV_PL("call", &call->callid),
		 KV_STR("file", recording_name(rec)));

	return 0;
}


/* another dialog of the same INVITE was confirmed, or goes on alone */
static void move(struct call_record *cr, struct resource *res)
{
	(void)resource_tap(cr->res, NULL);
	mem_deref(cr->res);
	cr->res = mem_ref(res);
	(void)resource_tap(cr->res, recording_tap(cr->recording));
}


static void stop(struct call *call)
{
	struct call_record *cr = &call->record;

	if (!cr->recording)
		return;

	(void)resource_tap(cr->res, NULL);
	cr->res = mem_deref(cr->res);
	note_files(call, cr->recording);
	recording_stop(cr->recording);
	cr->recording = NULL;
}


static int due(const struct call *call)
{
	if (!call->calls->conf.recorder)
		return ENOENT;
	if (!call->answered || !call_media(call))
		return EAGAIN;

	return 0;
}


/**
 * Begin a recording that is wanted, as soon as there is something to hear
 *
 * @param call Call, answered or not
 */
void call_record_update(struct call *call)
{
	struct call_record *cr = &call->record;
	struct resource *res = call_media(call);
	int err;

	if (!call->calls || !cr->wanted)
		return;

	if (cr->recording) {
		if (res && cr->res != res)
			move(cr, res);
		return;
	}

	err = due(call);
	if (err == EAGAIN && call->answered &&
	    (call->mode == CALL_DIRECT || call->mode == CALL_UPSTREAM))
		err = ENOTSUP;
	if (!err)
		err = start(call);
	if (err && err != EAGAIN)
		refuse(call, why_not(err));
}


/**
 * A side has said something new of its streams
 *
 * @param pass Its message, with SDP
 */
void call_record_terms(const struct call_pass *pass)
{
	const struct call *call = pass->call;

	if (call->record.recording)
		tell_terms(call->record.recording, call, pass->from);
}


/**
 * What the files are called that a call is being recorded in
 *
 * @param call Call
 *
 * @return Name in the directory of recordings, without ending; "": none
 */
const char *call_record_name(const struct call *call)
{
	return call ? recording_name(call->record.recording) : "";
}


static int begin_by_command(struct call *call)
{
	struct call_record *cr = &call->record;
	struct recording_state st;
	int err;

	/* one that failed may be tried again */
	recording_state(cr->recording, &st);
	if (cr->recording && st.over)
		stop(call);
	if (cr->wanted && cr->recording)
		return EALREADY;

	if (call->mode == CALL_DIRECT || call->mode == CALL_UPSTREAM)
		return ENOTSUP;

	err = due(call);
	if (!err)
		err = start(call);
	if (err && err != EAGAIN)
		return err;

	/* where it rings it begins with the answer */
	cr->wanted = true;
	cr->refused = false;

	return 0;
}


/**
 * Record a call, or no longer
 *
 * @param call Call
 * @param on   True: record it
 * @param why  What stands against it, a sentence without full stop
 *
 * @return 0 if success, EALREADY if it is so, ENOTSUP if its media does not
 *         pass here, otherwise errorcode
 */
int call_record(struct call *call, bool on, const char **why)
{
	int err = 0;

	if (!call || !call->calls || !why)
		return EINVAL;

	if (on) {
		err = begin_by_command(call);
	}
	else if (!call->record.wanted) {
		err = EALREADY;
	}
	else {
		stop(call);
		call->record.wanted = false;
	}

	*why = err == EALREADY ? on ? "it is being recorded"
				    : "it is not being recorded"
	       : err           ? why_not(err)
			       : "";

	return err;
}


/**
 * A call ends, and its recording with it
 *
 * @param call Call
 */
void call_record_end(struct call *call)
{
	stop(call);
	call->record.wanted = false;
}
