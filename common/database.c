/**
 * @file database.c  An SQLite file of ours: directory, mode, schema
 *
 * Each step that fails has a sentence for the operator. The tables are made,
 * or brought up to date, inside of one write transaction: of two processes
 * that start at once, one makes them and the other one waits, and a step that
 * fails leaves the file as it was.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <re.h>
#include "common/clock.h"
#include "common/database.h"


enum {
	BUSY_MS = 2000,
	BUSY_OPEN_MS = 5000,
	BUSY_REOPEN_MS = 1000,
	WAL_RETRY_MS = 5,
	PATH_SIZE = 512,
};

/** Where the sentence about a failure goes */
struct trouble {
	char *buf;
	size_t size;
};


static int say(const struct trouble *t, int err, const char *fmt, ...)
{
	va_list ap;

	if (t->buf) {
		va_start(ap, fmt);
		(void)re_vsnprintf(t->buf, t->size, fmt, ap);
		va_end(ap);
	}

	return err;
}


static int say_path(const struct trouble *t, int err, const char *what,
		    const char *path)
{
	return say(t, err, "%s %s: %m", what, path, err);
}


static int say_db(const struct trouble *t, sqlite3 *db, const char *path)
{
	const int code = db ? sqlite3_errcode(db) & 0xff : SQLITE_NOMEM;
	const int err = code == SQLITE_CORRUPT ? EBADMSG
			: code == SQLITE_NOMEM ? ENOMEM
					       : EIO;

	if (code == SQLITE_NOTADB)
		return say(t, EBADMSG, "%s is not a database", path);

	return say(t, err, "database %s: %s", path,
		   db ? sqlite3_errmsg(db) : "out of memory");
}


static int make_dir(const char *path)
{
	struct stat st;

	if (!mkdir(path, 0700))
		return 0;
	if (errno != EEXIST)
		return errno;
	if (stat(path, &st))
		return errno;

	return S_ISDIR(st.st_mode) ? 0 : ENOTDIR;
}


/* each parent in turn, as mkdir -p */
static int make_dirs(const char *dir, const struct trouble *t)
{
	char path[PATH_SIZE];
	int err;

	if (re_snprintf(path, sizeof(path), "%s", dir) < 0)
		return say_path(t, ENAMETOOLONG, "directory", dir);

	for (char *p = path + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		err = make_dir(path);
		if (err)
			return say_path(t, err, "cannot make directory", path);
		*p = '/';
	}

	err = make_dir(path);

	return err ? say_path(t, err, "cannot make directory", path) : 0;
}


/* what root's "viaduct user" makes must serve the server, which is not root;
 * SQLite does the same for the files beside it */
static int give_away(int fd, const char *dir)
{
	struct stat st;

	if (geteuid() || stat(dir, &st))
		return 0;

	return fchown(fd, st.st_uid, st.st_gid) ? errno : 0;
}


/*
 * SQLite would make it readable by all, and hide the errno. One that is there
 * is not opened: closing it would take away the locks that this process has
 * on it.
 */
static int make_file(const char *path, const char *dir,
		     const struct trouble *t)
{
	const int flags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC;
	const int fd = open(path, flags, 0600);
	int err = 0;

	if (fd >= 0) {
		err = give_away(fd, dir);
		(void)close(fd);
	}
	else if (errno != EEXIST ||
		 faccessat(AT_FDCWD, path, R_OK | W_OK, AT_EACCESS)) {
		err = errno;
	}

	return err ? say_path(t, err, "cannot open", path) : 0;
}


static int run(sqlite3 *db, const char *sql)
{
	return sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK ? 0 : EIO;
}


/* inside of a write transaction */
static int check_schema(sqlite3 *db, const struct database_kind *kind,
			const char *path, const struct trouble *t)
{
	int version = 0, err;

	err = migration_run(db, &kind->migration, &version);
	switch (err) {
	case 0:
		return 0;
	case EBADMSG:
		return say(t, err, "%s is another program's database", path);
	case ENOTSUP:
		return say(t, err,
			   "database %s is newer than this program (schema "
			   "%d, this program knows %d)",
			   path, version, kind->migration.version);
	default:
		return say_db(t, db, path);
	}
}


static int migrate(sqlite3 *db, const struct database_kind *kind,
		   const char *path, const struct trouble *t)
{
	int err;

	if (run(db, "BEGIN IMMEDIATE"))
		return say_db(t, db, path);

	err = check_schema(db, kind, path, t);
	if (run(db, err ? "ROLLBACK" : "COMMIT") && !err)
		err = say_db(t, db, path);

	return err;
}


/* where two do it at once SQLite gives up on one of them without waiting: it
 * sees a deadlock coming */
static int set_wal(sqlite3 *db, int busy_ms)
{
	const uint64_t until = clock_us() / 1000 + (uint64_t)busy_ms;

	while (run(db, "PRAGMA journal_mode = WAL")) {
		if ((sqlite3_errcode(db) & 0xff) != SQLITE_BUSY ||
		    clock_us() / 1000 >= until)
			return EIO;

		(void)sqlite3_sleep(WAL_RETRY_MS);
	}

	return 0;
}


/* a foreign file is left as it was: first its owner, then its mode */
static int open_schema(sqlite3 *db, const struct database_kind *kind,
		       const char *path, int busy_ms, const struct trouble *t)
{
	int err = 0;

	(void)sqlite3_busy_timeout(db, busy_ms);
	if (run(db, "PRAGMA trusted_schema = OFF;"
		    "PRAGMA foreign_keys = OFF") ||
	    (kind->beginning && run(db, kind->beginning)))
		return say_db(t, db, path);

	if (!migration_is_done(db, &kind->migration))
		err = migrate(db, kind, path, t);
	if (!err && (set_wal(db, busy_ms) || run(db, kind->settings)))
		err = say_db(t, db, path);
	(void)sqlite3_busy_timeout(db, BUSY_MS);

	return err;
}


static int open_file(sqlite3 **dbp, const struct database_kind *kind,
		     const char *path, int busy_ms, const struct trouble *t)
{
	const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;
	sqlite3 *db = NULL;
	int err;

	if (sqlite3_open_v2(path, &db, flags, NULL) == SQLITE_OK)
		err = open_schema(db, kind, path, busy_ms, t);
	else
		err = say_db(t, db, path);

	if (err)
		(void)sqlite3_close(db);
	else
		*dbp = db;

	return err;
}


static int make_path(char path[PATH_SIZE], const struct database_kind *kind,
		     const char *dir, const struct trouble *t)
{
	if (re_snprintf(path, PATH_SIZE, "%s/%s", dir, kind->file) < 0)
		return say_path(t, ENAMETOOLONG, "directory", dir);

	return 0;
}


/**
 * Open a file in a directory, make it where there is none
 *
 * @param dbp  Database
 * @param kind What it is
 * @param dir  Directory; made with its parents, for its owner only
 * @param msg  A sentence for the operator on failure, or NULL
 * @param size Its size
 *
 * @return 0 if success, otherwise errorcode; EBADMSG: not a database of ours,
 *         ENOTSUP: of a newer program
 */
int database_open(sqlite3 **dbp, const struct database_kind *kind,
		  const char *dir, char *msg, size_t size)
{
	const struct trouble t = {msg, size};
	char path[PATH_SIZE];
	int err;

	if (!dbp || !kind || !dir || !*dir)
		return say(&t, EINVAL, "no directory for the database");

	err = make_path(path, kind, dir, &t);
	if (!err)
		err = make_dirs(dir, &t);
	if (!err)
		err = make_file(path, dir, &t);
	if (!err)
		err = open_file(dbp, kind, path, BUSY_OPEN_MS, &t);

	return err;
}


/**
 * Open a file once more; one that is not there is not made
 *
 * @param dbp  Database
 * @param kind What it is
 * @param dir  Directory
 * @param msg  A sentence for the operator on failure, or NULL
 * @param size Its size
 *
 * @return 0 if success, otherwise errorcode
 */
int database_reopen(sqlite3 **dbp, const struct database_kind *kind,
		    const char *dir, char *msg, size_t size)
{
	const struct trouble t = {msg, size};
	char path[PATH_SIZE];
	int err;

	if (!dbp || !kind || !dir)
		return EINVAL;

	err = make_path(path, kind, dir, &t);

	return err ? err : open_file(dbp, kind, path, BUSY_REOPEN_MS, &t);
}
