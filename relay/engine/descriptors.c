/**
 * @file descriptors.c  For how many calls there are descriptors
 */
#include <sys/resource.h>
#include "relay/engine/descriptors.h"


/**
 * Tell how many calls may have their sockets at a time
 *
 * @param limit Files that may be open
 *
 * @return Number of calls
 */
uint32_t descriptors_calls(uint64_t limit)
{
	uint64_t n;

	if (limit <= DESCRIPTORS_ELSE)
		return 0;

	n = (limit - DESCRIPTORS_ELSE) / DESCRIPTORS_CALL;

	return n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}


/**
 * Get how many files this process may have open
 *
 * @return That number, UINT64_MAX if there is no limit
 */
uint64_t descriptors_limit(void)
{
	struct rlimit lim;

	if (getrlimit(RLIMIT_NOFILE, &lim) || lim.rlim_cur == RLIM_INFINITY)
		return UINT64_MAX;

	return lim.rlim_cur;
}
