/**
 * @file shelf_keep.c  Which packet files stay
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "proxy/admin/trace/shelf_desk.h"

enum { DAY_S = 86400 };


static bool is_ours(const char *name)
{
	const size_t n = strlen(name);

	return n > 5 && n < SHELF_NAME_MAX && !strcmp(name + n - 5, ".pcap") &&
	       name[0] != '.';
}


static void add(struct shelf_files *files, int dir, const char *name)
{
	struct shelf_file *f = &files->v[files->n];
	struct stat st;

	if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) ||
	    !S_ISREG(st.st_mode))
		return;

	(void)str_ncpy(f->name, name, sizeof(f->name));
	f->bytes = (uint64_t)st.st_size;
	f->time_s = (uint64_t)st.st_mtime;
	files->bytes += f->bytes;
	++files->n;
}


static int compare(const void *a, const void *b)
{
	const struct shelf_file *x = a, *y = b;

	return strcmp(x->name, y->name);
}


/* the first n are gone */
static void shift(struct shelf_files *files, size_t n)
{
	files->n -= n;
	memmove(files->v, files->v + n, files->n * sizeof(files->v[0]));
}


/* the newest one stays, whatever it has */
static void clear_out(struct shelf_files *files, int dir,
		      const struct shelf_bounds *b, uint64_t now_s)
{
	const uint64_t age_s = (uint64_t)b->days * DAY_S;
	size_t i = 0;

	for (; i + 1 < files->n; i++) {
		const struct shelf_file *f = &files->v[i];

		if (files->bytes <= b->bytes &&
		    files->n - i < SHELF_FILES_MAX &&
		    f->time_s + age_s >= now_s)
			break;

		(void)unlinkat(dir, f->name, 0);
		files->bytes -= f->bytes;
	}
	shift(files, i);
}


/**
 * Look what is there, and remove what is too old or too much
 *
 * @param files What is left, the oldest first
 * @param path  Directory
 * @param b     How much stays
 * @param now_s Seconds since 1970
 */
void shelf_keep(struct shelf_files *files, const char *path,
		const struct shelf_bounds *b, uint64_t now_s)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;

	files->n = 0;
	files->bytes = 0;
	if (!dir)
		return;

	/* cppcheck-suppress readdirCalled */
	while (files->n < SHELF_FILES_MAX && (entry = readdir(dir)) != NULL) {
		if (is_ours(entry->d_name))
			add(files, dirfd(dir), entry->d_name);
	}
	qsort(files->v, files->n, sizeof(files->v[0]), compare);
	clear_out(files, dirfd(dir), b, now_s);
	(void)closedir(dir);
}
