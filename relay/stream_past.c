/**
 * @file stream_past.c  A stream that goes on after a restart
 *
 * With the ports that its ends were told, and the sources that were locked:
 * they are heard, and sent to, from the first packet on.
 */
#include <errno.h>
#include "common/addr.h"
#include "common/log.h"
#include "relay/engine/leg_past.h"
#include "relay/engine/path.h"
#include "relay/kin.h"
#include "relay/relay_state.h"


/**
 * Get what a stream needs to go on after a restart
 *
 * @param s    Session
 * @param n    Number of the stream
 * @param past What it needs
 *
 * @return 0 if success, ENOENT if the stream is closed, otherwise errorcode
 */
int relay_stream_past(const struct relay_session *s, unsigned n,
		      struct relay_past *past)
{
	if (!s || !past)
		return EINVAL;

	for (int side = 0; side < 2; side++) {
		struct relay_past_side *ps = &past->sidev[side];
		int err;

		err = relay_stream_stats(s, n, (enum relay_side)side,
					 &ps->stats);
		if (err)
			return err;

		ps->local = *s->streamv[n].path->legv[side][RELAY_RTP].local;
		ps->anchored = s->streamv[n].anchored[side];
	}

	return 0;
}


/* the very port, on an address that still is ours */
static int open_side(const struct relay_session *s, struct path *path,
		     enum relay_side side, const struct sa *local)
{
	const struct path *kin = kin_path(s, path->stream, side);
	struct relay *r = s->relay;

	if (kin) {
		path_share(path, side, kin);
		return 0;
	}

	for (size_t i = 0; i < r->conf.addrc; i++) {
		if (addr_same_host(&r->conf.addrv[i], local))
			return stream_ports(r, path, side, i, local);
	}

	return EADDRNOTAVAIL;
}


static int open_sides(const struct relay_session *s, struct path *path,
		      const struct relay_past *past)
{
	int err = 0;

	for (int i = 0; i < 4 && !err; i++) {
		const enum relay_side side = (enum relay_side)(i >> 1);
		const struct relay_past_side *ps = &past->sidev[side];

		if (!(i & 1))
			err = open_side(s, path, side, &ps->local);
		if (!err)
			err = leg_past_set(&path->legv[side][i & 1], ps);
	}

	return err;
}


/* the metrics are of this process */
static void reckon(struct path *path)
{
	const struct reckoning nobody = {NULL, NULL, NULL};

	reckoning_add(&nobody, path);
}


/**
 * Open a stream of before a restart; what was anchored is to be anchored
 * again, as it was
 *
 * @param s    Session
 * @param n    Number of the stream, closed
 * @param past What it was
 *
 * @return 0 if success, EALREADY if it is open, EADDRINUSE if a port of it is
 *         taken, EADDRNOTAVAIL if an address is not ours any more, otherwise
 *         errorcode
 */
int relay_stream_reopen(struct relay_session *s, unsigned n,
			const struct relay_past *past)
{
	struct path *path;
	int err;

	if (!s || !past || n >= RELAY_STREAMS_MAX)
		return EINVAL;

	err = stream_new(&path, s, n);
	if (err)
		return err;

	err = open_sides(s, path, past);
	if (err) {
		mem_deref(path);
		return err;
	}

	reckon(path);

	return stream_add(s, path);
}
