/**
 * @file dialog_state.c  What it takes to speak to the ends of a call
 */
#include <errno.h>
#include <string.h>
#include "proxy/core/dialog_route.h"

enum {
	/* an end whose numbers nobody knows has not got so far */
	CSEQ_UNKNOWN = 0x40000000,
};


static void party_reset(struct dialog_party *p)
{
	p->name = mem_deref(p->name);
	p->target = mem_deref(p->target);
	p->routes = mem_deref(p->routes);
}


static void dialog_destructor(void *arg)
{
	struct dialog *d = arg;

	list_unlink(&d->le);
	mem_deref(d->tag);
	party_reset(&d->endv[0]);
	party_reset(&d->endv[1]);
}


static void destructor(void *arg)
{
	struct dialogs *ds = arg;

	hash_unlink(&ds->he);
	list_flush(&ds->dialogl);
	mem_deref(ds->callid);
}


/**
 * Make the dialogs of a call
 *
 * @param dp     Pointer to allocated dialogs
 * @param call   Number of the call
 * @param callid Its Call-ID
 *
 * @return 0 if success, otherwise errorcode
 */
int dialogs_alloc(struct dialogs **dp, uint64_t call, const struct pl *callid)
{
	struct dialogs *ds;
	int err;

	if (!dp || !callid)
		return EINVAL;

	ds = mem_zalloc(sizeof(*ds), destructor);
	if (!ds)
		return ENOMEM;

	ds->call = call;
	err = pl_strdup(&ds->callid, callid);
	if (err)
		mem_deref(ds);
	else
		*dp = ds;

	return err;
}


/* nothing that would grow for ever; folded lines are not passed on */
static int set_text(char **tp, const struct pl *pl)
{
	char *text = NULL;
	int err;

	if (!pl->l || pl->l > DIALOG_URI_MAX)
		return E2BIG;
	if (memchr(pl->p, '\r', pl->l) || memchr(pl->p, '\n', pl->l))
		return EBADMSG;

	err = pl_strdup(&text, pl);
	if (err)
		return err;

	mem_deref(*tp);
	*tp = text;

	return 0;
}


/* ENOENT: the message has no Contact that is one URI */
static int set_contact(char **tp, const struct message *m)
{
	struct nameaddr na;
	struct pl val;

	if (message_value(m, HDR_CONTACT, 0, &val) ||
	    nameaddr_decode(&na, &val))
		return ENOENT;

	return set_text(tp, &na.addr);
}


static struct dialog *find(const struct dialogs *ds, const struct pl *tag)
{
	for (struct le *le = ds->dialogl.head; le; le = le->next) {
		struct dialog *d = le->data;

		if (!pl_strcmp(tag, d->tag))
			return d;
	}

	return NULL;
}


/**
 * Add a dialog of which nothing but its tag is known
 *
 * @param dp  Pointer to the dialog; those of the call own it
 * @param ds  Dialogs of a call
 * @param tag Tag of end 1
 *
 * @return 0 if success, ENOSPC if there are too many, otherwise errorcode
 */
int dialogs_add(struct dialog **dp, struct dialogs *ds, const struct pl *tag)
{
	struct dialog *d;
	int err;

	if (list_count(&ds->dialogl) >= DIALOGS_MAX)
		return ENOSPC;

	d = mem_zalloc(sizeof(*d), dialog_destructor);
	if (!d)
		return ENOMEM;

	err = set_text(&d->tag, tag);
	if (err) {
		mem_deref(d);
		return err;
	}

	list_append(&ds->dialogl, &d->le, d);
	*dp = d;

	return 0;
}


static void count_cseq(struct dialogs *ds, const struct dialog_step *s)
{
	const uint32_t cseq = s->req->cseq + s->shift;

	if (cseq > ds->cseqv[s->from])
		ds->cseqv[s->from] = cseq;
}


static int confirm(struct dialog *d, const struct dialog_step *s)
{
	struct dialog_party *a = &d->endv[0], *b = &d->endv[1];
	struct pl uri;
	int err;

	err = set_text(&a->name, &s->req->from.val);
	if (!err)
		err = set_text(&b->name, &s->resp->to.val);
	if (!err)
		err = set_contact(&a->target, s->req);
	if (!err)
		err = dialog_routes_back(&a->routes, s->req);
	if (!err)
		err = dialog_routes_on(&b->routes, s->resp, s);
	if (err || !set_contact(&b->target, s->resp))
		return err;

	pl_set_str(&uri, s->uri);

	return set_text(&b->target, &uri);
}


/**
 * An INVITE outside of a dialog was answered with a 2xx
 *
 * @param ds Dialogs of its call
 * @param s  The INVITE and the 2xx
 *
 * @return 0 if success, EALREADY for a repeated 2xx, otherwise errorcode
 *
 * RFC 3261 sections 12.1.1 and 12.1.2
 */
int dialogs_confirm(struct dialogs *ds, const struct dialog_step *s)
{
	struct dialog *d = NULL;
	int err;

	if (!ds || !s || !s->req || !s->resp || !s->uri)
		return EINVAL;

	count_cseq(ds, s);
	if (s->tok)
		ds->tok = *s->tok;
	if (find(ds, &s->resp->to_tag))
		return EALREADY;

	err = dialogs_add(&d, ds, &s->resp->to_tag);
	if (err)
		return err;

	err = confirm(d, s);
	if (err)
		mem_deref(d);

	return err;
}


static const struct pl *tag_of(const struct dialog_step *s)
{
	return s->from ? &s->req->from_tag : &s->req->to_tag;
}


/* after a restart: what one request tells of both ends. The other end's route
 * set is only known where it was the next hop */
static int learn(struct dialogs *ds, const struct dialog_step *s)
{
	struct dialog *d = NULL;
	struct dialog_party *from, *to;
	struct pl uri;
	int err;

	if (!s->tok || !s->uri)
		return ENOENT;

	err = dialogs_add(&d, ds, tag_of(s));
	if (err)
		return err;

	ds->tok = *s->tok;
	if (!ds->cseqv[!s->from])
		ds->cseqv[!s->from] = CSEQ_UNKNOWN;

	from = &d->endv[s->from];
	to = &d->endv[!s->from];
	pl_set_str(&uri, s->uri);
	err = set_text(&from->name, &s->req->from.val);
	if (!err)
		err = set_text(&to->name, &s->req->to.val);
	if (!err)
		err = set_text(&to->target, &uri);
	if (!err)
		err = dialog_routes_left(&to->routes, s);
	if (!err)
		err = set_contact(&from->target, s->req);
	if (err)
		mem_deref(d);

	return err;
}


/**
 * A request in a dialog goes on to the other end
 *
 * @param ds Dialogs of its call
 * @param s  The request
 *
 * @return 0 if success, otherwise errorcode: its dialog is not known
 */
int dialogs_request(struct dialogs *ds, const struct dialog_step *s)
{
	if (!ds || !s || !s->req)
		return EINVAL;

	count_cseq(ds, s);
	if (find(ds, tag_of(s)))
		return 0;

	/* a PRACK comes before the 2xx, and only that says all */
	return message_is(s->req, "INVITE") ? learn(ds, s) : ENOENT;
}


/**
 * The ends of a dialog may have moved
 *
 * @param ds Dialogs of its call
 * @param s  INVITE or UPDATE in the dialog, and its 2xx
 *
 * @return 0 if success, otherwise errorcode
 *
 * RFC 3261 sections 12.2.1.2 and 12.2.2
 */
int dialogs_refresh(struct dialogs *ds, const struct dialog_step *s)
{
	struct dialog *d;

	if (!ds || !s || !s->req || !s->resp)
		return EINVAL;

	d = find(ds, tag_of(s));
	if (!d)
		return ENOENT;

	(void)set_contact(&d->endv[s->from].target, s->req);
	(void)set_contact(&d->endv[!s->from].target, s->resp);

	return 0;
}


/**
 * A BYE has ended a dialog
 *
 * @param ds  Dialogs of its call, or NULL
 * @param tag Tag of end 1
 *
 * @return true if the call has no other one
 */
bool dialogs_over(struct dialogs *ds, const struct pl *tag)
{
	if (!ds)
		return true;

	mem_deref(find(ds, tag));

	return list_isempty(&ds->dialogl);
}


/**
 * The next number of an end
 *
 * @param ds   Dialogs
 * @param from End
 *
 * @return CSeq, higher than any that came from there
 */
uint32_t dialogs_cseq(struct dialogs *ds, int from)
{
	if (ds->cseqv[from] < INT32_MAX)
		++ds->cseqv[from];

	return ds->cseqv[from];
}
