/**
 * @file cdr_tail.c  The last records in the files of a former run
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>
#include "proxy/admin/history/cdr_rotation.h"
#include "proxy/admin/history/cdr_tail.h"

enum { FILES = 2, ID_SIZE = 16, PATH_SIZE = 600 };

/** What stands around a call's number, and where a line of that kind ends: one
 * that a crash has cut off is none */
static const struct {
	const char *before, *behind;
	char last;
} formv[] = {
	{"{\"id\":\"", "\"", '}'},
	{"", ",", '\r'},
};

struct place {
	uint64_t id;
	struct pl line;
};

struct cdr_tail {
	char *textv[FILES];
	struct place *v;
	size_t n, room;
	struct pl rest; /* of the file that was read last */
};


static void destructor(void *arg)
{
	struct cdr_tail *t = arg;

	for (size_t i = 0; i < FILES; i++)
		mem_deref(t->textv[i]);
	mem_deref(t->v);
}


static int add(struct cdr_tail *t, uint64_t id, const struct pl *line)
{
	if (t->n == t->room) {
		const size_t room = t->room ? 2 * t->room : 1024;
		struct place *v = mem_zalloc(room * sizeof(*v), NULL);

		if (!v)
			return ENOMEM;
		if (t->n)
			memcpy(v, t->v, t->n * sizeof(*v));
		mem_deref(t->v);
		t->v = v;
		t->room = room;
	}
	t->v[t->n].id = id;
	t->v[t->n++].line = *line;

	return 0;
}


static bool read_id(uint64_t *id, const struct pl *line)
{
	char hex[ID_SIZE + 1];

	for (size_t i = 0; i < ARRAY_SIZE(formv); i++) {
		const size_t head = strlen(formv[i].before);

		if (line->l < head + ID_SIZE + 2 ||
		    memcmp(line->p, formv[i].before, head) ||
		    line->p[head + ID_SIZE] != *formv[i].behind ||
		    line->p[line->l - 1] != formv[i].last)
			continue;

		memcpy(hex, line->p + head, ID_SIZE);
		hex[ID_SIZE] = '\0';
		*id = strtoull(hex, NULL, 16);

		return strspn(hex, "0123456789abcdef") == ID_SIZE;
	}

	return false;
}


static int read_lines(struct cdr_tail *t, const char *text, size_t len)
{
	const char *p = text, *end = text + len, *lf;
	uint64_t id;
	int err = 0;

	while (!err && (lf = memchr(p, '\n', (size_t)(end - p))) != NULL) {
		const struct pl line = {p, (size_t)(lf - p)};

		if (read_id(&id, &line))
			err = add(t, id, &line);
		p = lf + 1;
	}
	t->rest.p = p;
	t->rest.l = (size_t)(end - p);

	return err;
}


static size_t read_all(int fd, char *buf, size_t len, off_t from)
{
	size_t pos = 0;

	while (pos < len) {
		const ssize_t n = pread(fd, buf + pos, len - pos,
					from + (off_t)pos);

		if (n <= 0)
			break;
		pos += (size_t)n;
	}

	return pos;
}


static int read_file(struct cdr_tail *t, size_t i, const char *path)
{
	const int fd = open(path,
			    O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	size_t len = 0;
	int err = 0;

	if (fd < 0)
		return errno == ENOENT ? 0 : errno;

	if (!fstat(fd, &st) && S_ISREG(st.st_mode) && st.st_size > 0) {
		len = st.st_size < CDR_TAIL_MAX ? (size_t)st.st_size
						: CDR_TAIL_MAX;
		t->textv[i] = mem_zalloc(len, NULL);
		err = t->textv[i] ? 0 : ENOMEM;
	}
	if (!err && len) {
		len = read_all(fd, t->textv[i], len, st.st_size - (off_t)len);
		err = read_lines(t, t->textv[i], len);
	}
	(void)close(fd);

	return err;
}


static int compare(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return x->id < y->id ? -1 : x->id > y->id;
}


/**
 * Read the last records
 *
 * @param tp   Pointer to allocated tail
 * @param path The file that is written now, or NULL
 *
 * @return 0 if success, otherwise errorcode
 */
int cdr_tail_alloc(struct cdr_tail **tp, const char *path)
{
	struct cdr_tail *t = mem_zalloc(sizeof(*t), destructor);
	char former[PATH_SIZE];
	int err = 0;

	if (!t)
		return ENOMEM;

	if (path && !cdr_rotation_last(former, sizeof(former), path))
		err = read_file(t, 0, former);
	t->rest.l = 0;
	if (path && !err)
		err = read_file(t, 1, path);
	if (err) {
		mem_deref(t);
		return err;
	}

	if (t->n)
		qsort(t->v, t->n, sizeof(*t->v), compare);
	*tp = t;

	return 0;
}


/* the first of those that have it */
static const struct place *find(const struct cdr_tail *t, uint64_t id)
{
	const struct place key = {.id = id};

	const struct place *p;

	if (!t || !t->n)
		return NULL;

	p = bsearch(&key, t->v, t->n, sizeof(*t->v), compare);
	while (p && p > t->v && p[-1].id == id)
		--p;

	return p;
}


/**
 * Find a record
 *
 * @param t    Tail
 * @param id   Number of the call
 * @param line Set to its text
 *
 * @return true if it is there
 */
bool cdr_tail_find(const struct cdr_tail *t, uint64_t id, struct pl *line)
{
	const struct place *p = find(t, id);

	if (p)
		*line = p->line;

	return p != NULL;
}


/**
 * Is a line there?
 *
 * @param t    Tail
 * @param line Line, without its line feed
 *
 * @return true if it is
 */
bool cdr_tail_has(const struct cdr_tail *t, const struct pl *line)
{
	const struct place *p;
	uint64_t id;

	if (!line || !read_id(&id, line))
		return false;

	for (p = find(t, id); p && p < t->v + t->n && p->id == id; p++) {
		if (!pl_cmp(&p->line, line))
			return true;
	}

	return false;
}


/**
 * What a crash has cut off at the end of the file that is written now
 *
 * @param t    Tail, or NULL
 * @param rest Set to it, or to nothing
 */
void cdr_tail_rest(const struct cdr_tail *t, struct pl *rest)
{
	*rest = t ? t->rest : pl_null;
}
