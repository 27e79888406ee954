/**
 * @file ctl_screen.c  The terminal, while something is watched on it
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include "common/utf8.h"
#include "proxy/command/ctl_screen.h"

enum { ROWS = 24, COLS = 80 };

/* the other screen, no cursor, no line goes on in the next one */
#define ENTER "\x1b[?1049h\x1b[?25l\x1b[?7l"
#define LEAVE "\x1b[?7h\x1b[?25h\x1b[?1049l"
#define HOME  "\x1b[H"
#define CLEAR "\x1b[2K" /* the line */
#define REST  "\x1b[J"
#define BOLD  "\x1b[7m"
#define PLAIN "\x1b[m"


/**
 * Is stdout a terminal that can be drawn on?
 *
 * @return true if so
 */
bool ctl_screen_can(void)
{
	const char *term = getenv("TERM");

	return isatty(STDOUT_FILENO) && term && *term && strcmp(term, "dumb");
}


/**
 * Take the terminal
 *
 * @param s Screen
 */
void ctl_screen_enter(struct ctl_screen *s)
{
	struct termios raw;

	if (s->on)
		return;

	s->on = true;
	s->keys = !tcgetattr(STDIN_FILENO, &s->was);
	if (s->keys) {
		raw = s->was;
		raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
		raw.c_cc[VMIN] = 1;
		raw.c_cc[VTIME] = 0;
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &raw);
	}
	(void)fputs(ENTER, stdout);
	(void)fflush(stdout);
}


/**
 * Give the terminal back as it was
 *
 * @param s Screen
 */
void ctl_screen_leave(struct ctl_screen *s)
{
	if (!s->on)
		return;

	s->on = false;
	(void)fputs(LEAVE, stdout);
	(void)fflush(stdout);
	if (s->keys)
		(void)tcsetattr(STDIN_FILENO, TCSADRAIN, &s->was);
}


/**
 * How large the terminal is now
 *
 * @param rows Set to its height
 * @param cols Set to its width
 */
void ctl_screen_size(unsigned *rows, unsigned *cols)
{
	struct winsize ws = {.ws_row = 0};
	const bool known = !ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) &&
			   ws.ws_row && ws.ws_col;

	*rows = known ? ws.ws_row : ROWS;
	*cols = known ? ws.ws_col : COLS;
}


static unsigned count_lines(const char *text)
{
	unsigned n = 0;

	for (; *text; n++) {
		text += strcspn(text, "\n");
		text += *text == '\n';
	}

	return n;
}


/* as much of it as there is room for, and what it ends with */
static const char *put_line(FILE *f, const char *text, unsigned cols)
{
	const size_t len = strcspn(text, "\n");

	(void)fputs("\r\n" CLEAR, f);
	(void)fwrite(text, 1, utf8_cut(text, len, cols), f);

	return text + len + (text[len] == '\n');
}


static void put_title(FILE *f, const char *title, unsigned cols)
{
	const unsigned n = utf8_count(title);

	(void)fputs(HOME BOLD, f);
	(void)fwrite(title, 1, utf8_cut(title, strlen(title), cols), f);
	(void)fprintf(f, "%*s" PLAIN, n < cols ? (int)(cols - n) : 0, "");
}


/**
 * Draw a text
 *
 * @param f     Where to
 * @param title What stands above it
 * @param text  Lines
 * @param rows  Height of the terminal
 * @param cols  Its width
 */
void ctl_screen_draw(FILE *f, const char *title, const char *text,
		     unsigned rows, unsigned cols)
{
	const unsigned n = count_lines(text);
	const unsigned room = rows > 1 ? rows - 1 : 0;
	const unsigned shown = n <= room ? n : room ? room - 1 : 0;
	char more[64];

	put_title(f, title, cols);
	for (unsigned i = 0; i < shown; i++)
		text = put_line(f, text, cols);
	if (shown < n && room) {
		(void)snprintf(more, sizeof(more),
			       "... and %u more than the screen has lines for",
			       n - shown);
		(void)put_line(f, more, cols);
	}
	(void)fputs(n < room ? "\r\n" REST : "", f);
}
