/**
 * @file phone_judge.c  Whether all that a phone sent came as it should
 */
#include <re.h>
#include "test/tool/truth/phone.h"


bool phone_judge(const struct phone *p)
{
	const struct parcels *s = &p->out;
	const struct frames *w = &p->peer->frames;

	(void)re_printf("%s: sent %zu, that had to come %llu, came %llu; "
			"lost %llu, doubled %llu, late %llu, wrong %llu, "
			"ghosts %llu, foreign %llu\n",
			p->name, s->sent, parcels_strict(s), s->got,
			parcels_lost(s), s->doubled, s->late, s->wrong,
			s->ghosts, p->peer->foreign);
	(void)re_printf("%s: frames %llu, fragments %llu, evil %llu, TTL %u; "
			"bad IP sums "
			"%llu, UDP sums %llu, lengths %llu, marks %llu, "
			"ports %llu\n",
			p->name, w->frames, w->fragments, w->evil, w->ttl_min,
			w->ip_sum, w->udp_sum, w->length, w->marks, w->ports);

	return parcels_strict(s) && !parcels_lost(s) && !s->doubled &&
	       !s->late && !s->wrong && !s->ghosts && !p->peer->foreign &&
	       !frames_faults(w);
}
