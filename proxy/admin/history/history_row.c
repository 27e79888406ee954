/**
 * @file history_row.c  A call's record as a row of the history
 */
#include "common/json.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "proxy/admin/history/history_row.h"

enum { Q850_MAX = 127 };

/** What comes from a side, over all its streams */
struct direction {
	const char *media;
	int64_t packets, expected, lost, jitter_us;
	double mos;
};


/**
 * Write a call's number
 *
 * @param buf Buffer
 * @param id  Number, as the database has it
 */
void history_id_print(char buf[HISTORY_ID_SIZE], int64_t id)
{
	(void)re_snprintf(buf, HISTORY_ID_SIZE, "%016llx",
			  (unsigned long long)id);
}


/**
 * Read a call's number
 *
 * @param id   Number
 * @param text 16 hexadecimal digits
 *
 * @return 0 if success, EINVAL if it is none
 */
int history_id_decode(int64_t *id, const char *text)
{
	if (!id || !text || strlen(text) != 16 ||
	    strspn(text, "0123456789abcdef") != 16)
		return EINVAL;

	*id = (int64_t)strtoull(text, NULL, 16);

	return 0;
}


static const json_t *find(const json_t *obj, const char *path)
{
	const char *dot = strchr(path, '.');
	char outer[16];

	if (!dot)
		return json_object_get(obj, path);

	if (re_snprintf(outer, sizeof(outer), "%b", path,
			(size_t)(dot - path)) < 0)
		return NULL;

	return json_object_get(json_object_get(obj, outer), dot + 1);
}


static const char *text_of(const json_t *obj, const char *path)
{
	return json_string_value(find(obj, path));
}


static int64_t number_of(const json_t *obj, const char *path)
{
	return json_integer_value(find(obj, path));
}


static void set_text(struct history_row *row, enum history_column c,
		     const char *text)
{
	row->cellv[c].set = text && *text;
	row->cellv[c].text = text;
}


static void set_number(struct history_row *row, enum history_column c,
		       int64_t n)
{
	row->cellv[c].set = true;
	row->cellv[c].number = n;
}


/* of two digits behind the point, as it is shown */
static void set_real(struct history_row *row, enum history_column c, double r)
{
	row->cellv[c].set = true;
	row->cellv[c].real = round(r * 100) / 100;
}


static void set_plain(struct history_row *row, enum history_column c,
		      const json_t *record)
{
	const struct history_column_info *info = history_column(c);
	const json_t *value = find(record, info->path);
	struct history_cell *cell = &row->cellv[c];

	if (info->type == HT_TEXT)
		set_text(row, c, json_string_value(value));
	else if (info->type == HT_NUMBER && json_is_integer(value))
		set_number(row, c, json_integer_value(value));
	else if (info->type == HT_ID)
		cell->set = !history_id_decode(&cell->number,
					       json_string_value(value));
}


static void add_stream(struct direction *d, const json_t *media)
{
	const json_t *q = json_object_get(media, "quality");
	const int64_t expected = number_of(q, "expected");
	const int64_t packets = number_of(media, "rx_packets");
	const int64_t lost = number_of(expected ? q : media, "lost");
	const double mos = json_number_value(json_object_get(q, "mos"));
	const int64_t jitter = number_of(q, "jitter_us");

	d->packets += packets;
	d->expected += expected ? expected : packets + lost;
	d->lost += lost;
	if (jitter > d->jitter_us)
		d->jitter_us = jitter;
	if (mos > 0 && (d->mos <= 0 || mos < d->mos))
		d->mos = mos;
	if (!d->media)
		d->media = text_of(media, "latched");
	if (!d->media)
		d->media = text_of(media, "sdp");
}


static void set_direction(struct history_row *row, const json_t *record,
			  const char *side, enum history_column first)
{
	const json_t *streams = json_object_get(record, "streams");
	struct direction d = {.media = NULL};

	for (size_t i = 0; i < json_array_size(streams); i++)
		add_stream(&d,
			   json_object_get(json_array_get(streams, i), side));

	set_text(row, first, d.media);
	if (!d.expected)
		return;

	set_number(row, first + 1, d.packets);
	set_number(row, first + 2, d.lost);
	set_real(row, first + 3, 100.0 * (double)d.lost / (double)d.expected);
	set_number(row, first + 4, d.jitter_us);
	if (d.mos > 0)
		set_real(row, first + 5, d.mos);
}


/* of the first stream that has one */
static void set_codec(struct history_row *row, const json_t *record)
{
	static const char *const pathv[] = {"a", "b"};
	const json_t *streams = json_object_get(record, "streams");

	for (size_t i = 0; i < json_array_size(streams); i++) {
		for (size_t side = 0; side < 2; side++) {
			const json_t *media = json_object_get(
				json_array_get(streams, i), pathv[side]);

			set_text(row, HC_CODEC,
				 text_of(media, "quality.codec"));
			if (row->cellv[HC_CODEC].set)
				return;
		}
	}
}


static void set_oneway(struct history_row *row, const json_t *record)
{
	const json_t *warnings = json_object_get(record, "warnings");
	bool a = false, b = false;

	for (size_t i = 0; i < json_array_size(warnings); i++) {
		const json_t *w = json_array_get(warnings, i);
		const char *side = text_of(w, "side");

		if (!side)
			continue;
		a |= !strcmp(side, "a");
		b |= !strcmp(side, "b");
		set_text(row, HC_ONEWAY_CAUSE, text_of(w, "cause"));
	}
	set_text(row, HC_ONEWAY, a && b ? "ab" : a ? "a" : b ? "b" : NULL);
}


/* Reason (RFC 3326): Q.850;cause=16;text="..." */
static void set_q850(struct history_row *row)
{
	const char *cause = row->cellv[HC_CAUSE].text, *p;
	unsigned long n;

	p = cause ? strcasestr(cause, "Q.850") : NULL;
	p = p ? strcasestr(p, "cause=") : NULL;
	n = p ? strtoul(p + 6, NULL, 10) : 0;
	if (n && n <= Q850_MAX)
		set_number(row, HC_Q850, (int64_t)n);
}


/* somebody is busy, has hung up or does not want to: that is no failure */
static bool is_choice(int64_t status)
{
	return status < 400 || status == 480 || status == 486 ||
	       status == 487 || status == 600 || status == 603;
}


static bool ended_badly(const char *why)
{
	static const char *const whyv[] = {"lost", "media-timeout",
					   "one-side-timeout", "one-sided",
					   "session-timer"};

	for (size_t i = 0; why && i < ARRAY_SIZE(whyv); i++) {
		if (!strcmp(why, whyv[i]))
			return true;
	}

	return false;
}


static bool sounds_bad(const struct history_cell *mos)
{
	return mos->set && lround(mos->real * 100) < HISTORY_GOOD_MOS;
}


static void set_bad(struct history_row *row)
{
	const struct history_cell *v = row->cellv;

	set_number(row, HC_BAD,
		   !is_choice(v[HC_STATUS].number) ||
			   ended_badly(v[HC_WHY].text) || v[HC_ONEWAY].set ||
			   sounds_bad(&v[HC_A_MOS]) ||
			   sounds_bad(&v[HC_B_MOS]));
}


static void set_words(struct history_row *row)
{
	static const enum history_column fromv[] = {
		HC_FROM,      HC_TO,     HC_URI,    HC_A_ACCOUNT,
		HC_B_ACCOUNT, HC_A_PEER, HC_B_PEER, HC_CALL_ID,
	};

	for (size_t i = 0; i < ARRAY_SIZE(fromv); i++)
		history_words_add(row->words, row->cellv[fromv[i]].text);
}


/**
 * Make a row of a call's record
 *
 * @param row    Row; its cells point into the record
 * @param record Record
 *
 * @return 0 if success, EINVAL if it has no id or no beginning
 */
int history_row_decode(struct history_row *row, const json_t *record)
{
	if (!row || !json_is_object(record))
		return EINVAL;

	memset(row, 0, sizeof(*row));
	for (int c = 0; c < HISTORY_COLUMNS; c++) {
		if (history_column((enum history_column)c)->path)
			set_plain(row, (enum history_column)c, record);
	}
	if (!row->cellv[HC_ID].set || !row->cellv[HC_STARTED].set)
		return EINVAL;

	set_codec(row, record);
	set_direction(row, record, "a", HC_A_MEDIA);
	set_direction(row, record, "b", HC_B_MEDIA);
	set_oneway(row, record);
	set_q850(row);
	set_bad(row);
	set_words(row);
	row->status_class = (int)(row->cellv[HC_STATUS].number / 100);

	return 0;
}


static json_t *cell_json(const struct history_cell *cell,
			 enum history_type type)
{
	char buf[HISTORY_ID_SIZE];

	switch (type) {
	case HT_NUMBER:
		return json_integer(cell->number);
	case HT_REAL:
		return json_real(cell->real);
	case HT_FLAG:
		return json_boolean(cell->number);
	case HT_ID:
		history_id_print(buf, cell->number);
		return json_string(buf);
	default:
		return json_string(cell->text);
	}
}


/**
 * A row as a flat object
 *
 * @param row Row
 *
 * @return Object with the columns that are known; NULL: no memory
 */
json_t *history_row_json(const struct history_row *row)
{
	json_t *obj = json_object();

	for (int c = 0; c < HISTORY_COLUMNS; c++) {
		const struct history_column_info *info = history_column(
			(enum history_column)c);

		if (row->cellv[c].set)
			(void)json_object_set_new(
				obj, info->name,
				cell_json(&row->cellv[c], info->type));
	}

	return obj;
}
