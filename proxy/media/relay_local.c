/**
 * @file relay_local.c  Relay resources out of the relay in this process
 */
#include "proxy/media/relay_local.h"
#include "proxy/media/relay_local_state.h"


static void maker_destructor(void *arg)
{
	struct relay_local *rl = arg;

	mem_deref(rl->relay);
}


static void destructor(void *arg)
{
	struct local_resource *r = arg;

	mem_deref(r->session);
	mem_deref(r->sidev[RELAY_A].rq.media);
	mem_deref(r->sidev[RELAY_B].rq.media);
	mem_deref(r->rl);
}


/**
 * The relay has something to say of a session
 *
 * @param s    Session
 * @param ev   What
 * @param info Where
 * @param arg  Its resource
 */
void relay_local_event(struct relay_session *s, enum relay_event ev,
		       const struct relay_info *info, void *arg)
{
	struct local_resource *r = arg;
	(void)s;

	if (r->eventh)
		r->eventh(ev, info, r->arg);
}


static int local_request(struct resource *resource,
			 const struct resource_request *rq, resource_h *h,
			 void *arg)
{
	struct local_resource *r = (struct local_resource *)resource;
	struct resource_media *ours = NULL;
	int err;

	if (!r || !rq || !rq->media || !h || rq->side > RELAY_B)
		return EINVAL;

	err = resource_media_alloc(&ours, rq->media->n);
	if (!err)
		err = relay_local_grant(ours, r, rq);
	h(err, err ? NULL : ours, arg);
	mem_deref(ours);

	return 0;
}


static int local_stats(const struct resource *resource, unsigned stream,
		       enum relay_side side, struct relay_stats *st)
{
	const struct local_resource *r = (const struct local_resource *)
		resource;

	if (!r)
		return EINVAL;

	return relay_stream_stats(r->session, stream, side, st);
}


static int local_tap(struct resource *resource, struct relay_tap *tap)
{
	struct local_resource *r = (struct local_resource *)resource;

	return r ? relay_session_tap(r->session, tap) : EINVAL;
}


static struct sheaf *local_sheaf(struct resource *resource)
{
	struct local_resource *r = (struct local_resource *)resource;

	return r ? relay_session_sheaf(r->session) : NULL;
}


static int local_login(struct resource *resource, enum relay_side side,
		       struct relay_login *login)
{
	struct local_resource *r = (struct local_resource *)resource;

	return r ? relay_session_login(r->session, side, login) : EINVAL;
}


/**
 * Make a resource without a session
 *
 * @param rp  Pointer to allocated resource
 * @param rl  Its maker
 * @param h   Hears what the relay says of it
 * @param arg Handler argument
 *
 * @return 0 if success, otherwise errorcode
 */
int relay_local_make(struct local_resource **rp, struct relay_local *rl,
		     resource_event_h *h, void *arg)
{
	struct local_resource *r = mem_zalloc(sizeof(*r), destructor);

	if (!r)
		return ENOMEM;

	r->resource.request = local_request;
	r->resource.stats = local_stats;
	r->resource.login = local_login;
	r->resource.tap = local_tap;
	r->resource.sheaf = local_sheaf;
	r->resource.save = relay_local_save;
	r->resource.fork = relay_local_fork;
	r->rl = mem_ref(rl);
	r->eventh = h;
	r->arg = arg;
	*rp = r;

	return 0;
}


/**
 * Make a resource for another answer to the same offer
 *
 * @param rp       Pointer to the allocated resource
 * @param resource Whose ports were offered
 * @param shared   Side that they face
 * @param h        Hears what the relay says of it
 * @param arg      Handler argument
 *
 * @return 0 if success, otherwise errorcode
 */
int relay_local_fork(struct resource **rp, struct resource *resource,
		     enum relay_side shared, resource_event_h *h, void *arg)
{
	const struct local_resource *of = (struct local_resource *)resource;
	struct local_resource *r;
	int err;

	if (!rp || !of || shared > RELAY_B)
		return EINVAL;

	err = relay_local_make(&r, of->rl, h, arg);
	if (err)
		return err;

	err = relay_session_fork(&r->session, of->session, shared,
				 relay_local_event, r);
	if (err) {
		mem_deref(r);
		return err;
	}

	r->placedv[RELAY_A] = of->placedv[RELAY_A];
	r->placedv[RELAY_B] = of->placedv[RELAY_B];
	*rp = &r->resource;

	return 0;
}


static int local_alloc(struct resource **rp, struct resource_maker *maker,
		       const struct pl *id, resource_event_h *h, void *arg)
{
	struct relay_local *rl = (struct relay_local *)maker;
	struct local_resource *r;
	int err;

	if (!rp || !rl)
		return EINVAL;

	err = relay_local_make(&r, rl, h, arg);
	if (err)
		return err;

	err = relay_session_alloc(&r->session, rl->relay, id,
				  relay_local_event, r);
	if (err) {
		mem_deref(r);
		return err;
	}

	*rp = &r->resource;
	return 0;
}


static bool local_room(const struct resource_maker *maker)
{
	const struct relay_local *rl = (const struct relay_local *)maker;

	return relay_has_room(rl->relay);
}


/**
 * Allocate the maker of resources out of the relay in this process
 *
 * @param mp    Pointer to the allocated maker
 * @param relay The relay
 *
 * @return 0 if success, otherwise errorcode
 */
int relay_local_alloc(struct resource_maker **mp, struct relay *relay)
{
	struct relay_local *rl;

	if (!mp || !relay)
		return EINVAL;

	rl = mem_zalloc(sizeof(*rl), maker_destructor);
	if (!rl)
		return ENOMEM;

	rl->maker.name = "internal";
	rl->maker.alloc = local_alloc;
	rl->maker.roomh = local_room;
	rl->maker.restore = relay_local_restore;
	rl->relay = mem_ref(relay);

	*mp = &rl->maker;
	return 0;
}
