/**
 * @file mock/tempdir.h  A folder that is gone after the test
 */
#ifndef TEST_MOCK_TEMPDIR_H
#define TEST_MOCK_TEMPDIR_H

enum { TEMPDIR_SIZE = 64 };

void tempdir_make(char dir[TEMPDIR_SIZE]);
void tempdir_remove(const char *dir); /* with all that is in it */

#endif
