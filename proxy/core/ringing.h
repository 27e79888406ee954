/**
 * @file ringing.h  A call that rings, as text and after a restart
 *
 * The INVITE as it came and as it went on, and whom it went to: so that the
 * callee's answer finds its caller, and the caller's CANCEL the callee. What
 * had not been tried yet is not tried any more.
 */
#ifndef PROXY_CORE_RINGING_H
#define PROXY_CORE_RINGING_H

#include "common/json_in.h"
#include "common/json_out.h"
#include "proxy/core/served.h"

/* into an object; ENOENT: nobody rings for that call, or it cannot be
 * written */
int ringing_save(struct json_out *o, const struct proxy *px, uint64_t call);

/* ENOENT: nothing rang; ENOTCONN: one of its ends cannot be reached, the
 * other is told. Otherwise errorcode */
int ringing_restore(struct proxy *px, struct call *call, const json_t *o);

/* once, when all of them are there */
void ringing_settle(struct proxy *px);

#endif
