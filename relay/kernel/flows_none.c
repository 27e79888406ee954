/**
 * @file flows_none.c  Where it was built without eBPF: there are no flows
 */
#ifndef HAVE_BPF
#include <errno.h>
#include <string.h>
#include "relay/kernel/flows.h"


/**
 * There is no program to be loaded
 *
 * @param fsp     Unchanged
 * @param conf    Ignored
 * @param log     Ignored
 * @param why     Set to the reason
 *
 * @return ENOSYS
 */
int flows_alloc(struct flows **fsp, const struct flows_conf *conf,
		struct log *log, const char **why)
{
	(void)fsp;
	(void)conf;
	(void)log;
	*why = "built without eBPF";

	return ENOSYS;
}


/* nobody has any flows: nothing below is ever called with some */
const char *flows_attached(const struct flows *fs)
{
	(void)fs;

	return "";
}


uint32_t flows_count(const struct flows *fs)
{
	(void)fs;

	return 0;
}


void flows_beat(struct flows *fs)
{
	(void)fs;
}


int flow_add(struct flow **fp, struct flows *fs, const struct flow_conf *conf)
{
	(void)fp;
	(void)fs;
	(void)conf;

	return ENOSYS;
}


int flow_start(struct flow *f, uint64_t handled,
	       const struct flow_measure *measure)
{
	(void)f;
	(void)handled;
	(void)measure;

	return ENOSYS;
}


bool flow_started(const struct flow *f)
{
	(void)f;

	return false;
}


void flow_counts(const struct flow *f, struct flow_counts *counts)
{
	(void)f;
	memset(counts, 0, sizeof(*counts));
}


void flow_measured(const struct flow *f, struct flow_measure *measure)
{
	(void)f;
	memset(measure, 0, sizeof(*measure));
}


void flow_stop(struct flow *f)
{
	(void)f;
}


int flow_keep(struct flow *f, bool on)
{
	(void)f;
	(void)on;

	return ENOSYS;
}


size_t flow_headers(struct flow *f, struct flow_header *v, size_t n,
		    uint64_t *missed)
{
	(void)f;
	(void)v;
	(void)n;
	(void)missed;

	return 0;
}


void flow_remove(struct flow *f)
{
	(void)f;
}

#endif
