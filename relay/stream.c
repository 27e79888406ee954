/**
 * @file stream.c  The streams of a session: four ports each
 */
#include <errno.h>
#include "common/log.h"
#include "common/metrics.h"
#include "relay/quality/codec.h"
#include "relay/kin.h"
#include "relay/latch/reach.h"
#include "relay/engine/path.h"
#include "relay/engine/ports.h"
#include "relay/relay_state.h"
#include "relay/session_login.h"
#include "relay/tap.h"
#include "relay/engine/worker.h"


static struct path *stream_path(const struct relay_session *s, unsigned n)
{
	return s && n < s->streamc ? s->streamv[n].path : NULL;
}


/* most calls have one stream: there is room for those that were opened */
static int make_room(struct relay_session *s, unsigned n)
{
	struct relay_stream *streamv;

	if (n < s->streamc)
		return 0;

	streamv = mem_zalloc((n + 1) * sizeof(*streamv), NULL);
	if (!streamv)
		return ENOMEM;

	for (unsigned i = 0; i < s->streamc; i++)
		streamv[i] = s->streamv[i];
	mem_deref(s->streamv);
	s->streamv = streamv;
	s->streamc = n + 1;

	return 0;
}


/**
 * Give a side of a path ports on one of our addresses
 *
 * @param r    Relay
 * @param path Path
 * @param side Side
 * @param i    Index of the address
 * @param addr That address; with a port: that pair and no other
 *
 * @return 0 if success, ENOSPC if ports are short, otherwise errorcode
 */
int stream_ports(const struct relay *r, struct path *path,
		 enum relay_side side, size_t i, const struct sa *addr)
{
	const struct switchboard *board = r->ladder.board;

	return board ? path_steer(path, side, board, addr, r->portsv[i])
		     : path_open(path, side, addr, r->portsv[i]);
}


/* of several addresses the first that has ports left, unless somebody else's
   are ours as well */
static int open_side(const struct relay_session *s, struct path *path,
		     enum relay_side side, int af)
{
	const struct path *kin = kin_path(s, path->stream, side);
	size_t indexv[RELAY_ADDR_MAX], n;
	struct relay *r = s->relay;
	int err = EAFNOSUPPORT;

	if (kin) {
		path_share(path, side, kin);
		return 0;
	}

	n = place_order(indexv, &s->placev[side], &r->conf, af);
	for (size_t i = 0; i < n; i++) {
		const struct sa *addr = &r->conf.addrv[indexv[i]];

		err = stream_ports(r, path, side, indexv[i], addr);
		if (!err)
			return 0;

		log_warn(r->log, "relay.ports.failed",
			 KV_ADDR("address", addr), KV_ERRNO("error", err));
	}

	return err;
}


/**
 * Make the path of a stream, without ports
 *
 * @param pp Pointer to allocated path
 * @param s  Session
 * @param n  Number of the stream
 *
 * @return 0 if success, EALREADY if it is open, otherwise errorcode
 */
int stream_new(struct path **pp, struct relay_session *s, unsigned n)
{
	int err;

	if (stream_path(s, n))
		return EALREADY;

	err = make_room(s, n);
	if (err)
		return err;

	err = path_alloc(pp, &s->relay->conf, s->relay->timers);
	if (err)
		return err;

	(*pp)->stream = n;
	(*pp)->tap = tap_hold(s->tap);

	return 0;
}


/**
 * Let a path move packets
 *
 * @param s    Session
 * @param path Path with both sides' ports, given away
 *
 * @return 0 if success, otherwise errorcode
 */
int stream_add(struct relay_session *s, struct path *path)
{
	struct relay *r = s->relay;
	int err;

	err = session_login_open(s, path);
	if (err) {
		mem_deref(path);
		return err;
	}

	list_append(&r->pathl, &path->le, path);
	err = worker_add(s->worker, path);
	if (err) {
		worker_remove(s->worker, path);
		return err;
	}

	path->session = s;
	s->streamv[path->stream].path = path;
	session_alive(s);
	relay_gauge(r);

	return 0;
}


/**
 * Open a stream: four ports
 *
 * @param s    Session
 * @param n    Number of the stream
 * @param af_a Address family of side A
 * @param af_b Address family of side B
 *
 * @return 0 if success or if it is open, ENOSPC if ports are short,
 *         EAFNOSUPPORT without an address of that family, otherwise errorcode
 */
int relay_stream_open(struct relay_session *s, unsigned n, int af_a, int af_b)
{
	struct path *path;
	int err;

	if (!s || n >= RELAY_STREAMS_MAX)
		return EINVAL;

	err = stream_new(&path, s, n);
	if (err)
		return err == EALREADY ? 0 : err;

	err = open_side(s, path, RELAY_A, af_a);
	if (!err)
		err = open_side(s, path, RELAY_B, af_b);
	if (err) {
		if (err == ENOSPC)
			counter_inc(s->relay->count.short_of_ports);
		mem_deref(path);
		return err;
	}

	return stream_add(s, path);
}


/**
 * Close a stream: its ports rest
 *
 * @param s Session
 * @param n Number of the stream
 */
void relay_stream_close(struct relay_session *s, unsigned n)
{
	struct path *path = stream_path(s, n);

	if (!path)
		return;

	path->session = NULL;
	path->sheaf = mem_ref(s->sheaf);
	s->streamv[n] = (struct relay_stream){.path = NULL};

	/* freed when the worker has let it go */
	worker_remove(s->worker, path);
}


/**
 * Get our address that faces a side, as others see it
 *
 * @param s    Session
 * @param n    Number of the stream
 * @param side Side
 * @param comp Component
 * @param sa   Our address and port
 *
 * @return 0 if success, ENOENT if the stream is closed, otherwise errorcode
 */
int relay_stream_addr(const struct relay_session *s, unsigned n,
		      enum relay_side side, enum relay_comp comp,
		      struct sa *sa)
{
	const struct path *path = stream_path(s, n);

	if (!s || !sa || (unsigned)side > RELAY_B ||
	    (unsigned)comp > RELAY_RTCP)
		return EINVAL;

	if (!path)
		return ENOENT;

	*sa = *path->legv[side][comp].local;
	reach_advertise(&s->relay->conf, sa);

	return 0;
}


/* is it a voice that may speak, and listens? */
static bool speaks(const struct relay_terms *t)
{
	if (!t || !t->sends || !t->hears)
		return false;

	for (size_t i = 0; i < t->codecc; i++) {
		if (codec_kind(&t->codecv[i]) == CODEC_AUDIO)
			return true;
	}

	return !t->codecc;
}


/**
 * Apply new signalling of a side: from where to learn, where to send to
 *
 * @param s    Session
 * @param n    Number of the stream
 * @param side Side
 * @param a    Anchor
 *
 * @return 0 if success, ENOENT if the stream is closed, otherwise errorcode
 *
 * RFC 7362 section 4
 */
int relay_stream_anchor(struct relay_session *s, unsigned n,
			enum relay_side side, const struct relay_anchor *a)
{
	struct anchor anchorv[2];
	struct path *path = stream_path(s, n);
	struct relay_terms *terms;
	bool sends, talks;
	int err;

	if (!s || !a || (unsigned)side > RELAY_B)
		return EINVAL;

	if (!path)
		return ENOENT;

	err = relay_terms_copy(&terms, a->terms);
	if (err)
		return err;

	talks = !a->any && speaks(terms);
	sends = !terms || terms->sends;
	anchor_pair(anchorv, a);
	err = worker_anchor(s->worker, path, side, anchorv, terms);
	if (err)
		return err;

	session_login_note(s, n, a, side);
	s->streamv[n].anchored[side] = true;
	s->streamv[n].sends[side] = sends;
	s->streamv[n].talks[side] = talks;
	session_alive(s);

	return 0;
}


/**
 * Get the statistics of a side
 *
 * @param s    Session
 * @param n    Number of the stream
 * @param side Side
 * @param st   Statistics
 *
 * @return 0 if success, ENOENT if the stream is closed, otherwise errorcode
 */
int relay_stream_stats(const struct relay_session *s, unsigned n,
		       enum relay_side side, struct relay_stats *st)
{
	const struct path *path = stream_path(s, n);
	const struct silence *silence;
	uint64_t now;

	if (!s || !st || (unsigned)side > RELAY_B)
		return EINVAL;

	if (!path)
		return ENOENT;

	now = timers_now(s->relay->timers);
	silence = &s->streamv[n].silencev[side];
	path_stats(path, side, st);
	st->quality.silent_ms = silence_ms(silence, now);
	st->quality.mute = silence->mute;
	st->quality.rtcp_ms = silence_rtcp_ms(silence, now);
	st->quality.strangers = silence_strangers(silence,
						  path_refused(path, side));

	return 0;
}
