/**
 * @file database_copy.c  A database in memory, as it was on the disk
 */
#include <errno.h>
#include "common/database.h"


static int copy_all(sqlite3 *to, sqlite3 *from)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
	int code;

	if (!b)
		return EIO;

	code = sqlite3_backup_step(b, -1);
	(void)sqlite3_backup_finish(b);

	return code == SQLITE_DONE ? 0 : EIO;
}


/**
 * Copy a database into memory: it can be written there though its disk is full
 * or another process has it locked
 *
 * @param dbp  Copy
 * @param from Database; the caller's still
 *
 * @return 0 if success, otherwise errorcode
 */
int database_copy(sqlite3 **dbp, sqlite3 *from)
{
	sqlite3 *db = NULL;
	int err;

	if (!dbp || !from)
		return EINVAL;

	err = sqlite3_open(":memory:", &db) == SQLITE_OK ? copy_all(db, from)
							 : ENOMEM;
	if (err)
		(void)sqlite3_close(db);
	else
		*dbp = db;

	return err;
}
