/**
 * @file record_file.h  The files of recordings, and nothing else, in one place
 *
 * DIR/YYYY-MM-DD/NAME.wav: below DIR no symbolic link is followed. A file is
 * called .part, and locked, as long as it is written to.
 */
#ifndef RELAY_RECORD_RECORD_FILE_H
#define RELAY_RECORD_RECORD_FILE_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
	RECORD_PATH_MAX = 256,
	RECORD_DAY = 11,       /* "2026-11-20" */
	RECORD_NAME_MAX = 160, /* with ending */
};

/* all of it, EIO where the disk takes a part */
int record_file_write(int fd, const void *p, size_t len, off_t at);

/* the directory; make: where its last part is missing */
int record_dir_open(int *fdp, const char *path, bool make);

const struct dirent *record_dir_next(DIR *dir);

/* a day in it; make: where it is not there */
int record_day_open(int *fdp, int dirfd, const char *day, bool make);

/** A file that is being written */
struct record_file {
	int dayfd, fd;              /* -1: none */
	char name[RECORD_NAME_MAX]; /* that it will have */
};

/* EEXIST: never in another one's place */
int record_file_rename(int dayfd, const char *from, const char *to);

void record_file_init(struct record_file *f);
int record_file_open(struct record_file *f, const char *dir, const char *day,
		     const char *name);
/* ENOENT: somebody has removed it meanwhile */
int record_file_check(const struct record_file *f);
/* closes it in any case; keep: under its name, or not at all */
int record_file_close(struct record_file *f, bool keep);

#endif
