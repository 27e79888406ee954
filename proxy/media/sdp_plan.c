/**
 * @file sdp_plan.c  What an edit does to the lines that all streams share
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "proxy/media/sdp_line.h"


/* which streams are given, and whose address stands for all */
static int plan_streams(struct sdp_plan *plan, const struct sdp *sdp,
			const struct sdp_edit *e)
{
	size_t on = 0, given = 0;

	for (size_t i = 0; i < sdp->streamc; i++) {
		const struct sa *rtp = &e->streamv[i].rtp;

		on += sdp->streamv[i].port != 0;
		if (sa_af(rtp) == AF_UNSPEC || !sdp->streamv[i].relayable)
			continue;
		if (!sa_port(rtp))
			return EINVAL;

		plan->givenv[i] = true;
		plan->ice |= e->streamv[i].ice != NULL;
		if (!given++)
			plan->sa = rtp;
	}

	plan->any = given > 0;
	plan->all = given > 0 && given == on;

	return 0;
}


/* the session's c= goes with the streams that use it, or with all */
static void plan_session(struct sdp_plan *plan, const struct sdp *sdp)
{
	size_t users = 0, given = 0;

	for (size_t i = 0; i < sdp->streamc; i++) {
		if (sdp->ownv[i] || !sdp->streamv[i].port)
			continue;

		++users;
		given += plan->givenv[i] && !sdp->streamv[i].hold;
	}

	if (users)
		plan->swap = given == users;
	else
		plan->swap = plan->all && (sa_af(&sdp->conn.sa) == AF_UNSPEC ||
					   !sa_is_any(&sdp->conn.sa));
}


static int check_edit(const struct sdp_edit *e)
{
	const size_t len = e->mark ? strlen(e->mark) : 0;

	if (len > SDP_MARK_MAX)
		return EINVAL;

	for (size_t i = 0; i < len; i++) {
		if (e->mark[i] <= ' ' || e->mark[i] > '~')
			return EINVAL;
	}

	return 0;
}


/**
 * Plan an edit
 *
 * @param plan Plan, filled
 * @param sdp  SDP
 * @param e    New addresses
 *
 * @return 0 if success, EINVAL for an unusable mark or port
 */
int sdp_plan(struct sdp_plan *plan, const struct sdp *sdp,
	     const struct sdp_edit *e)
{
	int err;

	memset(plan, 0, sizeof(*plan));

	err = check_edit(e);
	if (!err)
		err = plan_streams(plan, sdp, e);
	if (!err)
		plan_session(plan, sdp);

	return err;
}
