/**
 * @file password.h  A password from the terminal or from one line of stdin
 */
#ifndef PROXY_COMMAND_PASSWORD_H
#define PROXY_COMMAND_PASSWORD_H

#include <stdio.h>

enum { PASSWORD_MAX = 128, PASSWORD_SIZE = PASSWORD_MAX + 1 };

/* why not, as a sentence; NULL: fine. Wipe buf after use */
const char *password_read(char buf[PASSWORD_SIZE], FILE *in);

#endif
