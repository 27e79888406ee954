/**
 * @file asset.c  Files that are inside of the binary
 */
#include <string.h>
#include "proxy/admin/http/asset.h"


/**
 * Find a file
 *
 * @param path Path of the URL
 *
 * @return File, or NULL
 */
const struct asset *asset_find(const char *path)
{
	if (!path)
		return NULL;

	for (const struct asset *a = assetv; a->path; a++) {
		if (!strcmp(a->path, path))
			return a;
	}

	return NULL;
}
