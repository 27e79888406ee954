/**
 * @file scenario/killed.c  A server that is killed, and started again
 *
 * It is stopped as any other, but its files are those of the moment before:
 * what a kill leaves behind. What it puts into mapped files is there at once,
 * what its threads had not written yet is not.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <sqlite3.h>
#include "test/mock/tempdir.h"
#include "test/scenario/killed.h"
#include "test/test.h"

enum { PATH_SIZE = 512 };


static bool ends_with(const char *name, const char *end)
{
	const size_t n = strlen(name), e = strlen(end);

	return n >= e && !strcmp(name + n - e, end);
}


static void copy_file(const char *from, const char *to)
{
	const int in = open(from, O_RDONLY | O_CLOEXEC);
	const int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
			     0600);
	char buf[65536];
	ssize_t n;

	ck_assert_int_ge(in, 0);
	ck_assert_int_ge(out, 0);
	while ((n = read(in, buf, sizeof(buf))) > 0)
		ck_assert_int_eq(write(out, buf, (size_t)n), n);
	(void)close(in);
	(void)close(out);
}


static void copy_database(const char *from, const char *to)
{
	sqlite3 *a = NULL, *b = NULL;
	sqlite3_backup *backup;

	ck_assert_int_eq(sqlite3_open(from, &a), SQLITE_OK);
	ck_assert_int_eq(sqlite3_open(to, &b), SQLITE_OK);
	(void)sqlite3_busy_timeout(a, 5000);
	backup = sqlite3_backup_init(b, "main", a, "main");
	ck_assert_ptr_nonnull(backup);
	ck_assert_int_eq(sqlite3_backup_step(backup, -1), SQLITE_DONE);
	(void)sqlite3_backup_finish(backup);
	(void)sqlite3_close(a);
	(void)sqlite3_close(b);
}


/* the spools first: what moves from them to a database meanwhile is in both */
static void copy_all(const char *from, const char *to, bool databases)
{
	DIR *dir = opendir(from);
	const struct dirent *e;
	struct stat st;

	ck_assert_ptr_nonnull(dir);
	while ((e = readdir(dir))) {
		char a[PATH_SIZE], b[PATH_SIZE];

		(void)snprintf(a, sizeof(a), "%s/%s", from, e->d_name);
		(void)snprintf(b, sizeof(b), "%s/%s", to, e->d_name);
		if (stat(a, &st) || !S_ISREG(st.st_mode) ||
		    ends_with(e->d_name, "-wal") ||
		    ends_with(e->d_name, "-shm") ||
		    ends_with(e->d_name, ".db") != databases)
			continue;

		if (databases)
			copy_database(a, b);
		else
			copy_file(a, b);
	}
	(void)closedir(dir);
}


static void remove_files(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *e;
	struct stat st;

	ck_assert_ptr_nonnull(dir);
	while ((e = readdir(dir))) {
		char a[PATH_SIZE];

		(void)snprintf(a, sizeof(a), "%s/%s", path, e->d_name);
		if (!stat(a, &st) && S_ISREG(st.st_mode))
			ck_assert_int_eq(unlink(a), 0);
	}
	(void)closedir(dir);
}


/**
 * Kill a server, and start it again on the same addresses
 *
 * @param rig     Rig
 * @param between Called while nothing runs, or NULL
 * @param arg     Its argument
 */
void rig_kill(struct rig *rig, killed_h *between, void *arg)
{
	char aside[] = "/tmp/viaduct-killed-XXXXXX";

	ck_assert_ptr_nonnull(mkdtemp(aside));
	copy_all(rig->dir, aside, false);
	copy_all(rig->dir, aside, true);
	rig->srv = mem_deref(rig->srv);
	remove_files(rig->dir);
	copy_all(aside, rig->dir, false);
	copy_all(aside, rig->dir, true);
	tempdir_remove(aside);
	if (between)
		between(rig, arg);
	rig_restart(rig);
}
