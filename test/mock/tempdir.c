/**
 * @file tempdir.c  A folder that is gone after the test
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "test/mock/tempdir.h"
#include "test/test.h"


void tempdir_make(char dir[TEMPDIR_SIZE])
{
	(void)strcpy(dir, "/tmp/viaduct-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(dir));
}


void tempdir_remove(const char *dir)
{
	char cmd[TEMPDIR_SIZE + 16];

	(void)snprintf(cmd, sizeof(cmd), "rm -rf '%s'", dir);
	ck_assert_int_eq(system(cmd), 0);
}
