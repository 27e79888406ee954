/**
 * @file test/fuzz/ice.c  Any datagram as a check, before and after a restart
 *
 * The input is the datagram; what names our login OURSOURS, with the password
 * of the seeds, gets an answer. Nothing is learned without it, no answer is
 * longer than what it answers, and what is behind the integrity changes
 * nothing.
 */
#include <stdlib.h>
#include <string.h>
#include "relay/ice/check.h"
#include "relay/ice/ice.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len);

#define PWD "ours-and-nobody-elses-pw"


static void must(bool held)
{
	if (!held)
		abort();
}


static void check_read_twice(const uint8_t *p, size_t len)
{
	struct check c, again;

	if (check_read(&c, p, len))
		return;

	must(len >= STUN_HEADER_SIZE && len <= CHECK_MAX);
	must(!c.username.p ||
	     ((const uint8_t *)c.username.p > p &&
	      (const uint8_t *)c.username.p + c.username.l <= p + len));
	must(!c.integrity || c.integrity + 24 <= len);
	must(c.unknown.typec <= ARRAY_SIZE(c.unknown.typev));
	must(!check_read(&again, p, len));
	must(check_fingerprint(&c) == check_fingerprint(&again));
	(void)check_integrity(&c, PWD);
}


/* true: it was verified */
static bool hear(struct ice *ice, const char *host, const uint8_t *p,
		 size_t len)
{
	struct ice_datagram dg = {.p = p, .len = len, .now_ms = 1000};
	struct check c;
	enum ice_verdict verdict;
	struct mbuf *reply;
	struct sa src;

	(void)sa_set_str(&src, host, 4000);
	dg.src = &src;
	verdict = ice_hear(ice, &reply, &dg);

	must(!reply || reply->end <= len);
	must(!reply || verdict >= ICE_REFUSED);
	must((verdict >= ICE_CHECKED) == ice_knows(ice, RELAY_RTP, &src));
	if (verdict >= ICE_CHECKED)
		must(!check_read(&c, p, len) && !check_fingerprint(&c) &&
		     !check_integrity(&c, PWD));
	mem_deref(reply);

	return verdict >= ICE_CHECKED;
}


int LLVMFuzzerTestOneInput(const uint8_t *p, size_t len)
{
	struct ice_login ours = {.ufrag = "OURSOURS", .pwd = ""};
	static struct relay_login theirs = {.ufrag = "them", .pwd = "x"};
	struct ice *ice;
	bool early;

	memcpy(ours.pwd, PWD, sizeof(PWD));
	check_read_twice(p, len);

	if (ice_alloc(&ice, &ours))
		return 0;

	/* before its answer, from IPv4; then it is known who it is */
	early = hear(ice, "198.51.100.7", p, len);
	ice_tell(ice, &theirs);
	must(early || !ice_target(ice, RELAY_RTP));

	/* a copy, from elsewhere */
	must(!hear(ice, "2001:db8::7", p, len));

	/* after a restart it is good until the new one is used */
	memcpy(ours.ufrag, "NEWOURS+", ICE_UFRAG);
	ice_renew(ice, &ours);
	must(hear(ice, "198.51.100.7", p, len) ==
	     (early && ice_fits(ice, p, len) == 2));
	mem_deref(ice);

	return 0;
}
