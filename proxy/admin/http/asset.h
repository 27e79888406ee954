/**
 * @file asset.h  Files that are inside of the binary
 *
 * All of ui/ under /ui/, and openapi.json; scripts/assets writes the table.
 */
#ifndef PROXY_ADMIN_HTTP_ASSET_H
#define PROXY_ADMIN_HTTP_ASSET_H

#include <stddef.h>
#include <stdint.h>

struct asset {
	const char *path; /* in a URL: "/ui/index.html"; NULL: the end */
	const char *type; /* Content-Type */
	const uint8_t *data;
	size_t len;
};

extern const struct asset assetv[];

/* NULL: there is none */
const struct asset *asset_find(const char *path);

#endif
