/**
 * @file csv_line.c  A call as a line of CSV (RFC 4180)
 */
#include "common/json.h"
#include <string.h>
#include "proxy/admin/history/csv_line.h"
#include "proxy/admin/history/history_column.h"


/* +4930123 is what people expect to see, and is a number to a spreadsheet; so
 * is -5 */
static bool is_number(const char *text)
{
	const size_t n = strspn(text + 1, "0123456789");

	return n && !text[n + 1];
}


/* tab and line ends as well: they are taken off before one looks */
static bool is_formula(const char *text)
{
	if (!*text || !strchr("=+-@\t\r\n", *text))
		return false;

	return !strchr("+-", *text) || !is_number(text);
}


/**
 * Write a field
 *
 * @param mb   Buffer
 * @param text Text
 *
 * @return 0 if success, otherwise errorcode
 */
int csv_line_text(struct mbuf *mb, const char *text)
{
	const bool quoted = strpbrk(text, ",\"\r\n") != NULL;
	int err = 0;

	if (quoted)
		err |= mbuf_write_u8(mb, '"');
	if (is_formula(text))
		err |= mbuf_write_u8(mb, '\'');
	for (; *text; text++) {
		if (*text == '"')
			err |= mbuf_write_u8(mb, '"');
		err |= mbuf_write_u8(mb, (uint8_t)*text);
	}
	if (quoted)
		err |= mbuf_write_u8(mb, '"');

	return err;
}


static int write_value(struct mbuf *mb, const json_t *value)
{
	if (json_is_string(value))
		return csv_line_text(mb, json_string_value(value));
	if (json_is_integer(value))
		return mbuf_printf(mb, "%lld",
				   (long long)json_integer_value(value));
	if (json_is_real(value))
		return mbuf_printf(mb, "%.2f", json_real_value(value));
	if (json_is_boolean(value))
		return mbuf_write_u8(mb, json_is_true(value) ? '1' : '0');

	return 0;
}


/**
 * Write the line of the columns' names
 *
 * @param mb Buffer
 *
 * @return 0 if success, otherwise errorcode
 */
int csv_line_names(struct mbuf *mb)
{
	int err = 0;

	for (int c = 0; c < HISTORY_COLUMNS; c++) {
		if (c)
			err |= mbuf_write_u8(mb, ',');
		err |= mbuf_write_str(
			mb, history_column((enum history_column)c)->name);
	}

	return err | mbuf_write_str(mb, "\r\n");
}


/**
 * Write a call
 *
 * @param mb  Buffer
 * @param row Its columns
 *
 * @return 0 if success, otherwise errorcode
 */
int csv_line(struct mbuf *mb, const json_t *row)
{
	int err = 0;

	for (int c = 0; c < HISTORY_COLUMNS; c++) {
		const char *name =
			history_column((enum history_column)c)->name;

		if (c)
			err |= mbuf_write_u8(mb, ',');
		err |= write_value(mb, json_object_get(row, name));
	}

	return err | mbuf_write_str(mb, "\r\n");
}
