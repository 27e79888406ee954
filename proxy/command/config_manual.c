/**
 * @file config_manual.c  viaduct.conf(5), from the table of keys
 *
 * In the mdoc language, which groff and mandoc both read.
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "common/config_table.h"
#include "proxy/command/config_example.h"
#include "proxy/command/config_manual.h"

static const char head[] =
	".\\\" Made by \"viaduct config --man\".\n"
	".Dd November 20, 2026\n"
	".Dt VIADUCT.CONF 5\n"
	".Os\n"
	".Sh NAME\n"
	".Nm viaduct.conf\n"
	".Nd configuration of the SIP server viaduct\n"
	".Sh DESCRIPTION\n"
	"The file is read by\n"
	".Ic viaduct run -c Ar FILE .\n"
	"It consists of keys with values, and of sections in braces that have "
	"keys of their own:\n"
	".Bd -literal -offset indent\n"
	"domain = { \"example.net\" }\n"
	"relay {\n"
	"    ports = \"20000-29999\"\n"
	"}\n"
	"peer \"carrier\" {\n"
	"    uri = \"sip:sip.example.com\"\n"
	"}\n"
	".Ed\n"
	".Pp\n"
	"Numbers,\n"
	".Cm yes\n"
	"and\n"
	".Cm no\n"
	"need no quotes.\n"
	"A list stands in braces, with commas between its values.\n"
	"In quotes, a backslash takes away what a quote or a backslash "
	"means.\n"
	"What follows a\n"
	".Sq #\n"
	"or\n"
	".Sq //\n"
	"to the end of the line, and what stands between\n"
	".Sq /*\n"
	"and\n"
	".Sq */ ,\n"
	"is a comment.\n"
	"A key or a section that is not known is an error.\n"
	".Pp\n"
	".Ic viaduct check Ar FILE\n"
	"reads a file and says what is wrong with it, with the line of each "
	"fault.\n"
	".Ic viaduct ctl reload\n"
	"or the signal\n"
	".Dv SIGHUP\n"
	"makes a running server read its file again.\n"
	"With an error in it nothing changes.\n"
	"Calls go on.\n"
	"Keys that stay as they were until the server starts anew are marked "
	"with\n"
	".Dq restart .\n";

static const char tail[] = ".Sh FILES\n"
			   ".Bl -tag -width Ds\n"
			   ".It Pa /etc/viaduct/viaduct.conf\n"
			   "Where the package has the file.\n"
			   ".El\n"
			   ".Sh SEE ALSO\n"
			   ".Xr viaduct 1 ,\n"
			   ".Xr viaduct-ctl 1 ,\n"
			   ".Xr viaduct-user 1\n";


/* a sentence ends with its line; no text of the table begins with a dot */
static int write_text(struct mbuf *mb, const char *text)
{
	int err = 0;

	for (; *text; text++) {
		if (text[0] == '.' && text[1] == ' ') {
			err |= mbuf_write_str(mb, ".\n");
			++text;
		}
		else if (*text == '\\')
			err |= mbuf_write_str(mb, "\\e");
		else
			err |= mbuf_write_u8(mb, (uint8_t)*text);
	}

	return err | mbuf_write_u8(mb, '\n');
}


static int write_key(struct mbuf *mb, const struct config_key *key)
{
	char value[CONFIG_EXAMPLE_SIZE];
	int err;

	err = mbuf_printf(mb, ".It Ic %s\n", key->name);
	err |= write_text(mb, key->doc);
	err |= mbuf_write_str(mb, key->list ? "Each value: " : "Value: ");
	err |= write_text(mb, key->expect);
	if (*key->value)
		err |= mbuf_printf(
			mb, ".Pq default: %s%s%s%s\n",
			config_example_value(value, sizeof(value), key),
			*key->unit ? " " : "", key->unit,
			key->reload == CONFIG_RESTART ? "; restart" : "");
	else if (key->reload == CONFIG_RESTART)
		err |= mbuf_write_str(mb, ".Pq restart\n");

	return err;
}


static int write_section(struct mbuf *mb, const struct config_section *sec)
{
	const struct config_key *key;
	int err;

	if (!*sec->name)
		err = mbuf_write_str(mb, ".Ss No section\n");
	else if (sec->title)
		err = mbuf_printf(mb, ".Ss %s \"NAME\"\n", sec->name);
	else
		err = mbuf_printf(mb, ".Ss %s\n", sec->name);
	err |= write_text(mb, sec->doc);
	err |= mbuf_write_str(mb, ".Bl -tag -width Ds\n");
	for (size_t i = 0; (key = config_table_key(i)) != NULL; i++) {
		if (!strcmp(key->section, sec->name))
			err |= write_key(mb, key);
	}

	return err | mbuf_write_str(mb, ".El\n");
}


/**
 * Write the manual page of the configuration
 *
 * @param mb Buffer
 *
 * @return 0 if success, otherwise errorcode
 */
int config_manual_write(struct mbuf *mb)
{
	const struct config_section *sec;
	int err;

	if (!mb)
		return EINVAL;

	err = mbuf_write_str(mb, head);
	err |= mbuf_write_str(mb, ".Sh KEYS\n");
	for (size_t i = 0; (sec = config_table_section(i)) != NULL; i++)
		err |= write_section(mb, sec);

	return err | mbuf_write_str(mb, tail);
}
