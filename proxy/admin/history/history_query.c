/**
 * @file history_query.c  A question about past calls, as SQL
 *
 * Rows are taken in the order of their places, from the newest on, until there
 * are enough. What could make that long has an index which is walked instead:
 * parts of names by their three-letter pieces, bad calls, and the hundreds of
 * the status. A part of less than three letters is looked for in each row.
 */
#include "common/json.h"
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "proxy/admin/history/history_draft.h"
#include "proxy/admin/history/history_query.h"
#include "proxy/admin/history/history_row.h"
#include "proxy/admin/history/history_schema.h"

enum { PIECE = 3, MS_MAX_DIGITS = 15 };


/* "" where there is none */
static const char *text_of(const json_t *question, const char *key)
{
	const char *s = json_string_value(json_object_get(question, key));

	return s ? s : "";
}


/* ENOENT: it is not asked for */
static int number_of(int64_t *n, const json_t *question, const char *key)
{
	const json_t *value = json_object_get(question, key);
	const char *s = json_string_value(value);

	if (json_is_integer(value)) {
		*n = json_integer_value(value);
		return *n < 0 ? EINVAL : 0;
	}
	if (!value || json_is_null(value) || (s && !*s))
		return ENOENT;
	if (!s || strlen(s) > MS_MAX_DIGITS + 3 ||
	    strspn(s, "0123456789") != strlen(s))
		return EINVAL;

	*n = strtoll(s, NULL, 10);

	return 0;
}


static int add_bound(struct history_draft *d, const json_t *question,
		     const char *key, const char *op)
{
	int64_t ms;
	int err = number_of(&ms, question, key);

	if (err)
		return err == ENOENT ? 0 : err;
	if (ms >= INT64_MAX >> HISTORY_PLACE_BITS)
		return EINVAL;

	history_draft_add(d, " AND c.n %s ?%u", op,
			  history_draft_number(d, ms << HISTORY_PLACE_BITS));

	return 0;
}


static int add_from(struct history_draft *d, const json_t *question)
{
	return add_bound(d, question, "from", ">=");
}


static int add_to(struct history_draft *d, const json_t *question)
{
	return add_bound(d, question, "to", "<");
}


static int add_after(struct history_draft *d, const json_t *question)
{
	int64_t n;
	const int err = number_of(&n, question, "after");

	if (err)
		return err == ENOENT ? 0 : err;

	history_draft_add(d, " AND c.n < ?%u", history_draft_number(d, n));

	return 0;
}


/* "%" and "_" are letters like others: what comes by the index is looked at
 * once more, letter by letter */
static void add_part(struct history_draft *d, const struct pl *part)
{
	struct pl piece = *part;

	/* the longest part that LIKE takes as it is */
	for (size_t i = 0; i < part->l; i++) {
		if (!strchr("%_", part->p[i]))
			continue;
		piece.l = i;
		if (piece.l < PIECE) {
			piece.p = part->p + i + 1;
			piece.l = part->l - i - 1;
			i = part->l;
		}
	}
	if (memchr(piece.p, '%', piece.l) || memchr(piece.p, '_', piece.l))
		piece.l = 0;

	if (piece.l >= PIECE) {
		history_draft_add(d, " AND f.words LIKE ?%u",
				  history_draft_text(d, "%", &piece, "%"));
		d->finder = true;
	}
	if (piece.l < PIECE || piece.l != part->l)
		history_draft_add(d, " AND instr(lower(c.words), lower(?%u))",
				  history_draft_text(d, "", part, ""));
}


/* "alice@example.net": the index knows alice, the row the rest */
static int add_search(struct history_draft *d, const json_t *question)
{
	const char *text = text_of(question, "search");
	struct pl whole, part;
	unsigned n;

	if (!*text)
		return 0;
	if (strlen(text) > HISTORY_TEXT_SIZE - PIECE ||
	    !json_is_string(json_object_get(question, "search")))
		return EINVAL;

	pl_set_str(&whole, text);
	history_user_part(&part, text);
	if (part.l)
		add_part(d, &part);
	if (part.p + part.l == whole.p + whole.l)
		return 0;

	n = history_draft_text(d, "", &whole, "");
	history_draft_add(d,
			  " AND (instr(lower(c.\"from\"), lower(?%u))"
			  " OR instr(lower(c.\"to\"), lower(?%u))"
			  " OR instr(lower(c.uri), lower(?%u))"
			  " OR instr(lower(c.a_account), lower(?%u))"
			  " OR instr(lower(c.b_account), lower(?%u))"
			  " OR instr(lower(c.call_id), lower(?%u)))",
			  n, n, n, n, n, n);

	return 0;
}


static int add_either(struct history_draft *d, const json_t *question,
		      const char *key, const char *column)
{
	const char *text = text_of(question, key);
	struct pl whole, part;
	unsigned n;

	if (!*text)
		return 0;
	if (strlen(text) > HISTORY_TEXT_SIZE - PIECE)
		return EINVAL;

	pl_set_str(&whole, text);
	history_user_part(&part, text);
	add_part(d, &part);
	n = history_draft_text(d, "", &whole, "");
	history_draft_add(d, " AND (c.a_%s = ?%u OR c.b_%s = ?%u)", column, n,
			  column, n);

	return 0;
}


static int add_user(struct history_draft *d, const json_t *question)
{
	return add_either(d, question, "user", "account");
}


static int add_peer(struct history_draft *d, const json_t *question)
{
	return add_either(d, question, "peer", "peer");
}


static int add_id(struct history_draft *d, const json_t *question)
{
	const char *text = text_of(question, "id");
	int64_t id;

	if (!*text)
		return 0;
	if (history_id_decode(&id, text))
		return EINVAL;

	history_draft_add(d, " AND c.id = ?%u", history_draft_number(d, id));

	return 0;
}


static int add_call_id(struct history_draft *d, const json_t *question)
{
	const char *text = text_of(question, "call_id");
	struct pl whole, part;

	if (!*text)
		return 0;
	if (strlen(text) > HISTORY_TEXT_SIZE - PIECE)
		return EINVAL;

	pl_set_str(&whole, text);
	history_user_part(&part, text);
	add_part(d, &part);
	history_draft_add(d, " AND c.call_id = ?%u",
			  history_draft_text(d, "", &whole, ""));

	return 0;
}


static bool is_digits(const char *s, size_t n)
{
	return strspn(s, "0123456789") >= n;
}


/* the hundreds have an index */
static void add_code(struct history_draft *d, int status)
{
	history_draft_add(d, " AND c.class = ?%u",
			  history_draft_number(d, status / 100));
	history_draft_add(d, " AND c.status = ?%u",
			  history_draft_number(d, status));
}


static int add_status(struct history_draft *d, const json_t *question)
{
	const json_t *value = json_object_get(question, "status");
	const char *s = text_of(question, "status");
	char buf[16];

	if (json_is_integer(value) &&
	    re_snprintf(buf, sizeof(buf), "%lld",
			(long long)json_integer_value(value)) > 0)
		s = buf;
	if (!*s)
		return 0;

	if (!strcmp(s, "answered"))
		history_draft_add(d, " AND c.answered_ms IS NOT NULL");
	else if (!strcmp(s, "failed"))
		history_draft_add(d, " AND c.class >= 3");
	else if (!strcmp(s, "open"))
		history_draft_add(d, " AND c.ended_ms IS NULL");
	else if (strlen(s) == 3 && is_digits(s, 1) && !strcasecmp(s + 1, "xx"))
		history_draft_add(d, " AND c.class = ?%u",
				  history_draft_number(d, s[0] - '0'));
	else if (strlen(s) == 3 && is_digits(s, 3))
		add_code(d, (int)strtol(s, NULL, 10));
	else
		return EINVAL;

	return 0;
}


static int add_bad(struct history_draft *d, const json_t *question)
{
	const json_t *value = json_object_get(question, "bad");
	const char *s = text_of(question, "bad");

	if (!value || json_is_false(value) || json_is_null(value) ||
	    !strcmp(s, "false") || !strcmp(s, "0") || !strcmp(s, "no"))
		return 0;
	if (!json_is_true(value) && strcmp(s, "true") && strcmp(s, "1") &&
	    strcmp(s, "yes"))
		return json_is_string(value) && !*s ? 0 : EINVAL;

	history_draft_add(d, " AND c.bad = 1");

	return 0;
}


static int read_limit(struct history_draft *d, const json_t *question)
{
	int64_t n = HISTORY_LIMIT;
	const int err = number_of(&n, question, "limit");

	if (err && err != ENOENT)
		return err;
	if (n < 1 || n > HISTORY_LIMIT_MAX)
		return EINVAL;

	d->q->limit = (size_t)n;

	return 0;
}


static int print_columns(struct re_printf *pf, void *arg)
{
	int err = 0;
	(void)arg;

	for (int c = 0; c < HISTORY_COLUMNS && !err; c++)
		err = re_hprintf(pf, ", c.\"%s\"",
				 history_column((enum history_column)c)->name);

	return err;
}


/* the order of the tables is that of the walk */
static int finish(struct history_draft *d)
{
	struct history_query *q = d->q;
	const unsigned n = history_draft_number(d, (int64_t)q->limit + 1);
	int len;

	len = re_snprintf(q->sql, sizeof(q->sql),
			  "SELECT c.n%H FROM %s WHERE 1%s"
			  " ORDER BY %s DESC LIMIT ?%u",
			  print_columns, NULL,
			  d->finder ? "finder f CROSS JOIN calls c"
				      " ON c.n = f.rowid"
				    : "calls c",
			  d->where, d->finder ? "f.rowid" : "c.n", n);

	return len < 0 || d->overflow ? EINVAL : 0;
}


/**
 * Make SQL of a question
 *
 * @param q        Query
 * @param question What is asked
 * @param wrong    Set to the member that makes no sense
 *
 * @return 0 if success, otherwise errorcode
 */
int history_query_build(struct history_query *q, const json_t *question,
			const char **wrong)
{
	static const struct {
		const char *key;
		int (*h)(struct history_draft *d, const json_t *question);
	} partv[] = {
		{"limit", read_limit},    {"from", add_from},
		{"to", add_to},           {"after", add_after},
		{"search", add_search},   {"user", add_user},
		{"peer", add_peer},       {"id", add_id},
		{"call_id", add_call_id}, {"status", add_status},
		{"bad", add_bad},
	};
	struct history_draft d = {.q = q};

	if (!q || !wrong)
		return EINVAL;

	memset(q, 0, sizeof(*q));
	for (size_t i = 0; i < ARRAY_SIZE(partv); i++) {
		*wrong = partv[i].key;
		if (partv[i].h(&d, question))
			return EINVAL;
	}

	return finish(&d);
}
