/**
 * @file config_example.h  A file with all keys, for operators to begin with
 */
#ifndef PROXY_COMMAND_CONFIG_EXAMPLE_H
#define PROXY_COMMAND_CONFIG_EXAMPLE_H

#include <stddef.h>

struct config_key;
struct mbuf;

int config_example_write(struct mbuf *mb);

/* its default as it stands in a file; "" where it has none */
enum { CONFIG_EXAMPLE_SIZE = 256 };
const char *config_example_value(char *buf, size_t size,
				 const struct config_key *key);

#endif
