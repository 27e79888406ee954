/**
 * @file forwarding_refuse.c  A request that ends with an answer of our own
 */
#include "common/log.h"
#include "proxy/core/announcing.h"
#include "proxy/core/forwarding.h"


/**
 * When whoever is refused for want of room may come again
 *
 * @param buf Buffer
 *
 * @return The buffer, a whole header line: 5 to 30 s
 */
const char *forwarding_retry_after(char buf[FORWARDING_RETRY_SIZE])
{
	(void)re_snprintf(buf, FORWARDING_RETRY_SIZE, "Retry-After: %u\r\n",
			  5 + rand_u32() % 26);

	return buf;
}


/**
 * Answer ourselves, finally; what belongs to the request ends with it
 *
 * @param fw     Forwarding
 * @param scode  Status code
 * @param reason Reason phrase
 */
void forwarding_refuse(struct forwarding *fw, uint16_t scode,
		       const char *reason)
{
	char retry[FORWARDING_RETRY_SIZE];
	const char *extra = NULL;

	if (scode == 503)
		extra = forwarding_retry_after(retry);
	else if (scode == 488)
		extra = "Warning: 399 viaduct \"SDP cannot be relayed\"\r\n";

	targets_stop(&fw->targets);
	if (fw->sender.dialog && message_is(fw->req, "BYE"))
		forwarding_end_call(fw, "bye");

	if (!fw->st) {
		forwarding_done(fw);
		return;
	}

	if (announcing_begin(fw, scode, reason))
		return;

	if (!fw->final)
		log_info(fw->px->p.log, "sip.answered",
			 KV_PL("call", &fw->req->callid),
			 KV_PL("method", &fw->req->met),
			 KV_UINT("status", scode), KV_STR("reason", reason),
			 KV_SA("source", &fw->req->src));

	forwarding_reply(fw, scode, reason, extra);
}
