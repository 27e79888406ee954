/**
 * @file secret_file.h  A file with passwords: read whole, wiped at its end
 */
#ifndef PROXY_COMMAND_SECRET_FILE_H
#define PROXY_COMMAND_SECRET_FILE_H

#include <stddef.h>

struct secret_file {
	char *text; /* owned; one octet more than size */
	size_t size;
};

/* "-": stdin. EFBIG: more than 64 MB; what open(2) says */
int secret_file_read(struct secret_file **fp, const char *path);

#endif
