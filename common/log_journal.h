/**
 * @file log_journal.h  Events for the journal, each key a field of its own
 *
 * By the journal's native protocol: "journalctl CALL_ID=..." is one call.
 */
#ifndef COMMON_LOG_JOURNAL_H
#define COMMON_LOG_JOURNAL_H

#include <stdbool.h>
#include "common/log_line.h"

#define LOG_JOURNAL_PATH "/run/systemd/journal/socket"

struct log_journal;

/* does the journal read fd? stream: JOURNAL_STREAM, or NULL */
bool log_journal_reads(int fd, const char *stream);

int log_journal_alloc(struct log_journal **jp, const char *path);

/* whole, or an error at once: nobody waits */
int log_journal_send(const struct log_journal *j, const struct log_line *line,
		     enum log_level lvl, const char *kind,
		     const struct kv *kvv);

#endif
