/**
 * @file bench/media/contender.c  Who relays: make calls, take them down
 */
#include <stdio.h>
#include <string.h>
#include "test/bench/media/contender.h"


/* nothing is done: the kernel has the way already */
static bool way_open(struct contender *c, struct talk *t)
{
	(void)c;
	(void)t;

	return true;
}


static void way_close(struct contender *c, struct talk *t)
{
	(void)c;
	(void)t;
}


static unsigned way_descriptors(const struct contender *c)
{
	(void)c;

	return 0;
}


const struct contender_kind contender_direct = {
	.name = "direct",
	.title = "direct, no relay",
	.direct = true,
	.open = way_open,
	.close = way_close,
	.descriptors = way_descriptors,
	.warm_ms = 300,
};

const struct contender_kind contender_forward = {
	.name = "forward",
	.title = "plain kernel forwarding",
	.open = way_open,
	.close = way_close,
	.descriptors = way_descriptors,
	.warm_ms = 300,
};

static const struct contender_kind *const kindv[] = {
	&contender_direct, &contender_forward, &contender_rtpengine,
	&contender_viaduct, NULL};


/**
 * Find a contender by its name
 *
 * @param c    Filled in
 * @param name "direct", "forward", "rtpengine", "viaduct", "viaduct:RUNG"
 *
 * @return True if there is one of that name
 */
bool contender_init(struct contender *c, const char *name)
{
	const size_t len = strcspn(name, ":");

	memset(c, 0, sizeof(*c));
	c->fdv[LAB_A] = c->fdv[LAB_B] = -1;
	for (const struct contender_kind *const *k = kindv; *k; k++) {
		if (strncmp((*k)->name, name, len) || (*k)->name[len])
			continue;
		c->kind = *k;
		(void)snprintf(c->name, sizeof(c->name), "%s", name);
		(void)snprintf(c->variant, sizeof(c->variant), "%s",
			       name[len] ? name + len + 1 : "");
		return true;
	}

	return false;
}


/**
 * Start its process
 *
 * @param c Contender
 *
 * @return True if it runs
 */
bool contender_start(struct contender *c)
{
	c->serial = c->callc = 0;

	return !c->kind->start || c->kind->start(c);
}


/**
 * Make calls
 *
 * @param c     Contender that was started
 * @param t     Talk, whose calls get their addresses
 * @param callc Number of calls
 *
 * @return False if it refuses; it has to be stopped then
 */
bool contender_open(struct contender *c, struct talk *t, uint32_t callc)
{
	talk_calls(t, callc, c->kind->direct);
	if (!c->kind->open(c, t))
		return false;

	c->callc = callc;

	return true;
}


/**
 * Take the calls down
 *
 * @param c Contender
 * @param t Talk
 */
void contender_close(struct contender *c, struct talk *t)
{
	c->kind->close(c, t);
	c->serial += c->callc;
	c->callc = 0;
}


/**
 * End its process
 *
 * @param c Contender
 */
void contender_stop(struct contender *c)
{
	if (c->kind->stop)
		c->kind->stop(c);
	child_stop(&c->pid);
}
