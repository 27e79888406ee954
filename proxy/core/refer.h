/**
 * @file refer.h  A REFER is no bypass of call rights
 */
#ifndef PROXY_CORE_REFER_H
#define PROXY_CORE_REFER_H

#include "proxy/core/forwarding.h"

/*
 * A trunk that is sent a REFER calls whom it names, at our expense. May the
 * sender of this one call there himself? Every other request may pass. (Who
 * is referred and calls through us is asked for his own rights.)
 */
bool refer_allowed(const struct forwarding *fw,
		   const struct config_peer *peer);

#endif
