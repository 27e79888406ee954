/**
 * @file test/fuzz/csv.c  Any text: records of strings inside of it
 */
#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "proxy/command/csv.h"

enum { FIELDS = 8 };


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);


static void must(bool ok)
{
	if (!ok)
		abort();
}


int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1), *fieldv[FIELDS];
	unsigned line, last = 0;
	struct csv c;
	size_t n;
	int err;

	must(text != NULL);
	memcpy(text, data, size);
	csv_init(&c, text, size);

	while ((err = csv_read(&c, fieldv, FIELDS, &n, &line)) != ENODATA) {
		must(!err || err == EBADMSG || err == E2BIG);
		must(line > last && c.line >= line);
		last = line;
		must(c.p <= text + size);
		if (err)
			continue;
		must(n > 0 && n <= FIELDS);
		for (size_t i = 0; i < n; i++)
			must(fieldv[i] >= text &&
			     fieldv[i] + strlen(fieldv[i]) <= text + size);
	}
	must(c.p == c.end);
	free(text);

	return 0;
}
