/**
 * @file ctl_watch.c  An answer that is looked at again each second
 *
 * The terminal's other screen is used, so that what stood there is there again
 * afterwards; Ctrl-C ends it between two draws.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include "proxy/command/cli.h"
#include "proxy/command/ctl_link.h"
#include "proxy/command/ctl_watch.h"

enum { TURN_MS = 1000, ROWS = 24, COLS = 80 };

#define ENTER "\x1b[?1049h\x1b[?25l"
#define LEAVE "\x1b[?25h\x1b[?1049l"
#define HOME  "\x1b[H"
#define EOL   "\x1b[K"
#define EOS   "\x1b[J"


/* the octets of so many characters of UTF-8 */
static size_t cut(const char *p, size_t len, unsigned cols)
{
	unsigned n = 0;

	for (size_t i = 0; i < len; i++) {
		n += ((unsigned char)p[i] & 0xc0) != 0x80;
		if (n > cols)
			return i;
	}

	return len;
}


/**
 * Draw a text
 *
 * @param f    Where to
 * @param text Lines
 * @param rows Height of the terminal
 * @param cols Its width
 */
void ctl_watch_draw(FILE *f, const char *text, unsigned rows, unsigned cols)
{
	(void)fputs(HOME, f);
	for (unsigned row = 0; *text && row + 1 < rows; row++) {
		const size_t len = strcspn(text, "\n");

		(void)fwrite(text, 1, cut(text, len, cols), f);
		(void)fputs(EOL "\n", f);
		text += len + (text[len] == '\n');
	}
	(void)fputs(EOS, f);
}


static void draw(const json_t *answer, ctl_print_h *printh)
{
	struct winsize ws = {.ws_row = 0};
	char *text = NULL;
	size_t size = 0;
	FILE *f;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) || !ws.ws_row ||
	    !ws.ws_col) {
		ws.ws_row = ROWS;
		ws.ws_col = COLS;
	}

	f = open_memstream(&text, &size);
	if (!f)
		return;

	printh(f, answer);
	(void)fclose(f);
	ctl_watch_draw(stdout, text, ws.ws_row, ws.ws_col);
	free(text);
}


/* false: it is over */
static bool turn(const char *path, json_t *question, const char *rows,
		 ctl_print_h *printh)
{
	json_t *answer = ctl_link_ask_all(path, question, rows);
	const bool good = json_is_true(json_object_get(answer, "ok"));

	if (good && printh) {
		draw(answer, printh);
	}
	else if (good) {
		(void)json_dumpf(answer, stdout, JSON_COMPACT | JSON_DIGITS);
		(void)fputc('\n', stdout);
	}
	json_decref(answer);

	return !fflush(stdout) && good;
}


/* how it shall end, as something that can be waited for */
static int open_signals(void)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGHUP);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);

	return signalfd(-1, &set, SFD_CLOEXEC);
}


/**
 * Ask again each second
 *
 * @param path     Path of the control socket
 * @param question Question
 * @param rows     Member with the rows of a table, or NULL
 * @param json     JSON, also on a terminal
 * @param printh   Prints an answer
 *
 * @return Exit code: 0 where it was ended, 1 where the server has gone
 */
int ctl_watch(const char *path, json_t *question, const char *rows, bool json,
	      ctl_print_h *printh)
{
	const bool drawn = isatty(STDOUT_FILENO) && !json;
	struct pollfd pfd = {.fd = open_signals(), .events = POLLIN};
	bool good;

	if (drawn)
		(void)fputs(ENTER, stdout);

	do {
		good = turn(path, question, rows, drawn ? printh : NULL);
	} while (good && !poll(&pfd, 1, TURN_MS));

	if (drawn)
		(void)fputs(LEAVE, stdout);
	(void)fflush(stdout);
	if (pfd.fd >= 0)
		(void)close(pfd.fd);

	return good ? CLI_OK : CLI_FAILED;
}
