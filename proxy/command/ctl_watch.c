/**
 * @file ctl_watch.c  An answer that is looked at again each second
 *
 * Signals are waited for, as keys are: whatever ends it, the terminal is as it
 * was. A server that hangs does not keep it.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <sys/signalfd.h>
#include <re.h>
#include "proxy/command/cli.h"
#include "proxy/command/ctl_link.h"
#include "proxy/command/ctl_screen.h"
#include "proxy/command/ctl_table.h"
#include "proxy/command/ctl_watch.h"

enum { TURN_MS = 1000, TITLE_SIZE = 128 };

/** What is to be done next */
enum step { LOOK = 0, END };

struct watch {
	struct ctl_link link; /* stops for signals */
	json_t *question;
	const struct ctl_view *view;
	struct ctl_screen screen;
	bool drawn;
	bool no_keys; /* stdin is at its end */
};


static void print_text(FILE *f, const json_t *answer,
		       const struct ctl_view *view, unsigned cols)
{
	struct ctl_table *t = NULL;

	if (view->tableh && !view->tableh(&t, answer))
		ctl_table_print(f, t, cols);
	else
		view->printh(f, answer);
	mem_deref(t);
}


static void write_title(char title[TITLE_SIZE], const struct watch *w,
			const json_t *answer)
{
	const char *name = json_string_value(
		json_object_get(w->question, "command"));
	const json_t *rows = w->view->rows
				     ? json_object_get(answer, w->view->rows)
				     : NULL;
	const time_t now = time(NULL);
	char clock[16] = "";
	struct tm tm;

	if (localtime_r(&now, &tm))
		(void)strftime(clock, sizeof(clock), "%H:%M:%S", &tm);
	if (rows)
		(void)snprintf(title, TITLE_SIZE, "%s  %s: %zu  (q ends)",
			       clock, name, json_array_size(rows));
	else
		(void)snprintf(title, TITLE_SIZE, "%s  %s  (q ends)", clock,
			       name);
}


static void draw(struct watch *w, const json_t *answer)
{
	char title[TITLE_SIZE], *text = NULL;
	unsigned rows, cols;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return;

	ctl_screen_size(&rows, &cols);
	write_title(title, w, answer);
	print_text(f, answer, w->view, cols);
	(void)fclose(f);
	ctl_screen_enter(&w->screen);
	ctl_screen_draw(stdout, title, text, rows, cols);
	free(text);
}


static void show(struct watch *w, const json_t *answer)
{
	if (w->drawn) {
		draw(w, answer);
	}
	else if (w->view->json) {
		(void)json_dumpf(answer, stdout, JSON_COMPACT | JSON_DIGITS);
		(void)fputc('\n', stdout);
	}
	else {
		w->view->printh(stdout, answer);
		(void)fputc('\n', stdout);
	}
}


/* how it shall end, as something that can be waited for */
static int open_signals(void)
{
	static const int sigv[] = {SIGINT,  SIGTERM, SIGHUP,
				   SIGQUIT, SIGTSTP, SIGWINCH};
	sigset_t set;

	(void)sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(sigv); i++)
		(void)sigaddset(&set, sigv[i]);
	(void)sigprocmask(SIG_BLOCK, &set, NULL);

	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}


/* the shell gets its terminal; it goes on in the foreground */
static void pause_here(struct watch *w)
{
	ctl_screen_leave(&w->screen);
	(void)raise(SIGSTOP);
}


static enum step on_signal(struct watch *w)
{
	struct signalfd_siginfo si;

	while (read(w->link.stop, &si, sizeof(si)) == sizeof(si)) {
		if (si.ssi_signo == SIGTSTP)
			pause_here(w);
		else if (si.ssi_signo != SIGWINCH)
			return END;
	}

	return LOOK;
}


static enum step on_key(struct watch *w)
{
	char buf[64];
	const ssize_t n = read(STDIN_FILENO, buf, sizeof(buf));

	w->no_keys = n <= 0;

	return n > 0 && (memchr(buf, 'q', (size_t)n) ||
			 memchr(buf, 'Q', (size_t)n))
		       ? END
		       : LOOK;
}


static enum step wait_turn(struct watch *w)
{
	struct pollfd pfdv[] = {
		{.fd = w->link.stop, .events = POLLIN},
		{.fd = w->screen.keys && !w->no_keys ? STDIN_FILENO : -1,
		 .events = POLLIN},
	};

	if (poll(pfdv, ARRAY_SIZE(pfdv), TURN_MS) <= 0)
		return LOOK;
	if (pfdv[0].revents && on_signal(w) == END)
		return END;

	return pfdv[1].revents ? on_key(w) : LOOK;
}


static int say(struct watch *w, const char *why)
{
	ctl_screen_leave(&w->screen);
	(void)fprintf(stderr, "viaduct: %s\n", why);

	return CLI_FAILED;
}


/* a signal may have come between: then there is no answer, and no harm */
static int turn(struct watch *w, enum step *step)
{
	json_t *answer = NULL;
	const char *error;
	const int err = ctl_link_try_all(&w->link, &answer, w->question,
					 w->view->rows);
	int code = CLI_OK;

	error = json_string_value(json_object_get(answer, "error"));
	if (err == EINTR) {
		*step = on_signal(w);
	}
	else if (err || error) {
		code = say(w, err ? w->link.why : error);
	}
	else {
		show(w, answer);
		code = fflush(stdout) ? CLI_FAILED : CLI_OK;
		*step = wait_turn(w);
	}
	json_decref(answer);

	return code;
}


/**
 * Ask again each second
 *
 * @param path     Path of the control socket
 * @param question Question
 * @param view     What is shown of the answer
 *
 * @return Exit code: 0 where it was ended, 1 where the server has gone
 */
int ctl_watch(const char *path, json_t *question, const struct ctl_view *view)
{
	struct watch w = {
		.link = {.path = path, .stop = open_signals()},
		.question = question,
		.view = view,
		.drawn = ctl_screen_can() && !view->json,
	};
	enum step step = LOOK;
	int code = CLI_OK;

	while (step == LOOK && !code)
		code = turn(&w, &step);

	ctl_screen_leave(&w.screen);
	if (w.link.stop >= 0)
		(void)close(w.link.stop);

	return code;
}
