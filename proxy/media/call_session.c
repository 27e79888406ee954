/**
 * @file call_session.c  A session that nobody refreshes is over (RFC 4028)
 */
#include "common/log.h"
#include "proxy/media/call_state.h"


static void expire_handler(void *arg)
{
	struct call *call = arg;

	log_info(call->calls->log, "call.session_expired",
		 KV_PL("call", &call->callid));
	call_expire(call, "session-timer");
}


/**
 * Its ends have agreed on a sign of life, or have just given one
 *
 * @param call      Call
 * @param expires_s How long without the next one, in s; 0: for ever
 *
 * RFC 4028 section 8.3: without it we may forget the session
 */
void call_session(struct call *call, uint32_t expires_s)
{
	if (!call || !call->calls)
		return;

	if (!expires_s) {
		timer_cancel(&call->tmr_session);
		return;
	}

	timer_start(call->calls->timers, &call->tmr_session,
		    (uint64_t)expires_s * 1000, expire_handler, call);
}
