/**
 * @file fakeflow.c  A flow without a network: keeps what is sent, and when
 */
#include <errno.h>
#include <string.h>
#include "test/mock/fakeflow.h"


/* the flow's owner; lets the mock go before its flow */
struct tape {
	struct fakeflow *ff; /* not owned; NULL once it is gone */
};


static void destructor(void *data)
{
	struct fakeflow *ff = data;

	fakeflow_clear(ff);
	if (ff->flow && ff->flow->owner)
		((struct tape *)ff->flow->owner)->ff = NULL;
	mem_deref(ff->flow);
	mem_deref(ff->timers);
}


static int keep(struct fakeflow *ff, const struct mbuf *mb)
{
	struct mbuf *copy = mbuf_alloc(mbuf_get_left(mb) + 1);
	int err;

	if (!copy)
		return ENOMEM;

	err = mbuf_write_mem(copy, mbuf_buf(mb), mbuf_get_left(mb));
	err |= mbuf_write_u8(copy, 0);
	if (err) {
		mem_deref(copy);
		return err;
	}

	copy->pos = 0;
	--copy->end;
	ff->sentv[ff->sentc].at = ff->timers ? timers_now(ff->timers) : 0;
	ff->sentv[ff->sentc].mb = copy;

	return 0;
}


static int send_handler(struct flow *flow, struct mbuf *mb)
{
	struct fakeflow *ff = ((struct tape *)flow->owner)->ff;
	int err = 0;

	if (!ff)
		return ENOTCONN;
	if (ff->err)
		return ff->err;

	if (ff->sentc < FAKEFLOW_MAX)
		err = keep(ff, mb);
	if (!err)
		++ff->sentc;

	return err;
}


/**
 * Allocate a flow that keeps what is sent
 *
 * @param ffp    Pointer to the allocated mock; its flow is in it
 * @param proto  Transport protocol
 * @param local  Near end, "address:port"
 * @param peer   Far end, "address:port"
 * @param timers The clock that sent texts are stamped with, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int fakeflow_alloc(struct fakeflow **ffp, enum flow_proto proto,
		   const char *local, const char *peer, struct timers *timers)
{
	struct fakeflow *ff;
	struct tape *tape = NULL;
	struct sa lsa, psa;
	int err;

	if (!ffp || sa_decode(&lsa, local, strlen(local)) ||
	    sa_decode(&psa, peer, strlen(peer)))
		return EINVAL;

	ff = mem_zalloc(sizeof(*ff), destructor);
	tape = mem_zalloc(sizeof(*tape), NULL);
	if (!ff || !tape) {
		err = ENOMEM;
		goto out;
	}

	tape->ff = ff;
	ff->timers = mem_ref(timers);
	err = flow_alloc(&ff->flow, proto, &lsa, &psa, send_handler, tape);

out:
	mem_deref(tape);
	if (err)
		mem_deref(ff);
	else
		*ffp = ff;

	return err;
}


const char *fakeflow_text(const struct fakeflow *ff, size_t n)
{
	if (!ff || n >= ff->sentc || n >= FAKEFLOW_MAX)
		return "";

	return (const char *)ff->sentv[n].mb->buf;
}


bool fakeflow_is(const struct fakeflow *ff, size_t n, const char *start)
{
	return !strncmp(fakeflow_text(ff, n), start, strlen(start));
}


size_t fakeflow_count(const struct fakeflow *ff, const char *start)
{
	size_t n = 0;

	for (size_t i = 0; ff && i < ff->sentc && i < FAKEFLOW_MAX; i++)
		n += fakeflow_is(ff, i, start);

	return n;
}


void fakeflow_clear(struct fakeflow *ff)
{
	for (size_t i = 0; i < FAKEFLOW_MAX; i++)
		ff->sentv[i].mb = mem_deref(ff->sentv[i].mb);
	ff->sentc = 0;
}
