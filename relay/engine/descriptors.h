/**
 * @file descriptors.h  For how many calls there are descriptors
 */
#ifndef RELAY_ENGINE_DESCRIPTORS_H
#define RELAY_ENGINE_DESCRIPTORS_H

#include <stdint.h>

enum {
	DESCRIPTORS_CALL = 4,   /* sockets of a call with one stream */
	DESCRIPTORS_ELSE = 256, /* connections, files: left to the others */
};

/* of a limit of open files; and what ours is */
uint32_t descriptors_calls(uint64_t limit);
uint64_t descriptors_limit(void);

#endif
