/**
 * @file user_import.c  viaduct user import: many accounts out of a CSV file
 *
 * All or nothing, in one transaction, and every fault is named with its line.
 * The file is read whole before the database is locked, so that a slow pipe
 * keeps no server waiting. Passwords are hashed where they lie in it; then it
 * is wiped.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <re.h>
#include "common/store.h"
#include "proxy/command/csv.h"
#include "proxy/command/password.h"
#include "proxy/command/secret_file.h"
#include "proxy/command/user_verb.h"
#include "proxy/user/account_alias.h"
#include "proxy/user/account_name.h"
#include "proxy/user/account_setting.h"


enum {
	FIELDS_MAX = 32,
	FAULTS_MAX = 100, /* that are printed */
	LINE_SIZE = 2 * ACCOUNT_AOR_MAX,
	PROGRESS_LINES = 100,
};

/* columns that are no settings */
enum { COLUMN_AOR = SETTING_MAX, COLUMN_PASSWORD, COLUMN_ALIAS, COLUMN_MAX };

/** One import */
struct import {
	const struct user_call *call;
	const char *path;         /* for the faults */
	struct secret_file *file; /* owned */
	int columnv[FIELDS_MAX];  /* what each field is */
	size_t columnc;
	bool has[COLUMN_MAX];
	unsigned line;
	size_t faults, accounts;
	bool watched; /* by somebody at a terminal */
};


/* how far it is: hashing many passwords takes its time */
static void tell_progress(const struct import *im)
{
	if (im->watched && im->line % PROGRESS_LINES == 0)
		(void)fprintf(stderr, "\rline %u, %zu accounts", im->line,
			      im->accounts);
}


static void end_progress(const struct import *im)
{
	if (im->watched && im->line >= PROGRESS_LINES)
		(void)fputs("\r\x1b[K", stderr);
}


static void fault(struct import *im, const char *what, const char *why)
{
	if (im->faults++ < FAULTS_MAX)
		(void)fprintf(stderr, "%s:%u: %s%s%s\n", im->path, im->line,
			      what, *what ? " " : "", why);
}


static int find_column(const char *name)
{
	static const char *const namev[] = {"aor", "password", "alias"};
	enum account_setting setting;
	struct pl pl;

	for (size_t i = 0; i < ARRAY_SIZE(namev); i++) {
		if (!strcmp(name, namev[i]))
			return COLUMN_AOR + (int)i;
	}

	pl_set_str(&pl, name);

	return account_setting_find(&setting, &pl) ? -1 : (int)setting;
}


static void read_header(struct import *im, struct csv *csv)
{
	char *fieldv[FIELDS_MAX];

	if (csv_read(csv, fieldv, FIELDS_MAX, &im->columnc, &im->line)) {
		fault(im, "", "the first line must name the columns");
		return;
	}

	for (size_t i = 0; i < im->columnc; i++) {
		const int column = find_column(fieldv[i]);

		im->columnv[i] = column;
		if (column < 0)
			fault(im, fieldv[i],
			      "is no column (viaduct user "
			      "--help names them)");
		else if (im->has[column])
			fault(im, fieldv[i], "is there twice");
		else
			im->has[column] = true;
	}
	if (!im->has[COLUMN_AOR])
		fault(im, "", "there is no column aor");
}


static void read_settings(struct import *im, struct account *acc,
			  char *const *fieldv)
{
	char why[LINE_SIZE];

	for (size_t i = 0; i < im->columnc; i++) {
		const int column = im->columnv[i];
		const enum account_setting s = (enum account_setting)column;

		if (column >= SETTING_MAX ||
		    !account_setting_decode(&acc->set, s, fieldv[i]))
			continue;

		(void)snprintf(why, sizeof(why), "%s takes %s",
			       account_setting_name(s),
			       account_setting_takes(s));
		fault(im, acc->aor, why);
	}
}


static const char *field_of(const struct import *im, int column,
			    char *const *fieldv)
{
	for (size_t i = 0; i < im->columnc; i++) {
		if (im->columnv[i] == column)
			return fieldv[i];
	}

	return "";
}


/* without one, only an account that is there already keeps its own */
static void hash(struct import *im, struct account *acc, const char *password)
{
	char why[LINE_SIZE];
	const char *bad;

	if (!*password && *acc->ha1_sha256)
		return;

	bad = account_name_password(password);
	if (bad) {
		(void)snprintf(why, sizeof(why), "the password %s", bad);
		fault(im, acc->aor, why);
		return;
	}

	if (account_hash(acc, acc->aor, password))
		fault(im, acc->aor, "the password cannot be hashed");
}


static void add_alias(struct import *im, const char *aor, const char *text)
{
	char alias[ACCOUNT_AOR_MAX], why[LINE_SIZE];
	const char *verdict;
	int err;

	err = account_alias_make(alias, im->call->cfg, text, aor);
	if (!err)
		err = account_alias_add(im->call->store, alias, aor);

	switch (err) {
	case 0:
		return;
	case EEXIST:
		verdict = "is taken";
		break;
	case ENOSPC:
		verdict = "is one too many";
		break;
	case EIO:
		verdict = "cannot be written: the database fails";
		break;
	default:
		verdict = "is no user name or number at a domain of ours";
		break;
	}
	(void)snprintf(why, sizeof(why), "alias %s %s", text, verdict);
	fault(im, aor, why);
}


static void add_aliases(struct import *im, const char *aor, const char *list)
{
	char text[ACCOUNT_AOR_MAX];

	for (const char *p = list; *p; p += strspn(p, " ")) {
		const size_t len = strcspn(p, " ");

		if (len < sizeof(text)) {
			memcpy(text, p, len);
			text[len] = '\0';
			if (len)
				add_alias(im, aor, text);
		}
		else {
			fault(im, aor, "an alias is too long");
		}
		p += len;
	}
}


/* the one that is there where -r says to change it, or a new one */
static int begin_account(struct import *im, struct account *acc, bool *fresh,
			 const char *aor)
{
	struct pl pl;
	int err;

	pl_set_str(&pl, aor);
	err = account_get(acc, im->call->store, &pl);
	if (err && err != ENOENT) {
		fault(im, aor, "cannot be read: the database fails");
		return err;
	}

	*fresh = err;
	if (err) {
		memset(acc, 0, sizeof(*acc));
		(void)str_ncpy(acc->aor, aor, sizeof(acc->aor));
		return 0;
	}
	if (im->call->replace)
		return 0;

	fault(im, aor, "exists already (-r changes it)");

	return EEXIST;
}


static void write_account(struct import *im, const struct account *acc,
			  bool fresh)
{
	const int err = fresh ? account_insert(im->call->store, acc)
			      : account_replace(im->call->store, acc);

	if (err)
		fault(im, acc->aor,
		      err == EEXIST ? "is another one's alias"
				    : "cannot be written: the database fails");
	else
		++im->accounts;
}


static void take_record(struct import *im, char *const *fieldv)
{
	const char *name = field_of(im, COLUMN_AOR, fieldv), *why;
	const size_t faults = im->faults;
	char aor[ACCOUNT_AOR_MAX];
	struct account acc;
	bool fresh;

	why = account_name_aor(aor, im->call->cfg, name);
	if (why) {
		fault(im, name, why);
		return;
	}
	if (begin_account(im, &acc, &fresh, aor))
		return;

	read_settings(im, &acc, fieldv);
	hash(im, &acc, field_of(im, COLUMN_PASSWORD, fieldv));
	if (im->faults == faults)
		write_account(im, &acc, fresh);
	if (!fresh && im->has[COLUMN_ALIAS] &&
	    store_alias_clear(im->call->store, aor))
		fault(im, aor, "cannot be written: the database fails");
	if (im->faults == faults)
		add_aliases(im, aor, field_of(im, COLUMN_ALIAS, fieldv));
	explicit_bzero(&acc, sizeof(acc));
}


static void take_records(struct import *im, struct csv *csv)
{
	char *fieldv[FIELDS_MAX];
	size_t n;
	int err;

	for (;;) {
		err = csv_read(csv, fieldv, FIELDS_MAX, &n, &im->line);
		if (err == ENODATA)
			break;
		if (err == EBADMSG)
			fault(im, "", "the quotes do not fit");
		else if (err || n != im->columnc)
			fault(im, "",
			      "there are not as many fields as "
			      "columns");
		else
			take_record(im, fieldv);
		tell_progress(im);
	}
	end_progress(im);
}


static int import(struct import *im)
{
	struct csv csv;
	int err;

	csv_init(&csv, im->file->text, im->file->size);
	read_header(im, &csv);
	if (im->faults)
		return EBADMSG;

	err = store_begin(im->call->store);
	if (err)
		return err;

	take_records(im, &csv);
	err = store_end(im->call->store, !im->faults);

	return im->faults ? EBADMSG : err;
}


static int say_end(const struct import *im, int err)
{
	if (im->faults > FAULTS_MAX)
		(void)fprintf(stderr, "viaduct: and %zu more\n",
			      im->faults - FAULTS_MAX);
	if (im->faults)
		(void)fprintf(stderr, "viaduct: nothing was imported\n");
	if (err)
		return im->faults ? USER_FAILED : user_fail(im->call, err);

	(void)printf("%zu accounts\n", im->accounts);

	return USER_OK;
}


/**
 * Import accounts from a CSV file
 *
 * @param call Call with the file's name
 *
 * @return Exit code
 */
int user_import(struct user_call *call)
{
	struct import im = {
		.call = call,
		.line = 1,
		.watched = isatty(STDERR_FILENO),
	};
	int code, err;

	im.path = strcmp(call->name, "-") ? call->name : "stdin";
	err = secret_file_read(&im.file, call->name);
	if (err) {
		(void)fprintf(stderr, "viaduct: %s: %s\n", im.path,
			      strerror(err));
		return USER_FAILED;
	}

	code = say_end(&im, import(&im));
	mem_deref(im.file);

	return code;
}
