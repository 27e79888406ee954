/**
 * @file manual_page.c  viaduct(1), viaduct-ctl(1), viaduct-user(1)
 *
 * In the mdoc language, which groff and mandoc both read.
 */
#include <errno.h>
#include <string.h>
#include <re.h>
#include "proxy/command/manual_page.h"
#include "proxy/user/account_setting.h"

enum { NAME_SIZE = 32 };

/** What no table has */
static const struct prose {
	const char *name;
	const char *what;
	const char *description;
	const char *files; /* whole sections, or "" */
	const char *examples;
} prosev[] = {
	{"viaduct", "SIP proxy, registrar and media relay",
	 "lets telephones behind NAT talk to each other: a SIP proxy, "
	 "registrar and redirect\nserver with an RTP relay inside.\n"
	 "It relays media only for the calls that need it, and says of each "
	 "call why.\n",
	 ".Sh SIGNALS\n"
	 ".Bl -tag -width Ds\n"
	 ".It Dv SIGINT , SIGTERM\n"
	 "The server stops.\n"
	 ".It Dv SIGHUP\n"
	 "Files that were moved away are opened anew.\n"
	 ".El\n"
	 ".Sh FILES\n"
	 ".Bl -tag -width Ds\n"
	 ".It Pa /etc/viaduct/viaduct.conf\n"
	 "The configuration, where\n"
	 ".Fl c\n"
	 "names no other one.\n"
	 "Where it is not there, a built-in one is used: port 5060 of each "
	 "IPv4\n"
	 "address.\n"
	 ".It Pa /var/lib/viaduct\n"
	 "Accounts, registrations and records; for others than root\n"
	 ".Pa ~/.local/state/viaduct .\n"
	 ".It Pa /run/viaduct/control.sock\n"
	 "Where\n"
	 ".Xr viaduct-ctl 1\n"
	 "asks.\n"
	 ".El\n",
	 ".Sh EXAMPLES\n"
	 "The first phone:\n"
	 ".Bd -literal -offset indent\n"
	 "viaduct run\n"
	 "viaduct user add alice@192.0.2.1\n"
	 ".Ed\n"},
	{"viaduct-ctl", "asks a running viaduct server",
	 "asks the server that runs with the same configuration, over its "
	 "control socket.\n"
	 "Who asks is the server's user or root.\n",
	 "",
	 ".Sh EXAMPLES\n"
	 "Why would this call have no sound?\n"
	 ".Bd -literal -offset indent\n"
	 "viaduct ctl explain --from alice@example.net --to bob@example.net\n"
	 "viaduct ctl call cea7cb5220d7a21f\n"
	 ".Ed\n"
	 ".Pp\n"
	 "Do bob's phones answer?\n"
	 ".Bd -literal -offset indent\n"
	 "viaduct ctl ping bob@example.net\n"
	 ".Ed\n"},
	{"viaduct-user", "accounts of a viaduct server",
	 "works on the database of a server, which may run: it sees each "
	 "change within two\nseconds.\n"
	 "A password is asked for on the terminal or read from one line of "
	 "the standard input,\nand never an argument.\n"
	 "The first line of a CSV file names its columns:\n"
	 ".Cm aor , password , alias ,\n"
	 "and the keys below.\n",
	 "",
	 ".Sh EXAMPLES\n"
	 ".Bd -literal -offset indent\n"
	 "viaduct user add alice@example.net name=Alice alias+=+49301234\n"
	 "viaduct user set alice@example.net forward-busy=+49301235\n"
	 "viaduct user import accounts.csv\n"
	 ".Ed\n"},
};


static void put_head(FILE *f, const struct prose *p)
{
	char title[NAME_SIZE];
	size_t n = 0;

	for (; n < sizeof(title) - 1 && p->name[n]; n++)
		title[n] = (char)(p->name[n] >= 'a' && p->name[n] <= 'z'
					  ? p->name[n] - 'a' + 'A'
					  : p->name[n]);
	title[n] = '\0';
	(void)fprintf(f,
		      ".\\\" Made by \"viaduct --manual %s\".\n"
		      ".Dd November 20, 2026\n.Dt %s 1\n.Os\n.Sh NAME\n"
		      ".Nm %s\n.Nd %s\n.Sh SYNOPSIS\n",
		      p->name, title, p->name, p->what);
}


static void put_synopsis(FILE *f, const struct cli *c)
{
	(void)fprintf(f, ".Nm viaduct\n.Cm %s\n", c->name);
	for (const struct cli_option *o = c->optionv; o->name; o++) {
		if (!cli_takes(c, NULL, o->letter))
			continue;
		(void)fprintf(f, ".Op Fl %c%s%s\n", o->letter,
			      o->takes ? " Ar " : "",
			      o->takes ? o->takes : "");
	}
	if (c->verbv)
		(void)fputs(".Ar VERB ...\n", f);
	else if (*c->takes)
		(void)fprintf(f, ".Ar %s\n", c->takes);
}


static void put_description(FILE *f, const struct prose *p)
{
	(void)fprintf(f, ".Sh DESCRIPTION\n.Nm\n%s", p->description);
}


/* "explain, route: " where it is not for all */
static void put_verbs_of(FILE *f, const struct cli *c, char letter)
{
	const char *sep = "With\n";

	if (strchr(c->options, letter))
		return;

	for (const struct cli_verb *v = c->verbv; v && v->name; v++) {
		if (!cli_takes(c, v, letter))
			continue;
		(void)fprintf(f, "%s.Cm %s\n", sep, v->name);
		sep = "and\n";
	}
	(void)fputs(":\n", f);
}


static void put_options(FILE *f, const struct cli *c)
{
	(void)fputs(".Bl -tag -width Ds\n", f);
	for (const struct cli_option *o = c->optionv; o->name; o++) {
		(void)fprintf(f, ".It Fl %c , Fl -%s%s%s\n", o->letter,
			      o->name, o->takes ? " Ar " : "",
			      o->takes ? o->takes : "");
		put_verbs_of(f, c, o->letter);
		(void)fprintf(f, "%s.\n", o->text);
	}
	(void)fputs(".It Fl h , Fl -help\nWhat it takes, in short.\n.El\n", f);
}


static void put_verbs(FILE *f, const struct cli *c)
{
	(void)fputs(".Pp\nThe verbs are:\n.Bl -tag -width Ds\n", f);
	for (const struct cli_verb *v = c->verbv; v->name; v++)
		(void)fprintf(f, ".It Cm %s%s%s\n%s.\n", v->name,
			      *v->takes ? " Ar " : "", v->takes, v->text);
	(void)fputs(".El\n.Pp\nThe options are:\n", f);
	put_options(f, c);
}


static void put_keys(FILE *f)
{
	(void)fputs(".Pp\nThe keys are:\n.Bl -tag -width Ds\n"
		    ".It Cm alias+ , alias-\n"
		    "another name or number of it, up to 32; one that begins "
		    "with + is the same at all domains.\n",
		    f);
	for (int i = 0; i < SETTING_MAX; i++)
		(void)fprintf(f, ".It Cm %s\n%s.\n",
			      account_setting_name((enum account_setting)i),
			      account_setting_takes((enum account_setting)i));
	(void)fputs(".El\n.Pp\nAn empty value is the default again.\n", f);
}


static void put_commands(FILE *f, const struct cli *const *cliv)
{
	(void)fputs(".Pp\nThe commands are:\n", f);
	for (; *cliv; cliv++) {
		(void)fprintf(f, ".Ss %s%s%s\n%s\n", (*cliv)->name,
			      (*cliv)->verbv    ? ""
			      : *(*cliv)->takes ? " "
						: "",
			      (*cliv)->verbv ? "" : (*cliv)->takes,
			      (*cliv)->text);
		if ((*cliv)->verbv)
			(void)fprintf(f, "See\n.Xr viaduct-%s 1 .\n",
				      (*cliv)->name);
		else
			put_options(f, *cliv);
	}
}


static void put_end(FILE *f, const struct prose *p)
{
	static const char *const seev[] = {"viaduct 1", "viaduct-ctl 1",
					   "viaduct-user 1"};
	const size_t n = strlen(p->name);

	(void)fputs(p->files, f);
	(void)fputs(".Sh EXIT STATUS\n0 all is well, 1 failure, 2 wrong usage "
		    "or configuration.\n",
		    f);
	(void)fputs(p->examples, f);
	(void)fputs(".Sh SEE ALSO\n", f);
	for (size_t i = 0; i < ARRAY_SIZE(seev); i++) {
		if (strncmp(seev[i], p->name, n) || seev[i][n] != ' ')
			(void)fprintf(f, ".Xr %s ,\n", seev[i]);
	}
	(void)fputs(".Xr viaduct.conf 5\n", f);
}


/**
 * Write a page of the manual
 *
 * @param f    Where to
 * @param cliv Commands
 * @param name Name of the page
 *
 * @return 0 if success, ENOENT: there is no such page
 */
int manual_page_write(FILE *f, const struct cli *const *cliv, const char *name)
{
	const struct cli *c = NULL;
	size_t i = 0;

	while (i < ARRAY_SIZE(prosev) && strcmp(prosev[i].name, name))
		++i;
	if (i == ARRAY_SIZE(prosev))
		return ENOENT;

	put_head(f, &prosev[i]);
	for (size_t k = 0; cliv[k]; k++) {
		if (i && strcmp(cliv[k]->name, name + strlen("viaduct-")))
			continue;
		c = cliv[k];
		put_synopsis(f, c);
	}
	put_description(f, &prosev[i]);
	if (!i)
		put_commands(f, cliv);
	else if (c)
		put_verbs(f, c);
	if (c && i && c->moreh)
		put_keys(f);
	put_end(f, &prosev[i]);

	return 0;
}
