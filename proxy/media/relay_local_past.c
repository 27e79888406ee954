/**
 * @file relay_local_past.c  Resources of our own relay, before a restart and
 * after it
 *
 * What its sides had asked is the call's to remember; here are the ports, the
 * sources, the logins and the counters.
 */
#include <errno.h>
#include <string.h>
#include "proxy/media/relay_local_state.h"

/** A counter by its name */
struct count {
	const char *name;
	size_t at; /* in struct relay_stats */
};

#define COUNT(name, field)                                \
	{                                                 \
		name, offsetof(struct relay_stats, field) \
	}

static const struct count countv[] = {
	COUNT("rx", rx_packets),
	COUNT("rx_octets", rx_octets),
	COUNT("tx", tx_packets),
	COUNT("tx_octets", tx_octets),
	COUNT("refused", refused),
	COUNT("invalid", invalid),
	COUNT("unsent", unsent),
	COUNT("expected", quality.expected),
	COUNT("lost", quality.lost),
	COUNT("reordered", quality.reordered),
	COUNT("duplicates", quality.duplicates),
	COUNT("bursts", quality.bursts),
	COUNT("burst_lost", quality.burst_lost),
};


static void put_side(struct json_out *o, const struct relay_past_side *side)
{
	const struct relay_stats *st = &side->stats;

	json_out_object(o, NULL);
	json_out_sa(o, "local", &side->local);
	json_out_flag(o, "anchored", side->anchored);
	json_out_sa(o, "rtp", &st->latched[RELAY_RTP]);
	json_out_sa(o, "rtcp", &st->latched[RELAY_RTCP]);
	if (st->quality.ssrc)
		json_out_number(o, "ssrc", st->quality.ssrc);

	for (size_t i = 0; i < ARRAY_SIZE(countv); i++) {
		uint64_t n;

		memcpy(&n, (const uint8_t *)st + countv[i].at, sizeof(n));
		if (n)
			json_out_number(o, countv[i].name, n);
	}
	json_out_object_end(o);
}


static void put_streams(struct json_out *o, const struct relay_session *s)
{
	struct relay_past past;

	json_out_array(o, "streams");
	for (unsigned n = 0; n < RELAY_STREAMS_MAX; n++) {
		if (relay_stream_past(s, n, &past))
			continue;

		json_out_object(o, NULL);
		json_out_number(o, "n", n);
		json_out_array(o, "sides");
		put_side(o, &past.sidev[RELAY_A]);
		put_side(o, &past.sidev[RELAY_B]);
		json_out_array_end(o);
		json_out_object_end(o);
	}
	json_out_array_end(o);
}


static void put_logins(struct json_out *o, const struct relay_session *s)
{
	static const char *const namev[2] = {"login_a", "login_b"};
	struct relay_login login;

	for (int i = 0; i < 2; i++) {
		if (relay_session_login_past(s, (enum relay_side)i, &login))
			continue;

		json_out_object(o, namev[i]);
		json_out_exact(o, "ufrag", login.ufrag);
		json_out_exact(o, "pwd", login.pwd);
		json_out_object_end(o);
	}
}


/**
 * Write what a resource needs to go on after a restart
 *
 * @param resource Resource of our own relay
 * @param o        Writer, in an object
 */
void relay_local_save(const struct resource *resource, struct json_out *o)
{
	const struct local_resource *r = (const struct local_resource *)
		resource;

	put_logins(o, r->session);
	put_streams(o, r->session);
}


static int get_side(struct relay_past_side *side, const json_t *o)
{
	struct relay_stats *st = &side->stats;
	uint64_t n;
	int err;

	side->anchored = json_in_bool(o, "anchored");
	err = json_in_sa(&side->local, o, "local");
	err |= json_in_sa(&st->latched[RELAY_RTP], o, "rtp");
	err |= json_in_sa(&st->latched[RELAY_RTCP], o, "rtcp");
	err |= json_in_number(&n, o, "ssrc", UINT32_MAX);
	st->quality.ssrc = (uint32_t)n;

	for (size_t i = 0; i < ARRAY_SIZE(countv); i++) {
		err |= json_in_number(&n, o, countv[i].name, INT64_MAX);
		memcpy((uint8_t *)st + countv[i].at, &n, sizeof(n));
	}

	return err ? EBADMSG : 0;
}


static int get_stream(struct relay_past *past, unsigned *np, const json_t *o)
{
	const json_t *sides = json_object_get(o, "sides");
	uint64_t n;

	memset(past, 0, sizeof(*past));
	if (json_in_number(&n, o, "n", RELAY_STREAMS_MAX - 1) ||
	    get_side(&past->sidev[RELAY_A], json_array_get(sides, 0)) ||
	    get_side(&past->sidev[RELAY_B], json_array_get(sides, 1)))
		return EBADMSG;

	*np = (unsigned)n;

	return 0;
}


static int open_stream(struct local_resource *r, const json_t *o,
		       const struct resource_past *rp)
{
	struct local_stream *st;
	struct relay_past past;
	unsigned n;
	int err;

	err = get_stream(&past, &n, o);
	if (!err)
		err = relay_stream_reopen(r->session, n, &past);
	if (err)
		return err;

	st = &r->streamv[n];
	st->open = true;
	for (int i = 0; i < 2 && !err; i++) {
		const struct resource_request *rq = rp->askedv[i];

		st->af[i] = (uint8_t)sa_af(&past.sidev[i].local);
		if (rq && resource_media_stream(rq->media, n)->used)
			err = relay_local_anchor(r, n, rq);
	}

	return err;
}


static int get_login(struct local_resource *r, enum relay_side side,
		     const json_t *o)
{
	struct relay_login login;

	if (!o)
		return 0;
	if (json_in_words(login.ufrag, sizeof(login.ufrag), o, "ufrag") ||
	    json_in_words(login.pwd, sizeof(login.pwd), o, "pwd"))
		return EBADMSG;

	return relay_session_relogin(r->session, side, &login);
}


/* our port that faces side B */
static const char *far_port(const json_t *o)
{
	const json_t *stream = json_array_get(json_object_get(o, "streams"),
					      0);
	const json_t *side = json_array_get(json_object_get(stream, "sides"),
					    RELAY_B);

	return json_string_value(json_object_get(side, "local"));
}


/* another answer to the same offer: whose ports it has towards side B */
static struct local_resource *find_kin(const struct resource_past *past)
{
	const char *port = far_port(past->o), *other;
	const struct resource_past *before;

	for (before = past->before; port && before; before = before->before) {
		other = far_port(before->o);
		if (before->res && other && !strcmp(port, other))
			return (struct local_resource *)before->res;
	}

	return NULL;
}


static int open_session(struct local_resource *r, const struct pl *id,
			const struct resource_past *past)
{
	struct local_resource *of = find_kin(past);
	int err;

	/* its login is shared as well */
	if (of)
		return relay_session_fork(&r->session, of->session, RELAY_B,
					  relay_local_event, r);

	err = relay_session_alloc(&r->session, r->rl->relay, id,
				  relay_local_event, r);
	if (!err)
		err = get_login(r, RELAY_B,
				json_object_get(past->o, "login_b"));

	return err;
}


static int resume(struct local_resource *r, const struct pl *id,
		  const struct resource_past *past)
{
	const json_t *streams = json_object_get(past->o, "streams");
	int err;

	err = open_session(r, id, past);
	if (!err)
		err = get_login(r, RELAY_A,
				json_object_get(past->o, "login_a"));
	for (size_t i = 0; i < json_array_size(streams) && !err; i++)
		err = open_stream(r, json_array_get(streams, i), past);

	for (int i = 0; i < 2 && !err; i++) {
		if (past->askedv[i])
			relay_local_keep(r, past->askedv[i]);
		r->placedv[i] = past->askedv[i] != NULL;
	}

	return err;
}


/**
 * Have a resource again after a restart, with its ports
 *
 * @param rp    Pointer to the allocated resource
 * @param maker Maker
 * @param id    Name of its call
 * @param past  What it was
 * @param h     Hears what the relay says of it
 * @param arg   Handler argument
 *
 * @return 0 if success, EADDRINUSE or EADDRNOTAVAIL if its ports are not to
 *         be had, EBADMSG if the record is broken, otherwise errorcode
 */
int relay_local_restore(struct resource **rp, struct resource_maker *maker,
			const struct pl *id, const struct resource_past *past,
			resource_event_h *h, void *arg)
{
	struct local_resource *r;
	int err;

	if (!rp || !maker || !id || !past)
		return EINVAL;

	err = relay_local_make(&r, (struct relay_local *)maker, h, arg);
	if (err)
		return err;

	err = resume(r, id, past);
	if (err)
		mem_deref(r);
	else
		*rp = &r->resource;

	return err;
}
