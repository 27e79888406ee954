/**
 * @file history_words.h  What a call is found by
 *
 * Pure. The user parts of its names, each once, with a space between them.
 */
#ifndef PROXY_ADMIN_HISTORY_HISTORY_WORDS_H
#define PROXY_ADMIN_HISTORY_HISTORY_WORDS_H

#include <re.h>

enum { HISTORY_WORDS_SIZE = 640 };

/* what is searched for of a name: "alice" of "sip:alice@example.net" */
void history_user_part(struct pl *part, const char *uri);

void history_words_add(char words[HISTORY_WORDS_SIZE], const char *name);

#endif
