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
 * Let a session go on for so long without a sign of life
 *
 * @param call Call, in the table
 * @param ms   How long
 */
void call_session_last(struct call *call, uint64_t ms)
{
	timer_start(call->calls->timers, &call->tmr_session, ms,
		    expire_handler, call);
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

	call_touch(call);
	if (!expires_s) {
		timer_cancel(&call->tmr_session);
		return;
	}

	call_session_last(call, (uint64_t)expires_s * 1000);
}
