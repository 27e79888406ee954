/**
 * @file latching.c  What a latch and its anchor are tested with
 */
#include <string.h>
#include "test/mock/latching.h"
#include "test/test.h"


/**
 * Read an address
 *
 * @param text Address and port, or NULL
 *
 * @return Address
 */
struct sa latching_sa(const char *text)
{
	struct sa sa;

	sa_init(&sa, AF_UNSPEC);
	if (text)
		ck_assert_int_eq(sa_decode(&sa, text, strlen(text)), 0);

	return sa;
}


/**
 * Configure a relay
 *
 * @return Configuration
 */
struct relay_conf latching_conf(void)
{
	struct relay_conf conf;

	memset(&conf, 0, sizeof(conf));
	(void)sa_set_str(&conf.addrv[0], "203.0.113.1", 0);
	conf.addrc = 1;
	conf.port_min = 16384;
	conf.port_max = 32767;
	conf.latch_packets = 3;

	return conf;
}


/**
 * Tell a latch what signalling says
 *
 * @param l          Latch
 * @param sdp        Address of the SDP, or NULL
 * @param signalling Where signalling came from, or NULL
 *
 * @return What latch_anchor() says
 */
bool latching_anchor(struct latch *l, const char *sdp, const char *signalling)
{
	const struct anchor a = {.sdp = latching_sa(sdp),
				 .signalling = latching_sa(signalling)};

	return latch_anchor(l, &a);
}


/**
 * Check where a latch sends to
 *
 * @param l    Latch
 * @param text Address and port, or NULL
 */
void latching_expect(const struct latch *l, const char *text)
{
	struct sa want = latching_sa(text), dst;

	ck_assert_int_eq(latch_target(l, &dst), text != NULL);
	if (text)
		ck_assert_msg(sa_cmp(&dst, &want, SA_ALL), "not %s", text);
}
